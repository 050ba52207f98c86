"""The rules of a promotion: those in force, a form to change them, and what they would say of the versions of today."""

from typing import Literal

import streamlit as st

from console import actions, data, state
from console.codes import word
from console.formats import METRICS, moment
from console.language import _, told
from console.widgets.panels import escaped
from console.widgets.versions import difference_text
from core.errors import InputError
from core.policy import LOWER_IS_BETTER, judge
from core.records import APPROVAL, AUTOMATIC, Guard, PromotionRules

NAMES = tuple(LOWER_IS_BETTER)


def rules_editor() -> None:
    """A form over the rules; a preview follows what is in the form, and nothing is in force before it is stored."""
    found = data.promotion_rules()
    if found.at is None:
        st.caption(_("In force: the rules of the settings (PROMOTION_…)."))
    else:
        st.caption(_("Set by {who} at {moment}.", who=word(found.by), moment=moment(found.at, state.zone())))
    # New keys for new rules: a form keeps what its reader typed, until it is stored.
    wanted = _form(found.rules, found.at.isoformat() if found.at else "")
    _preview(wanted)
    with st.container(horizontal=True):
        kind: Literal["primary", "secondary"] = "secondary" if wanted == found.rules else "primary"
        is_set = st.button(_("Put into force"), type=kind, disabled=wanted == found.rules, key="set_rules")
        is_forgotten = found.at is not None and st.button(_("Back to the settings"), key="forget_rules")
    # Below the buttons, so that an error has the width of the page.
    if is_set or is_forgotten:
        _store(wanted if is_set else None)


def _form(rules: PromotionRules, mark: str) -> PromotionRules:
    with st.container(horizontal=True):
        mode = st.selectbox(
            _("The best version"),
            [AUTOMATIC, APPROVAL],
            index=int(rules.mode == APPROVAL),
            format_func={AUTOMATIC: _("is promoted by itself"), APPROVAL: _("waits for approval")}.__getitem__,
            key=f"rule_mode{mark}",
            width=220,
        )
        metric = st.selectbox(
            _("must be better in"),
            NAMES,
            index=NAMES.index(rules.metric),
            format_func=lambda name: METRICS[name].label,
            key=f"rule_metric{mark}",
            width=180,
        )
        least = _percent(_("by at least (%)"), rules.min_gain, f"rule_min_gain{mark}")
    text = _("and its 95 % interval must exclude zero")
    needs_interval = st.checkbox(text, value=rules.needs_interval, key=f"rule_interval{mark}")
    guards, limit = _guards(rules, mark), _segment_limit(rules, mark)
    return PromotionRules(metric, least, needs_interval, guards, limit, rules.segment_rows, mode)


def _guards(rules: PromotionRules, mark: str) -> tuple[Guard, ...]:
    allowed = {guard.metric: guard.most_worse for guard in rules.guards}
    guarded = st.multiselect(
        _("No more than a little worse in"),
        NAMES,
        default=list(allowed),
        format_func=lambda name: METRICS[name].label,
        key=f"rule_guards{mark}",
    )
    with st.container(horizontal=True):
        labels = {name: _("{metric}: at most (%)", metric=METRICS[name].label) for name in guarded}
        return tuple(Guard(name, _percent(labels[name], allowed.get(name, 0.01), f"{name}{mark}")) for name in guarded)


def _segment_limit(rules: PromotionRules, mark: str) -> float | None:
    text = _("No segment or price band of {rows} rows much worse in MAE", rows=rules.segment_rows)
    if not st.checkbox(text, value=rules.segment_limit is not None, key=f"rule_segments{mark}"):
        return None
    share = 0.1 if rules.segment_limit is None else rules.segment_limit
    return _percent(_("at most (%)"), share, f"rule_segment_limit{mark}", least=0.1, most=999.9)


def _percent(label: str, share: float, key: str, least: float = 0.0, most: float = 99.9) -> float:
    """A share in percent, within what the rules allow."""
    shown = min(max(round(share * 100, 4), least), most)
    value = st.number_input(label, least, most, shown, 0.5, format="%.1f", key=f"percent_{key}", width=170)
    return round(value / 100, 6)


def _preview(rules: PromotionRules) -> None:
    """What these rules say of each version against the one in production."""
    comparisons = data.comparisons()
    if not comparisons:
        st.caption(_("Once two versions were scored on the same holdout, what the rules say of them shows here."))
        return
    st.dataframe(
        [
            {
                _("Version"): number,
                METRICS[rules.metric].label: difference_text(comparison, rules.metric),
                _("Verdict"): _("keeps every rule") if all(each.passed for each in found) else _("stays out"),
                _("Not kept"): " ".join(told(each.sentence) for each in found if not each.passed),
            }
            for number, comparison in sorted(comparisons.items(), reverse=True)
            for found in [judge(comparison, rules)]
        ],
        hide_index=True,
        alt=_("What these rules say of each version"),
    )


def _store(rules: PromotionRules | None) -> None:
    try:
        actions.set_promotion_rules(rules)
    except InputError as error:
        st.error(escaped(told(str(error))))
    else:
        st.rerun()
