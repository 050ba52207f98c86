"""The report of a batch, made when it is asked for."""

from datetime import tzinfo
from functools import partial

import streamlit as st

from console import data, state
from console.drift import Comparison
from console.language import _
from console.report import numbers_json, report_html
from console.widgets.documents import document_button
from console.widgets.drift.parts import open_comparison


def show_downloads(comparison: Comparison) -> None:
    """A button for the report and one for its numbers."""
    name = f"drift_{comparison.batch.collection}_{comparison.batch.number}_{comparison.reference}"
    # Made in a thread of its own, which knows no session.
    zone = state.zone()
    with st.container(horizontal=True):
        document_button(
            _("Report (HTML)"),
            _("One file with every figure and number of this page; it needs no network."),
            f"{name}.html",
            partial(_report, comparison, zone),
        )
        document_button(
            _("Numbers (JSON)"),
            _("The same numbers, against each reference, for a program."),
            f"{name}.json",
            partial(_numbers, comparison),
        )


def _report(comparison: Comparison, zone: tzinfo) -> str:
    return report_html(comparison, _numbers(comparison), data.now(), zone)


def _numbers(comparison: Comparison) -> bytes:
    found = [open_comparison(comparison.batch, dict(comparison.reports), name) for name in comparison.reports]
    return numbers_json(found, data.now())
