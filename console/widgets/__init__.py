"""Pieces that pages share."""

from console.widgets.languages import language_switch
from console.widgets.panels import empty_panel, error_panel, escaped, figure, heading, numbers, tabs, verdict
from console.widgets.pickers import batch_picker, pager, pick, pick_button, version_picker
from console.widgets.runs import run_detail, run_tracker
from console.widgets.services import services_panel

__all__ = [
    "batch_picker",
    "empty_panel",
    "error_panel",
    "escaped",
    "figure",
    "heading",
    "language_switch",
    "numbers",
    "pager",
    "pick",
    "pick_button",
    "run_detail",
    "run_tracker",
    "services_panel",
    "tabs",
    "verdict",
    "version_picker",
]
