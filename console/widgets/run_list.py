"""The runs: how long each took and where the time went, and any one of them in full."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

import streamlit as st

from console import data, navigation, state
from console.charts import timeline
from console.formats import moment, span
from console.language import _, told
from console.timing import time_by_step
from console.widgets.orders import version_of
from console.widgets.panels import empty_panel, figure, table_height
from console.widgets.pickers import key_in_address, pager, pick
from console.widgets.runs import run_detail
from core.errors import InputError
from core.records import Run, RunStep
from core.runs import KINDS

RUNS = 25
STATUSES = ("succeeded", "failed", "cancelled", "running", "queued")


def show_runs() -> None:
    """A page of the runs with its filters, where their time went, and the chosen run."""
    wanted = _pick_filter()
    total = data.count_runs(**wanted)
    named = _named_run()
    if not total and named is None and not any(wanted.values()):
        todo = _("Fetch a batch; its run shows here step by step, with where its time goes.")
        empty_panel(_("No run was asked for yet."), todo)
        navigation.link("batches", _("Go to the batches"), ":material/inventory_2:")
        return
    if not total and named is None:
        st.caption(_("No run is like that."))
        return
    place = st.container()
    found = data.some_runs(pager(total, RUNS, f"runs_{'_'.join(map(str, wanted.values()))}"), RUNS, **wanted)
    if found:
        with place:
            _show_page(found)
    numbers = [run.id for run in found]
    if named is not None and named not in numbers:
        numbers = [named, *numbers]
    chosen = pick(_("Run"), numbers, "run", numbers[0], lambda key: _("Run {number}", number=key), width=200)
    run = data.run(chosen)
    run_detail(run)
    _show_links(run)


def _pick_filter() -> dict[str, Any]:
    statuses = {
        "succeeded": _("Succeeded"),
        "failed": _("Failed"),
        "cancelled": _("Cancelled"),
        "running": _("Under way"),
        "queued": _("Waiting"),
    }
    causes = {
        "schedule": _("Schedule"),
        "operator": _("Operator"),
        "command": _("Command"),
        "first run": _("First run"),
    }
    everything = _("all")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        status = pick(_("Status"), STATUSES, "status", None, statuses.__getitem__, placeholder=everything, width=150)
        kind = pick(_("Kind"), KINDS, "kind", None, told, placeholder=everything, width=150)
        cause = pick(_("Cause"), list(causes), "cause", None, causes.__getitem__, placeholder=everything, width=150)
    return {"status": (status,) if status else (), "kind": kind or "", "cause": cause or ""}


def _named_run() -> int | None:
    named = key_in_address("run")
    try:
        return None if named is None else data.run(named).id
    except InputError:
        return None


def _show_page(found: Sequence[Run]) -> None:
    steps = data.all_steps([run.id for run in found])
    numbers = [run.id for run in found]
    _show_chart(found, steps)
    st.dataframe(
        [_row(run) for run in found],
        key="runs_table",
        hide_index=True,
        height=table_height(len(found)),
        alt=_("Runs, the newest first"),
        on_select=partial(_open_selected, numbers),
        selection_mode="single-row",
    )
    _show_times(steps)


def _show_chart(found: Sequence[Run], steps: Mapping[int, Sequence[RunStep]]) -> None:
    if not any(steps.values()):
        return
    chart = timeline.run_durations(found, steps)
    text = _("How long each run took, step by step, above a box for each of its steps")
    figure(chart, "durations", text, on_select=_open_clicked, selection_mode="points")
    st.caption(
        _(
            "Above a run's number: {schedule} by schedule, {operator} by an operator, {command} by a command, "
            "{first} the first run. Choose a bar, a row or a number to see the run.",
            **timeline.CAUSES,
        )
    )


def _show_times(steps: Mapping[int, Sequence[RunStep]]) -> None:
    times = time_by_step(steps.values())
    if not times:
        return
    st.header(_("Where the time goes"), anchor=False)
    step, ran, mean, longest, part = _("Step"), _("Times"), _("Mean"), _("Longest"), _("Share of time")
    st.dataframe(
        [
            {
                step: time.name,
                ran: time.times,
                mean: span(time.mean),
                longest: span(time.longest),
                part: time.share * 100,
            }
            for time in times
        ],
        column_config={part: st.column_config.ProgressColumn(format="%.0f %%", min_value=0, max_value=100)},
        hide_index=True,
        alt=_("How much of the time of these runs each step took"),
    )


def _open_selected(numbers: Sequence[int]) -> None:
    rows = st.session_state["runs_table"].selection.rows
    if rows:
        st.query_params["run"] = str(numbers[rows[0]])


def _open_clicked() -> None:
    points = st.session_state["durations"].selection.points
    if points:
        st.query_params["run"] = str(points[0]["customdata"][0])


def _row(run: Run) -> dict[str, Any]:
    took = (run.finished_at - run.started_at).total_seconds() if run.started_at and run.finished_at else None
    return {
        _("Run"): run.id,
        _("Ended"): moment(run.finished_at, state.zone()),
        _("Kind"): told(run.kind),
        _("Cause"): f"{timeline.CAUSES.get(run.cause.split()[0], '')} {told(run.cause)}",
        _("By"): run.requested_by,
        _("Status"): told(run.status),
        _("Took"): span(took),
        _("What came of it"): told(run.error or str(run.outcome.get("message", ""))),
    }


def _show_links(run: Run) -> None:
    batch, version = run.outcome.get("batch"), run.outcome.get("version")
    with st.container(horizontal=True):
        if batch:
            navigation.link("drift", _("Drift of its batch"), ":material/trending_up:", batch=batch)
            navigation.link("batches", _("Its batch"), ":material/inventory_2:", batch=batch)
        if version and not version_of(run)[1]:
            navigation.link("models", _("Version {number}", number=version), ":material/leaderboard:", version=version)
        mlflow = data.mlflow_links().get(version or 0)
        if mlflow:
            st.page_link(mlflow, label=_("Its run in MLflow"), icon=":material/open_in_new:")
