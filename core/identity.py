"""Who a row is: the hash of its content, and the property that it belongs to."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.contract import SPLITS, Contract


def row_hashes(frame: pd.DataFrame, contract: Contract) -> NDArray[np.int64]:
    """A 64-bit hash (n,) of each whole row of typed values; equal rows have equal hashes, in every batch.

    BLAKE2b over the binary form of the row: numbers as float64, texts by a hash of their own. Two different rows
    share a hash with a chance of n² / 2⁶⁵: one in ten million for 2.2 million rows.
    """
    return _hash_columns([_bits(frame[column.name], column.is_number) for column in contract.columns])


def property_hashes(frame: pd.DataFrame, contract: Contract) -> NDArray[np.int64]:
    """A 64-bit hash (n,) of the property of each row: the contract's ``group`` columns, upper and lower case alike."""
    return _hash_columns([_bits(frame[name], contract[name].is_number, fold=True) for name in contract.group])


def splits(hashes: NDArray[np.int64], contract: Contract) -> NDArray[np.str_]:
    """The split (n,) of each row by its property's hash: the same for ever, whatever else is stored."""
    places = hashes.view(np.uint64) / 2.0**64
    edges = np.cumsum([contract.split[name] for name in SPLITS])[:-1]
    return np.asarray(SPLITS)[np.searchsorted(edges, places, side="right")]


def fingerprint(hashes: NDArray[np.int64]) -> str:
    """SHA-256 of a set of rows by their hashes, in whatever order they come."""
    return hashlib.sha256(np.sort(hashes).tobytes()).hexdigest()


def _hash_columns(columns: Sequence[NDArray[np.int64]]) -> NDArray[np.int64]:
    table = np.ascontiguousarray(np.column_stack(columns))
    return _digests([row.tobytes() for row in table])


def _bits(series: pd.Series, is_number: bool, fold: bool = False) -> NDArray[np.int64]:
    """The 64 bits (n,) that stand for each value; all missing values are alike, and so are 0 and -0."""
    if is_number:
        numbers = series.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0
        return np.where(np.isnan(numbers), np.nan, numbers).view(np.int64)
    codes, texts = pd.factorize(series.to_numpy(dtype=object), use_na_sentinel=True)
    words = [text.casefold() if fold else text for text in texts]
    hashed = _digests([b"t" + word.encode() for word in words])
    return np.append(hashed, _digests([b"missing"]))[codes]


def _digests(contents: Sequence[bytes]) -> NDArray[np.int64]:
    blake = hashlib.blake2b
    return np.frombuffer(b"".join([blake(content, digest_size=8).digest() for content in contents]), dtype="<i8")
