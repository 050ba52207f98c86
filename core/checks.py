"""Rows against the contract: what is accepted, what is rejected and why, what changed in the schema."""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.contract import Column, Contract
from core.errors import InputError
from core.records import CheckedBatch, Profile, RejectedRow

ABSENT: Any = object()
# Above it a float no longer holds every whole number.
LARGEST_CODE = 2**53
Reasons = dict[int, list[str]]
Values = NDArray[np.object_]


def check_rows(rows: Sequence[Any], contract: Contract) -> CheckedBatch:
    """Check rows as the feed sent them: objects by column name, or lists in the contract's order.

    A row is rejected for what cannot be what the contract says: a wrong type, an infinite number, a required column
    that is absent. A value that is null, or outside its range, is accepted; cleaning leaves such rows out of training.
    """
    reasons: Reasons = defaultdict(list)
    objects, shapes = _as_objects(rows, contract, reasons)
    everywhere = frozenset.intersection(*map(frozenset, shapes)) if shapes else frozenset()
    columns = {
        column.name: _read_column(column, _pick(objects, column, column.name in everywhere, reasons), reasons)
        for column in contract.columns
    }
    frame = pd.DataFrame(columns, columns=list(contract.names))
    accepted = frame.drop(index=list(reasons)) if reasons else frame
    return CheckedBatch(
        accepted=accepted,
        rejected=tuple(RejectedRow(number, rows[number], tuple(reasons[number])) for number in sorted(reasons)),
        schema_changes=_schema_changes(shapes, frame, contract),
        out_of_range=_count_out_of_range(accepted, contract),
    )


def out_of_range(series: pd.Series, column: Column) -> NDArray[np.bool_]:
    """Which values (n,) lie outside the column's range; a missing value does not."""
    if column.kind == "date":
        low, high = (str(end) if end is not None else None for end in (column.min, column.max))
        codes, texts = pd.factorize(series.to_numpy(dtype=object), use_na_sentinel=True)
        # The last place stands for a missing value, whose code is -1.
        return np.array([*((low and text < low) or (high and text > high) for text in texts), False], dtype=bool)[codes]
    outside = np.zeros(len(series), dtype=bool)
    if column.is_number:
        numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
        if column.min is not None:
            outside |= numbers < column.min
        if column.max is not None:
            outside |= numbers > column.max
    return outside


def new_categories(batch: Profile, known: Profile | None) -> dict[str, list[str]]:
    """The categories by column that a batch brings and that no row before it had."""
    if known is None:
        return {}
    found = {
        name: sorted(set(counts) - set(known.categories.get(name, {}))) for name, counts in batch.categories.items()
    }
    return {name: values for name, values in found.items() if values}


def check_inputs(raw: Mapping[str, Any], contract: Contract) -> dict[str, Any]:
    """The typed values of one request for a prediction; an absent or null feature is None.

    Raises InputError with a sentence for each bad field: unknown, of the wrong type, outside its range.
    """
    problems = {str(name): f"{name} is no field of this form." for name in raw if name not in contract}
    values: dict[str, Any] = {}
    for column in contract.inputs:
        try:
            values[column.name] = _check_input(column, raw.get(column.name))
        except ValueError as error:
            problems[column.name] = f"{column.label} ({column.name}) {error}."
    if problems:
        raise InputError(" ".join(problems.values()), problems)
    return values


def _check_input(column: Column, raw: Any) -> Any:
    value = READERS[column.kind](raw, column)
    if value is None:
        return None
    low, high = (str(end) if column.kind == "date" and end is not None else end for end in (column.min, column.max))
    if (low is not None and value < low) or (high is not None and value > high):
        raise ValueError(f"must be {column.range_sentence()}{f' {column.unit}' if column.unit else ''}, got {raw!r}")
    return value


def _as_objects(
    rows: Sequence[Any], contract: Contract, reasons: Reasons
) -> tuple[Sequence[Mapping[str, Any]], set[tuple[str, ...]]]:
    """Every row as an object with clean keys, and which keys there are in which order.

    A row that is neither an object nor a list of the right length is rejected.
    """
    names, known = contract.names, frozenset(contract.names)
    if set(map(type, rows)) <= {dict}:
        shapes = set(map(tuple, rows))
        if all(known.issuperset(shape) for shape in shapes):
            return rows, shapes
    objects = [
        row if type(row) is dict and row.keys() <= known else _as_object(row, number, names, reasons)
        for number, row in enumerate(rows)
    ]
    return objects, set(map(tuple, objects))


def _as_object(row: Any, number: int, names: Sequence[str], reasons: Reasons) -> Mapping[str, Any]:
    if isinstance(row, Mapping):
        return {str(key).strip(): value for key, value in row.items()}
    if not isinstance(row, (list, tuple)):
        reasons[number].append(f"the row must be an object or a list, got {_short(row)}")
    elif len(row) != len(names):
        reasons[number].append(f"the row must have {len(names)} values, got {len(row)}")
    else:
        return dict(zip(names, row, strict=True))
    return dict.fromkeys(names)


def _pick(rows: Sequence[Mapping[str, Any]], column: Column, is_everywhere: bool, reasons: Reasons) -> Values:
    """The column's values as they came, None where one is absent: that costs the row its place if it is required."""
    if is_everywhere:
        return _objects(map(itemgetter(column.name), rows), len(rows))
    raw = [row.get(column.name, ABSENT) for row in rows]
    if column.required:
        for number, value in enumerate(raw):
            if value is ABSENT:
                reasons[number].append(f"{column.name} is absent")
    return _objects((None if value is ABSENT else value for value in raw), len(raw))


def _read_column(column: Column, raw: Values, reasons: Reasons) -> Any:
    kind = pd.api.types.infer_dtype(raw, skipna=True)
    if column.is_number:
        return _read_numbers(kind, column, raw, reasons)
    # As objects on purpose: pandas would copy texts into its own form, and out of it again at each use.
    return pd.Series(_read_texts(kind, column, raw, reasons), dtype=object)


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
    return _objects(_read_each(raw, column, reasons), len(raw))


def _read_codes(raw: Values, column: Column) -> Values | None:
    """As ``_read_distinct`` for codes that came as floats; None where one is not plainly a code: see the slow way."""
    places, distinct = pd.factorize(raw.astype(np.float64), use_na_sentinel=True)
    if not ((distinct >= 0) & (distinct < LARGEST_CODE) & (distinct == np.floor(distinct))).all():
        return None
    texts = [str(code).zfill(column.digits) for code in distinct.astype(np.int64).tolist()]
    if max(map(len, texts), default=0) > column.length:
        return None
    return _objects([*texts, None], len(texts) + 1)[places]


def _without_infinite(numbers: NDArray[np.float64], column: Column, reasons: Reasons) -> NDArray[np.float64]:
    for number in np.flatnonzero(np.isinf(numbers)):
        reasons[int(number)].append(f"{column.name} must be a finite number, got {numbers[number]}")
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
    values = _objects([*_read_each(distinct, column, problems), None], len(distinct) + 1)
    for code, sentences in problems.items():
        for number in np.flatnonzero(codes == code):
            reasons[int(number)].extend(sentences)
    return values[codes]


def _read_number(raw: Any, _: Column) -> float | None:
    if _is_missing(raw):
        return None
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        raise ValueError(f"must be a number, got {_short(raw)}")
    try:
        number = float(raw)
    except (ValueError, OverflowError):
        raise ValueError(f"must be a number, got {_short(raw)}") from None
    if not math.isfinite(number):
        raise ValueError(f"must be a finite number, got {_short(raw)}")
    return number


def _read_category(raw: Any, column: Column) -> str | None:
    if _is_missing(raw):
        return None
    if not isinstance(raw, str):
        raise ValueError(f"must be a text, got {_short(raw)}")
    return _fitting(raw.strip(), column)


def _read_identifier(raw: Any, column: Column) -> str | None:
    """Codes come as text or as floats; 6016.0, "6016" and "06016" are one five-digit code."""
    if _is_missing(raw):
        return None
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        raise ValueError(f"must be a code, got {_short(raw)}")
    if isinstance(raw, float):
        if not raw.is_integer():
            raise ValueError(f"must be a whole number or a text, got {_short(raw)}")
        raw = int(raw)
    text = str(raw).strip().removesuffix(".0")
    if text.isascii() and text.isdigit():
        text = str(int(text)).zfill(column.digits) if len(text) < 4000 else text
    return _fitting(text, column)


def _read_date(raw: Any, _: Column) -> str | None:
    if _is_missing(raw):
        return None
    try:
        return date.fromisoformat(str(raw).strip()[:10]).isoformat()
    except ValueError:
        raise ValueError(f"must be a date such as 2024-05-31, got {_short(raw)}") from None


READERS: dict[str, Callable[[Any, Column], Any]] = {
    "number": _read_number,
    "category": _read_category,
    "identifier": _read_identifier,
    "date": _read_date,
}


def _objects(values: Iterable[Any], count: int) -> Values:
    """An array (count,) of the values as they are, lists among them."""
    return np.fromiter(values, dtype=object, count=count)


def _fitting(text: str, column: Column) -> str:
    if len(text) > column.length:
        raise ValueError(f"must have at most {column.length} characters, got {len(text)}")
    return text


def _is_missing(raw: Any) -> bool:
    return raw is None or (isinstance(raw, float) and math.isnan(raw)) or (isinstance(raw, str) and not raw.strip())


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _schema_changes(shapes: Iterable[tuple[str, ...]], frame: pd.DataFrame, contract: Contract) -> tuple[str, ...]:
    seen = {name for shape in shapes for name in shape}
    absent = [f"column {name} is absent" for name in contract.names if seen and name not in seen]
    extra = [f"column {name[:60]} is new" for name in sorted(seen - set(contract.names))]
    empty = [
        f"column {name} has no values"
        for name in contract.names
        if name in seen and len(frame) and frame[name].isna().all()
    ]
    return (*absent, *extra, *empty)


def _count_out_of_range(frame: pd.DataFrame, contract: Contract) -> dict[str, int]:
    counts = {column.name: int(out_of_range(frame[column.name], column).sum()) for column in contract.columns}
    return {name: count for name, count in counts.items() if count}
