"""The rows of a batch: those stored, and those rejected, which can be searched, taken away, and let in later."""

from typing import Any

import orjson
import streamlit as st

from console import actions, data, process, state
from console.downloads import rejected_address
from console.formats import count, moment
from console.language import _, plural, told
from console.widgets.fragments import clicked
from console.widgets.panels import verdict
from console.widgets.pickers import pager
from core.checks import rules_digest
from core.records import Batch, KeptRow

ROWS = 50
MOST_SORTED = 400_000


def show_stored(batch: Batch) -> None:
    """The stored rows of a batch, a page at a time, sorted and narrowed down by a column."""
    wanted = _pick_stored(batch)
    where, text = str(wanted.get("where", "")), str(wanted.get("text", ""))
    rows = data.count_rows(batch.id, where, text) if text else batch.rows_stored
    page = pager(rows, ROWS, f"rows_{batch.id}_{where}_{text}")
    table = data.rows(batch.id, page, ROWS, **wanted)
    st.dataframe(table, hide_index=True, height=400, alt=_("Stored rows, as received"))
    if text:
        st.caption(plural("{count} row found.", "{count} rows found.", rows))


def show_rejected(batch: Batch) -> None:
    """The rejected rows of a batch with every reason, and what today's rules would say."""
    show_readmission(batch)
    if not batch.rows_rejected + batch.rows_readmitted:
        st.caption(_("Every row was what the contract says."))
        return
    text, reason = _pick_rejected(batch)
    rows = data.count_rejected(batch.id, text, reason)
    page = pager(rows, ROWS, f"rejected_{batch.id}_{reason}_{text}")
    found = data.rejected(batch.id, page, ROWS, text, reason)
    if not found:
        st.caption(_("No rejected row holds this text. Shorten it, or choose another reason."))
        return
    st.dataframe([_row(row) for row in found], hide_index=True, alt=_("Rejected rows with every reason"))
    with st.container(horizontal=True):
        for label, form in ((_("All as JSON lines"), "jsonl"), (_("All as CSV"), "csv")):
            st.link_button(label, rejected_address(batch.id, form, text, reason), icon=":material/download:")


def show_readmission(batch: Batch) -> None:
    """Whether rejected rows pass today's rules, and the button that lets them in."""
    passing, asked = data.passing(batch)
    are_new = bool(batch.rules) and batch.rules != rules_digest(process.the_contract())
    if not passing and not are_new:
        if batch.rows_rejected:
            st.caption(_("None of the rejected rows passes today's rules."))
        return
    is_asked = any(run.kind == "readmission" and run.parameters.get("batch") == batch.id for run in data.open_runs())
    headline = _("{passing} of {asked} rejected rows pass today's rules", passing=count(passing), asked=count(asked))
    if asked < batch.rows_rejected:
        headline = _(
            "{passing} of the first {asked} rejected rows pass today's rules",
            passing=count(passing),
            asked=count(asked),
        )
    if not passing:
        headline = _("The rules have changed since this batch was checked")
    verdict("wait", headline, _("Letting rows in stores them, and judges all rows of the batch by today's rules."))
    label = _("Let them in") if passing else _("Judge the batch again")
    st.button(
        label,
        type="primary",
        icon=":material/move_to_inbox:",
        disabled=is_asked,
        on_click=clicked(actions.readmit),
        args=(batch.id,),
        key=f"readmit_{batch.id}",
    )


def _pick_stored(batch: Batch) -> dict[str, Any]:
    contract, key = state.contract(), batch.id
    if batch.rows_stored > MOST_SORTED:
        st.caption(
            _(
                "A batch of more than {rows} rows is shown as received: to sort it would take seconds.",
                rows=count(MOST_SORTED),
            )
        )
        return {}
    labels = {column.name: column.label for column in contract.columns}
    texts = sorted(
        (column.name for column in contract.columns if column.is_text), key=lambda name: name != contract.segment
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = st.selectbox(
            _("Sorted by"),
            list(labels),
            None,
            labels.__getitem__,
            key=f"order_{key}",
            placeholder=_("as received"),
            width=200,
        )
        descending = st.toggle(_("Largest first"), key=f"descending_{key}", disabled=order is None)
        where = st.selectbox(_("Where"), texts, format_func=labels.__getitem__, key=f"where_{key}", width=160)
        text = st.text_input(_("holds"), key=f"holds_{key}", width=200)
    return {"order_by": order or "", "descending": descending, "where": where or "", "text": text}


def _pick_rejected(batch: Batch) -> tuple[str, str]:
    counts = data.reasons(batch.id)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = st.text_input(_("Search content and reasons"), key=f"search_{batch.id}", width=300)
        reason = st.selectbox(
            _("Reason"),
            list(counts),
            None,
            lambda name: f"{told(name)} ({count(counts[name])})",
            key=f"reason_{batch.id}",
            placeholder=_("all reasons"),
            width=380,
        )
    return text, reason or ""


def _row(row: KeptRow) -> dict[str, object]:
    let_in = _("{moment} by {user}", moment=moment(row.readmitted_at, state.zone()), user=row.readmitted_by)
    return {
        _("Row"): row.row_number,
        _("Reasons"): "; ".join(map(told, row.reasons)),
        _("Let in"): let_in if row.readmitted_at else "",
        _("Content"): orjson.dumps(row.content).decode(),
    }
