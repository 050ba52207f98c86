"""The numeric columns: the map of changes, the table of everything measured, and one column closely."""

import streamlit as st

from console import widgets
from console.charts import drift as charts
from console.drift import (
    Comparison,
    columns_table,
    how_sure,
    missing_words,
    quantiles_table,
    statistic_name,
    statistics_table,
)
from console.language import _
from core.records import STATISTICS

MAP = "heat_map"


def show_columns(comparison: Comparison) -> None:
    """The map of changes, the table behind it, and the column that the address names or that changed most."""
    widgets.figure(
        charts.heat_map(comparison.report, comparison.contract, comparison.examination),
        MAP,
        _("Change of each statistic of each column; those over their limit are coloured"),
        on_select=_open_clicked_column,
        selection_mode="points",
    )
    st.caption(
        _("Coloured: over its limit (orange up, blue down). Choose a cell, or a column here, to see the column.")
    )
    names, contract = comparison.columns, comparison.contract
    chosen = widgets.pick(_("Column"), names, "column", names[0], lambda name: contract[name].label, width=260)
    _show_column(comparison, chosen)
    _show_table(comparison)


def _open_clicked_column() -> None:
    """A click on a cell opens its column and statistic, once: the choice below the map may then be another."""
    points = st.session_state[MAP].selection.points
    if points:
        column, statistic, *_rest = points[0]["customdata"]
        st.query_params["column"] = column
        st.query_params["statistic"] = statistic


def _show_table(comparison: Comparison) -> None:
    st.header(_("Every column"), anchor=False)
    meanings = {
        _("Stability index"): _("Population stability index over the deciles: under 0.1 stable, over 0.25 large."),
        _("Kolmogorov-Smirnov"): _("The largest difference of the shares of rows at or below any value: 0 to 1."),
        _("Wasserstein"): _("How far a row must move on average to turn one distribution into the other."),
    }
    shown = {name: st.column_config.TextColumn(help=meaning) for name, meaning in meanings.items()}
    shown[_("Column")] = st.column_config.TextColumn(pinned=True)
    table = columns_table(comparison)
    st.dataframe(table, hide_index=True, column_config=shown, alt=_("Every column with all that was measured"))
    st.caption(how_sure(comparison))


def _show_column(comparison: Comparison, name: str) -> None:
    column = comparison.contract[name]
    with st.container(border=True):
        st.header(column.label_with_unit, anchor=False)
        table = statistics_table(comparison, name)
        st.dataframe(table, hide_index=True, alt=_("Statistics of {column}", column=column.label))
        st.caption(" ".join(missing_words(comparison, name)))
        if comparison.profiles:
            _show_distribution(comparison, name)
        _show_history(comparison, name)


def _show_distribution(comparison: Comparison, name: str) -> None:
    column = comparison.contract[name]
    before, now = (profile.numbers[name] for profile in comparison.profiles or ())
    left, right = st.columns(2)
    with left:
        alt = _("Distribution of {column} before and now", column=column.label)
        widgets.figure(charts.distributions(before, now, column), f"distribution_{name}", alt)
    with right:
        alt = _("Quantiles of {column} before and now", column=column.label)
        widgets.figure(charts.quantile_lines(before, now, column), f"quantiles_{name}", alt)
    with st.expander(_("Quantiles in numbers")):
        st.dataframe(quantiles_table(comparison, name), hide_index=True, alt=alt)


def _show_history(comparison: Comparison, name: str) -> None:
    worst = comparison.worst(name).statistic
    statistic = widgets.pick_button(_("Over all batches"), STATISTICS, "statistic", worst, statistic_name)
    chart = charts.changes_over_batches(comparison.history(name, statistic), comparison.labels, comparison.batch.id)
    alt = _("Change of the {statistic} in every batch", statistic=statistic_name(statistic))
    widgets.figure(chart, f"history_{name}", alt)
