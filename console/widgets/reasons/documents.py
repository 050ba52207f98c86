"""What the page shows, to take away."""

import streamlit as st

from console import data, state
from console.explaining.document import Facts, OneRow, explanation_html
from console.explaining.shown import Shown
from console.explaining.tables import rows_csv
from console.language import _
from console.widgets.documents import document_button


def documents(shown: Shown, row: OneRow | None) -> None:
    """Buttons that save the explanation as a page, with the row that is shown, and its rows as a table."""
    facts = Facts(shown, state.contract(), state.zone(), {batch.id: batch.label for batch in data.batches()}, row)
    name = f"explanation_{shown.version}"
    with st.container(horizontal=True):
        document_button(
            _("Explanation (HTML)"),
            _("One file with the figures and numbers of this page; it needs no network."),
            f"{name}.html",
            lambda: explanation_html(facts, data.now()),
        )
        document_button(
            _("Every row (CSV)"),
            _("Of each row that is shown: its values, the base value, the part of each column, and the prediction."),
            f"{name}.csv",
            lambda: rows_csv(shown.rows, shown.numbers.tolist(), facts.contract, facts.batches),
        )
