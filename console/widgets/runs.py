"""A run as it goes: live at the top of every page, and step by step where it is looked up."""

from collections.abc import Sequence
from typing import Literal

import streamlit as st

from console import actions, data, state
from console.codes import word
from console.formats import ago, moment, span
from console.language import _, form, plural, told
from console.long_reasons import parted
from console.step_words import step_words
from console.widgets.fragments import clicked, fragment
from console.widgets.orders import cause_of, error_help, is_training, show_order
from console.widgets.panels import escaped
from core.records import LogLine, Run, RunStep
from core.store import Stamp

Seen = tuple[Stamp, tuple[int, ...], tuple[bool, ...]]
Colour = Literal["green", "red", "blue", "gray"]
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
    fragment(_follow, run_every=every)(_seen())


def run_detail(run: Run) -> None:
    """A run: what it was asked, its steps, and why it failed where it did."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(word(run.status), icon=ICONS[run.status], color=_colour(run.status))
        by = escaped(word(run.requested_by))
        st.markdown(_("**Run {run}**, {kind}, asked for by {by}", run=run.id, kind=word(run.kind), by=by))
        at, cause, took = moment(run.requested_at, state.zone()), cause_of(run), _took(run)
        if cause == run.requested_by:
            st.caption(f"{at} · {took}")
        else:
            st.caption(_("{moment} · cause: {cause} · {took}", moment=at, cause=word(cause), took=took))
        if run.is_open and not run.cancel_requested:
            _cancel_button(run, "detail")
    if is_training(run):
        show_order(run)
    if run.status == "cancelled":
        st.caption(escaped(told(run.error or run.message)))
    elif run.error:
        st.error(escaped(told(run.error)), icon=":material/error:")
    elif run.outcome.get("message"):
        _message(str(run.outcome["message"]))
    _steps_table(data.steps(run.id))
    lines = data.run_log(run.id)
    if lines:
        with st.expander(plural("Log: {count} line", "Log: {count} lines", len(lines))):
            log_table(lines)
    if run.traceback:
        with st.expander(_("Traceback")):
            st.code(run.traceback, language="text")


def _message(message: str) -> None:
    """What came of a run; further changes of statistics stand with the sentence that they belong to."""
    before, further, after = parted(message)
    st.markdown(escaped(told(before)))
    if further:
        with st.expander(
            plural("{count} more statistic over its limit", "{count} more statistics over their limits", len(further))
        ):
            st.markdown("\n".join(f"- {escaped(told(change))}" for change in further))
    if after:
        st.markdown(escaped(told(after)))


def log_table(lines: Sequence[LogLine]) -> None:
    """What a run said, the newest first, with the trial that a line tells of."""
    st.dataframe(
        [
            {
                _("When"): f"{line.at.astimezone(state.zone()):%H:%M:%S}",
                _("Step"): word(line.step),
                _("What"): told(line.message),
                _("Took"): span(line.trial["seconds"]) if line.trial else "",
                _("Error"): form().numerals(f"{line.trial['score']:.4f}") if line.trial else "",
            }
            for line in reversed(lines)
        ],
        hide_index=True,
        column_config={_("Error"): st.column_config.TextColumn(help=error_help())},
        alt=_("What the run said, the newest first"),
    )


def _seen() -> Seen:
    return data.stamp(), tuple(run.id for run in data.open_runs()), tuple(s.is_well for s in data.services())


def _follow(shown: Seen) -> None:
    if _seen() != shown:
        st.rerun()
    waiting = data.open_runs()
    if waiting:
        _show(waiting)


def _show(waiting: list[Run]) -> None:
    first, rest = waiting[0], waiting[1:]
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.progress(min(max(first.progress, 0.0), 1.0), text=_sentence(first))
        if rest:
            _show_queue(rest)
        if first.cancel_requested:
            st.caption(_("stopping …"))
            return
        if first.best_requested:
            st.caption(_("taking the best so far …"))
        elif _has_best(first):
            st.button(
                _("Take the best so far"),
                key=f"best_{first.id}",
                on_click=clicked(actions.take_best),
                args=(first.id,),
                help=_("Tries no further parameter set; the best is registered, ranked and judged as usual."),
            )
        _cancel_button(first, "tracker")


def _show_queue(rest: Sequence[Run]) -> None:
    """The runs that wait behind the first, each with a button to take it out of the queue."""
    with st.popover(_("{count} more in the queue", count=len(rest))):
        for run in rest:
            with st.container(horizontal=True, vertical_alignment="center"):
                reason = str(run.parameters.get("reason", ""))
                st.markdown(_sentence(run) + (f"  \n:small[{escaped(told(reason))}]" if reason else ""))
                _cancel_button(run, "tracker")


def _cancel_button(run: Run, place: str) -> None:
    st.button(_("Cancel"), key=f"{place}_cancel_{run.id}", on_click=clicked(actions.cancel), args=(run.id,))


def _has_best(run: Run) -> bool:
    """Whether a search is under way that has tried a parameter set and has more to try."""
    if run.status != "running" or run.step != "train":
        return False
    newest = data.run_log(run.id)[-1:]
    return bool(newest and newest[0].trial)


def _sentence(run: Run) -> str:
    if run.status == "queued":
        where = escaped(told(run.message)) if run.message else _("waiting for the worker")
        return _(
            "**Run {run}** ({kind}): {where}, asked for {ago}",
            run=run.id,
            kind=word(run.kind),
            where=where,
            ago=ago(run.requested_at, data.now()),
        )
    took = span((data.now() - run.started_at).total_seconds()) if run.started_at else ""
    message = escaped(told(run.message)) or _("starting")
    return _("**Run {run}** ({kind}): {message} · {took}", run=run.id, kind=word(run.kind), message=message, took=took)


def _steps_table(steps: list[RunStep]) -> None:
    if not steps:
        st.caption(_("No step has begun."))
        return
    seconds, contract = _("Time (s)"), state.contract()
    st.dataframe(
        [
            {
                _("Step"): word(step.name),
                _("Status"): word(step.status),
                seconds: round((step.finished_at - step.started_at).total_seconds(), 1) if step.finished_at else None,
                _("Result"): step_words(step, contract),
            }
            for step in steps
        ],
        column_config={seconds: st.column_config.NumberColumn(format="localized")},
        hide_index=True,
    )


def _took(run: Run) -> str:
    if run.started_at is None or run.finished_at is None:
        return _("not ended")
    return _("took {span}", span=span((run.finished_at - run.started_at).total_seconds()))


def _colour(status: str) -> Colour:
    colours: dict[str, Colour] = {"succeeded": "green", "failed": "red", "running": "blue"}
    return colours.get(status, "gray")
