"""What the texts of a column are worth: numbers that trees can read in their place.

Of each text: the smoothed average of the target over its rows (target encoding: Micci-Barreca, A Preprocessing Scheme
for High-Cardinality Categorical Attributes, 2001), drawn to the average of what it lies in, as a ZIP code's to its
city's; what it adds where all else is equal; how many rows have it; and what these rows are, as those of a town of
large houses or of a broker of small lots.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.training.effects import effects, tenths

Matrix = NDArray[np.float64]
Codes = NDArray[np.intp]
# Numbers are of all folds but a row's own: near-duplicates of a row stay in them, the row itself does not.
FOLDS = 20
# Effects take a fit for each fold, so that there are fewer: several of the others together.
FOLDS_OF_EFFECTS = 5
# A text's average counts as if this many rows of the average that it is drawn to stood beside its own.
SMOOTHING = 3.0
# A text's levels count as if as many rows of the usual level stood beside its own.
SMOOTHING_OF_LEVELS = 1.0
# Of more numbers, levels would be most of what trees read.
MOST_NUMBERS_FOR_LEVELS = 6
# A column lies in another of fewer texts where this share of its rows has the text of the other that is usual there.
INSIDE = 0.9
# Above as many rows the effects would take longer than the fit itself, and make errors a few per cent smaller.
MANY_ROWS = 100_000


@dataclass(frozen=True)
class Column:
    """The texts of n rows: ``codes`` (n,) are places in ``distinct`` (k,)."""

    codes: Codes
    distinct: Sequence[str]

    def __len__(self) -> int:
        return len(self.distinct)


@dataclass(frozen=True)
class Learned:
    """The numbers of a column's texts: of all rows, and what each row may know of them (n, w).

    They are averages and, where that was asked for, effects and counts, each (k,), and of each number the level
    (k + 1,), the last that of a text that was never seen. ``otherwise`` is the overall average.
    """

    of_all_rows: tuple[Matrix, ...]
    out_of_fold: Matrix
    otherwise: float


def learn(
    columns: Mapping[str, Column], numbers: Sequence[Matrix], target: Matrix, folds: NDArray[np.int64], is_rich: bool
) -> dict[str, Learned]:
    """What each column's texts are worth; ``numbers`` (each (n,), with NaN) are all else, ``folds`` are below FOLDS.

    A row's own target is in none of its numbers. Those are averages alone where it is not ``is_rich``.
    """
    everything = np.zeros(len(target), dtype=np.intp)
    means = _sums(everything, folds, 1, target) / _sums(everything, folds, 1)
    tables: dict[str, tuple[Matrix, ...]]
    if is_rich:
        tables = _rich_tables(columns, numbers, target, folds, means)
    else:
        tables = {name: (_average(column, target, folds, means),) for name, column in columns.items()}
    return {
        name: Learned(
            of_all_rows=tuple(table[-1] for table in tables[name]),
            out_of_fold=np.column_stack([table[folds, column.codes] for table in tables[name]]),
            otherwise=float(means[-1, 0]),
        )
        for name, column in columns.items()
    }


def _rich_tables(
    columns: Mapping[str, Column], numbers: Sequence[Matrix], target: Matrix, folds: NDArray[np.int64], means: Matrix
) -> dict[str, tuple[Matrix, ...]]:
    """The numbers of each column: tables (FOLDS + 1, k) for the rows of all folds but one, and of all.

    They are averages, effects, counts, and levels, which have one text more.
    """
    averages: dict[str, Matrix] = {}
    for name in sorted(columns, key=lambda name: len(columns[name])):
        found = _parent(columns, name)
        drawn_to = means if found is None else averages[found[0]][:, found[1]]
        averages[name] = _average(columns[name], target, folds, means, drawn_to)
    codes = [column.codes for column in columns.values()]
    added = effects(codes, numbers, target, folds % FOLDS_OF_EFFECTS, FOLDS_OF_EFFECTS)
    places = [*(np.arange(FOLDS) % FOLDS_OF_EFFECTS), FOLDS_OF_EFFECTS]
    known = [(tenths(values), ~np.isnan(values)) for values in numbers if len(numbers) <= MOST_NUMBERS_FOR_LEVELS]
    return {
        name: (
            averages[name],
            effect[places],
            _counts(column),
            *(_levels(column, folds, tenth, is_known) for tenth, is_known in known),
        )
        for (name, column), effect in zip(columns.items(), added, strict=True)
    }


def _counts(column: Column) -> Matrix:
    """The rows of each text, but for one that is looked at itself."""
    found = np.bincount(column.codes).astype(np.float64)
    return np.vstack([*[found - 1] * FOLDS, found])


def _levels(column: Column, folds: NDArray[np.int64], tenth: Codes, is_known: NDArray[np.bool_]) -> Matrix:
    """In which tenth of a number's values the rows of a text lie, 0 to 9, on average (FOLDS + 1, k + 1).

    The last text is one without any row, for which the usual level of all rows stands.
    """
    count = len(column) + 1
    rows = _sums(column.codes, folds, count, is_known.astype(np.float64))
    total = _sums(column.codes, folds, count, np.where(is_known, tenth, 0.0))
    usual = total.sum(axis=1, keepdims=True) / np.maximum(rows.sum(axis=1, keepdims=True), 1)
    return np.asarray((total + SMOOTHING_OF_LEVELS * usual) / (rows + SMOOTHING_OF_LEVELS))


def _average(
    column: Column, target: Matrix, folds: NDArray[np.int64], means: Matrix, drawn_to: Matrix | None = None
) -> Matrix:
    """The smoothed averages (FOLDS + 1, k); the overall one of a text that is in no row."""
    counts = _sums(column.codes, folds, len(column))
    drawn_to = means if drawn_to is None else drawn_to
    found = (_sums(column.codes, folds, len(column), target) + SMOOTHING * drawn_to) / (counts + SMOOTHING)
    return np.where(counts > 0, found, means)


def _sums(codes: Codes, folds: NDArray[np.int64], count: int, weights: Matrix | None = None) -> Matrix:
    """Sums (FOLDS + 1, count) by code over the rows of all folds but one, and over all rows in the last."""
    own = np.bincount(folds * count + codes, weights, FOLDS * count).reshape(FOLDS, count).astype(np.float64)
    total = own.sum(axis=0)
    return np.vstack([total - own, total])


def _parent(columns: Mapping[str, Column], name: str) -> tuple[str, Codes] | None:
    """The column in which one lies, and which of its texts (k,) is usual beside each; of several, the finest."""
    inner = columns[name]
    for outer in sorted(columns, key=lambda other: len(columns[other]), reverse=True):
        if 1 < len(columns[outer]) < len(inner):
            usual, share = _usual(inner.codes, columns[outer])
            if share >= INSIDE:
                return outer, usual
    return None


def _usual(inner: Codes, outer: Column) -> tuple[Codes, float]:
    """The text of ``outer`` most frequent beside each inner code (k,), and the share of rows that have it."""
    pairs, rows = np.unique(inner * len(outer) + outer.codes, return_counts=True)
    order = np.lexsort((rows, pairs // len(outer)))
    inner_codes = (pairs // len(outer))[order]
    most = order[np.append(inner_codes[1:] != inner_codes[:-1], True)]
    return pairs[most] % len(outer), float(rows[most].sum() / len(inner))
