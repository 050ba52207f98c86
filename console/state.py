"""Names of session-state keys, and what a session knows of its reader."""

from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from console import language, process
from console.access import OPERATOR
from console.locale.form import ENGLISH
from core.contract import Contract
from core.errors import NotAllowed
from core.words import sentence

DIALOG = "open_dialog"
PREDICTION = "last_prediction"
FILE_ANSWER = "file_answer"
LANGUAGE = "language"
STRANGER = "stranger"
# In an address: which price is to be shown again.
PRICE_LINK = "request"


def user() -> str:
    """Who is signed in, as what they do is recorded; a stranger never gets as far as a page."""
    return process.the_access().user_of(st.context.cookies) or STRANGER


def is_operator() -> bool:
    """Whether who is signed in may run the loop and see what it did."""
    return user() == OPERATOR


def operator() -> str:
    """Who is signed in, for what an operator alone may do; raises NotAllowed for anybody else."""
    if not is_operator():
        raise NotAllowed(sentence("Only an operator may do this; you are signed in as {user}.", user=user()))
    return user()


def zone() -> tzinfo:
    """The reader's time zone, as the browser tells it; UTC where it does not."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


def language_tag() -> str:
    """The language that the reader chose, now or on an earlier visit, otherwise the browser's; English without one."""
    if get_script_run_ctx(suppress_warning=True) is None:
        return ENGLISH
    context = st.context
    chosen = st.session_state.get(LANGUAGE) or context.cookies.get(language.COOKIE)
    return language.choose(
        chosen, [context.locale or "", *language.accepted(context.headers.get("Accept-Language", ""))]
    )


def contract() -> Contract:
    """The contract with its words in the reader's language, for what a page shows."""
    return process.contract_in(language.tag())


def open_dialog(name: str, **facts: object) -> None:
    """Have the page open a dialog; it stays open over reruns until it is closed."""
    st.session_state[DIALOG] = (name, facts)


def dialog(name: str) -> dict[str, object] | None:
    """The facts of a dialog where it is the open one."""
    found = st.session_state.get(DIALOG)
    return found[1] if found and found[0] == name else None


def close_dialog() -> None:
    """No dialog is open any more."""
    st.session_state.pop(DIALOG, None)
