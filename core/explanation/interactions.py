"""On which other feature the part of one depends."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.records import Explanation

Floats = NDArray[np.float64]
GROUPS = 10
LEAST_ROWS = 5


def interactions(explanation: Explanation, feature: str) -> pd.Series:
    """How much each other feature tells of the part that ``feature`` has, the one that tells most first.

    Rows with about the same value of the feature do not all have the same part: what is left is due to other features.
    The share (0 to 1) of that variance which a straight line over another feature's levels explains, group by group:
    sum of cov² / var(levels) over sum of var(parts). It is the idea of shap's ``approximate_interactions`` with groups
    of alike values in place of windows, so that texts can take part.
    """
    place = explanation.features.index(feature)
    parts = explanation.values[:, place]
    groups = _groups(explanation.data[feature])
    left = _centred(parts, groups)
    found = {name: _share(left, levels(explanation, name), groups) for name in explanation.features if name != feature}
    return pd.Series(found, dtype=np.float64).sort_values(ascending=False, kind="stable")


def levels(explanation: Explanation, feature: str) -> Floats:
    """Each row's value (n,) from low (0) to high (1): numbers by their rank, texts by the mean part that they have.

    A missing number lies in the middle.
    """
    values = explanation.data[feature]
    if not pd.api.types.is_numeric_dtype(values):
        parts = pd.Series(explanation.values[:, explanation.features.index(feature)], index=values.index)
        values = parts.groupby(values).transform("mean")
    return np.asarray(values.rank(pct=True).fillna(0.5), dtype=np.float64)


def _groups(values: pd.Series) -> NDArray[np.int64]:
    """Rows (n,) with about the same value by a number; -1 for those that are alone with theirs."""
    if pd.api.types.is_numeric_dtype(values):
        codes = pd.qcut(values.rank(), GROUPS, labels=False, duplicates="drop").fillna(GROUPS)
        groups = codes.to_numpy(dtype=np.int64)
    else:
        groups = pd.factorize(values, use_na_sentinel=False)[0]
    sizes = np.bincount(groups)
    return np.where(sizes[groups] >= LEAST_ROWS, groups, -1)


def _centred(values: Floats, groups: NDArray[np.int64]) -> Floats:
    """Values less the mean of their group; 0 where there is no group."""
    means = pd.Series(values).groupby(groups).transform("mean").to_numpy()
    return np.where(groups >= 0, values - means, 0.0)


def _share(left: Floats, level: Floats, groups: NDArray[np.int64]) -> float:
    level = _centred(level, groups)
    sums = pd.DataFrame({"both": left * level, "level": level**2}).groupby(groups).sum()
    explained = np.divide(sums["both"] ** 2, sums["level"], out=np.zeros(len(sums)), where=sums["level"] > 1e-12)
    total = float((left**2).sum())
    return float(np.sum(explained)) / total if total > 0 else 0.0
