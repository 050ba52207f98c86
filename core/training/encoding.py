"""Features as the matrix that a regressor reads."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.contract import Contract
from core.training.texts import FOLDS, Column, Learned, learn

Matrix = NDArray[np.float64]
MOST_NUMBERS_FOR_RATIOS = 6
# Trees hold their matrix in single precision, which ends at 3.4e38.
LARGEST = 1e30


@dataclass
class TextCodes:
    """What is known of the texts of one column: ``texts`` (k,) ascending, and of each the numbers (k,) that follow.

    ``averages`` of the target, ``effects`` on it where all else is equal, and ``counts`` of rows; ``otherwise`` is the
    overall average. ``levels`` (k + 1, p) say what the rows of a text are in p numbers, the last those of a text that
    was never seen. Models that were fitted on very many rows, or by an earlier release, have averages alone.
    """

    texts: NDArray[np.str_]
    averages: Matrix
    otherwise: float
    effects: Matrix | None = None
    counts: Matrix | None = None
    levels: Matrix | None = None

    @property
    def columns(self) -> Matrix:
        """The numbers (k + 1, w) of each text; the last row is of a text that was never seen."""
        known = [self.averages, *(each for each in (self.effects, self.counts) if each is not None)]
        unseen = [self.otherwise, *(0.0 for _ in known[1:])]
        found = np.vstack([np.column_stack(known), unseen])
        return found if self.levels is None else np.hstack([found, self.levels])

    def lookup(self, values: "pd.Series[Any]") -> Matrix:
        """The numbers (n, w) of each text."""
        codes, distinct = pd.factorize(values, use_na_sentinel=False)
        words = np.asarray([str(word) for word in distinct], dtype=str)
        places = np.minimum(np.searchsorted(self.texts, words), len(self.texts) - 1)
        found = self.columns[np.where(self.texts[places] == words, places, len(self.texts))]
        return np.asarray(found[codes], dtype=np.float64)


@dataclass
class Encoder:
    """Turns features into numbers, each of them made from one or two features.

    Numbers and dates stay as they are, and pairs of numbers add their ratio. A text becomes what is learned of it in
    ``core.training.texts``; a code of a fixed number of digits (near codes are near in the world) is a number too.
    """

    numbers: tuple[str, ...]
    codes: tuple[str, ...]
    texts: tuple[str, ...]
    ratios: tuple[tuple[str, str], ...]
    tables: dict[str, TextCodes] = field(default_factory=dict)

    @property
    def sources(self) -> tuple[tuple[str, ...], ...]:
        """For each column of the matrix, the features that it is made from; known once it is fitted."""
        singles = [*self.numbers, *self.codes]
        texts = [(name,) for name in self.texts for _ in self.tables[name].columns[0]]
        return (*((name,) for name in singles), *self.ratios, *texts)

    def fit_transform(self, frame: pd.DataFrame, target: Matrix, seed: int, is_rich: bool = True) -> Matrix:
        """Learn from ``target`` (n,) what the texts are worth, and give the matrix (n, d) to fit a regressor on.

        A row's own target is in none of its numbers: they are of the other folds (out of fold), as the regressor
        would otherwise read the answer there. ``transform`` uses the numbers of all rows. Without ``is_rich`` a text is
        its average alone.
        """
        self._leave_out_empty(frame)
        folds = np.random.default_rng(seed).permutation(len(frame)) % FOLDS
        texts = {name: _column(frame[name]) for name in self.texts}
        numbers = [frame[name].to_numpy(dtype=np.float64, na_value=np.nan) for name in self.numbers]
        learned = learn(texts, numbers, target, folds, is_rich)
        self.tables = {name: _table(texts[name], learned[name]) for name in self.texts}
        return np.column_stack([*self._number_columns(frame), *(learned[name].out_of_fold for name in self.texts)])

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


def _column(values: "pd.Series[Any]") -> Column:
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    return Column(codes, [str(word) for word in distinct])


def _table(column: Column, learned: Learned) -> TextCodes:
    words = np.asarray(column.distinct, dtype=str)
    order = np.argsort(words)
    found, levels = learned.of_all_rows[:3], learned.of_all_rows[3:]
    averages, *others = (each[order] for each in found)
    codes = TextCodes(words[order], averages, learned.otherwise, *others)
    if levels:
        codes.levels = np.column_stack(levels)[[*order, -1]]
    return codes


def _ratio(over: Matrix, under: Matrix) -> Matrix:
    empty: Matrix = np.full(len(over), np.nan)
    with np.errstate(over="ignore"):
        return np.asarray(np.divide(over, under, out=empty, where=under > 0), dtype=np.float64)


def _code_numbers(values: "pd.Series[Any]") -> Matrix:
    """A code's digits as a number (n,); NaN where it has others than digits."""
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    numbers = [float(word) if str(word).isdecimal() else np.nan for word in distinct]
    return np.asarray(numbers, dtype=np.float64)[codes]
