"""How far a batch lies from the data before it, and what follows from that."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from console import data, widgets
from console.language import _
from console.widgets import drift

widgets.heading(_("Drift"), _("How far a batch lies from the data before it, statistic by statistic."))
if not data.batches():
    drift.no_comparison()
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    batch = widgets.batch_picker()
    reports = data.reports(batch.id)
    reference = drift.pick_reference(reports)
widgets.held_panel(batch)
if reference is None:
    drift.first_batch(batch)
    st.stop()
comparison = drift.open_comparison(batch, reports, reference)
drift.show_verdict(comparison)
drift.show_downloads(comparison)
parts: dict[str, tuple[str, Callable[[], None]]] = {
    "columns": (_("Columns"), partial(drift.show_columns, comparison)),
    "categories": (_("Categories"), partial(drift.show_categories, comparison)),
    "references": (_("References"), partial(drift.show_references, comparison)),
    "rules": (_("Rules"), widgets.rules_panel),
}
widgets.tabs(parts, "drift_parts")
