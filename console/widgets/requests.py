"""Prices that were asked for, and who did what: found and paged in the store."""

import json
from collections.abc import Iterator
from dataclasses import astuple
from typing import Any

import streamlit as st

from console import data, navigation, state
from console.codes import word
from console.exports import as_csv
from console.formats import amount, moment
from console.language import _, plural, told
from console.widgets.pickers import pager, pick
from core.records import PredictionFilter

ROWS = 50
CHANNELS = ("page", "api", "file")


def show_requests() -> None:
    """A page of the requests for a price with its filters, and all that was found as a file."""
    wanted = _pick_filter()
    total = data.count_predictions(wanted)
    if not total:
        st.caption(
            _("No request is like that.") if wanted != PredictionFilter() else _("Nobody has asked for a price yet.")
        )
        navigation.link("predict", _("Ask for one"), ":material/sell:")
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plural("{count} request, the newest first.", "{count} requests, the newest first.", total))
        st.download_button(
            _("Download as CSV"),
            lambda: as_csv(_rows(wanted)),
            "requests.csv",
            "text/csv",
            icon=":material/download:",
            on_click="ignore",
        )
    place = st.container()
    own = f"requests_{'_'.join(map(str, astuple(wanted)))}"
    page = pager(total, ROWS, own)
    took = _("Took (ms)")
    found = data.predictions(wanted, page, ROWS)
    chosen = place.dataframe(
        [_shown(entry, took) for entry in found],
        hide_index=True,
        column_config={took: st.column_config.NumberColumn(format="%.1f")},
        on_select="rerun",
        selection_mode="single-row",
        key=f"{own}_table_{page}",
        alt=_("Requests for a price, the newest first"),
    )
    for row in chosen.selection.rows:
        _link_reasons(found[row])


def show_actions() -> None:
    """A page of who did what."""
    total = data.count_actions()
    if not total:
        st.caption(_("Nothing was changed, cancelled or repaired by hand yet."))
        return
    place = st.container()
    found = data.actions(pager(total, ROWS, "actions"), ROWS)
    place.dataframe(
        [
            {
                _("When"): moment(entry["at"], state.zone()),
                _("By"): entry["by"],
                _("What"): told(entry["action"]),
                _("Detail"): str(entry["detail"]),
            }
            for entry in found
        ],
        hide_index=True,
        alt=_("Who did what, the newest first"),
    )


def _link_reasons(entry: dict[str, Any]) -> None:
    """From a request that was answered to the reasons of its answer."""
    if entry["outcome"] != "answered":
        st.caption(_("Request {number} got no price, so there is nothing to explain.", number=entry["id"]))
        return
    label = _("Explain the price of request {number}", number=entry["id"])
    query = {"version": entry["model_version"], "show": "row", "of": "requests", "request": entry["id"]}
    navigation.link("explain", label, ":material/insights:", **query)


def _pick_filter() -> PredictionFilter:
    outcomes = {"answered": _("Answered"), "refused": _("Refused"), "failed": _("Failed")}
    versions = sorted({entry.version for entry in data.promotions()}, reverse=True)
    everything = _("all")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        outcome = pick(
            _("Outcome"), list(outcomes), "outcome", None, outcomes.__getitem__, placeholder=everything, width=150
        )
        channel = pick(_("Asked through"), CHANNELS, "channel", None, told, placeholder=everything, width=150)
        version = pick(_("Version"), versions, "version", placeholder=everything, width=150)
    return PredictionFilter(channel or "", outcome or "", version)


def _shown(entry: dict[str, Any], took: str) -> dict[str, Any]:
    return {
        _("Request"): entry["id"],
        _("When"): moment(entry["asked_at"], state.zone()),
        _("By"): word(entry["asked_by"]) if entry["asked_by"] else "",
        _("Through"): told(entry["channel"]),
        _("Outcome"): told(entry["outcome"]),
        _("Answer"): amount(entry["prediction"], state.contract().target_column.unit),
        _("True value"): amount(entry["true_value"], state.contract().target_column.unit),
        _("Version"): str(entry["model_version"] or ""),
        took: entry["milliseconds"],
        _("Given"): as_given(entry["request"]),
        _("Error"): told(entry["error"]),
    }


def _rows(wanted: PredictionFilter) -> Iterator[dict[str, Any]]:
    for entry in data.all_predictions(wanted):
        yield entry | {"asked_at": entry["asked_at"].isoformat(), "request": as_given(entry["request"])}


def as_given(request: Any) -> str:
    """A request as JSON, as a program sent it."""
    return json.dumps(request, ensure_ascii=False, default=str)
