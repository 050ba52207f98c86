"""What a version leans on, in words and charts: over many rows, feature by feature, for one row."""

from collections.abc import Sequence
from functools import reduce

import streamlit as st

from console import actions, data, state
from console.charts import reasons as charts
from console.charts.force import show_force_plot
from console.charts.reasons import label_of
from console.formats import amount
from console.language import _
from console.widgets.panels import empty_panel, figure, verdict
from console.widgets.pickers import pick
from core.explanation import importance
from core.records import Explanation

MOST_ROWS = 200
Found = dict[int, Explanation]


def explanation_of(version: int) -> Explanation | None:
    """The stored reasons, or a panel that offers to compute them."""
    found = data.explanation(version)
    if found is None:
        empty_panel(
            _("The reasons of version {version} are not stored.", version=version),
            _("It was registered by another program. They are computed once, on the current holdout, and kept."),
        )
        button = _("Compute the reasons of version {version}", version=version)
        st.button(button, type="primary", on_click=actions.explain, args=(version,), key=f"explain_{version}")
    return found


def show_verdict(found: Found) -> None:
    """Which features a version leans on first, and what it leans on beside another one."""
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
    verdict("well", _("Version {version} leans on {features}", version=version, features=in_turn(first)), detail)


def in_turn(names: Sequence[str]) -> str:
    """What comes first, and what after it."""
    return reduce(lambda first, next_one: _("{first}, then {next}", first=first, next=next_one), names)


def show_importance(found: Found) -> None:
    """The mean size of each feature's part, by version."""
    importances = {
        _("version {version}", version=number): importance(explanation) for number, explanation in found.items()
    }
    chart = charts.importance_bars(importances, state.contract())
    figure(chart, "bars", _("Mean size of each feature's part in the prediction"))


def show_every_row(found: Found) -> None:
    """Every row's reasons as dots, by version."""
    for place, (number, explanation) in zip(st.columns(len(found)), found.items(), strict=True):
        with place:
            st.caption(
                _("Version {version}. Each dot is a row; blue is a low value, orange a high one.", version=number)
            )
            chart = charts.beeswarm(explanation, state.contract())
            figure(chart, f"swarm_{number}", _("Reasons of version {version}", version=number))


def show_dependence(explanation: Explanation) -> None:
    """One feature's values against their part."""
    contract, names = state.contract(), list(importance(explanation).index)
    feature = pick(_("Feature"), names, "feature", names[0], lambda name: label_of(name, contract), width=260)
    chart = charts.dependence(explanation, feature, contract)
    figure(chart, "dependence", _("Values of {feature} against their part", feature=label_of(feature, contract)))


def show_row(version: int, explanation: Explanation, other: int | None) -> None:
    """How each version comes to its prediction for one row of the holdout."""
    contract = state.contract()
    unit = contract.target_column.unit
    st.subheader(_("One row of the holdout"), anchor=False)
    rows = list(range(min(len(explanation.data), MOST_ROWS)))
    label = contract.target_column.label.lower()
    row = pick(
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
        figure(chart, f"waterfall_{number}", _("How version {version} comes to its prediction", version=number))
    if st.toggle(
        _("Force plot"),
        key="force",
        help=_("The same reasons as SHAP draws them; it loads SHAP, which takes a moment."),
    ):
        show_force_plot(explanation, row, contract)
