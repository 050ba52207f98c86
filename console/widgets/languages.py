"""The switch between languages, which this browser remembers."""

import streamlit as st

from console import language, state
from console.language import LANGUAGES, _

SWITCH = "language_switch"
# Only the browser can keep a choice over a reload; a screen reader takes the page's language from ``lang``.
SCRIPT = """<script>
document.documentElement.lang = "{code}";
if ({is_chosen}) document.cookie = "{cookie}={code}; path=/; max-age={seconds}; samesite=lax";
</script>"""


def language_switch() -> None:
    """A button a language; a click shows the page in it at once."""
    spoken = language.current()
    st.session_state[SWITCH] = spoken
    st.segmented_control(
        _("Language"),
        list(LANGUAGES),
        key=SWITCH,
        required=True,
        format_func=LANGUAGES.__getitem__,
        on_change=_keep,
        label_visibility="collapsed",
    )
    is_chosen = str(state.LANGUAGE in st.session_state).lower()
    script = SCRIPT.format(code=spoken, cookie=language.COOKIE, seconds=language.COOKIE_SECONDS, is_chosen=is_chosen)
    st.html(script, unsafe_allow_javascript=True)


def _keep() -> None:
    st.session_state[state.LANGUAGE] = st.session_state[SWITCH]
