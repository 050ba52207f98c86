"""Candidates that wait for a person: to be approved or rejected, with a comment."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import streamlit as st

from console import actions, data, navigation, state
from console.codes import word
from console.formats import ago, count, moment
from console.language import _, told
from console.widgets.panels import escaped
from console.widgets.rulings import rulings
from core.errors import InputError
from core.records import AUTOMATIC, Approval

# What the reader saw last: the candidate, and when it was judged.
SEEN = "inbox_seen"


def inbox(is_elsewhere: bool = True) -> None:
    """The candidate that waits for a person; nothing where none does. ``is_elsewhere``: not on the page Models."""
    candidate = data.waiting()
    _say_what_changed(candidate)
    if candidate is None:
        return
    with st.container(border=True, key="inbox"):
        st.header(_("Version {number} waits for your approval", number=candidate.version), anchor=False)
        _say(candidate)
        rulings(candidate.numbers.get("rules", []))
        _answer(candidate)
        if is_elsewhere:
            navigation.link("models", _("Compare it"), ":material/compare_arrows:", version=candidate.version)


def _say_what_changed(candidate: Approval | None) -> None:
    """What became of the candidate that the reader saw last; until they have read it, where it waits no longer.

    The buttons of what they saw are gone by then, and so is a click on one of them.
    """
    seen, now = st.session_state.get(SEEN), _mark(candidate)
    if seen is None or seen == now:
        pass
    elif candidate is not None and seen[0] == candidate.id:
        st.info(_("It was judged anew since you saw it: read it again before you answer."), icon=":material/update:")
    elif (gone := next((each for each in data.approvals() if each.id == seen[0]), None)) is not None:
        st.info(escaped(_what_became_of(gone)), icon=":material/info:")
        st.button(_("Understood"), key="understood", on_click=_forget)
        return
    st.session_state[SEEN] = now


def _mark(candidate: Approval | None) -> tuple[int, str] | None:
    """A candidate as it was judged last."""
    if candidate is None:
        return None
    return candidate.id, str(candidate.numbers.get("judged", {}).get("at", ""))


def _what_became_of(gone: Approval) -> str:
    facts = {"version": gone.version, "who": word(gone.decided_by), "ago": ago(gone.decided_at, data.now())}
    facts["comment"] = told(gone.comment)
    match gone.status:
        case "approved":
            return _("Version {version} no longer waits: {who} approved it {ago}.", **facts)
        case "rejected":
            return _("Version {version} no longer waits: {who} rejected it {ago}: {comment}", **facts)
        case "withdrawn":
            return _("Version {version} no longer waits: it was withdrawn {ago}. {comment}", **facts)
        case _:
            return _("Version {version} no longer waits: it was overtaken {ago}, by {who}: {comment}", **facts)


def _forget() -> None:
    st.session_state.pop(SEEN, None)


def approvals_table() -> None:
    """What was put forward, and what people said to it."""
    found = data.approvals()
    if not found:
        return
    st.header(_("Candidates and the answers to them"), anchor=False)
    words = {
        "pending": _("waits"),
        "approved": _("approved"),
        "rejected": _("rejected"),
        "superseded": _("overtaken"),
        "withdrawn": _("withdrawn"),
    }
    st.dataframe(
        [
            {
                _("Asked"): moment(each.asked_at, state.zone()),
                _("Version"): each.version,
                _("Instead of"): str(each.replaces or ""),
                _("Answer"): words[each.status],
                _("Answered"): moment(each.decided_at, state.zone()),
                _("By"): word(each.decided_by),
                _("Comment"): told(each.comment),
            }
            for each in found
        ],
        hide_index=True,
        alt=_("Candidates and the answers to them"),
    )


def _say(candidate: Approval) -> None:
    waits = ago(candidate.asked_at, data.now())
    if candidate.replaces is None:
        st.caption(_("Put forward {ago}. Nothing is in production yet.", ago=waits))
    else:
        st.caption(_("Put forward {ago}, to replace version {old}.", ago=waits, old=candidate.replaces))
    if "judged" in candidate.numbers:
        st.caption(_judged(candidate.numbers["judged"]))
    if data.promotion_rules().rules.mode == AUTOMATIC:
        text = _(
            "The best version is promoted by itself now: the next ranking decides on it, unless you answer before."
        )
        st.caption(text)


def _judged(found: Mapping[str, Any]) -> str:
    """On which holdout a candidate was judged last, and when."""
    when = ago(datetime.fromisoformat(found["at"]), data.now())
    if "rows" not in found:
        return _("Judged last {ago}.", ago=when)
    return _(
        "Judged last {ago}, on {rows} holdout rows of {properties} properties.",
        ago=when,
        rows=count(found["rows"]),
        properties=count(found["properties"]),
    )


def _answer(candidate: Approval) -> None:
    comment = st.text_input(
        _("Comment"), max_chars=500, key=f"comment_{candidate.id}", placeholder=_("what you looked at")
    )
    # A click answers what its reader saw, and no later candidate or judgement that took its place.
    mark = "_".join(map(str, _mark(candidate) or ()))
    with st.container(horizontal=True):
        if st.button(_("Approve"), type="primary", icon=":material/task_alt:", key=f"approve_{mark}"):
            _decide(candidate, comment.strip(), is_yes=True)
        if st.button(_("Reject"), icon=":material/block:", key=f"reject_{mark}"):
            _decide(candidate, comment.strip(), is_yes=False)


def _decide(candidate: Approval, comment: str, is_yes: bool) -> None:
    if not is_yes and not comment:
        st.error(_("A rejection needs a comment: the next reader wants to know why."))
        return
    try:
        (actions.approve if is_yes else actions.reject)(candidate, comment)
    except InputError as error:
        st.error(escaped(told(str(error))))
    else:
        _forget()
        st.rerun()
