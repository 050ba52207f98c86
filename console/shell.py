"""Every page's frame: who is signed in, the menu, what is under way, and the page itself."""

from pathlib import Path

import streamlit as st

from console import navigation, process, widgets
from core.errors import ConsoleError

ICON = Path(__file__).with_name("icon.svg")


def show_sidebar() -> None:
    """What the console works on, and the way out."""
    contract, settings = process.the_contract(), process.the_settings()
    with st.sidebar:
        st.caption(contract.title)
        if settings.feed_url is None and settings.embedded:
            st.caption("Demo feed: these listings are generated.")
        if process.the_access().needs_password:
            st.link_button("Sign out", "/logout", icon=":material/logout:", type="tertiary")


# A file of our own: the browser would ask another site for a named icon.
st.set_page_config(page_title="Console", page_icon=ICON, layout="wide")
if process.the_access().user_of(st.context.cookies) is None:
    # The socket of an open page can outlive its cookie; a new one is not let in.
    st.error("You are signed out. Load this page again to sign in.")
    st.stop()
page = st.navigation(navigation.menu())
show_sidebar()
try:
    widgets.run_tracker()
    page.run()
    process.warm_up()
except ConsoleError as error:
    widgets.error_panel(error)
