"""The rows of a place in short form: the columns that are compared, packed."""

import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

import numpy as np
import orjson
import pandas as pd

from core.contract import Contract

# Level 1 takes a third of the time of zlib's default and leaves a tenth more bytes.
LEVEL = 1
OPTIONS = orjson.OPT_SERIALIZE_NUMPY
ROW_NUMBER = "row_number"


@dataclass(frozen=True)
class Part:
    """The packed rows of one place in one batch; ``place`` is the value of the widest column of the hierarchy."""

    place: str
    rows: int
    content: bytes


def columns_of(contract: Contract) -> tuple[str, ...]:
    """The columns that a part holds beside the row number: narrower places, what is compared, and the target."""
    named = (*contract.hierarchy[1:], *(column.name for column in contract.compared), contract.target)
    return tuple(dict.fromkeys(named))


def parts_of(frame: pd.DataFrame, contract: Contract) -> Iterator[Part]:
    """Typed rows, with their row number as the index, as a part for each place; one part where there are no places."""
    if frame.empty:
        return
    codes, places = _places(frame, contract)
    order = np.argsort(codes, kind="stable")
    ends = np.searchsorted(codes[order], np.arange(len(places) + 1))
    columns = {ROW_NUMBER: frame.index.to_numpy()[order]}
    columns |= {name: frame[name].to_numpy()[order] for name in columns_of(contract)}
    for place, (start, end) in enumerate(pairwise(ends)):
        content = {name: _plain(values[start:end]) for name, values in columns.items()}
        yield Part(places[place], int(end - start), zlib.compress(orjson.dumps(content, option=OPTIONS), LEVEL))


def from_bytes(content: bytes) -> dict[str, list[Any]]:
    """The columns of a part."""
    return dict(orjson.loads(zlib.decompress(content)))


def rows_of(parts: Sequence[tuple[int, Mapping[str, Sequence[Any]]]], contract: Contract) -> pd.DataFrame:
    """The rows of parts, each with the key of its batch, as one frame, without those that repeat an earlier one.

    Columns ``batch_id``, ``row_number`` and those of ``columns_of``: numbers float64, texts categorical. A column that
    a part does not have, because the contract changed since, is missing in its rows.
    """
    sizes = [len(part[ROW_NUMBER]) for _, part in parts]
    columns: dict[str, Any] = {"batch_id": np.repeat([batch for batch, _ in parts], sizes).astype(np.int64)}
    for name in (ROW_NUMBER, *columns_of(contract)):
        found = (part.get(name, [None] * size) for (_, part), size in zip(parts, sizes, strict=True))
        values = list(chain.from_iterable(found))
        is_text = name in contract and not contract[name].is_number
        columns[name] = pd.Categorical(values) if is_text else np.array(values, dtype=np.float64)
    frame = pd.DataFrame(columns).astype({ROW_NUMBER: np.int64})
    return frame.drop_duplicates(list(columns_of(contract)), ignore_index=True)


def _places(frame: pd.DataFrame, contract: Contract) -> tuple[Any, list[str]]:
    if not contract.hierarchy:
        return np.zeros(len(frame), dtype=np.int64), [""]
    codes, places = pd.factorize(frame[contract.hierarchy[0]].to_numpy(dtype=object), use_na_sentinel=False)
    return codes, ["" if place is None or place != place else str(place) for place in places]


def _plain(values: Any) -> Any:
    return values if values.dtype.kind in "fi" else [None if value != value else value for value in values.tolist()]
