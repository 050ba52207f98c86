"""How far a batch lies from the data before it, and what follows from that."""

from functools import partial

import pandas as pd
import streamlit as st

from console import data, navigation, process, widgets
from console.charts import drift as charts
from console.formats import amount, share
from core.policy import STATISTIC_LABELS, describe
from core.records import REFERENCES, STATISTICS, Batch, DriftReport

NAMES = {
    "previous": "Previous batch",
    "accumulated": "Everything before",
    "production": "Production model's data",
}


def show_verdict(batch: Batch, report: DriftReport) -> None:
    contract = process.the_contract()
    over = report.exceeded
    decision = data.decision(batch.id)
    taken = f" {decision.decision.reason}" if decision and report.reference != reference_in_force() else ""
    if over:
        more = f", {len(over)} of {len(report.measurements)} over their limits" if len(over) > 1 else ""
        trained = "Retrain" if report.reference == reference_in_force() else "Over the limit"
        widgets.verdict("change", f"{trained}: {describe(over[0], contract)}{more}", against(report) + taken)
    else:
        largest = report.largest
        found = f"the largest change is {describe(largest, contract)}" if largest else "nothing could be compared"
        widgets.verdict("well", f"Within its limits: {found}", against(report) + taken)


def against(report: DriftReport) -> str:
    used = " This reference decides." if report.reference == reference_in_force() else " For comparison only."
    return f"Compared with {report.reference_label}.{used}"


def reference_in_force() -> str:
    return process.the_settings().drift_reference


def open_clicked_column() -> None:
    """A click on a cell opens its column, once: the choice below the map may then be another."""
    points = st.session_state["heat_map"].selection.points
    if points:
        st.query_params["column"] = points[0]["customdata"][0]


def show_references(reports: dict[str, DriftReport]) -> None:
    st.subheader("The three references side by side", anchor=False)
    contract = process.the_contract()
    st.dataframe(
        [
            {
                "Reference": NAMES[name],
                "Against": report.reference_label,
                "Over their limits": f"{len(report.exceeded)} of {len(report.measurements)}",
                "Largest change": describe(report.largest, contract) if report.largest else "",
            }
            for name, report in reports.items()
        ],
        hide_index=True,
        alt="The verdict against each reference",
    )


def show_column(batch: Batch, report: DriftReport, name: str) -> None:
    column = process.the_contract()[name]
    with st.container(border=True):
        st.subheader(column.label_with_unit, anchor=False)
        cells = {m.statistic: m for m in report.measurements if m.column == name}
        found = [(STATISTIC_LABELS[s], cells[s]) for s in STATISTICS]
        table = [
            {
                "Statistic": label,
                "Before": amount(m.reference, column.unit),
                "Now": amount(m.current, column.unit),
                "Change": charts.change_text(m),
                "Limit": share(m.limit, 0),
                "Over": m.exceeded,
            }
            for label, m in found
        ]
        st.dataframe(table, hide_index=True, alt=f"Statistics of {column.label}")
        left, right = st.columns(2)
        with left:
            show_distribution(batch, report, name)
        with right:
            show_history(batch, report.reference, name)


def show_distribution(batch: Batch, report: DriftReport, name: str) -> None:
    profiles = data.compared_profiles(batch, report.reference)
    if profiles is None:
        st.caption("The profiles of this comparison are no longer stored.")
        return
    column, (before, current) = process.the_contract()[name], profiles
    chart = charts.distributions(before.numbers[name], current.numbers[name], column, ("before", "now"))
    widgets.figure(chart, f"distribution_{name}", f"Distribution of {column.label} before and now")
    missing = [p.numbers[name].missing / max(p.rows, 1) for p in (before, current)]
    st.caption(f"Missing: {share(missing[0])} before, {share(missing[1])} now.")


def show_history(batch: Batch, reference: str, name: str) -> None:
    options = [STATISTIC_LABELS[s] for s in STATISTICS]
    chosen = st.segmented_control("Over all batches", options, default=options[0], key=f"statistic_{name}")
    statistic = next((s for s in STATISTICS if STATISTIC_LABELS[s] == chosen), STATISTICS[0])
    changes: pd.DataFrame = data.changes(reference)
    shown = changes[(changes["column_name"] == name) & (changes["statistic"] == statistic)]
    labels = {found.id: f"{found.collection}·{found.number}" for found in data.batches()}
    chart = charts.changes_over_batches(shown, labels, batch.id)
    widgets.figure(chart, f"history_{name}", f"Change of the {STATISTIC_LABELS[statistic]} in every batch")


def show_categories(batch: Batch, reference: str) -> None:
    profiles = data.compared_profiles(batch, reference)
    if profiles is None:
        return
    st.subheader("Categories", anchor=False)
    contract, (before, current) = process.the_contract(), profiles
    pairs = {name: (before.categories.get(name, {}), counts) for name, counts in current.categories.items()}
    parts = {contract[name].label: partial(show_shares, name, *pair) for name, pair in pairs.items()}
    widgets.tabs(parts, "categories")


def show_shares(name: str, old: dict[str, int], new: dict[str, int]) -> None:
    fresh, gone = set(new) - set(old), set(old) - set(new)
    st.caption(
        f"Total variation distance {charts.total_variation(old, new):.2f} (0: equal shares, 1: nothing in common). "
        f"{len(fresh):,} new, {len(gone):,} vanished."
    )
    chart = charts.category_shares(old, new, ("before", "now"))
    widgets.figure(chart, f"shares_{name}", f"Shares of {process.the_contract()[name].label} before and now")


widgets.heading("Drift", "How far a batch lies from the data before it, statistic by statistic.")
batches = data.batches()
if not batches:
    widgets.empty_panel("There is nothing to compare yet.", "Fetch two batches; the second is compared with the first.")
    navigation.link("batches", "Go to the batches", ":material/inventory_2:")
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    batch = widgets.batch_picker(batches)
    reports = data.reports(batch.id)
    known = [name for name in REFERENCES if name in reports]
    if known:
        first = reference_in_force() if reference_in_force() in known else known[0]
        reference = widgets.pick_button("Compared with", known, "reference", first, NAMES.__getitem__)
if not known:
    widgets.empty_panel(
        f"{batch.label.capitalize()} was the first of its collection: there was nothing to compare it with.",
        "Choose another batch, or fetch the next one.",
    )
    st.stop()
report = reports[reference]
show_verdict(batch, report)
widgets.figure(
    charts.heat_map(report, process.the_contract()),
    "heat_map",
    "Change of each statistic of each column; those over their limit are coloured",
    on_select=open_clicked_column,
    selection_mode="points",
)
st.caption("Coloured: over its limit (orange up, blue down). Choose a cell, or a column here, to see the column.")
columns = charts.columns_by_severity(report)
contract = process.the_contract()
column = widgets.pick("Column", columns, "column", columns[0], lambda name: contract[name].label, width=260)
show_column(batch, report, column)
show_references(reports)
show_categories(batch, reference)
