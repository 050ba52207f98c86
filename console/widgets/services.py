"""The services that the console stands on, each with its health and a link."""

import streamlit as st

from console import data
from console.formats import ago
from console.health import Service
from console.language import _, told
from console.widgets.panels import escaped


def services_panel() -> None:
    """One card a service: well or not, where it is, and a link for the browser."""
    with st.container(horizontal=True, gap="small"):
        for service in data.services():
            with st.container(border=True, width=170, height="stretch"):
                icon, colour = (":material/check_circle:", "green") if service.is_well else (":material/error:", "red")
                st.badge(told(service.name), icon=icon, color=colour)
                st.caption(escaped(detail_of(service)))
                if service.link:
                    st.link_button(_("Open"), service.link, type="tertiary", icon=":material/open_in_new:")


def detail_of(service: Service) -> str:
    """What there is to say of a service, with how long ago it was heard of."""
    detail = told(service.detail)
    if service.seen_at is None:
        return detail
    return _("{detail} Heartbeat {ago}.", detail=detail, ago=ago(service.seen_at, data.now()))
