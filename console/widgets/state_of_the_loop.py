"""The numbers of the first page: what is in production, how far the data has drifted, what ran and what will."""

from collections.abc import Mapping, Sequence

import streamlit as st

from console import data, process, state
from console.charts.sparkline import drift_sparkline
from console.formats import METRICS, MISSING, ago, ahead, metric_value, moment, share, span
from console.language import _, form, told
from console.widgets.panels import escaped, figure
from core.policy import describe, percent
from core.records import Batch, Measurement, Promotion, Run, severity

NUMBER = 170


def loop_numbers(batches: Sequence[Batch], production: Promotion | None, last: Run | None) -> None:
    """A row of cards; each number says beside it how old it is or what it is held against."""
    with st.container(horizontal=True, gap="small"):
        _show_production(production)
        _show_runs(last)
        _show_drift(batches)


def _show_production(production: Promotion | None) -> None:
    metric, now = data.promotion_rules().rules.metric, data.now()
    scored = data.ranking().get(production.version) if production else None
    error = metric_value(metric, scored.metrics.get(metric), state.contract()) if scored else MISSING
    age = (now - production.at).total_seconds() if production else None
    _card(
        _("In production"),
        _("Version {number}", number=production.version) if production else MISSING,
        _("for {span}", span=span(age)) if production else _("nothing yet"),
        told(production.reason) if production else _("Nothing was promoted yet."),
    )
    label = METRICS[metric].label
    _card(_("Its {metric}", metric=label), error, _("on the holdout"), METRICS[metric].help)


def _show_runs(last: Run | None) -> None:
    settings, now, due = process.the_settings(), data.now(), data.next_turn()
    every = _("CYCLE_EVERY is off: cycles run when somebody asks for them.")
    if settings.cycle_every:
        every = _("A cycle every {span} (CYCLE_EVERY).", span=span(settings.cycle_every))
    if due:
        every = _("At {moment}. {every}", moment=moment(due, state.zone()), every=every)
    beside = _("last {ago}", ago=ago(last.finished_at, now)) if last else _("none so far")
    # Until a worker has looked at the schedule for the first time, nobody knows when it is due.
    is_unknown = due is None and settings.cycle_every
    _card(_("Next run"), MISSING if is_unknown else ahead(due, now), beside, every)


def _show_drift(batches: Sequence[Batch]) -> None:
    reference = process.the_settings().drift_reference
    found = data.largest_changes([batch.id for batch in batches])
    compared = [(batch, found[batch.id, reference]) for batch in reversed(batches) if (batch.id, reference) in found]
    with st.container(border=True, horizontal=True, vertical_alignment="center", width="stretch"):
        newest = batches[0] if batches else None
        largest = found.get((newest.id, reference)) if newest else None
        _card(_("Largest change"), *_change_words(largest), border=False)
        if compared:
            _show_line({f"{batch.collection}·{batch.number}": change for batch, change in compared})


def _change_words(largest: Measurement | None) -> tuple[str, str, str]:
    if largest is None:
        return MISSING, _("not compared"), _("Shown once a batch was compared with one before it.")
    words = told(describe(largest, state.contract()))
    if largest.change is None:
        return MISSING, _("limit {limit}", limit=share(largest.limit, 0)), words
    change = form().numerals(percent(largest.change, 0))
    return change, _("limit {limit}", limit=share(largest.limit, 0)), _("{change}, of the newest batch.", change=words)


def _show_line(changes: Mapping[str, Measurement]) -> None:
    words = [told(describe(change, state.contract())) for change in changes.values()]
    chart = drift_sparkline(list(changes), [severity(change) for change in changes.values()], words)
    over = sum(change.exceeded for change in changes.values())
    alt = _("The largest change of {count} batches against its limit: {over} over it", count=len(changes), over=over)
    with st.container(width="stretch"):
        figure(chart, "sparkline", alt)


def _card(label: str, value: str, beside: str, meaning: str, border: bool = True) -> None:
    st.metric(
        label,
        escaped(value),
        escaped(beside),
        delta_color="off",
        delta_arrow="off",
        help=meaning or None,
        border=border,
        width=NUMBER,
        height="stretch",
    )
