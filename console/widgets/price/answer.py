"""The price of one row: the number with its range and version, and the reasons."""

import streamlit as st

from console import state
from console.charts import reasons as charts
from console.charts.reasons import label_of, value_text
from console.formats import amount, share
from console.language import _, plural
from console.widgets.panels import escaped, figure, numbers
from core.cleaning import from_features
from core.records import Explanation, Interval, Prediction

REASONS = 3


def show_price(prediction: Prediction) -> None:
    """The price, its range, who gave it, and where it is kept."""
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


def show_reasons(explanation: Explanation) -> None:
    """Why: the largest reasons in words, and all of them on the way from the typical price to this one."""
    contract = state.contract()
    target = contract.target_column
    st.header(_("Why"), anchor=False)
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
    """Where the way begins, what the largest reasons add or take off, and what the others do together."""
    contract = state.contract()
    unit = contract.target_column.unit
    given = from_features(dict(explanation.data.iloc[0]), contract)
    parts = sorted(zip(explanation.features, explanation.values[0], strict=True), key=lambda part: -abs(part[1]))
    typical = {
        "target": contract.target_column.label.lower(),
        "noun": contract.row_noun,
        "base": amount(float(explanation.base[0]), unit),
    }
    said = [_("The typical {target} of a {noun} is {base}.", **typical)]
    for name, part in parts[:REASONS]:
        named = f"{label_of(name, contract)} ({value_text(name, given.get(name), contract)})"
        said.append(_moves(named, part, unit))
    rest = parts[REASONS:]
    if rest:
        together = plural("{count} more feature", "{count} more features together", len(rest))
        said.append(_moves(together, sum(part for _name, part in rest), unit))
    return [escaped(each) for each in said]


def _moves(named: str, part: float, unit: str) -> str:
    if part < 0:
        return _("{feature}: takes off {amount}", feature=named, amount=amount(-part, unit))
    return _("{feature}: adds {amount}", feature=named, amount=amount(part, unit))
