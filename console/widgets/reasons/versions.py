"""Two versions on the same rows: what became more important, and whether they agree row by row."""

import numpy as np
import streamlit as st

from console import navigation, state
from console.charts import explained as charts
from console.explaining.shown import Shown
from console.explaining.tables import changes_table, disagreement_table
from console.explaining.words import agreement_verdict
from console.language import _
from console.widgets.panels import empty_panel, figure, verdict
from console.widgets.reasons.kept import compute_button
from console.widgets.reasons.waterfalls import show_reasons
from core.explanation import agreement, take

MOST_ROWS = 50


def show_agreement(shown: Shown) -> None:
    """How the second version differs from the first, in importance and on each row."""
    if shown.other is None:
        empty_panel(_("No second version is chosen."), _("Choose one above to see both on the same rows."))
        return
    if not shown.are_two:
        empty_panel(
            _("Versions {one} and {other} were not explained on the same rows.", one=shown.version, other=shown.other),
            _("Computed again, both are explained on the current holdout."),
        )
        compute_button(shown.version, shown.other)
        return
    contract = state.contract()
    (number, later), (other, earlier) = shown.found.items()
    found = agreement(earlier.explanation, later.explanation)
    said = agreement_verdict(other, number, found, earlier.explanation, contract)
    verdict(said.tone, said.headline, said.detail)
    names = _("Version {number}", number=other), _("Version {number}", number=number)
    st.header(_("What it leans on, and did"), anchor=False)
    st.dataframe(
        changes_table(earlier.explanation, later.explanation, names, contract),
        hide_index=True,
        alt=_("The change of importance, the largest first"),
    )
    numbers = shown.shared_numbers()
    st.header(_("Row by row"), anchor=False)
    chart = charts.two_predictions(earlier.explanation, later.explanation, found, names, numbers.tolist(), contract)
    figure(chart, "two_predictions", _("What both versions say of each row"))
    worst = found.worst_first()[:MOST_ROWS]
    st.caption(_("Rows on which they differ most; choose one to see the reasons of both."))
    chosen = st.dataframe(
        disagreement_table(earlier, later, found, worst.tolist(), numbers.tolist(), contract),
        hide_index=True,
        on_select="rerun",
        selection_mode="single-row",
        key="disagreements",
        alt=_("The rows on which both versions differ most"),
    )
    for place in chosen.selection.rows:
        _show_chosen(shown, int(worst[place]), int(numbers[worst[place]]))


def _show_chosen(shown: Shown, place: int, row: int) -> None:
    """Why both versions say what they say of the row at a place, and a link to it."""
    at = np.array([place])
    show_reasons({number: take(stored, at).explanation for number, stored in shown.found.items()})
    query = {"version": shown.version, "other": shown.other, "show": "row", "row": row}
    navigation.link("explain", _("Row {row} by itself", row=row), ":material/link:", **query)
