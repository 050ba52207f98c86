"""The parts of the drift page."""

from console.widgets.drift.categories import show_categories
from console.widgets.drift.columns import show_columns
from console.widgets.drift.downloads import show_downloads
from console.widgets.drift.parts import (
    first_batch,
    no_comparison,
    open_comparison,
    pick_reference,
    show_references,
    show_verdict,
)

__all__ = [
    "first_batch",
    "no_comparison",
    "open_comparison",
    "pick_reference",
    "show_categories",
    "show_columns",
    "show_downloads",
    "show_references",
    "show_verdict",
]
