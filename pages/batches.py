"""What came from the feed: how good each batch is, what was kept of it, and what was not and why."""

from functools import partial

import streamlit as st

from console import actions, data, navigation, state, widgets
from console.formats import moment
from console.language import _, told
from core.records import Batch


def show_buttons() -> None:
    with st.container(horizontal=True):
        st.button(
            _("Fetch the next batch"),
            type="primary",
            icon=":material/download:",
            on_click=widgets.clicked(actions.fetch_next_batch),
        )
        st.button(
            _("Start a new collection"),
            icon=":material/restart_alt:",
            on_click=widgets.clicked(actions.start_collection),
            help=_("Restarts the feed at batch 0. What was fetched so far stays in its own collection."),
        )


def show_batch(batch: Batch) -> None:
    widgets.show_quality(batch)
    navigation.link("drift", _("How far it lies from what came before"), ":material/trending_up:", batch=batch.id)
    parts = {
        "columns": (_("Columns"), partial(widgets.show_columns, batch)),
        "volume": (_("Volume"), partial(widgets.show_volume, batch)),
        "stored": (_("Stored rows"), partial(widgets.show_stored, batch)),
        "rejected": (_("Rejected rows"), partial(widgets.show_rejected, batch)),
    }
    widgets.tabs(parts, "batch_parts")


def show_list(found: list[Batch]) -> None:
    st.header(_("All batches"), anchor=False)
    decided = {decision.batch: decision.decision for decision in data.decisions() if decision.kind == "train"}
    counts = (_("Rows received"), _("Stored"), _("Rejected"), _("Repeated"), _("Usable for training"))
    st.dataframe(
        [
            {
                _("Batch"): f"{batch.collection}·{batch.number}",
                _("Received"): moment(batch.received_at, state.zone()),
                _("Rows received"): batch.rows_received,
                _("Stored"): batch.rows_stored,
                _("Rejected"): batch.rows_rejected,
                _("Repeated"): batch.rows_repeated,
                _("Usable for training"): batch.rows_clean,
                _("Trained"): decided[batch.id].yes if batch.id in decided else None,
                _("Why"): told(decided[batch.id].reason) if batch.id in decided else _("not judged yet"),
            }
            for batch in found
        ],
        column_config={name: st.column_config.NumberColumn(format="localized") for name in counts},
        hide_index=True,
        height=min(35 * (len(found) + 1) + 3, 340),
        alt=_("All batches, the newest first"),
    )


widgets.heading(_("Batches"), _("How good each batch is, what was kept of it, and what was not and why."))
show_buttons()
batches = data.batches()
if not batches:
    widgets.empty_panel(_("No batch was fetched yet."), _("Fetch the first one: it is checked, stored and trained on."))
    st.stop()
show_batch(widgets.batch_picker())
show_list(batches)
