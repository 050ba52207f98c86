"""A run as it goes: live at the top of every page, and step by step where it is looked up."""

import streamlit as st

from console import actions, data, state
from console.formats import ago, moment, span
from console.widgets.panels import escaped
from core.records import Run, RunStep
from core.store import Stamp

Seen = tuple[Stamp, tuple[int, ...], tuple[bool, ...]]
SECONDS_BUSY, SECONDS_IDLE = 1.0, 4.0
ICONS = {
    "succeeded": ":material/check_circle:",
    "failed": ":material/error:",
    "cancelled": ":material/cancel:",
    "interrupted": ":material/pause_circle:",
    "running": ":material/progress_activity:",
    "queued": ":material/schedule:",
}


def run_tracker() -> None:
    """What is under way, kept up to date without a click; the page follows what is stored and which services answer."""
    every = SECONDS_BUSY if data.open_runs() else SECONDS_IDLE
    st.fragment(_follow, run_every=every)(_seen())


def run_detail(run: Run) -> None:
    """A run: what it was asked, its steps, and why it failed where it did."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(run.status, icon=ICONS[run.status], color=_colour(run.status))
        st.markdown(f"**Run {run.id}**, {run.kind}, asked for by {escaped(run.requested_by)}")
        st.caption(f"{moment(run.requested_at, state.zone())} · cause: {run.cause} · {_took(run)}")
    if run.error:
        st.error(escaped(run.error), icon=":material/error:")
    elif run.outcome.get("message"):
        st.markdown(escaped(str(run.outcome["message"])))
    _steps_table(data.steps(run.id))
    if run.traceback:
        with st.expander("Traceback"):
            st.code(run.traceback, language="text")


def _seen() -> Seen:
    return data.stamp(), tuple(run.id for run in data.open_runs()), tuple(s.is_well for s in data.services())


def _follow(shown: Seen) -> None:
    if _seen() != shown:
        st.rerun()
    waiting = data.open_runs()
    if waiting:
        _show(waiting)


def _show(waiting: list[Run]) -> None:
    first, rest = waiting[0], len(waiting) - 1
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        queued = f" · {rest} more in the queue" if rest else ""
        st.progress(min(max(first.progress, 0.0), 1.0), text=f"{_sentence(first)}{queued}")
        if first.cancel_requested:
            st.caption("stopping …")
        else:
            st.button("Cancel", key=f"cancel_{first.id}", on_click=actions.cancel, args=(first.id,))


def _sentence(run: Run) -> str:
    if run.status == "queued":
        where = f"{escaped(run.message)}" if run.message else "waiting for the worker"
        return f"**Run {run.id}** ({run.kind}): {where}, asked for {ago(run.requested_at, data.now())}"
    took = span((data.now() - run.started_at).total_seconds()) if run.started_at else ""
    return f"**Run {run.id}** ({run.kind}): {escaped(run.message) or 'starting'} · {took}"


def _steps_table(steps: list[RunStep]) -> None:
    if not steps:
        st.caption("No step has begun.")
        return
    st.dataframe(
        [
            {
                "Step": step.name,
                "Status": step.status,
                "Time (s)": (step.finished_at - step.started_at).total_seconds() if step.finished_at else None,
                "Result": ", ".join(f"{name}: {_short(value)}" for name, value in step.detail.items()),
            }
            for step in steps
        ],
        column_config={"Time (s)": st.column_config.NumberColumn(format="%.1f")},
        hide_index=True,
    )


def _short(value: object) -> str:
    if isinstance(value, float):
        return f"{value:,.4g}"
    text = str(value)
    return text if len(text) <= 120 else f"{text[:117]}..."


def _took(run: Run) -> str:
    if run.started_at is None or run.finished_at is None:
        return "not ended"
    return f"took {span((run.finished_at - run.started_at).total_seconds())}"


def _colour(status: str) -> str:
    return {"succeeded": "green", "failed": "red", "running": "blue"}.get(status, "gray")
