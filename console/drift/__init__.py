"""What is said of a comparison, on its page and in its report: the facts together, in words and in tables."""

from console.drift.comparison import Comparison, columns_by_severity
from console.drift.tables import (
    categories_table,
    columns_table,
    quantiles_table,
    references_table,
    statistics_table,
)
from console.drift.verdict import Verdict, against, verdict
from console.drift.words import (
    certainty,
    change_text,
    change_with_interval,
    how_sure,
    interval_text,
    missing_words,
    names_with_rows,
    new_and_vanished,
    reference_name,
    stability_text,
    statistic_name,
)

__all__ = [
    "Comparison",
    "Verdict",
    "against",
    "categories_table",
    "certainty",
    "change_text",
    "change_with_interval",
    "columns_by_severity",
    "columns_table",
    "how_sure",
    "interval_text",
    "missing_words",
    "names_with_rows",
    "new_and_vanished",
    "quantiles_table",
    "reference_name",
    "references_table",
    "stability_text",
    "statistic_name",
    "statistics_table",
    "verdict",
]
