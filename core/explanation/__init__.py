"""Why a model says what it says: SHAP values in the target's unit over the features that a reader knows."""

from core.explanation.agreement import Agreement, agreement, same_rows
from core.explanation.checking import inner_problem, outer_problem
from core.explanation.cohorts import KINDS, divide, importances, take
from core.explanation.importance import importance, importance_changes, leaning
from core.explanation.interactions import interactions, levels
from core.explanation.picking import CONDITIONS, order_rows
from core.explanation.reasons import agrees, explain, forest_of, most_rows, to_unit
from core.explanation.sampling import sample_places
from core.explanation.storing import reasons_from_bytes, reasons_to_bytes

__all__ = [
    "CONDITIONS",
    "KINDS",
    "Agreement",
    "agreement",
    "agrees",
    "divide",
    "explain",
    "forest_of",
    "importance",
    "importance_changes",
    "importances",
    "inner_problem",
    "interactions",
    "leaning",
    "levels",
    "most_rows",
    "order_rows",
    "outer_problem",
    "reasons_from_bytes",
    "reasons_to_bytes",
    "same_rows",
    "sample_places",
    "take",
    "to_unit",
]
