"""Pieces that pages share."""

from console.widgets.batch_strip import batch_strip
from console.widgets.decisions import show_decisions
from console.widgets.fragments import clicked, fragment
from console.widgets.held import held_panel
from console.widgets.inbox import approvals_table, inbox
from console.widgets.languages import language_switch
from console.widgets.ledger import ledger_table, undo_button, ways_back, who_was_in_production
from console.widgets.live import show_live
from console.widgets.model_card import show_card
from console.widgets.panels import (
    away_panel,
    empty_panel,
    error_panel,
    escaped,
    figure,
    heading,
    numbers,
    table_height,
    tabs,
    verdict,
)
from console.widgets.pickers import (
    batch_picker,
    note_gone_versions,
    pager,
    pick,
    pick_button,
    type_text,
    version_picker,
)
from console.widgets.promotion import ask_to_promote, promotion_dialog
from console.widgets.promotion_rules import rules_editor
from console.widgets.quality import show_columns, show_quality, show_volume
from console.widgets.quality_rows import show_rejected, show_stored
from console.widgets.requests import show_actions, show_requests
from console.widgets.rules import rules_panel
from console.widgets.rulings import rulings
from console.widgets.run_list import show_runs
from console.widgets.runs import run_detail, run_tracker
from console.widgets.services import services_panel
from console.widgets.state_of_the_loop import loop_numbers
from console.widgets.two_versions import show_two
from console.widgets.versions import production_verdict, versions_table

__all__ = [
    "approvals_table",
    "ask_to_promote",
    "away_panel",
    "batch_picker",
    "batch_strip",
    "clicked",
    "empty_panel",
    "error_panel",
    "escaped",
    "figure",
    "fragment",
    "heading",
    "held_panel",
    "inbox",
    "language_switch",
    "ledger_table",
    "loop_numbers",
    "note_gone_versions",
    "numbers",
    "pager",
    "pick",
    "pick_button",
    "production_verdict",
    "promotion_dialog",
    "rules_editor",
    "rules_panel",
    "rulings",
    "run_detail",
    "run_tracker",
    "services_panel",
    "show_actions",
    "show_card",
    "show_columns",
    "show_decisions",
    "show_live",
    "show_quality",
    "show_rejected",
    "show_requests",
    "show_runs",
    "show_stored",
    "show_two",
    "show_volume",
    "table_height",
    "tabs",
    "type_text",
    "undo_button",
    "verdict",
    "version_picker",
    "versions_table",
    "ways_back",
    "who_was_in_production",
]
