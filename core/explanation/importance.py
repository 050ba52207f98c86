"""Which features a version leans on, and how that differs from another one."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from core.records import Explanation


def importance(explanation: Explanation) -> pd.Series:
    """The mean absolute SHAP value of each feature, in the target's unit, the largest first."""
    sizes = np.abs(explanation.values).mean(axis=0)
    found = pd.Series(sizes, index=list(explanation.features), dtype=np.float64)
    return found.sort_values(ascending=False, kind="stable")


def importance_changes(before: Explanation, after: Explanation, most: int | None = 5) -> pd.DataFrame:
    """The features whose share of all importance (0 to 1) differs most between two versions, the largest change first.

    Columns ``before``, ``after`` and ``change``, and the places ``place_before`` and ``place_after`` (from 1, NaN
    where that version does not read the feature); the index holds the features. Shares, because each version may
    have been explained on rows of its own time.
    """
    found = {"before": importance(before), "after": importance(after)}
    frame = pd.DataFrame({name: sizes / (sizes.sum() or 1.0) for name, sizes in found.items()}).fillna(0.0)
    frame["change"] = frame["after"] - frame["before"]
    for name, sizes in found.items():
        frame[f"place_{name}"] = pd.Series(np.arange(1.0, len(sizes) + 1), index=sizes.index)
    return frame.loc[frame["change"].abs().sort_values(ascending=False, kind="stable").index[:most]]


def leaning(before: Sequence[str], after: Sequence[str], most: int = 3) -> list[tuple[str, str | None]]:
    """The first features of ``after``, each with the one that ``before`` has in its place, None where it is the same.

    Both are features with the most important first.
    """
    old = [*before[:most], *[None] * most]
    return [(name, was if was != name else None) for name, was in zip(after[:most], old, strict=False)]
