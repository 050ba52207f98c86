"""Two versions side by side: parameters, metrics, errors by segment and by band, predicted against actual."""

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from console import data, state
from console.charts import cards as charts
from console.codes import word
from console.formats import METRICS, metric_value
from console.language import _, told
from console.widgets.panels import empty_panel, figure
from console.widgets.pickers import pick
from console.widgets.versions import change_of
from core.policy import segment_name
from core.records import Card, Comparison, Version


def show_two(versions: Sequence[Version], current: int | None) -> None:
    """Both are chosen here; at first the one in production and the newest other one."""
    if len(versions) < 2:
        empty_panel(_("There is only one version."), _("Train a second one, and both can be compared here."))
        return
    numbers = [version.number for version in versions]
    first = current if current in numbers else numbers[-1]
    with st.container(horizontal=True):
        one = pick(_("First version"), numbers, "first", first, _name, width=200)
        other = pick(_("Second version"), numbers, "second", next(n for n in numbers if n != first), _name, width=200)
    if one == other:
        empty_panel(_("Both are the same version."), _("Choose another one as the second."))
        return
    found = {version.number: version for version in versions}
    _metrics(one, other)
    _parameters(found[one], found[other])
    _errors({_name(number): card for number in (one, other) if (card := data.card(number)) is not None})


def _name(number: int) -> str:
    return _("Version {number}", number=number)


def _metrics(one: int, other: int) -> None:
    st.header(_("On the same holdout"), anchor=False)
    comparison = data.compared(one, other)
    if comparison is None:
        st.caption(_("One of both was not scored on the current holdout: score all again."))
        return
    contract = state.contract()
    rows = [
        {
            _("Metric"): METRICS[each.metric].label,
            _("Change with its 95 % interval"): change_of(each),
            _name(one): metric_value(each.metric, each.champion, contract),
            _name(other): metric_value(each.metric, each.challenger, contract),
        }
        for each in comparison.differences
    ]
    st.dataframe(rows, hide_index=True, alt=_("Both versions on the same holdout"))
    _segments(comparison)


def _segments(comparison: Comparison) -> None:
    st.header(_("Mean absolute error by segment"), anchor=False)
    contract = state.contract()
    rows = [
        {
            _("Segment"): told(segment_name(each.segment)),
            _("Change with its 95 % interval"): change_of(each.difference),
            _name(comparison.champion): metric_value("mae", each.difference.champion, contract),
            _name(comparison.challenger): metric_value("mae", each.difference.challenger, contract),
        }
        for each in comparison.segments
    ]
    st.dataframe(rows, hide_index=True, alt=_("The mean absolute error of both versions by segment"))


def _parameters(one: Version, other: Version) -> None:
    st.header(_("Parameters and data"), anchor=False)
    names = [*dict.fromkeys((*one.parameters, *other.parameters))]
    told_of: dict[str, Callable[[Version], str]] = {
        _("Batches"): lambda version: version.tags.get("batches", ""),
        _("Commit of the code"): lambda version: version.tags.get("commit", "")[:12],
        **{name: lambda version, name=name: word(version.parameters.get(name, "–")) for name in names},  # type: ignore[misc]
    }
    rows = [
        {_("Parameter"): name, _name(one.number): of(one), _name(other.number): of(other)}
        for name, of in told_of.items()
    ]
    st.dataframe(rows, hide_index=True, alt=_("Parameters of both versions"))


def _errors(cards: Mapping[str, Card]) -> None:
    if len(cards) < 2:
        st.caption(_("One of both keeps no errors by row: train it again from its card to have them here."))
        return
    contract = state.contract()
    st.header(_("Errors, each on the test rows of its own training"), anchor=False)
    figure(charts.relative_errors(cards), "two_errors", _("Relative errors of both versions"))
    figure(charts.predicted_against_actual(cards, contract), "two_scatter", _("Predicted against actual"))
    # Bands are drawn at each training from its own rows: those of two do not pair up, those of the holdout above do.
    figure(charts.errors_by_segment(cards, "cohort", contract), "two_cohorts", _("Error by segment"))
