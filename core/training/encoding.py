"""Features as the matrix that a regressor reads."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.contract import Contract

Matrix = NDArray[np.float64]
# Averages of this many folds: near-duplicates of a row stay in its statistics, the row itself does not.
FOLDS = 20
# A category's average counts as if this many rows of the overall average stood beside its own.
SMOOTHING = 3.0
MOST_NUMBERS_FOR_RATIOS = 6
# Trees hold their matrix in single precision, which ends at 3.4e38.
LARGEST = 1e30


@dataclass
class TextCodes:
    """The average target by the texts of one column: ``texts`` (k,) ascending, ``averages`` (k,)."""

    texts: NDArray[np.str_]
    averages: Matrix
    otherwise: float

    def lookup(self, values: "pd.Series[Any]") -> Matrix:
        """The average (n,) of each text; the overall average of a text that was never seen."""
        codes, distinct = pd.factorize(values, use_na_sentinel=False)
        words = np.asarray([str(word) for word in distinct], dtype=str)
        places = np.minimum(np.searchsorted(self.texts, words), len(self.texts) - 1)
        found = np.where(self.texts[places] == words, self.averages[places], self.otherwise)
        return np.asarray(found[codes], dtype=np.float64)


@dataclass
class Encoder:
    """Turns features into numbers, each of them made from one or two features.

    Numbers and dates stay as they are, and pairs of numbers add their ratio. A text becomes the smoothed average of
    the target over its rows; a code of a fixed number of digits (near codes are near in the world) is a number too.
    """

    numbers: tuple[str, ...]
    codes: tuple[str, ...]
    texts: tuple[str, ...]
    ratios: tuple[tuple[str, str], ...]
    tables: dict[str, TextCodes] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[tuple[str, ...], ...]:
        """For each column of the matrix, the features that it is made from."""
        singles = [*self.numbers, *self.codes]
        return (*((name,) for name in singles), *self.ratios, *((name,) for name in self.texts))

    def fit_transform(self, frame: pd.DataFrame, target: Matrix, seed: int) -> Matrix:
        """Learn the averages of ``target`` (n,) and give the matrix (n, d) to fit a regressor on.

        A row's own target is in none of its averages: they are of the other folds (out of fold), as the regressor
        would otherwise read the answer there. ``transform`` uses the averages of all rows.
        """
        self._leave_out_empty(frame)
        folds = np.random.default_rng(seed).permutation(len(frame)) % FOLDS
        columns = []
        for name in self.texts:
            codes, distinct = pd.factorize(frame[name], use_na_sentinel=False)
            self.tables[name] = _table(distinct, codes, target)
            columns.append(_out_of_fold(codes, target, folds))
        return np.column_stack([*self._number_columns(frame), *columns])

    def transform(self, frame: pd.DataFrame) -> Matrix:
        """The matrix (n, d) of features as ``core.cleaning.to_features`` makes them."""
        texts = [self.tables[name].lookup(frame[name]) for name in self.texts]
        return np.column_stack([*self._number_columns(frame), *texts])

    def _leave_out_empty(self, frame: pd.DataFrame) -> None:
        """Forget what has no value in any row: a regressor cannot be fitted on it."""
        names = [*self.numbers, *self.codes, *self.ratios]
        known = {
            name for name, values in zip(names, self._number_columns(frame), strict=True) if np.isfinite(values).any()
        }
        self.ratios = tuple(pair for pair in self.ratios if pair in known)
        self.numbers = tuple(name for name in self.numbers if name in known)
        self.codes = tuple(name for name in self.codes if name in known)

    def _number_columns(self, frame: pd.DataFrame) -> list[Matrix]:
        numbers = {name: frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in self.numbers}
        codes = [_code_numbers(frame[name]) for name in self.codes]
        ratios = [_ratio(numbers[over], numbers[under]) for over, under in self.ratios]
        return [np.clip(values, -LARGEST, LARGEST) for values in (*numbers.values(), *codes, *ratios)]


def encoder_for(contract: Contract) -> Encoder:
    """An encoder, not fitted yet, for the features of a contract."""
    features = contract.features
    quantities = [column.name for column in features if column.is_number]
    pairs = combinations(quantities, 2) if len(quantities) <= MOST_NUMBERS_FOR_RATIOS else ()
    return Encoder(
        numbers=tuple(column.name for column in features if not column.is_text),
        codes=tuple(column.name for column in features if column.is_text and column.digits),
        texts=tuple(column.name for column in features if column.is_text),
        ratios=tuple((second, first) for first, second in pairs),
    )


def shares(sources: Sequence[Sequence[str]], features: Sequence[str]) -> Matrix:
    """Which part (d, p) of each matrix column belongs to each feature: a column of two features is halved."""
    places = {name: place for place, name in enumerate(features)}
    table = np.zeros((len(sources), len(features)))
    for row, names in enumerate(sources):
        for name in names:
            table[row, places[name]] = 1 / len(names)
    return table


def _table(distinct: Iterable[Any], codes: NDArray[np.intp], target: Matrix) -> TextCodes:
    mean = float(target.mean())
    sums, counts = np.bincount(codes, target), np.bincount(codes)
    words = np.asarray([str(word) for word in distinct], dtype=str)
    order = np.argsort(words)
    return TextCodes(words[order], _smoothed(sums, counts, mean)[order], mean)


def _out_of_fold(codes: NDArray[np.intp], target: Matrix, folds: NDArray[np.int64]) -> Matrix:
    """The average (n,) of each row's text over the rows of the other folds."""
    cells = codes * FOLDS + folds
    sums, counts = np.bincount(codes, target), np.bincount(codes)
    others = sums[codes] - np.bincount(cells, target)[cells]
    return _smoothed(others, counts[codes] - np.bincount(cells)[cells], float(target.mean()))


def _smoothed(sums: NDArray[Any], counts: NDArray[Any], mean: float) -> Matrix:
    return np.asarray((sums + SMOOTHING * mean) / (counts + SMOOTHING), dtype=np.float64)


def _ratio(over: Matrix, under: Matrix) -> Matrix:
    empty: Matrix = np.full(len(over), np.nan)
    with np.errstate(over="ignore"):
        return np.asarray(np.divide(over, under, out=empty, where=under > 0), dtype=np.float64)


def _code_numbers(values: "pd.Series[Any]") -> Matrix:
    """A code's digits as a number (n,); NaN where it has others than digits."""
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    numbers = [float(word) if str(word).isdecimal() else np.nan for word in distinct]
    return np.asarray(numbers, dtype=np.float64)[codes]
