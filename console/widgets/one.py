"""One row by hand: the form, its price with the range, and the reasons."""

from datetime import date
from typing import Any

import streamlit as st

from console import data, process, state
from console.charts import reasons as charts
from console.charts.reasons import label_of, value_text
from console.formats import amount, share, signed_amount
from console.language import _, form, told
from console.widgets.panels import escaped, figure, numbers
from core.cleaning import from_features
from core.contract import Column
from core.errors import InputError
from core.prediction import explain_rows
from core.records import Explanation, Interval, Prediction

COLUMNS = 3
REASONS = 3


def one_price() -> None:
    """The part of a page that asks for one row and shows its answer, which stays while the session lasts."""
    given = _form()
    if given is not None:
        _answer(given)
    if state.PREDICTION in st.session_state:
        show_answer(*st.session_state[state.PREDICTION])


def _field(column: Column, known: list[str]) -> Any:
    """The form's field for a column; None for a value that is not given."""
    label = column.label_with_unit
    if column.is_number:
        low, high = (float(end) if end is not None else None for end in (column.min, column.max))  # type: ignore[arg-type]
        help_text = f"{column.help} {told(column.range_sentence())}.".strip()
        step = 1.0 if column.integer else None
        return st.number_input(label, low, high, column.default, step=step, help=help_text, format="%.6g")  # type: ignore[misc]
    if column.kind == "date":
        first = column.min if isinstance(column.min, date) else None
        return st.date_input(label, None, first, "today", help=column.help, format=form().calendar)
    options = list(column.options) or known
    if options:
        place = options.index(column.default) if column.default in options else None
        return st.selectbox(
            label,
            options,
            place,
            format_func=told if column.options else str,
            accept_new_options=True,
            help=column.help,
            placeholder=_("not given"),
        )
    return st.text_input(label, str(column.default or ""), help=column.help)


def _known_categories() -> dict[str, list[str]]:
    """The categories that the data holds, for the form's lists."""
    newest = next(iter(data.batches()), None)
    return data.known_categories(newest.id) if newest else {}


def _form() -> dict[str, Any] | None:
    """The form; what was given where it was sent."""
    contract = state.contract()
    known = _known_categories()
    given: dict[str, Any] = {}
    with st.form("predict", border=True):
        for first in range(0, len(contract.features), COLUMNS):
            row = contract.features[first : first + COLUMNS]
            for place, column in zip(st.columns(COLUMNS), row, strict=False):
                with place:
                    given[column.name] = _field(column, known.get(column.name, []))
        label = contract.target_column.label.lower()
        is_sent = st.form_submit_button(_("Show the {target}", target=label), type="primary", icon=":material/sell:")
    return given if is_sent else None


def _answer(given: dict[str, Any]) -> None:
    """Ask the model and keep the answer for this session; a wrong value is named and nothing is lost."""
    raw = {name: value.isoformat() if isinstance(value, date) else value for name, value in given.items()}
    try:
        with st.spinner(_("Asking the model …")):
            [prediction], explanation = explain_rows(process.the_predictor(), [raw], "page", by=state.user())
            st.session_state[state.PREDICTION] = prediction, explanation
    except InputError as error:
        st.session_state.pop(state.PREDICTION, None)
        for problem in error.problems.values() or [str(error)]:
            st.error(escaped(told(problem)), icon=":material/error:")


def show_answer(prediction: Prediction, explanation: Explanation) -> None:
    """The price, its range, who gave it, and why."""
    contract = state.contract()
    target, number = contract.target_column, prediction.version
    value = amount(prediction.value, target.unit)
    facts = [
        (
            target.label,
            value,
            _("What version {version} expects for this {noun}.", version=number, noun=contract.row_noun),
        ),
        *_range(prediction.interval, target.unit),
        (
            _("Given by"),
            _("Version {number}", number=number),
            _("The version that was in production at that moment."),
        ),
        (
            _("Stored as"),
            _("No. {number}", number=prediction.id) if prediction.id else _("not stored"),
            _("Every request is kept with its inputs and its answer; see History."),
        ),
    ]
    numbers(facts)
    st.subheader(_("Why"), anchor=False)
    for reason in reasons_in_words(explanation):
        st.markdown(f"- {reason}")
    chart = charts.waterfall(explanation, 0, contract)
    figure(chart, "why", _("From the typical {target} to this one, feature by feature", target=target.label.lower()))


def _range(interval: Interval | None, unit: str) -> list[tuple[str, str, str]]:
    """The ends of the range; nothing of a version that has none."""
    if interval is None:
        return []
    low, high = amount(interval.low, unit), amount(interval.high, unit)
    meaning = _(
        "In {share} of all cases the true value lies from {low} to {high}; measured on rows kept aside.",
        share=share(interval.level, 0),
        low=low,
        high=high,
    )
    return [(_("From"), low, meaning), (_("To"), high, meaning)]


def reasons_in_words(explanation: Explanation) -> list[str]:
    """The largest reasons for the first row, each as ``Living area (1,800 sq ft): +$ 61,000``."""
    contract = state.contract()
    unit = contract.target_column.unit
    given = from_features(dict(explanation.data.iloc[0]), contract)
    parts = sorted(zip(explanation.features, explanation.values[0], strict=True), key=lambda part: -abs(part[1]))
    shown = parts[:REASONS]
    return [
        escaped(
            f"{label_of(name, contract)} ({value_text(name, given.get(name), contract)}): {signed_amount(part, unit)}"
        )
        for name, part in shown
    ]
