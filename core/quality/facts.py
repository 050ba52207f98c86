"""Figures by column, from the exact profile of a batch and, where a profile has none, from its rows."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.checks import new_categories, out_of_range
from core.contract import Column, Contract
from core.drift import quantiles
from core.records import ColumnFacts, NumberProfile, Profile

# Tukey's "far out" (Exploratory Data Analysis, 1977): so many interquartile ranges beyond the quartiles.
FAR_OUT = 3.0


def column_facts(
    profile: Profile, frame: pd.DataFrame, contract: Contract, before: Profile | None
) -> tuple[ColumnFacts, ...]:
    """The figures of each column of the rows (n) in ``frame``, of which ``profile`` is the profile.

    ``before`` is the profile of all rows before them, None where there were none: then no category is new.
    """
    fresh = new_categories(profile, before)
    return tuple(
        _text_facts(profile.categories[column.name], column.name, profile.rows, fresh.get(column.name, []))
        if column.kind == "category"
        else _number_facts(profile.numbers[column.name], column)
        if column.is_number
        else _date_facts(frame[column.name], column)
        if column.kind == "date"
        else _code_facts(frame[column.name], column.name)
        for column in contract.columns
    )


def count_extreme(numbers: NumberProfile) -> int:
    """How many values lie more than three interquartile ranges below the lower or above the upper quartile.

    Where the quartiles are one number, nothing is said to be extreme: every other value would be.
    """
    if numbers.count == 0:
        return 0
    low, high = quantiles(numbers, (0.25, 0.75))
    spread = high - low
    if not spread > 0:
        return 0
    is_far = (numbers.values < low - FAR_OUT * spread) | (numbers.values > high + FAR_OUT * spread)
    return int(numbers.counts[is_far].sum())


def _number_facts(numbers: NumberProfile, column: Column) -> ColumnFacts:
    outside = out_of_range(pd.Series(numbers.values), column)
    return _ordered_facts(numbers, column.name, int(numbers.counts[outside].sum()))


def _date_facts(series: pd.Series, column: Column) -> ColumnFacts:
    codes, texts = pd.factorize(series.to_numpy(dtype=object), use_na_sentinel=True, sort=True)
    counts = _counts(codes, len(texts))
    days = texts.astype("datetime64[D]").astype(np.int64).astype(np.float64)
    outside = out_of_range(pd.Series(texts, dtype=object), column)
    numbers = NumberProfile(days, counts, int((codes < 0).sum()))
    return _ordered_facts(numbers, column.name, int(counts[outside].sum()))


def _ordered_facts(numbers: NumberProfile, name: str, outside: int) -> ColumnFacts:
    rows = numbers.count + numbers.missing
    if numbers.count == 0:
        return ColumnFacts(name, rows, numbers.missing, 0)
    ends = float(numbers.values[0]), float(numbers.values[-1])
    quartiles = [float(value) for value in quantiles(numbers, (0.25, 0.5, 0.75))]
    return ColumnFacts(
        column=name,
        rows=rows,
        missing=numbers.missing,
        distinct=len(numbers.values),
        smallest=ends[0],
        lower_quartile=quartiles[0],
        median=quartiles[1],
        upper_quartile=quartiles[2],
        largest=ends[1],
        out_of_range=outside,
        extreme=count_extreme(numbers),
    )


def _text_facts(counts: Mapping[str, int], name: str, rows: int, fresh: list[str]) -> ColumnFacts:
    new_rows = sum(counts[text] for text in fresh)
    return ColumnFacts(name, rows, rows - sum(counts.values()), len(counts), new_values=len(fresh), new_rows=new_rows)


def _code_facts(series: pd.Series, name: str) -> ColumnFacts:
    codes, texts = pd.factorize(series.to_numpy(dtype=object), use_na_sentinel=True)
    return ColumnFacts(name, len(series), int((codes < 0).sum()), len(texts))


def _counts(codes: NDArray[np.intp], length: int) -> NDArray[np.int64]:
    return np.bincount(codes[codes >= 0], minlength=length).astype(np.int64)
