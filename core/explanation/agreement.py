"""Two versions on the same rows: whether they say the same, and for the same reasons."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.explanation.cohorts import take
from core.records import Explanation, StoredReasons

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """Of each of n rows: the correlation of both versions' SHAP values over the features (NaN where one of them has
    none that differ), whether the largest reason is the same feature, and by how much the prediction differs, in the
    target's unit, the second version's less the first's."""

    correlation: Floats
    same_first: NDArray[np.bool_]
    difference: Floats

    def worst_first(self) -> NDArray[np.int64]:
        """The places of the rows, those whose predictions lie furthest apart first."""
        return np.argsort(-np.abs(self.difference), kind="stable")


def same_rows(one: StoredReasons, other: StoredReasons) -> tuple[StoredReasons, StoredReasons]:
    """The rows that both hold, in the order of the first."""
    _keys, places, others = np.intersect1d(one.keys, other.keys, return_indices=True)
    order = np.argsort(places)
    return take(one, places[order]), take(other, others[order])


def agreement(one: Explanation, other: Explanation) -> Agreement:
    """How far two explanations of the same rows agree; a feature that one version does not read has no part there."""
    names = list(dict.fromkeys((*one.features, *other.features)))
    first, second = (_values(explanation, names) for explanation in (one, other))
    return Agreement(
        _correlation(first, second),
        np.abs(first).argmax(axis=1) == np.abs(second).argmax(axis=1),
        other.predictions - one.predictions,
    )


def _values(explanation: Explanation, names: list[str]) -> Floats:
    frame = pd.DataFrame(explanation.values, columns=list(explanation.features))
    return frame.reindex(columns=names, fill_value=0.0).to_numpy()


def _correlation(first: Floats, second: Floats) -> Floats:
    """Pearson's correlation (n,) of each row of two matrices (n, p)."""
    first, second = (values - values.mean(axis=1, keepdims=True) for values in (first, second))
    spread = np.sqrt((first**2).sum(axis=1) * (second**2).sum(axis=1))
    both = (first * second).sum(axis=1)
    found = np.divide(both, spread, out=np.full(len(both), np.nan), where=spread > 0)
    return np.asarray(found.clip(-1.0, 1.0), dtype=np.float64)
