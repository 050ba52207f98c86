"""The rules that a batch is judged by: what they would have made of the last batches, and a form for each column."""

import streamlit as st

from console import actions, data, process, state
from console.codes import word
from console.formats import moment
from console.language import _, plural, told
from console.widgets.fragments import fragment
from console.widgets.panels import escaped, verdict
from console.widgets.pickers import pick
from console.widgets.rule_tables import show_cases, show_limits, show_set_rules
from core.policy import PROFILE_KINDS, RULE_KINDS, STATISTIC_LABELS, change_words, fault, judge_again, rule_keys
from core.records import Decision, RuleKey, Rules

Draft = dict[RuleKey, float | None]
# No column can be called so.
WHOLE_BATCH = "-"


@fragment
def rules_panel() -> None:
    """The verdict of the rules on the last batches, the rules themselves, and who set them."""
    in_force = data.rules()
    draft = _draft(in_force)
    rules = in_force.changed(draft)
    cases = data.cases(any(key.kind in PROFILE_KINDS for key in rules.own))
    judged = [judge_again(case.evidence, rules, process.the_contract(), case.is_released) for case in cases]
    _show_verdict([case.decided for case in cases], judged, bool(draft))
    if draft:
        _show_draft(in_force, draft)
    _show_form(in_force, draft)
    show_limits(rules)
    show_cases(cases, judged)
    show_set_rules()


def _show_verdict(decided: list[Decision], judged: list[Decision], is_draft: bool) -> None:
    now, before = (sum(decision.yes for decision in found) for found in (judged, decided))
    if not decided:
        verdict("wait", _("No batch was judged yet"), _("Limits that you set now are in force for the first one."))
        return
    lead = _("With these limits") if is_draft else _("With the rules in force")
    headline = plural(
        "{lead} {now} of the last batch would have retrained ({before} did)",
        "{lead} {now} of the last {count} batches would have retrained ({before} did)",
        len(decided),
        lead=lead,
        now=now,
        before=before,
    )
    held, were = (sum(decision.held for decision in found) for found in (judged, decided))
    detail = _("Held: {held} of them ({were} were).", held=held, were=were) if held or were else ""
    verdict("well" if now == before and held == were else "change", headline, detail)


def _show_draft(in_force: Rules, draft: Draft) -> None:
    contract = process.the_contract()
    limit_of = in_force.changed(draft).limit
    words = [change_words(key, in_force.limit(key), limit_of(key), contract) for key in draft]
    st.markdown("\n".join(f"- {escaped(told(sentence))}" for sentence in words))
    faults = [fault(key, limit, contract) for key, limit in draft.items() if limit is not None]
    for sentence in filter(None, faults):
        st.error(escaped(told(sentence)), icon=":material/error:")
    with st.container(horizontal=True):
        # No callback: in a fragment it may show nothing, not even that something was saved.
        if st.button(
            plural("Save {count} change", "Save {count} changes", len(draft)),
            type="primary",
            icon=":material/save:",
            disabled=any(faults),
            help=_("In force from the next batch. Who saved it and when is kept."),
        ):
            actions.set_rules(draft)
            draft.clear()
            st.rerun()
        st.button(_("Discard"), icon=":material/undo:", on_click=draft.clear)


def _show_form(in_force: Rules, draft: Draft) -> None:
    contract, labels = process.the_contract(), state.contract()
    keys = list(rule_keys(contract))
    columns = list(dict.fromkeys(key.column for key in keys if key.column))
    names = {WHOLE_BATCH: _("The whole batch")} | {name: labels[name].label for name in columns}
    chosen = pick(_("Rules of"), list(names), "rules", columns[0], names.__getitem__, width=260)
    own = [key for key in keys if key.column == ("" if chosen == WHOLE_BATCH else chosen)]
    with st.container(border=True):
        st.caption(_("Grey is the default; an empty field goes back to it. A change is in force from the next batch."))
        for heading, group in _groups(own):
            st.markdown(f"**{escaped(heading)}**")
            with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
                for key in group:
                    _show_limit(key, in_force, draft)
        is_set = any(in_force.changed(draft).own.get(key) is not None for key in own)
        st.button(
            _("Back to the defaults"),
            icon=":material/restart_alt:",
            type="tertiary",
            disabled=not is_set,
            on_click=_reset,
            args=(own, draft),
        )


def _groups(keys: list[RuleKey]) -> list[tuple[str, list[RuleKey]]]:
    """The rules of a column, or of the whole batch, under their headings."""
    holds = [key for key in keys if RULE_KINDS[key.kind].holds]
    changes = [key for key in keys if key.statistic]
    others = [key for key in keys if key not in holds and key not in changes]
    found = [
        (_("Train where it changes by more than (%)"), changes),
        (_("Train too where"), others),
        (_("Hold the batch, for it cannot be judged, where"), holds),
    ]
    return [(heading, group) for heading, group in found if group]


def _show_limit(key: RuleKey, in_force: Rules, draft: Draft) -> None:
    kind, limit = RULE_KINDS[key.kind], in_force.changed(draft).own.get(key)
    widget = f"limit_{_revision()}_{'_'.join(key)}"
    st.session_state[widget] = None if limit is None else round(limit * kind.scale, 6)
    default = in_force.default(key)
    st.number_input(
        told(STATISTIC_LABELS[key.statistic]) if key.statistic else _label(key.kind),
        value=None,
        step=1.0 if kind.unit else 0.05,
        format="%g",
        key=widget,
        placeholder=_("off") if default is None else f"{default * kind.scale:g}",
        help=f"{told(kind.help)} {_set_by(key)}",
        width=150 if key.statistic else 280,
        on_change=_note,
        args=(key, widget, draft),
    )


def _note(key: RuleKey, widget: str, draft: Draft) -> None:
    """Take what was typed into the draft; an empty field is the default."""
    typed = st.session_state[widget]
    draft[key] = None if typed is None else typed / RULE_KINDS[key.kind].scale


def _reset(keys: list[RuleKey], draft: Draft) -> None:
    draft.update(dict.fromkeys(keys))


def _draft(in_force: Rules) -> Draft:
    """What this reader changed and did not save yet; what is in force anyhow is no change.

    A browser may send a field's value once more when it loses the focus, after it was saved.
    """
    draft: Draft = st.session_state.setdefault("rules_draft", {})
    for key in [key for key, limit in draft.items() if limit == in_force.own.get(key)]:
        del draft[key]
    return draft


def _revision() -> int:
    """A number that changes whenever somebody saves, so that a field shows what is in force then."""
    return hash(tuple(data.set_rules()))


def _set_by(key: RuleKey) -> str:
    found = next((entry for entry in data.set_rules() if entry.key == key), None)
    return (
        _("Set by {who}, {when}.", who=word(found.by), when=moment(found.at, state.zone()))
        if found
        else _("It is the default.")
    )


def _label(kind: str) -> str:
    about = RULE_KINDS[kind]
    unit = {"%": "%", "points": _("percentage points"), "rows": _("rows"), "": ""}[about.unit]
    return f"{told(about.label)} ({unit})" if unit else told(about.label)
