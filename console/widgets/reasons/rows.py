"""How versions come to what they say of one row: of the holdout, or one that somebody asked a price for."""

import numpy as np
import streamlit as st

from console import data, state
from console.explaining.document import OneRow
from console.explaining.shown import Shown
from console.explaining.words import row_sentence
from console.formats import amount, signed_amount
from console.language import _
from console.widgets.panels import verdict
from console.widgets.pickers import key_in_address, pick, pick_button, pick_number
from console.widgets.reasons.requests import show_request
from console.widgets.reasons.waterfalls import show_reasons
from core.explanation import CONDITIONS, order_rows, take
from core.records import Explanation, StoredReasons

MOST_ROWS = 200


def show_row(shown: Shown) -> OneRow | None:
    """A row by a condition, or a price that was asked for; what is shown of it, None where there is none."""
    sources = {"holdout": _("A row of the holdout"), "requests": _("A price asked for")}
    source = pick_button(_("Which row"), list(sources), "of", "holdout", sources.__getitem__)
    return show_request(shown.other) if source == "requests" else _show_holdout_row(shown)


def _show_holdout_row(shown: Shown) -> OneRow | None:
    st.header(_("One row of the holdout"), anchor=False)
    place = _pick_row(shown)
    if place is None:
        return None
    contract, row = state.contract(), take(shown.rows, np.array([place]))
    said, true = float(row.explanation.predictions[0]), float(row.target[0])
    words = row_sentence(shown.version, said, true, int(shown.numbers[place]), contract)
    verdict("wait", words)
    found = {shown.version: row.explanation}
    if shown.other is not None:
        found[shown.other] = _of_other(shown, shown.other, row)
    show_reasons(found)
    return OneRow(words, found)


def _of_other(shown: Shown, other: int, row: StoredReasons) -> Explanation:
    """As that version stored it; computed where it did not."""
    stored = shown.found.get(other)
    places = np.flatnonzero(stored.keys == row.keys[0]) if stored is not None else np.array([], dtype=int)
    if stored is not None and len(places):
        return take(stored, places[:1]).explanation
    return data.row_explanation(other, row.explanation.data)


def _pick_row(shown: Shown) -> int | None:
    """The place of the chosen row among the shown ones."""
    contract, rows = state.contract(), shown.rows
    target = contract.target_column.label.lower()
    conditions = {
        "error": _("largest error first"),
        "cheapest": _("lowest {target} first", target=target),
        "dearest": _("highest {target} first", target=target),
        "number": _("by their number"),
    }
    with st.container(horizontal=True, vertical_alignment="bottom"):
        order = pick(_("Rows in order"), list(CONDITIONS), "order", "error", conditions.__getitem__, width=220)
        segment = pick(
            contract[contract.segment].label,
            sorted(set(rows.segments.tolist())),
            "segment",
            None,
            placeholder=_("any"),
            width=200,
        )
        places = order_rows(rows, order, segment or "")
        numbers = shown.numbers[places]
        if order == "number" and not segment:
            number = pick_number(_("Row number"), int(numbers[0]), int(numbers[-1]), "row", width=140)
        else:
            number = _pick_from_list(shown, places)
        st.button(
            _("At random"), icon=":material/casino:", on_click=_draw_row, args=(numbers.tolist(),), key="random_row"
        )
    found = np.flatnonzero(shown.numbers == number)
    if not len(found):
        st.caption(_("Row {row} is not among the rows that are shown.", row=number))
        return None
    return int(found[0])


def _pick_from_list(shown: Shown, places: np.ndarray) -> int:
    """One of the first rows of the list, or the one that the address names."""
    numbers = shown.numbers[places]
    named = key_in_address("row")
    options = numbers[:MOST_ROWS].tolist()
    if named is not None and named in numbers and named not in options:
        options.append(named)
    unit, target = state.contract().target_column.unit, shown.rows.target
    said = dict(zip(shown.numbers.tolist(), range(len(target)), strict=True))

    def described(number: int) -> str:
        place = said[number]
        return _(
            "Row {row}: {target}, off by {off}",
            row=number,
            target=amount(float(target[place]), unit),
            off=signed_amount(float(shown.rows.explanation.predictions[place] - target[place]), unit),
        )

    return int(pick(_("Row"), options, "row", options[0], described, width=360))


def _draw_row(numbers: list[int]) -> None:
    st.query_params["row"] = str(np.random.default_rng().choice(numbers))
