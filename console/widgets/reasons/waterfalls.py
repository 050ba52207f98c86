"""One row's reasons, version by version."""

from collections.abc import Mapping

import streamlit as st

from console import state
from console.charts import reasons as charts
from console.charts.force import show_force_plot
from console.language import _
from console.widgets.panels import figure
from core.records import Explanation


def show_reasons(found: Mapping[int, Explanation]) -> None:
    """The first row of each version's explanation, one below the other: side by side their labels have no room."""
    contract = state.contract()
    is_forced = st.toggle(
        _("Force plot"),
        key="force",
        help=_("The same reasons as SHAP draws them; it loads SHAP, which takes a moment."),
    )
    for number, explanation in found.items():
        st.caption(_("Version {number}", number=number))
        chart = charts.waterfall(explanation, 0, contract)
        figure(chart, f"waterfall_{number}", _("How version {version} comes to its prediction", version=number))
        if is_forced:
            show_force_plot(explanation, 0, contract, f"force_{number}")
