"""The report of a batch, made when it is asked for."""

from datetime import tzinfo
from functools import partial

import streamlit as st

from console import data, language, state
from console.drift import Comparison
from console.language import _
from console.report import numbers_json, report_html
from console.widgets.drift.parts import open_comparison


def show_downloads(comparison: Comparison) -> None:
    """A button for the report and one for its numbers."""
    name = f"drift_{comparison.batch.collection}_{comparison.batch.number}_{comparison.reference}"
    tag, zone = language.tag(), state.zone()
    with st.container(horizontal=True):
        st.download_button(
            _("Report (HTML)"),
            partial(_report, comparison, tag, zone),
            f"{name}.html",
            "text/html",
            on_click="ignore",
            icon=":material/description:",
            help=_("One file with every figure and number of this page; it needs no network."),
        )
        st.download_button(
            _("Numbers (JSON)"),
            partial(_numbers, comparison),
            f"{name}.json",
            "application/json",
            on_click="ignore",
            icon=":material/data_object:",
            help=_("The same numbers, against each reference, for a program."),
        )


# Both run in a thread of their own, which knows neither the reader's language nor the time zone.
def _report(comparison: Comparison, tag: str, zone: tzinfo) -> str:
    with language.speaking(tag):
        return report_html(comparison, _numbers(comparison), data.now(), zone)


def _numbers(comparison: Comparison) -> bytes:
    found = [open_comparison(comparison.batch, dict(comparison.reports), name) for name in comparison.reports]
    return numbers_json(found, data.now())
