"""What a version leans on: over many rows, for one row, and against another version."""

from functools import partial

import streamlit as st

from console import actions, data, navigation, process, widgets
from console.charts import reasons as charts
from console.charts.force import show_force_plot
from console.charts.reasons import label_of
from console.formats import amount
from core.explanation import importance
from core.records import Explanation

MOST_ROWS = 200
Found = dict[int, Explanation]


def explanation_of(version: int) -> Explanation | None:
    """The stored reasons, or a panel that offers to compute them."""
    found = data.explanation(version)
    if found is None:
        widgets.empty_panel(
            f"The reasons of version {version} are not stored.",
            "It was registered by another program. They are computed once, on the current holdout, and kept.",
        )
        button = f"Compute the reasons of version {version}"
        st.button(button, type="primary", on_click=actions.explain, args=(version,), key=f"explain_{version}")
    return found


def show_verdict(found: Found) -> None:
    contract = process.the_contract()
    unit, label = contract.target_column.unit, contract.target_column.label.lower()
    (version, explanation), *rest = found.items()
    order = importance(explanation)
    first = [f"{label_of(name, contract)} ({amount(value, unit)})" for name, value in order.head(3).items()]
    detail = f"Mean part in the {label} over {len(explanation.data):,} holdout rows."
    for number, other in rest:
        names = [label_of(name, contract) for name in importance(other).index[:3]]
        detail += f" Version {number} leans on {', then '.join(names)}."
    widgets.verdict("well", f"Version {version} leans on {', then '.join(first)}", detail)


def show_importance(found: Found) -> None:
    importances = {f"version {number}": importance(explanation) for number, explanation in found.items()}
    chart = charts.importance_bars(importances, process.the_contract())
    widgets.figure(chart, "bars", "Mean size of each feature's part in the prediction")


def show_every_row(found: Found) -> None:
    for place, (number, explanation) in zip(st.columns(len(found)), found.items(), strict=True):
        with place:
            st.caption(f"Version {number}. Each dot is a row; blue is a low value, orange a high one.")
            chart = charts.beeswarm(explanation, process.the_contract())
            widgets.figure(chart, f"swarm_{number}", f"Reasons of version {number}")


def show_dependence(explanation: Explanation) -> None:
    contract, names = process.the_contract(), list(importance(explanation).index)
    feature = widgets.pick("Feature", names, "feature", names[0], lambda name: label_of(name, contract), width=260)
    chart = charts.dependence(explanation, feature, contract)
    widgets.figure(chart, "dependence", f"Values of {label_of(feature, contract)} against their part")


def show_row(version: int, explanation: Explanation, other: int | None) -> None:
    contract = process.the_contract()
    unit = contract.target_column.unit
    st.subheader("One row of the holdout", anchor=False)
    rows = list(range(min(len(explanation.data), MOST_ROWS)))
    label = contract.target_column.label.lower()
    row = widgets.pick(
        "Row",
        rows,
        "row",
        0,
        lambda place: f"Row {place}: {label} {amount(explanation.predictions[place], unit)}",
        width=300,
    )
    for number in [version, *([other] if other is not None else [])]:
        found, place = (explanation, row) if number == version else (data.row_explanation(number, explanation, row), 0)
        st.caption(f"Version {number}")
        chart = charts.waterfall(found, place, contract)
        widgets.figure(chart, f"waterfall_{number}", f"How version {number} comes to its prediction")
    if st.toggle(
        "Force plot", key="force", help="The same reasons as SHAP draws them; it loads SHAP, which takes a moment."
    ):
        show_force_plot(explanation, row, contract)


widgets.heading("Explain", "What a version leans on: over many rows, for one row, and against another version.")
versions = data.versions()
if not versions:
    widgets.empty_panel(
        "There is nothing to explain yet.", "Fetch a batch; the first model is trained from it at once."
    )
    navigation.link("batches", "Go to the batches", ":material/inventory_2:")
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    version = widgets.version_picker(versions, "Version", "version")
    rest = [found for found in versions if found.number != version]
    other = widgets.version_picker(rest, "Side by side with", "other", optional=True) if rest else None
explanation = explanation_of(version)
if explanation is None:
    st.stop()
against = explanation_of(other) if other is not None else None
found = {version: explanation, **({other: against} if other is not None and against is not None else {})}
show_verdict(found)
widgets.tabs(
    {
        "Importance": partial(show_importance, found),
        "Every row": partial(show_every_row, found),
        "One feature": partial(show_dependence, explanation),
    },
    "overall",
)
show_row(version, explanation, other)
