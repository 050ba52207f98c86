"""How far a batch lies from what came before: changes, distributions, and a statistic over all batches."""

from console.charts.drift.categories import category_shares
from console.charts.drift.columns import changes_over_batches, distributions, quantile_lines
from console.charts.drift.heat import heat_map, references_map

__all__ = [
    "category_shares",
    "changes_over_batches",
    "distributions",
    "heat_map",
    "quantile_lines",
    "references_map",
]
