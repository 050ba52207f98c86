"""Names of session-state keys, and what a session knows of its reader."""

from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st

from console import process
from console.access import OPERATOR

DIALOG = "open_dialog"
PREDICTION = "last_prediction"


def user() -> str:
    """Who is signed in, as actions are recorded."""
    return process.the_access().user_of(st.context.cookies) or OPERATOR


def zone() -> tzinfo:
    """The reader's time zone, as the browser tells it; UTC where it does not."""
    try:
        return ZoneInfo(st.context.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")


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
