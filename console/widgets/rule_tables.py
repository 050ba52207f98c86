"""Rules as tables: every limit, what they would have made of the last batches, and who set them."""

from collections.abc import Sequence

import streamlit as st

from console import data, process, state
from console.codes import word
from console.data.rules import Case
from console.formats import MISSING, moment
from console.language import _, told
from core.policy import RULE_KINDS, STATISTIC_LABELS, limit_words, rule_keys, rule_name
from core.records import Decision, RuleKey, Rules

MARK = " *"


def show_limits(rules: Rules) -> None:
    """Every limit by column, those that are no default marked."""
    st.header(_("Every limit"), anchor=False)
    labels = state.contract()
    keys = [key for key in rule_keys(process.the_contract()) if key.column]
    headings = [_heading(key) for key in keys]
    rows: dict[str, dict[str, str]] = {}
    for key, heading in zip(keys, headings, strict=True):
        empty = {_("Column"): labels[key.column].label} | dict.fromkeys(headings, MISSING)
        rows.setdefault(key.column, empty)[heading] = _cell(key, rules)
    batch = [
        {_("Whole batch"): told(kind.label), _("Limit"): _cell(RuleKey(name), rules)}
        for name, kind in RULE_KINDS.items()
        if kind.scope == "batch"
    ]
    st.dataframe(list(rows.values()), hide_index=True, alt=_("The limit of each column and rule"))
    st.dataframe(batch, hide_index=True, alt=_("The limits of the whole batch"))
    st.caption(_("Marked with *: set by somebody. Every other limit is the default."))


def show_cases(cases: Sequence[Case], judged: Sequence[Decision]) -> None:
    """What was decided on each batch, and what these rules would have decided."""
    if not cases:
        return
    st.header(_("The last batches by these rules"), anchor=False)
    st.dataframe(
        [
            {
                _("Batch"): f"{case.batch.collection}·{case.batch.number}",
                _("Decided"): outcome(case.decided),
                _("By these rules"): outcome(again),
                _("Differs"): outcome(case.decided) != outcome(again),
                _("Why"): told(again.reason),
            }
            for case, again in zip(cases, judged, strict=True)
        ],
        hide_index=True,
        alt=_("The last batches, and what these rules would have decided on each"),
    )
    st.caption(
        _(
            "Each batch is judged on what it was compared with when it arrived. What is missing or new and the PSI "
            "are those of the batch's own rows."
        )
    )


def show_set_rules() -> None:
    """Who set which limit, and when."""
    found = data.set_rules()
    st.header(_("Who set what"), anchor=False)
    if not found:
        st.caption(_("Nobody has set a limit yet: every rule has its default."))
        return
    contract = process.the_contract()
    st.dataframe(
        [
            {
                _("Rule"): told(rule_name(entry.key, contract)),
                _("Limit"): told(limit_words(entry.key, entry.limit)),
                _("Default"): told(limit_words(entry.key, data.rules().default(entry.key))),
                _("Set by"): word(entry.by),
                _("When"): moment(entry.at, state.zone()),
            }
            for entry in found
        ],
        hide_index=True,
        alt=_("The limits that somebody set, the newest first"),
    )


def outcome(decision: Decision) -> str:
    """A decision in a word."""
    return _("held") if decision.held else _("retrain") if decision.yes else _("no")


def _heading(key: RuleKey) -> str:
    return told(STATISTIC_LABELS[key.statistic] if key.statistic else RULE_KINDS[key.kind].label)


def _cell(key: RuleKey, rules: Rules) -> str:
    text = told(limit_words(key, rules.limit(key)))
    return text + MARK if key in rules.own else text
