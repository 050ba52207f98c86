"""What speaks for a version and against it: the rules, its numbers, where it came from, what it reads and leans on."""

from collections.abc import Mapping
from dataclasses import asdict

import streamlit as st

from console import data, navigation, state
from console.charts.reasons import label_of
from console.formats import METRICS, count, metric_value, share
from console.language import _, told
from console.widgets.panels import escaped, verdict
from console.widgets.rulings import rulings
from console.widgets.versions import change_of, why_unscored
from console.widgets.wrapped import folded_reason, wrapped_table
from core.errors import ConsoleError
from core.explanation import importance_changes
from core.policy import difference_words, judge, segment_name
from core.records import Comparison, Ranked, Version


def show_evidence(version: int, current: int | None) -> None:
    """All that is known of a version beside the one in production, the verdict of the rules first."""
    ranked, comparison = data.ranking(), data.comparisons().get(version)
    _verdict(version, current, ranked, comparison)
    _metrics(version, current, ranked, comparison)
    if comparison is not None:
        rulings(map(asdict, judge(comparison, data.promotion_rules().rules)))
        _segments(comparison)
    _cause(data.version(version))
    if current is not None:
        _schema(version, current)
        _importance(version, current)


def _verdict(version: int, current: int | None, ranked: Mapping[int, Ranked], comparison: Comparison | None) -> None:
    problem = ranked.get(version, Ranked(version)).problem
    if problem:
        verdict("trouble", _("Version {number} could not be scored", number=version), told(problem))
    elif comparison is None:
        if current is not None:
            reasons = " ".join(filter(None, (why_unscored(ranked, number) for number in (current, version))))
            verdict("wait", _("Both cannot be compared: they were not both scored on the current holdout."), reasons)
    else:
        rules = data.promotion_rules().rules
        own, found = comparison.of(rules.metric), judge(comparison, rules)
        change = told(difference_words(own)) if own else ""
        kept = sum(ruling.passed for ruling in found)
        if kept == len(found):
            verdict("well", _("Version {number} keeps every rule", number=version), change)
        else:
            headline = _("Version {number} keeps {kept} of {count} rules", number=version, kept=kept, count=len(found))
            verdict("change", headline, change)


def _metrics(version: int, current: int | None, ranked: Mapping[int, Ranked], comparison: Comparison | None) -> None:
    contract = state.contract()
    new, old = (ranked.get(number or 0, Ranked(0)) for number in (version, current))
    found = {each.metric: change_of(each) for each in comparison.differences} if comparison else {}
    rows = [
        {
            _("Metric"): METRICS[name].label,
            _("Now"): metric_value(name, old.metrics.get(name), contract),
            _("Then"): metric_value(name, new.metrics.get(name), contract),
            _("Change with its 95 % interval"): found.get(name, ""),
        }
        for name in METRICS
    ]
    wrapped_table(rows, "metrics")
    if comparison is not None:
        text = _(
            "{rows} rows of {properties} properties.",
            rows=count(comparison.rows),
            properties=count(comparison.properties),
        )
        st.caption(text)


def _segments(comparison: Comparison) -> None:
    """The segments that get worse or better most, by mean absolute error."""
    rows = data.promotion_rules().rules.segment_rows
    counted = [each for each in comparison.segments if each.segment.rows >= rows]
    counted.sort(key=lambda each: each.difference.change, reverse=True)
    if not counted:
        return
    with st.expander(_("By segment: the worst is {name}", name=told(segment_name(counted[0].segment)))):
        shown = [
            {_("Segment"): told(segment_name(each.segment)), _("MAE"): change_of(each.difference)} for each in counted
        ]
        wrapped_table(shown, "segments")


def _cause(version: Version | None) -> None:
    """The drift, or the person, that the training came from."""
    if version is None or "reason" not in version.tags:
        st.caption(_("Registered by another program: nothing is known of its training."))
        return
    folded_reason(_("Trained because:"), version.tags["reason"])
    run = version.tags.get("console_run")
    cause = next((d for d in data.decisions() if str(d.run) == run and d.kind == "train" and d.batch), None)
    if cause is not None:
        navigation.link("drift", _("The drift that caused it"), ":material/trending_up:", batch=cause.batch)


def _schema(version: int, current: int) -> None:
    """The columns that only one of both reads, or reads as another type."""
    try:
        new, old = data.schema(version), data.schema(current)
    except ConsoleError as error:
        st.caption(escaped(told(str(error))))
        return
    if new is None or old is None:
        st.caption(_("One of both versions does not say which columns it reads."))
        return
    contract = state.contract()
    added, gone = sorted(set(new) - set(old)), sorted(set(old) - set(new))
    other = sorted(name for name in set(new) & set(old) if new[name] != old[name])
    parts = [
        _("reads {names} as well", names=", ".join(label_of(name, contract) for name in added)) if added else "",
        _("no longer reads {names}", names=", ".join(label_of(name, contract) for name in gone)) if gone else "",
        _("reads {names} as another type", names=", ".join(label_of(n, contract) for n in other)) if other else "",
    ]
    found = "; ".join(filter(None, parts)) or _("both read the same {count} columns", count=len(new))
    st.markdown(_("**Columns:** {found}", found=escaped(found)))


def _importance(version: int, current: int) -> None:
    """The features that the new version leans on more or less than the old one."""
    try:
        before, after = data.kept_reasons(current).reasons, data.kept_reasons(version).reasons
    except ConsoleError as error:
        st.caption(escaped(told(str(error))))
        return
    if before is None or after is None:
        st.caption(_("The importance of one of both is not stored; the page Explain can compute it."))
        return
    changes = importance_changes(before.explanation, after.explanation)
    st.markdown(_("**What it leans on:** the five largest changes of each column's share of all importance"))
    rows = [
        {
            _("Column"): label_of(str(name), state.contract()),
            _("Now"): share(row.before),
            _("Then"): share(row.after),
            _("Change (points)"): f"{row.change * 100:+.1f}".replace("-", "−"),
        }
        for name, row in changes.iterrows()
    ]
    if rows:
        wrapped_table(rows, "importance")
