"""What came from the feed: every batch, what was kept of it, and what was not and why."""

import json
from functools import partial

import streamlit as st

from console import actions, data, navigation, process, state, widgets
from console.formats import moment
from core.records import Batch

ROWS = 50


def show_buttons() -> None:
    with st.container(horizontal=True):
        st.button("Fetch the next batch", type="primary", icon=":material/download:", on_click=actions.fetch_next_batch)
        st.button(
            "Start a new collection",
            icon=":material/restart_alt:",
            on_click=actions.start_collection,
            help="Restarts the feed at batch 0. What was fetched so far stays in its own collection.",
        )


def show_list(found: list[Batch]) -> None:
    decided = {decision.batch: decision.decision for decision in data.decisions() if decision.kind == "train"}
    st.dataframe(
        [
            {
                "Batch": f"{batch.collection}·{batch.number}",
                "Received": moment(batch.received_at, state.zone()),
                "Rows received": batch.rows_received,
                "Stored": batch.rows_stored,
                "Rejected": batch.rows_rejected,
                "Repeated": batch.rows_repeated,
                "Usable for training": batch.rows_clean,
                "Trained": decided[batch.id].yes if batch.id in decided else None,
                "Why": decided[batch.id].reason if batch.id in decided else "not judged yet",
            }
            for batch in found
        ],
        hide_index=True,
        height=min(38 * (len(found) + 1), 340),
        alt="All batches, the newest first",
    )


def show_batch(batch: Batch) -> None:
    noun = process.the_contract().row_noun
    widgets.numbers(
        [
            (
                "Received",
                f"{batch.rows_received:,}",
                f"{noun.capitalize()}s, at {moment(batch.received_at, state.zone())}.",
            ),
            ("Stored", f"{batch.rows_stored:,}", "As received; a repeat of a stored row is not stored again."),
            ("Rejected", f"{batch.rows_rejected:,}", "Rows that cannot be what the contract says; kept below."),
            ("Repeated", f"{batch.rows_repeated:,}", "Rows that the collection held already."),
            ("Usable", f"{batch.rows_clean:,}", "Rows that a model may be trained or scored on."),
        ]
    )
    st.markdown("\n".join(f"- {widgets.escaped(sentence)}" for sentence in notes(batch)))
    navigation.link("drift", "How far it lies from what came before", ":material/trending_up:", batch=batch.id)
    stored, rejected = f"Stored rows ({batch.rows_stored:,})", f"Rejected rows ({batch.rows_rejected:,})"
    widgets.tabs({stored: partial(show_rows, batch), rejected: partial(show_rejected, batch)}, f"rows_of_{batch.id}")


def show_rows(batch: Batch) -> None:
    page = widgets.pager(batch.rows_stored, ROWS, f"rows_{batch.id}")
    st.dataframe(data.rows(batch.id, page, ROWS), hide_index=True, height=400, alt="Stored rows, as received")


def notes(batch: Batch) -> list[str]:
    contract = process.the_contract()
    label = {column.name: column.label for column in contract.columns}
    left = [f"{rows:,} not used for training: {reason}." for reason, rows in batch.left_out.items()]
    fresh = [
        f"{len(values):,} new in {label[name]}: {', '.join(values[:6])}{' …' if len(values) > 6 else '.'}"
        for name, values in batch.new_categories.items()
    ]
    schema = [f"Schema: {change}." for change in batch.schema_changes]
    return [*([batch.note] if batch.note else []), *schema, *left, *fresh]


def show_rejected(batch: Batch) -> None:
    if not batch.rows_rejected:
        st.caption("Every row was what the contract says.")
        return
    page = widgets.pager(batch.rows_rejected, ROWS, f"rejected_{batch.id}")
    found = data.rejected(batch.id, page, ROWS)
    table = [
        {"Row": row.row_number, "Reasons": "; ".join(row.reasons), "Content": json.dumps(row.content)} for row in found
    ]
    st.dataframe(table, hide_index=True, alt="Rejected rows with every reason")
    lines = "".join(json.dumps(entry) + "\n" for entry in table)
    name = f"rejected_{batch.collection}_{batch.number}_{page}.jsonl"
    st.download_button("Download this page", lines, name, "application/jsonl", icon=":material/download:")


widgets.heading("Batches", "What came from the feed, what was kept of it, and what was not and why.")
show_buttons()
batches = data.batches()
if not batches:
    widgets.empty_panel("No batch was fetched yet.", "Fetch the first one: it is checked, stored and trained on.")
    st.stop()
show_list(batches)
show_batch(widgets.batch_picker(batches))
