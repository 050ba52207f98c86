"""Two versions side by side: parameters, metrics, errors by segment and by band, predicted against actual."""

from collections.abc import Callable, Sequence

import streamlit as st

from console import data, state
from console.charts import cards as charts
from console.codes import word
from console.formats import METRICS, count, metric_value
from console.language import _, told
from console.widgets.panels import empty_panel, figure, verdict
from console.widgets.pickers import pick
from console.widgets.versions import change_of, why_unscored
from core.policy import better_by, difference_change, segment_name
from core.records import Comparison, Version


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
    comparison = data.compared(one, other)
    _show_verdict(comparison, one, other)
    _metrics(comparison)
    _errors(comparison)
    _parameters(found[one], found[other])


def _name(number: int) -> str:
    return _("Version {number}", number=number)


def _show_verdict(comparison: Comparison | None, *numbers: int) -> None:
    """Which of both does better by the metric that decides on promotions, and whether that may be chance."""
    metric = data.promotion_rules().rules.metric
    own = comparison.of(metric) if comparison else None
    if comparison is None or own is None:
        ranked = data.ranking()
        reasons = [reason for number in numbers if (reason := why_unscored(ranked, number))]
        what = _("Both cannot be compared: they were not both scored on the current holdout.")
        verdict("wait", what, " ".join(reasons) or _("Press Score what is missing, above."))
        return
    facts = {"one": comparison.champion, "other": comparison.challenger, "metric": METRICS[metric].label}
    facts["change"] = told(difference_change(own))
    if own.is_none:
        tone, headline = "wait", _("Version {other} does the same as version {one}: {metric} does not differ", **facts)
    elif not own.excludes_zero:
        tone, headline = "wait", _("Version {other} does as well as version {one}: {metric} {change}", **facts)
    elif better_by(own) > 0:
        tone, headline = "well", _("Version {other} does better than version {one}: {metric} {change}", **facts)
    else:
        tone, headline = "change", _("Version {other} does worse than version {one}: {metric} {change}", **facts)
    sure = _("That is more than chance.") if own.excludes_zero else _("The difference may be chance.")
    sure = "" if own.is_none else sure
    same = _(
        "Both on the same {rows} rows of {properties} properties.",
        rows=count(comparison.rows),
        properties=count(comparison.properties),
    )
    verdict(tone, headline, f"{sure} {same}".strip())


def _metrics(comparison: Comparison | None) -> None:
    if comparison is None:
        return
    st.header(_("On the same holdout"), anchor=False)
    contract, one, other = state.contract(), comparison.champion, comparison.challenger
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
    batches = {str(batch.id): f"{batch.collection}·{batch.number}" for batch in data.batches()}

    def batches_of(version: Version) -> str:
        return ", ".join(batches.get(key, key) for key in version.tags.get("batches", "").split(","))

    told_of: dict[str, Callable[[Version], str]] = {
        _("Batches"): batches_of,
        _("Commit of the code"): lambda version: version.tags.get("commit", "")[:12],
        **{name: lambda version, name=name: word(version.parameters.get(name, "–")) for name in names},  # type: ignore[misc]
    }
    rows = [
        {_("Parameter"): name, _name(one.number): of(one), _name(other.number): of(other)}
        for name, of in told_of.items()
    ]
    st.dataframe(rows, hide_index=True, alt=_("Parameters of both versions"))


def _errors(comparison: Comparison | None) -> None:
    """What the tables above come to, row by row: the same rows of the holdout for both."""
    if comparison is None:
        return
    contract, one, other = state.contract(), comparison.champion, comparison.challenger
    st.header(_("Errors on the same holdout rows"), anchor=False)
    for kind, title in (("band", _("Error by band of the true value")), ("cohort", _("Error by segment"))):
        chart = charts.mean_errors_by_segment(comparison, (_name(one), _name(other)), kind, contract)
        if chart is not None:
            st.subheader(title, anchor=False)
            figure(chart, f"two_{kind}", title)
    found = {_name(number): data.errors_on_holdout(number) for number in (one, other)}
    known = {name: spread for name, spread in found.items() if spread is not None}
    if len(known) < 2:
        st.caption(_("An earlier release scored one of both and kept no errors by row: the next batch has both here."))
        return
    st.subheader(_("Relative errors"), anchor=False)
    relative = charts.relative_errors(known, _("share of the holdout rows"))
    figure(relative, "two_errors", _("Relative errors of both versions"))
    st.subheader(_("Predicted against actual"), anchor=False)
    figure(charts.predicted_against_actual(known, contract), "two_scatter", _("Predicted against actual"))
    shown = len(next(iter(known.values())).actual)
    st.caption(_("{shown} of {rows} rows, the same of both.", shown=count(shown), rows=count(comparison.rows)))
