"""What was decided and done, in plain words: batches, runs, prices asked for, and who did what."""

import csv
import io
from typing import Any

import streamlit as st

from console import data, navigation, process, state, widgets
from console.charts import timeline
from console.formats import amount, moment, span
from core.records import Run, StoredDecision

CHARTED_RUNS = 30
PREDICTIONS = 50


def decision_rows(found: list[StoredDecision]) -> list[dict[str, Any]]:
    names = {batch.id: f"{batch.collection}·{batch.number}" for batch in data.batches()}
    words = {("train", True): "Trained", ("train", False): "Not trained"}
    words |= {("promote", True): "Promoted", ("promote", False): "Not promoted"}
    return [
        {
            "When": moment(entry.at, state.zone()),
            "Batch": names.get(entry.batch or 0, ""),
            "Decision": "Held" if entry.decision.held else words[entry.kind, entry.decision.yes],
            "Why": entry.decision.reason,
            "Run": entry.run,
        }
        for entry in found
    ]


def show_decisions() -> None:
    found = data.decisions()
    if not found:
        st.caption("Nothing was decided yet.")
        return
    kinds = {"All": ("train", "promote"), "Trainings": ("train",), "Promotions": ("promote",)}
    chosen = widgets.pick_button("Show", list(kinds), "show", "All")
    rows = decision_rows([entry for entry in found if entry.kind in kinds[chosen]])
    st.dataframe(rows, hide_index=True, alt="Decisions, the newest first")
    st.download_button("Download as CSV", as_csv(rows), "decisions.csv", "text/csv", icon=":material/download:")


def show_runs() -> None:
    found = data.ended_runs()
    if not found:
        st.caption("No run has ended yet.")
        return
    recent = found[:CHARTED_RUNS]
    chart = timeline.run_durations(recent, data.all_steps([run.id for run in recent]))
    widgets.figure(chart, "durations", "How long each of the last runs took, step by step")
    st.dataframe([run_row(run) for run in found], hide_index=True, height=300, alt="Runs, the newest first")
    numbers = [run.id for run in found]
    chosen = widgets.pick("Run", numbers, "run", numbers[0], lambda key: f"Run {key}", width=200)
    widgets.run_detail(data.run(chosen))


def run_row(run: Run) -> dict[str, Any]:
    took = (run.finished_at - run.started_at).total_seconds() if run.started_at and run.finished_at else None
    return {
        "Run": run.id,
        "Ended": moment(run.finished_at, state.zone()),
        "Kind": run.kind,
        "Cause": run.cause,
        "By": run.requested_by,
        "Status": run.status,
        "Took": span(took),
        "What came of it": run.error or str(run.outcome.get("message", "")),
    }


def show_predictions() -> None:
    unit = process.the_contract().target_column.unit
    found = data.predictions(1, PREDICTIONS)
    if not found:
        st.caption("Nobody has asked for a price yet.")
        navigation.link("predict", "Ask for one", ":material/sell:")
        return
    st.caption(f"The last {len(found)} requests, as given.")
    rows = [
        {
            "Request": entry["id"],
            "When": moment(entry["asked_at"], state.zone()),
            "By": entry["channel"],
            "Outcome": entry["outcome"],
            "Answer": amount(entry["prediction"], unit),
            "Version": entry["model_version"],
            "Took (ms)": entry["milliseconds"],
            "Given": str(entry["request"]),
            "Error": entry["error"],
        }
        for entry in found
    ]
    config = {"Took (ms)": st.column_config.NumberColumn(format="%.1f")}
    st.dataframe(rows, hide_index=True, column_config=config, alt="Requests for a price, the newest first")


def show_actions() -> None:
    found = data.actions()
    if not found:
        st.caption("Nothing was cancelled or repaired yet.")
        return
    rows = [
        {"When": moment(e["at"], state.zone()), "By": e["by"], "What": e["action"], "Detail": str(e["detail"])}
        for e in found
    ]
    st.dataframe(rows, hide_index=True, alt="Who did what, the newest first")


def as_csv(rows: list[dict[str, Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()


widgets.heading("History", "What was decided and done, batch by batch and run by run.")
widgets.tabs(
    {"Decisions": show_decisions, "Runs": show_runs, "Prices asked for": show_predictions, "Actions": show_actions},
    "history",
)
