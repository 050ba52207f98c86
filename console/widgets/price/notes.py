"""What the model was told nothing of, or nothing that it knows: in words, beside the price."""

import streamlit as st

from console import state
from console.language import _
from console.widgets.panels import escaped
from core.contract import Column
from core.records import Prediction


def show_notes(prediction: Prediction) -> None:
    """A line for each text that the version never saw, and one for what is not given."""
    contract = state.contract()
    for name in prediction.unknown:
        st.info(escaped(_unknown(contract[name], prediction)), icon=":material/help:")
    missing = [column.label for column in contract.features if prediction.inputs.get(column.name) is None]
    if missing:
        label = contract.target_column.label.lower()
        names = ", ".join(missing)
        st.caption(_("Not given: {names}. The {target} leans on the rest.", names=names, target=label))


def _unknown(column: Column, prediction: Prediction) -> str:
    contract = state.contract()
    words = {"label": column.label, "value": prediction.inputs[column.name]}
    words |= {"target": contract.target_column.label.lower()}
    other = _leans_on(column, prediction)
    if other is None:
        return _("{label} “{value}” is not known to the model: the {target} leans on the other fields.", **words)
    return _(
        "{label} “{value}” is not known to the model: the {target} leans on {other} instead.",
        **words,
        other=f"{contract[other].label} “{prediction.inputs[other]}”",
    )


def _leans_on(column: Column, prediction: Prediction) -> str | None:
    """The narrowest place that the model knows beside an unknown one."""
    hierarchy = state.contract().hierarchy
    if column.name not in hierarchy:
        return None
    known = [
        name
        for name in hierarchy
        if name != column.name and prediction.inputs.get(name) is not None and name not in prediction.unknown
    ]
    return known[-1] if known else None
