"""What versions lean on in each cohort, side by side."""

import streamlit as st

from console import data, state
from console.charts import explained as charts
from console.explaining.shown import Shown
from console.explaining.tables import cohorts_table
from console.explaining.words import cohort_kind, cohort_name, cohorts_verdict, not_all_drawn
from console.language import _
from console.widgets.panels import empty_panel, figure, verdict
from core.explanation import divide, importances

MOST_DRAWN = 20


def show_cohorts(shown: Shown) -> None:
    """Importance within each cohort: where another feature comes first than overall, then all of it."""
    contract = state.contract()
    stored = shown.whole[shown.version]
    division = divide(stored, shown.kind)
    if not division.segments:
        empty_panel(
            _("No cohort has enough rows to say what matters in it."), _("Choose another kind of cohort above.")
        )
        return
    labels = {batch.id: batch.label for batch in data.batches()}
    names = [cohort_name(segment, contract, labels) for segment in division.segments]
    sizes = importances(stored, division)
    said = cohorts_verdict(sizes, names, stored.explanation, contract)
    verdict(said.tone, said.headline, said.detail)
    for number, each in shown.whole.items():
        kind = cohort_kind(shown.kind, contract)
        st.caption(
            _(
                "Version {version}, by {kind}: each column's share of all importance, in %; every line sums to 100.",
                version=number,
                kind=kind,
            )
        )
        # In the order of the first version, so that two maps can be read column by column.
        drawn = importances(each, division)[:MOST_DRAWN].reindex(columns=sizes.columns, fill_value=0.0)
        chart = charts.cohort_map(drawn, names[:MOST_DRAWN], contract)
        figure(chart, f"cohorts_{number}", _("Importance within each cohort, version {version}", version=number))
    if len(names) > MOST_DRAWN:
        st.caption(not_all_drawn(MOST_DRAWN, len(names)))
    st.dataframe(
        cohorts_table(sizes, division.segments, names, contract),
        hide_index=True,
        alt=_("The first columns of each cohort"),
    )
