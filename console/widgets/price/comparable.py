"""Stored rows that are comparable with the one that was asked about, and why each is."""

import streamlit as st

from console import data, state
from console.charts.reasons import value_text
from console.formats import amount, count, signed_amount
from console.language import _
from console.widgets.panels import escaped
from core.contract import Column
from core.records import Comparable, Prediction


def show_comparables(prediction: Prediction) -> None:
    """The nearest few as a table, with the rule by which they were found."""
    contract = state.contract()
    st.header(_("Comparable {noun}s", noun=contract.row_noun), anchor=False)
    found = data.comparables(prediction.inputs)
    if not found:
        widest = contract[contract.hierarchy[0]].label if contract.hierarchy else ""
        st.caption(
            _("No {noun} of the same {place} is stored.", noun=contract.row_noun, place=_within(widest))
            if widest
            else _("None is stored yet.")
        )
        return
    for entry in found:
        st.markdown(f"- {_in_words(entry, prediction)}")
    with st.expander(_("All their values"), icon=":material/table_rows:"):
        st.dataframe(
            [_line(entry) for entry in found],
            hide_index=True,
            alt=_("Comparable {noun}s, the nearest first", noun=contract.row_noun),
        )
    columns = ", ".join(_within(column.label) for column in contract.compared)
    st.caption(
        _(
            "The nearest of the newest {rows} {noun}s of {place}, from the narrowest place that has as many. Distance: "
            "the mean difference in {columns}, each against its spread there (Gower); 0 is alike, 1 wholly different.",
            rows=count(data.count_around(prediction.inputs)),
            noun=contract.row_noun,
            place=str(prediction.inputs[contract.hierarchy[0]]) if contract.hierarchy else contract.title,
            columns=columns,
        )
    )


def why(entry: Comparable, prediction: Prediction) -> str:
    """What is the same, and by how much the rest differs: ``Same ZIP code; bedrooms same; living area +120 sq ft``."""
    contract = state.contract()
    asked = [column for column in contract.compared if prediction.inputs.get(column.name) is not None]
    same, other = [], []
    for column in asked:
        value, wanted = entry.values[column.name], prediction.inputs[column.name]
        if value == wanted:
            same.append(_within(column.label))
        else:
            other.append(_difference(column, value, wanted))
    if entry.level:
        same.insert(0, _within(contract[entry.level].label))
    parts = [_("same {names}", names=", ".join(same))] if same else []
    return "; ".join([*parts, *other])


def _difference(column: Column, value: object, wanted: object) -> str:
    label = _within(column.label)
    if isinstance(value, float) and isinstance(wanted, (int, float)):
        return f"{label} {signed_amount(value - wanted, column.unit)}"
    return f"{label}: {value_text(column.name, value, state.contract())}"


def _within(label: str) -> str:
    """A label within a sentence: without capitals, but for abbreviations."""
    return " ".join(word.lower() if word.istitle() else word for word in label.split())


def _in_words(entry: Comparable, prediction: Prediction) -> str:
    contract = state.contract()
    target, value = contract.target_column, entry.values[contract.target]
    narrower = [str(entry.values[name]) for name in contract.hierarchy[1:] if entry.values[name] is not None]
    change = _("{amount} against yours", amount=signed_amount(value - prediction.value, target.unit))
    place = f" · {escaped(', '.join(narrower))}" if narrower else ""
    return f"**{escaped(amount(value, target.unit))}** ({escaped(change)}){place}: {escaped(why(entry, prediction))}"


def _line(entry: Comparable) -> dict[str, str]:
    contract = state.contract()
    columns = [contract.target_column, *(contract[name] for name in contract.hierarchy[1:]), *contract.compared]
    line = {column.label: value_text(column.name, entry.values[column.name], contract) for column in columns}
    return line | {_("Distance"): amount(round(entry.distance, 2))}
