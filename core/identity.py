"""Who a row is: the hash of its content, and the property that it belongs to."""

import hashlib
import struct
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.contract import SPLITS, Contract

# The constants of SplitMix64: the step of Steele, Lea and Flood (2014), the finaliser of Stafford (2011, variant 13).
STEP = np.uint64(0x9E3779B97F4A7C15)
FIRST_FACTOR, SECOND_FACTOR = np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB)
FIRST_SHIFT, SECOND_SHIFT, THIRD_SHIFT = np.uint64(30), np.uint64(27), np.uint64(31)
WHOLE = (1 << 64) - 1


def row_hashes(frame: pd.DataFrame, contract: Contract) -> NDArray[np.int64]:
    """A 64-bit hash (n,) of each whole row of typed values; equal rows have equal hashes, in every batch and for ever.

    Each value stands for 64 bits (a number for its float64, a text for its BLAKE2b), and the columns are chained by
    the finaliser of SplitMix64. Every link is one-to-one, so rows that differ in one number alone never share a hash;
    any n different rows hold a pair that does with a chance of n² / 2⁶⁵: one in ten million for 2.2 million rows.
    That is no seal: somebody who makes up a feed's rows can make two that collide, and loses the second of them.
    """
    return both_hashes(frame, contract)[0]


def property_hashes(frame: pd.DataFrame, contract: Contract) -> NDArray[np.int64]:
    """A 64-bit hash (n,) of the property of each row: the contract's ``group`` columns, upper and lower case alike."""
    return _chain([_bits(frame[name], contract[name].is_number, True)[1] for name in contract.group], len(frame))


def both_hashes(frame: pd.DataFrame, contract: Contract) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """``row_hashes`` and ``property_hashes`` for the price of the first."""
    bits = {c.name: _bits(frame[c.name], c.is_number, c.name in contract.group) for c in contract.columns}
    rows = _chain([exact for exact, _ in bits.values()], len(frame))
    return rows, _chain([bits[name][1] for name in contract.group], len(frame))


def property_hash(values: Mapping[str, Any], contract: Contract) -> int | None:
    """As ``property_hashes``, for the typed values of one row; None where one of the ``group`` columns is missing, so
    that it names no property."""
    chained = 0
    for name in contract.group:
        value = values.get(name)
        if value is None or value == "" or value != value:
            return None
        if contract[name].is_number:
            bits = int.from_bytes(struct.pack("<d", float(value) + 0.0), "little")
        else:
            digest = hashlib.blake2b(b"t" + str(value).casefold().encode(), digest_size=8).digest()
            bits = int.from_bytes(digest, "little")
        chained = _mixed_one((chained + int(STEP) & WHOLE) ^ bits)
    return chained - (1 << 64) if chained >> 63 else chained


def names_property(frame: pd.DataFrame, contract: Contract) -> NDArray[np.bool_]:
    """Which rows (n,) have a value in each of the ``group`` columns, and so name one property."""
    columns = [frame[name] for name in contract.group]
    named = [(column.notna() & (column != "")).to_numpy(dtype=bool) for column in columns]
    return np.asarray(np.logical_and.reduce(named))


def splits(hashes: NDArray[np.int64], contract: Contract) -> NDArray[np.str_]:
    """The split (n,) of each row by its property's hash: the same for ever, whatever else is stored."""
    places = hashes.view(np.uint64) / 2.0**64
    edges = np.cumsum([contract.split[name] for name in SPLITS])[:-1]
    return np.asarray(SPLITS)[np.searchsorted(edges, places, side="right")]


def fingerprint(hashes: NDArray[np.int64]) -> str:
    """SHA-256 of a set of rows by their hashes, in whatever order they come."""
    return hashlib.sha256(np.sort(hashes).tobytes()).hexdigest()


def _chain(columns: Sequence[NDArray[np.uint64]], count: int) -> NDArray[np.int64]:
    """One hash (count,) of the values side by side: the order of the columns counts."""
    chained = np.zeros(count, dtype=np.uint64)
    for bits in columns:
        chained = _mixed((chained + STEP) ^ bits)
    return chained.view(np.int64)


def _mixed(bits: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """The finaliser of SplitMix64: one-to-one, and each bit of what goes in flips about half of those that come out."""
    bits = (bits ^ (bits >> FIRST_SHIFT)) * FIRST_FACTOR
    bits = (bits ^ (bits >> SECOND_SHIFT)) * SECOND_FACTOR
    return bits ^ (bits >> THIRD_SHIFT)


def _mixed_one(bits: int) -> int:
    """The same of one number below 2**64."""
    bits = (bits ^ (bits >> int(FIRST_SHIFT))) * int(FIRST_FACTOR) & WHOLE
    bits = (bits ^ (bits >> int(SECOND_SHIFT))) * int(SECOND_FACTOR) & WHOLE
    return bits ^ (bits >> int(THIRD_SHIFT))


def _bits(series: pd.Series, is_number: bool, is_group: bool) -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The 64 bits (n,) that stand for each value, and those (n,) that mind no case (the first again outside a group).

    All missing values are alike, and so are 0 and -0.
    """
    if is_number:
        numbers = series.to_numpy(dtype=np.float64, na_value=np.nan) + 0.0
        bits = np.where(np.isnan(numbers), np.nan, numbers).view(np.uint64)
        return bits, bits
    codes, texts = pd.factorize(series.to_numpy(dtype=object), use_na_sentinel=True)
    exact = np.append(_digests(texts, b"t"), _digests([""], b"missing"))
    bits = exact[codes]
    return bits, _folded(exact, texts)[codes] if is_group else bits


def _folded(exact: NDArray[np.uint64], texts: Iterable[str]) -> NDArray[np.uint64]:
    """The digests of the texts in lower case, from those of the texts as they are."""
    # Case is folded character by character, so what it leaves of them all together it leaves of each.
    together = "".join(texts)
    if together.casefold() == together:
        return exact
    changed = {place: word for place, text in enumerate(texts) if (word := text.casefold()) != text}
    folded = exact.copy()
    folded[list(changed)] = _digests(changed.values(), b"t")
    return folded


def _digests(words: Iterable[str], prefix: bytes) -> NDArray[np.uint64]:
    blake = hashlib.blake2b
    content = b"".join([blake(prefix + word.encode(), digest_size=8).digest() for word in words])
    return np.frombuffer(content, dtype="<u8").astype(np.uint64)
