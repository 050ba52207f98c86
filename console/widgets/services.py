"""The services that the console stands on, each with its health and a link."""

import streamlit as st

from console import data
from console.widgets.panels import escaped


def services_panel() -> None:
    """One card a service: well or not, where it is, and a link for the browser."""
    with st.container(horizontal=True, gap="small"):
        for service in data.services():
            with st.container(border=True, width=170, height="stretch"):
                icon, colour = (":material/check_circle:", "green") if service.is_well else (":material/error:", "red")
                st.badge(service.name, icon=icon, color=colour)
                st.caption(escaped(service.detail))
                if service.link:
                    st.link_button("Open", service.link, type="tertiary", icon=":material/open_in_new:")
