"""Every page's frame: who is signed in, the menu, what is under way, and the page itself."""

from pathlib import Path

import streamlit as st

from console import language, navigation, process, state, widgets
from console.access import SIGNED_OUT
from console.language import _, told
from core.errors import ConsoleError, StoreError

ICON = Path(__file__).with_name("icon.svg")
STYLE = Path(__file__).with_name("style.css")


def show_sidebar() -> None:
    """What the console works on, and the way out."""
    settings = process.the_settings()
    with st.sidebar:
        st.caption(state.contract().title)
        if settings.feed_url is None and settings.embedded:
            file = settings.demo_feed_csv
            generated = _("Demo feed: these listings are generated.")
            st.caption(_("Demo feed: these listings come from {file}.", file=Path(file).name) if file else generated)
        if process.the_access().has_end_users:
            st.caption(_("Signed in as {user}.", user=told(state.user())))
        if process.the_access().needs_password:
            st.link_button(_("Sign out"), "/logout", icon=":material/logout:", type="tertiary")
        widgets.language_switch()


def show_tracker() -> None:
    """What is under way; a page that needs no store is shown without it too."""
    try:
        widgets.run_tracker()
    except StoreError as error:
        widgets.error_panel(error, in_fragment=True)


language.speak(state.language_tag())
# A file of our own: the browser would ask another site for a named icon.
st.set_page_config(page_title=_("Console"), page_icon=ICON, layout="wide")
st.html(STYLE)
if process.the_access().user_of(st.context.cookies) is None:
    # The socket of an open page can outlive its cookie; a new one is not let in.
    st.error(told(SIGNED_OUT))
    st.stop()
page = st.navigation(navigation.menu())
show_sidebar()
top = st.empty()
try:
    if state.is_operator():
        with top.container():
            show_tracker()
    page.run()
    process.warm_up()
except ConsoleError as error:
    # The page's own panel says it all.
    top.empty()
    widgets.error_panel(error)
