"""Who was in production when: the ledger, the way back, and the question for a moment."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import takewhile

import streamlit as st

from console import data, state
from console.codes import word
from console.formats import moment
from console.language import _, form, told
from console.widgets.panels import escaped
from console.widgets.promotion import ask_to_promote
from core.records import Promotion

WAYS_BACK = 6


def undo_button(ledger: Sequence[Promotion], registered: set[int]) -> None:
    """One click towards undoing the last promotion, or taking an undo back; the dialog asks for its reason."""
    if not ledger or ledger[0].replaced not in registered:
        return
    current, earlier = ledger[0].version, ledger[0].replaced
    if is_redo := _undos(ledger) % 2 == 1:
        label = _("Take the undo back: version {number} again", number=earlier)
    else:
        label = _("Undo: back to version {number}", number=earlier)
    st.button(
        label,
        icon=":material/redo:" if is_redo else ":material/undo:",
        on_click=ask_to_promote,
        args=(earlier, current, "redo" if is_redo else "undo"),
        key="undo",
    )


def _undos(ledger: Sequence[Promotion]) -> int:
    """How many of the newest promotions were an undo, each of the one before: every second one takes an undo back."""
    return len(list(takewhile(lambda entry: entry.numbers.get("kind") == "undo", ledger)))


def ways_back(ledger: Sequence[Promotion], registered: set[int]) -> None:
    """A button for each version that was in production before, the last one first."""
    current = ledger[0].version if ledger else None
    earlier = [number for number in dict.fromkeys(entry.version for entry in ledger) if number != current]
    found = [number for number in earlier if number in registered][:WAYS_BACK]
    if not found:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_("Go back to an earlier version:"), width="content")
        for number in found:
            st.button(
                _("Version {number}", number=number),
                icon=":material/history:",
                on_click=ask_to_promote,
                args=(number, current, "rollback"),
                key=f"back_to_{number}",
            )


def who_was_in_production(ledger: Sequence[Promotion]) -> None:
    """The version in production at a moment that the reader names, by the ledger."""
    now = data.now().astimezone(state.zone()).replace(tzinfo=None, second=0, microsecond=0)
    asked = st.datetime_input(_("Who was in production at"), value=now, key="moment", width=260, format=form().calendar)
    if asked is None:
        return
    at = asked.replace(tzinfo=state.zone())
    if at > data.now():
        st.caption(_("That moment has not come yet: choose one up to now."))
        return
    # The reader names a minute: what happened within it has happened.
    found = data.production_at(at + timedelta(minutes=1))
    if found is None:
        st.markdown(_("At {moment} no version was in production.", moment=escaped(moment(at, state.zone()))))
        return
    text = _(
        "At {moment} **version {number}** was in production, since {since}, by {who}: {reason}",
        moment=escaped(moment(at, state.zone())),
        number=found.version,
        since=escaped(moment(found.at, state.zone())),
        who=escaped(word(found.by)),
        reason=escaped(told(found.reason)),
    )
    st.markdown(text)
    later = sorted(entry.at for entry in ledger if entry.id > found.id)
    if later:
        st.caption(_("It stayed until {moment}.", moment=escaped(moment(later[0], state.zone()))))


def ledger_table(ledger: Sequence[Promotion]) -> None:
    """Every promotion, the newest first."""
    kinds = {
        "rules": _("by the rules"),
        "approved": _("approved"),
        "manual": _("by hand"),
        "undo": _("undo"),
        "redo": _("undo taken back"),
        "rollback": _("back to an earlier one"),
        "repair": _("repair"),
    }
    st.dataframe(
        [
            {
                _("Since"): moment(entry.at, state.zone()),
                _("Version"): entry.version,
                _("Replaced"): str(entry.replaced or ""),
                _("How"): kinds.get(_kind(ledger[place:]), ""),
                _("By"): word(entry.by),
                _("Reason"): told(entry.reason),
            }
            for place, entry in enumerate(ledger)
        ],
        hide_index=True,
        alt=_("Who was in production when, by whom and why"),
    )


def _kind(ledger: Sequence[Promotion]) -> str:
    """How the newest promotion of ``ledger`` came about."""
    return "redo" if _undos(ledger) and _undos(ledger) % 2 == 0 else str(ledger[0].numbers.get("kind"))
