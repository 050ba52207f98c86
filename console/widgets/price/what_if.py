"""What the price would be if one thing or another were different: sliders, and the curve of one column."""

from typing import Any

import numpy as np
import streamlit as st

from console import data, process, state
from console.charts.what_if import price_curve
from console.formats import amount, signed_amount
from console.language import _
from console.troubles import in_words
from console.widgets.fragments import fragment
from console.widgets.panels import escaped, figure, numbers
from core.contract import Column
from core.errors import ConsoleError
from core.prediction import try_price, try_values
from core.records import Prediction

POINTS = 60
COLUMNS = 2


@fragment
def show_what_if(prediction: Prediction) -> None:
    """The sliders, the price that they lead to, and how it moves along one of them."""
    contract = state.contract()
    columns = [column for column in contract.compared if column.is_number]
    st.header(_("What if …"), anchor=False)
    changed = dict(prediction.inputs) | _sliders(columns, prediction)
    try:
        now, then = try_price(process.the_predictor(), prediction.inputs), try_price(process.the_predictor(), changed)
    except ConsoleError as error:
        st.error(escaped(in_words(error)), icon=":material/error:")
        return
    _say(now, then)
    names = {column.name: column for column in columns}
    name = st.selectbox(
        _("Along"), list(names), format_func=lambda name: names[name].label, width=260, key=f"curve_{prediction.id}"
    )
    _curve(names[name], changed, now, then)
    label = contract.target_column.label.lower()
    st.caption(
        _(
            "Worked out in memory by version {version} and kept nowhere: the history has the {target} asked for above.",
            version=then.version,
            target=label,
        )
    )


def _sliders(columns: list[Column], prediction: Prediction) -> dict[str, float]:
    spans = data.spans_around(prediction.inputs)
    changed = {}
    for first in range(0, len(columns), COLUMNS):
        for place, column in zip(st.columns(COLUMNS), columns[first : first + COLUMNS], strict=False):
            value = prediction.inputs.get(column.name)
            if value is None:
                continue
            low, high, step = reach(column, float(value), spans.get(column.name))
            with place:
                changed[column.name] = st.slider(
                    column.label_with_unit,
                    low,
                    high,
                    float(value),
                    step,
                    format="%.12g",
                    key=f"what_if_{prediction.id}_{prediction.request_id}_{column.name}",
                )
    return changed


def reach(column: Column, value: float, span: tuple[float, float] | None) -> tuple[float, float, float]:
    """The ends and the step of a slider: the usual values of the place, and the present one in any case."""
    low, high = span or (value / 2, value * 2)
    low, high = min(low, value), max(high, value)
    if isinstance(column.min, float):
        low = max(low, column.min)
    if isinstance(column.max, float):
        high = min(high, column.max)
    step = 1.0 if column.integer else 10.0 ** np.floor(np.log10(max(high - low, 1e-9) / 100))
    # Streamlit counts the steps from the lower end: the present value must be one of them.
    low = value - np.ceil(round((value - low) / step, 6)) * step
    if isinstance(column.min, float) and low < column.min:
        low += step
    high = max(high, low + step)
    return float(low), float(high), float(step)


def _say(now: Prediction, then: Prediction) -> None:
    target = state.contract().target_column
    change = then.value - now.value
    interval = then.interval
    facts = [
        (
            _("{target} then", target=target.label),
            amount(then.value, target.unit),
            _("With everything as the sliders say."),
        ),
        (_("Difference"), signed_amount(change, target.unit) if change else amount(0.0, target.unit), ""),
    ]
    if interval is not None:
        facts += [
            (_("From"), amount(interval.low, target.unit), ""),
            (_("To"), amount(interval.high, target.unit), ""),
        ]
    numbers(facts)


def _curve(column: Column, changed: dict[str, Any], now: Prediction, then: Prediction) -> None:
    contract = state.contract()
    value = changed.get(column.name)
    if value is None:
        st.caption(_("{label} is not given, so there is nothing to move.", label=column.label))
        return
    low, high, _step = reach(column, float(value), data.spans_around(changed).get(column.name))
    places = np.arange(low, high + 1) if column.integer else np.linspace(low, high, POINTS)
    found = try_values(process.the_predictor(), changed, column.name, places.tolist())
    marks = {_("now"): (now.inputs[column.name], now.value), _("with the sliders"): (float(value), then.value)}
    chart = price_curve(places.tolist(), found, marks, column, contract)
    label = contract.target_column.label.lower()
    alt = _("The {target} along {column}, all else as the sliders say", target=label, column=column.label)
    figure(chart, "what_if_curve", alt)
