"""The dialog that puts a version into production: what changes, how sure that is, and why."""

from dataclasses import asdict

import streamlit as st

from console import actions, data, navigation, state
from console.charts.reasons import label_of
from console.formats import METRICS, count, metric_value, share
from console.language import _, told
from console.widgets.panels import escaped
from console.widgets.rulings import rulings
from console.widgets.versions import change_of
from core.errors import ConsoleError
from core.explanation import importance_changes
from core.policy import judge, segment_name
from core.records import Comparison, Ranked, Version

DIALOG = "promote"
SHOWN_SEGMENTS = 5


def ask_to_promote(version: int, kind: str = "manual") -> None:
    """Open the dialog: ``kind`` is manual, undo or rollback."""
    state.open_dialog(DIALOG, version=version, kind=kind)


def promotion_dialog(current: int | None, ranked: dict[int, Ranked]) -> None:
    """The dialog where somebody asked for it."""
    asked = state.dialog(DIALOG)
    if asked is None:
        return
    version, kind = int(str(asked["version"])), str(asked["kind"])
    titles = {
        "manual": _("Put a version into production"),
        "undo": _("Undo the last promotion"),
        "rollback": _("Go back to an earlier version"),
    }
    st.dialog(titles[kind], width="large", on_dismiss=state.close_dialog)(_show)(version, kind, current, ranked)


def _show(version: int, kind: str, current: int | None, ranked: dict[int, Ranked]) -> None:
    if current is None:
        st.markdown(_("**Version {new}** goes into production, where there is none yet.", new=version))
    else:
        text = _("From **version {old}** to **version {new}**, on the same holdout.", old=current, new=version)
        st.markdown(text)
    _ask(version, kind, current)
    comparison = data.comparisons().get(version)
    _metrics(version, current, ranked, comparison)
    if comparison is not None:
        rulings(map(asdict, judge(comparison, data.promotion_rules().rules)))
        _segments(comparison)
    _cause(data.version(version))
    if current is not None:
        _schema(version, current)
        _importance(version, current)


def _ask(version: int, kind: str, current: int | None) -> None:
    with st.form("promotion", border=False):
        reason = st.text_area(
            _("Reason"),
            max_chars=500,
            height=68,
            placeholder=_("why this version, and why now"),
            key="promotion_reason",
        )
        if st.form_submit_button(_("Put version {number} into production", number=version), type="primary"):
            if not reason.strip():
                st.error(_("A promotion needs a reason: it stays in the ledger."))
            else:
                actions.promote(version, reason.strip(), kind, current)
                state.close_dialog()
                st.rerun()


def _metrics(version: int, current: int | None, ranked: dict[int, Ranked], comparison: Comparison | None) -> None:
    contract = state.contract()
    new, old = (ranked.get(number or 0, Ranked(0)) for number in (version, current))
    if new.problem:
        st.warning(escaped(told(new.problem)), icon=":material/warning:")
    found = {each.metric: change_of(each) for each in comparison.differences} if comparison else {}
    st.dataframe(
        [
            {
                _("Metric"): METRICS[name].label,
                _("Change with its 95 % interval"): found.get(name, ""),
                _("Now"): metric_value(name, old.metrics.get(name), contract),
                _("Then"): metric_value(name, new.metrics.get(name), contract),
            }
            for name in METRICS
        ],
        hide_index=True,
        alt=_("Both versions on the same holdout"),
    )
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
        st.dataframe(shown, hide_index=True, alt=_("The change of each segment's mean absolute error"))


def _cause(version: Version | None) -> None:
    """The drift, or the person, that the training came from."""
    if version is None or "reason" not in version.tags:
        st.caption(_("Registered by another program: nothing is known of its training."))
        return
    st.markdown(_("**Trained because:** {reason}", reason=escaped(told(version.tags["reason"]))))
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
    st.dataframe(
        [
            {
                _("Column"): label_of(str(name), state.contract()),
                _("Now"): share(row.before),
                _("Then"): share(row.after),
                _("Change (points)"): f"{row.change * 100:+.1f}".replace("-", "−"),
            }
            for name, row in changes.iterrows()
        ],
        hide_index=True,
        alt=_("The five largest changes of importance"),
    )
