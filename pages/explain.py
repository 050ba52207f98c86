"""What a version leans on: over many rows, for one row, and against another version."""

from collections.abc import Sequence
from functools import partial, reduce

import streamlit as st

from console import actions, data, navigation, state, widgets
from console.charts import reasons as charts
from console.charts.force import show_force_plot
from console.charts.reasons import label_of
from console.formats import amount
from console.language import _
from core.explanation import importance
from core.records import Explanation

MOST_ROWS = 200
Found = dict[int, Explanation]


def explanation_of(version: int) -> Explanation | None:
    """The stored reasons, or a panel that offers to compute them."""
    found = data.explanation(version)
    if found is None:
        widgets.empty_panel(
            _("The reasons of version {version} are not stored.", version=version),
            _("It was registered by another program. They are computed once, on the current holdout, and kept."),
        )
        button = _("Compute the reasons of version {version}", version=version)
        st.button(button, type="primary", on_click=actions.explain, args=(version,), key=f"explain_{version}")
    return found


def show_verdict(found: Found) -> None:
    contract = state.contract()
    unit, label = contract.target_column.unit, contract.target_column.label.lower()
    (version, explanation), *rest = found.items()
    order = importance(explanation)
    first = [f"{label_of(name, contract)} ({amount(value, unit)})" for name, value in order.head(3).items()]
    detail = _("Mean part in the {target} over {rows:,} holdout rows.", target=label, rows=len(explanation.data))
    for number, other in rest:
        names = [label_of(name, contract) for name in importance(other).index[:3]]
        leaning = _("Version {version} leans on {features}.", version=number, features=in_turn(names))
        detail = f"{detail} {leaning}"
    widgets.verdict(
        "well", _("Version {version} leans on {features}", version=version, features=in_turn(first)), detail
    )


def in_turn(names: Sequence[str]) -> str:
    """What comes first, and what after it."""
    return reduce(lambda first, next_one: _("{first}, then {next}", first=first, next=next_one), names)


def show_importance(found: Found) -> None:
    importances = {
        _("version {version}", version=number): importance(explanation) for number, explanation in found.items()
    }
    chart = charts.importance_bars(importances, state.contract())
    widgets.figure(chart, "bars", _("Mean size of each feature's part in the prediction"))


def show_every_row(found: Found) -> None:
    for place, (number, explanation) in zip(st.columns(len(found)), found.items(), strict=True):
        with place:
            st.caption(
                _("Version {version}. Each dot is a row; blue is a low value, orange a high one.", version=number)
            )
            chart = charts.beeswarm(explanation, state.contract())
            widgets.figure(chart, f"swarm_{number}", _("Reasons of version {version}", version=number))


def show_dependence(explanation: Explanation) -> None:
    contract, names = state.contract(), list(importance(explanation).index)
    feature = widgets.pick(_("Feature"), names, "feature", names[0], lambda name: label_of(name, contract), width=260)
    chart = charts.dependence(explanation, feature, contract)
    widgets.figure(
        chart, "dependence", _("Values of {feature} against their part", feature=label_of(feature, contract))
    )


def show_row(version: int, explanation: Explanation, other: int | None) -> None:
    contract = state.contract()
    unit = contract.target_column.unit
    st.subheader(_("One row of the holdout"), anchor=False)
    rows = list(range(min(len(explanation.data), MOST_ROWS)))
    label = contract.target_column.label.lower()
    row = widgets.pick(
        _("Row"),
        rows,
        "row",
        0,
        lambda place: _(
            "Row {row}: {target} {value}",
            row=place,
            target=label,
            value=amount(explanation.predictions[place], unit),
        ),
        width=300,
    )
    for number in [version, *([other] if other is not None else [])]:
        found, place = (explanation, row) if number == version else (data.row_explanation(number, explanation, row), 0)
        st.caption(_("Version {number}", number=number))
        chart = charts.waterfall(found, place, contract)
        widgets.figure(chart, f"waterfall_{number}", _("How version {version} comes to its prediction", version=number))
    if st.toggle(
        _("Force plot"),
        key="force",
        help=_("The same reasons as SHAP draws them; it loads SHAP, which takes a moment."),
    ):
        show_force_plot(explanation, row, contract)


widgets.heading(_("Explain"), _("What a version leans on: over many rows, for one row, and against another version."))
versions = data.versions()
if not versions:
    widgets.empty_panel(
        _("There is nothing to explain yet."), _("Fetch a batch; the first model is trained from it at once.")
    )
    navigation.link("batches", _("Go to the batches"), ":material/inventory_2:")
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    version = widgets.version_picker(versions, _("Version"), "version")
    rest = [found for found in versions if found.number != version]
    other = widgets.version_picker(rest, _("Side by side with"), "other", optional=True) if rest else None
explanation = explanation_of(version)
if explanation is None:
    st.stop()
against = explanation_of(other) if other is not None else None
found = {version: explanation, **({other: against} if other is not None and against is not None else {})}
show_verdict(found)
widgets.tabs(
    {
        _("Importance"): partial(show_importance, found),
        _("Every row"): partial(show_every_row, found),
        _("One feature"): partial(show_dependence, explanation),
    },
    "overall",
)
show_row(version, explanation, other)
