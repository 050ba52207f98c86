"""How good a batch is: the verdict, its numbers, its columns, and how much came against what usually does."""

from datetime import date, timedelta
from typing import Any

import streamlit as st

from console import data, state
from console.charts import quality as charts
from console.formats import MISSING, amount, count, moment, share
from console.language import _, form, plural, told
from console.widgets.panels import escaped, figure, isolated, numbers, verdict
from core.contract import Column
from core.records import Batch, ColumnFacts, Quality

SHOWN_BATCHES = 30
SHOWN_CATEGORIES = 6
SHOWN_SIGNS = 40
FIRST_DAY = date(1970, 1, 1)


def show_quality(batch: Batch) -> None:
    """The verdict on a batch, and its numbers."""
    found = data.quality(batch)
    _show_verdict(found)
    unusable = batch.rows_stored - batch.rows_clean
    entries = [
        (_("Received"), batch.rows_received, _("At {moment}.", moment=moment(batch.received_at, state.zone()))),
        (_("Stored"), batch.rows_stored, _("As received; a repeat of a stored row is not stored again.")),
        (_("Repeated"), batch.rows_repeated, _("Rows that the collection held already.")),
        (_("Rejected"), batch.rows_rejected, _("Rows that cannot be what the contract says; kept below.")),
        (_("Not usable"), unusable, _("Stored rows that no model is trained or scored on.")),
    ]
    if batch.rows_readmitted:
        let_in = _("Rows that were rejected on arrival and let in after a rule was mended.")
        entries.insert(4, (_("Let in later"), batch.rows_readmitted, let_in))
    numbers([(label, count(value), meaning) for label, value, meaning in entries])


def show_columns(batch: Batch) -> None:
    """The figures of a batch by column, and what is new in it."""
    found, contract = data.quality(batch), state.contract()
    if not found.columns:
        st.caption(_("This batch was stored by an earlier release, which counted nothing by column."))
        return
    st.dataframe(
        [_row(facts, contract[facts.column], found.usual_missing.get(facts.column)) for facts in found.columns],
        column_config=_layout(),
        hide_index=True,
        height=35 * (len(found.columns) + 1) + 3,
        alt=_("Figures of the stored rows by column"),
    )
    st.caption(
        _("Extreme: more than three interquartile ranges beyond the quartiles. Usually: in up to 12 batches before.")
    )
    _show_notes(batch)


def show_volume(batch: Batch) -> None:
    """How many rows came in this batch and in those around it, against what is usual."""
    usual = data.quality(batch).volume
    known = data.batches()
    place = next((number for number, found in enumerate(known) if found.id == batch.id), 0)
    start = max(0, place - SHOWN_BATCHES // 2)
    chart = charts.volume(known[start : start + SHOWN_BATCHES][::-1], batch.id, usual)
    figure(chart, "volume", _("Rows of each batch by what became of them"))
    if usual is None:
        st.caption(_("What is usual is known after three batches."))
        return
    st.caption(
        _(
            "Shaded: what is usual before this batch, {low} to {high} rows; dotted: the median, {middle}.",
            low=count(round(usual.low)),
            high=count(round(usual.high)),
            middle=count(round(usual.middle)),
        )
    )


def _show_verdict(found: Quality) -> None:
    if found.concerns:
        headline = plural("{count} thing to look at", "{count} things to look at", len(found.concerns))
        verdict("change", headline, "  \n".join(told(concern) for concern in found.concerns))
        return
    if found.volume is None:
        detail = _("Nothing stands out against the contract; what is usual is known after three batches.")
    else:
        detail = _("Schema, number of rows, and missing, odd and rejected values are as usual.")
    verdict("well", _("Nothing to worry about"), detail)


def _layout() -> dict[str, Any]:
    figures = [_("Missing"), _("Usually"), _("Distinct"), _("Smallest"), _("Median"), _("Largest")]
    figures += [_("Out of range"), _("Extreme"), _("New")]
    wide = {_("Smallest"): 120, _("Median"): 120, _("Largest"): 160}
    right = {name: st.column_config.TextColumn(alignment="right", width=wide.get(name)) for name in figures}
    return {_("Column"): st.column_config.TextColumn(pinned=True), **right}


def _row(facts: ColumnFacts, column: Column, usual: float | None) -> dict[str, str]:
    is_ordered, has_range = facts.median is not None, bool(column.range_sentence())
    return {
        _("Column"): column.label,
        _("Missing"): f"{count(facts.missing)} ({share(facts.missing / max(facts.rows, 1))})",
        _("Usually"): share(usual),
        _("Distinct"): count(facts.distinct),
        _("Smallest"): _value(facts.smallest, column),
        _("Median"): _value(facts.median, column),
        _("Largest"): _value(facts.largest, column),
        _("Out of range"): count(facts.out_of_range) if has_range else MISSING,
        _("Extreme"): count(facts.extreme) if is_ordered else MISSING,
        _("New"): count(facts.new_values) if column.kind == "category" else MISSING,
    }


def _value(value: float | None, column: Column) -> str:
    if value is None:
        return MISSING
    if column.kind == "date":
        return form().day(FIRST_DAY + timedelta(days=round(value)))
    return amount(value, column.unit)


def _show_notes(batch: Batch) -> None:
    contract = state.contract()
    left = [
        _("{rows} not used for training: {reason}.", rows=count(rows), reason=told(reason))
        for reason, rows in batch.left_out.items()
    ]
    fresh = [
        _("{count} new in {column}: {names}", count=count(len(values)), column=contract[name].label, names=_few(values))
        for name, values in batch.new_categories.items()
        if name in contract
    ]
    st.markdown("\n".join(f"- {escaped(note)}" for note in [*left, *fresh]))


def _few(names: list[str]) -> str:
    shown = ", ".join(isolated(_short(" ".join(name.split()))) for name in names[:SHOWN_CATEGORIES])
    return shown + (" …" if len(names) > SHOWN_CATEGORIES else ".")


def _short(name: str) -> str:
    return name if len(name) <= SHOWN_SIGNS else f"{name[:SHOWN_SIGNS]}…"
