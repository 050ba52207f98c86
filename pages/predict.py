"""A price, the version that gave it, and the reasons; or the prices of a whole file."""

import streamlit as st

from console import data, navigation, state, widgets
from console.language import _
from console.widgets.many import many_at_once
from console.widgets.price import one_price

contract = state.contract()
label = contract.target_column.label.lower()
widgets.heading(
    _("Predict"), _("The {target} of a {noun}, and the reasons for it.", target=label, noun=contract.row_noun)
)
trouble = data.trouble()
if not data.has_production():
    widgets.empty_panel(
        _("There is no model in production yet."),
        _("Fetch a batch; the first model is trained from it and answers here.")
        if state.is_operator()
        else _("It answers here as soon as an operator has the first one trained."),
    )
    navigation.link("batches", _("Go to the batches"), ":material/inventory_2:")
    st.stop()
if trouble:
    widgets.away_panel(trouble)
parts = {
    "one": (_("One {noun}", noun=contract.row_noun), one_price),
    "many": (_("Many at once"), many_at_once),
}
widgets.tabs(parts, "asked")
