"""The dialog that puts a version into production: the evidence, then why, then the button."""

import streamlit as st

from console import actions, data, state
from console.codes import word
from console.formats import moment
from console.language import _, told
from console.widgets.fragments import guarded
from console.widgets.panels import escaped
from console.widgets.promotion_evidence import show_evidence
from core.records import Promotion, Ranked

DIALOG = "promote"


def ask_to_promote(version: int, instead_of: int | None, kind: str = "manual") -> None:
    """Open the dialog: ``kind`` is manual, undo, redo (an undo taken back) or rollback.

    ``instead_of`` is the version in production that its reader sees: nothing is promoted in place of another one.
    """
    state.open_dialog(DIALOG, version=version, instead_of=instead_of, kind=kind)


def promotion_dialog() -> None:
    """The dialog where somebody asked for it."""
    asked = state.dialog(DIALOG)
    if asked is None:
        return
    titles = {
        "manual": _("Put a version into production"),
        "undo": _("Undo the last promotion"),
        "redo": _("Take the undo back"),
        "rollback": _("Go back to an earlier version"),
    }
    title = titles[str(asked["kind"])]
    st.dialog(title, width="large", on_dismiss=state.close_dialog)(guarded(_show))()


def _show() -> None:
    """The dialog as it is open: what it was opened on, and what is in production by now, may be two things."""
    asked, production = state.dialog(DIALOG), data.production()
    if asked is None:
        return
    version, current = int(str(asked["version"])), production.version if production else None
    if "overtaken" in asked:
        st.error(_refusal(asked["overtaken"], production), icon=":material/sync_problem:")
    elif asked["instead_of"] != current:
        st.warning(_overtaken(asked["instead_of"], production), icon=":material/sync_problem:")
    if current is None:
        st.markdown(_("**Version {new}** goes into production, where there is none yet.", new=version))
    else:
        text = _("From **version {old}** to **version {new}**, on the same holdout.", old=current, new=version)
        st.markdown(text)
    show_evidence(version, current)
    _ask(version, current, asked)


def _ask(version: int, current: int | None, asked: dict[str, object]) -> None:
    hindrance = _hindrance(version, current)
    with st.form("promotion", border=False):
        reason = st.text_area(
            _("Reason"),
            max_chars=500,
            height=68,
            placeholder=_("why this version, and why now"),
            key="promotion_reason",
        )
        label = _("Put version {number} into production", number=version)
        is_asked = st.form_submit_button(label, type="primary", disabled=bool(hindrance))
    if hindrance:
        st.caption(escaped(hindrance))
    elif is_asked and asked["instead_of"] != current:
        state.open_dialog(DIALOG, **{**asked, "instead_of": current, "overtaken": asked["instead_of"]})
        st.rerun()
    elif is_asked and not reason.strip():
        st.error(_("A promotion needs a reason: it stays in the ledger."))
    elif is_asked:
        kind = str(asked["kind"])
        actions.promote(version, reason.strip(), "undo" if kind == "redo" else kind, current)
        state.close_dialog()
        st.rerun()


def _hindrance(version: int, current: int | None) -> str:
    """Why the version cannot be put into production; "" where it can."""
    if version == current:
        return _("Version {number} is in production already.", number=version)
    problem = data.ranking().get(version, Ranked(version)).problem
    if not problem:
        return ""
    return _("Version {number} cannot be put into production: {problem}", number=version, problem=told(problem))


def _refusal(opened_on: object, production: Promotion | None) -> str:
    return " ".join([_("Nothing was promoted."), _overtaken(opened_on, production)])


def _overtaken(opened_on: object, production: Promotion | None) -> str:
    """That another version came into production since the dialog was opened, when and by whom."""
    if production is None:
        return _("Version {old} was in production when this was opened; none is now.", old=opened_on)
    now = {
        "new": production.version,
        "moment": moment(production.at, state.zone()),
        "who": word(production.by),
    }
    if opened_on is None:
        text = _(
            "Nothing was in production when this was opened; version {new} is, since {moment}, by {who}. All below is "
            "against version {new}.",
            **now,
        )
    else:
        text = _(
            "Version {old} was in production when this was opened; version {new} is, since {moment}, by {who}. All "
            "below is against version {new}.",
            old=opened_on,
            **now,
        )
    return escaped(text)
