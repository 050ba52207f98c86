"""What a version leans on, in words and charts: over many rows, feature by feature, by cohort, for one row, and beside
another version."""

from console.widgets.reasons.choosing import choose_rows
from console.widgets.reasons.cohorts import show_cohorts
from console.widgets.reasons.documents import documents
from console.widgets.reasons.features import show_dependence, show_every_row, show_importance, show_verdict
from console.widgets.reasons.kept import reasons_of, show_check
from console.widgets.reasons.rows import show_row
from console.widgets.reasons.versions import show_agreement

__all__ = [
    "choose_rows",
    "documents",
    "reasons_of",
    "show_agreement",
    "show_check",
    "show_cohorts",
    "show_dependence",
    "show_every_row",
    "show_importance",
    "show_row",
    "show_verdict",
]
