"""Pieces that pages share."""

from console.widgets.held import held_panel
from console.widgets.languages import language_switch
from console.widgets.panels import empty_panel, error_panel, escaped, figure, heading, numbers, tabs, verdict
from console.widgets.pickers import batch_picker, pager, pick, pick_button, version_picker
from console.widgets.quality import show_columns, show_quality, show_volume
from console.widgets.quality_rows import show_rejected, show_stored
from console.widgets.rules import rules_panel
from console.widgets.runs import run_detail, run_tracker
from console.widgets.services import services_panel

__all__ = [
    "batch_picker",
    "empty_panel",
    "error_panel",
    "escaped",
    "figure",
    "heading",
    "held_panel",
    "language_switch",
    "numbers",
    "pager",
    "pick",
    "pick_button",
    "rules_panel",
    "run_detail",
    "run_tracker",
    "services_panel",
    "show_columns",
    "show_quality",
    "show_rejected",
    "show_stored",
    "show_volume",
    "tabs",
    "verdict",
    "version_picker",
]
