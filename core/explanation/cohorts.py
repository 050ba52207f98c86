"""Parts of the explained rows: cohorts of the contract's segment column, bands of the target, batches."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.comparison.segments import Division, bands, cohorts
from core.explanation.importance import importance
from core.records import LabelledRows, Segment, StoredReasons

# Of a cohort with fewer rows a mean says more of its rows than of the cohort.
LEAST_ROWS = 10
KINDS = ("cohort", "band", "batch")


def divide(stored: StoredReasons, kind: str) -> Division:
    """The rows (n) by cohort (the largest first), by band of the true value or by batch, as ``kind`` says."""
    if kind == "cohort":
        return cohorts(LabelledRows(stored.explanation.data, stored.target, stored.segments), LEAST_ROWS)
    if kind == "band":
        return bands(stored.target)
    keys, places, counts = np.unique(stored.batches, return_inverse=True, return_counts=True)
    return Division(
        tuple(Segment("batch", str(key), int(count)) for key, count in zip(keys, counts, strict=True)), places
    )


def take(stored: StoredReasons, rows: NDArray[Any]) -> StoredReasons:
    """Some of the rows, by their places or by a mark for each."""
    whole = stored.explanation
    explanation = replace(
        whole,
        base=whole.base[rows],
        values=whole.values[rows],
        data=whole.data.iloc[rows].reset_index(drop=True),
        predictions=whole.predictions[rows],
    )
    names = ("keys", "target", "segments", "batches")
    return replace(stored, explanation=explanation, **{name: getattr(stored, name)[rows] for name in names})


def importances(stored: StoredReasons, division: Division) -> pd.DataFrame:
    """The mean absolute SHAP value of each feature (the columns) in each part of the division (the index, by name).

    The features come in the order that they have over all rows.
    """
    sizes = np.abs(stored.explanation.values)
    found = [sizes[division.places == place].mean(axis=0) for place in range(len(division.segments))]
    names, features = [segment.name for segment in division.segments], list(stored.explanation.features)
    frame = pd.DataFrame(np.reshape(found, (len(names), len(features))), index=names, columns=features)
    return frame[importance(stored.explanation).index]
