"""A whole column against the contract: read at once where all its values have one form, otherwise one by one."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.checks.values import READERS, broken
from core.contract import Column
from core.words import sentence

# Above it a float no longer holds every whole number.
LARGEST_CODE = 2**53
Reasons = dict[int, list[str]]
Values = NDArray[np.object_]


def read_column(kind: str, column: Column, raw: Values, reasons: Reasons) -> Any:
    """The typed values (n,) of ``raw``, whose form pandas calls ``kind``; what cannot be read adds to ``reasons``."""
    if column.is_number:
        return _read_numbers(kind, column, raw, reasons)
    # As objects on purpose: pandas would copy texts into its own form, and out of it again at each use.
    return pd.Series(_read_texts(kind, column, raw, reasons), dtype=object)


def framed(columns: Mapping[str, Any], names: Sequence[str]) -> pd.DataFrame:
    """The columns (n,) side by side, in the order of ``names``.

    The names stay Python's own: as pandas' texts they would have Arrow made ready, 15 ms for a dozen names (measured).
    """
    frame = pd.DataFrame({place: columns[name] for place, name in enumerate(names)})
    return frame.set_axis(pd.Index(names, dtype=object), axis="columns")


def objects(values: Iterable[Any], count: int) -> Values:
    """An array (count,) of the values as they are, lists among them."""
    return np.fromiter(values, dtype=object, count=count)


def _read_numbers(kind: str, column: Column, raw: Values, reasons: Reasons) -> NDArray[np.float64]:
    if kind in ("floating", "integer", "mixed-integer-float", "empty"):
        try:
            numbers = raw.astype(np.float64)
        except OverflowError:  # An integer larger than any float.
            return np.array(_read_each(raw, column, reasons), dtype=np.float64)
        return numbers if np.isfinite(numbers).all() else _without_infinite(numbers, column, reasons)
    return np.array(_read_each(raw, column, reasons), dtype=np.float64)


def _read_texts(kind: str, column: Column, raw: Values, reasons: Reasons) -> Values:
    codes = _read_codes(raw, column) if kind == "floating" and column.kind == "identifier" else None
    if codes is not None:
        return codes
    if kind in ("string", "floating", "integer", "empty"):
        return _read_distinct(raw, column, reasons)
    return objects(_read_each(raw, column, reasons), len(raw))


def _read_codes(raw: Values, column: Column) -> Values | None:
    """As ``_read_distinct`` for codes that came as floats; None where one is not plainly a code: see the slow way."""
    places, distinct = pd.factorize(raw.astype(np.float64), use_na_sentinel=True)
    if not ((distinct >= 0) & (distinct < LARGEST_CODE) & (distinct == np.floor(distinct))).all():
        return None
    texts = list(map(str, distinct.astype(np.int64).tolist()))
    if column.digits > 1:
        texts = [text.zfill(column.digits) for text in texts]
    if max(map(len, texts), default=0) > column.length:
        return None
    return objects([*texts, None], len(texts) + 1)[places]


def _without_infinite(numbers: NDArray[np.float64], column: Column, reasons: Reasons) -> NDArray[np.float64]:
    for number in np.flatnonzero(np.isinf(numbers)):
        problem = broken(sentence("must be a finite number"), numbers[number])
        reasons[int(number)].append(f"{column.name} {problem}")
    return numbers


def _read_each(raw: Iterable[Any], column: Column, reasons: Reasons) -> list[Any]:
    read, values = READERS[column.kind], []
    for number, value in enumerate(raw):
        try:
            values.append(read(value, column))
        except ValueError as error:
            reasons[number].append(f"{column.name} {error}")
            values.append(None)
    return values


def _read_distinct(raw: Values, column: Column, reasons: Reasons) -> NDArray[np.object_]:
    """As ``_read_each``, but each distinct value is read once."""
    codes, distinct = pd.factorize(raw, use_na_sentinel=True)
    problems: Reasons = defaultdict(list)
    plain = _read_plain_dates(distinct) if column.kind == "date" else None
    read = _read_each(distinct, column, problems) if plain is None else plain
    values = objects([*read, None], len(distinct) + 1)
    for code, sentences in problems.items():
        for number in np.flatnonzero(codes == code):
            reasons[int(number)].extend(sentences)
    return values[codes]


def _read_plain_dates(texts: Values) -> list[str] | None:
    """As ``_read_each`` for texts that are dates and nothing more; None where one is not: see the slow way."""
    try:
        return list(map(date.isoformat, map(date.fromisoformat, texts)))
    except (TypeError, ValueError):
        return None
