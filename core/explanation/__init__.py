"""Why a model says what it says: SHAP values in the target's unit over the features that a reader knows."""

from core.explanation.reasons import explain, forest_of, importance, importance_changes, sample_rows, to_unit
from core.explanation.storing import explanation_from_bytes, explanation_to_bytes

__all__ = [
    "explain",
    "explanation_from_bytes",
    "explanation_to_bytes",
    "forest_of",
    "importance",
    "importance_changes",
    "sample_rows",
    "to_unit",
]
