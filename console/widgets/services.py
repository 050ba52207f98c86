"""The services that the console stands on, each with its health and a link."""

import streamlit as st

from console import data, navigation
from console.formats import ago
from console.health import Service
from console.language import _, told
from console.widgets.panels import escaped

WIDTH = 170


def services_panel() -> None:
    """One card a service: well or not, where it is, and a link to where a reader sees its work."""
    with st.container(horizontal=True, gap="small", key="services"):
        for service in data.services():
            with st.container(border=True, width=WIDTH, height="stretch", gap="xxsmall"):
                if service.is_well:
                    st.badge(told(service.name), icon=":material/check_circle:", color="green")
                else:
                    st.badge(told(service.name), icon=":material/error:", color="red")
                st.caption(escaped(detail_of(service)))
                _show_link(service)


def _show_link(service: Service) -> None:
    if service.link:
        st.page_link(service.link, label=_("Open it"), icon=":material/open_in_new:")
    elif service.name == "Raw database":
        navigation.link("batches", _("Its batches"), ":material/inventory_2:")
    elif service.name == "Clean database":
        navigation.link("training", _("Trainings"), ":material/model_training:")
    elif service.name == "MLflow":
        navigation.link("models", _("Its versions"), ":material/leaderboard:")
    elif service.name == "Worker":
        navigation.link("history", _("Its runs"), ":material/history:", show="runs")


def detail_of(service: Service) -> str:
    """What there is to say of a service, with how long ago it was heard of."""
    detail = told(service.detail)
    if service.seen_at is None:
        return detail
    return _("{detail} Heartbeat {ago}.", detail=detail, ago=ago(service.seen_at, data.now()))
