"""Prices that were asked for: explained by the version that gave them, and held against what it says now."""

from typing import Any

import numpy as np
import streamlit as st

from console import data, navigation, state
from console.drift import Verdict
from console.explaining.document import OneRow
from console.formats import amount, moment, signed_amount
from console.language import _
from console.widgets.panels import verdict
from console.widgets.pickers import key_in_address, pick, type_text
from console.widgets.reasons.waterfalls import show_reasons
from core.explanation import agrees
from core.records import Explanation, PredictionFilter

MOST = 50


def show_request(other: int | None) -> OneRow | None:
    """A request, the newest first, and its reasons; beside those of the version ``other``. None where there is none."""
    st.header(_("A price that was asked for"), anchor=False)
    entry = _pick_request()
    if entry is None:
        return None
    version = int(entry["model_version"])
    found = {version: data.request_explanation(version, entry["id"])}
    said = _said(entry, found[version])
    verdict(said.tone, said.headline, said.detail)
    if other is not None and other != version:
        found[other] = data.request_explanation(other, entry["id"])
    show_reasons(found)
    return OneRow(f"{said.headline}.", found)


def _pick_request() -> dict[str, Any] | None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        text = type_text(_("Request id"), "request_id", placeholder=_("as a program was answered"), width=260)
        wanted = PredictionFilter(outcome="answered", request_id=text)
        found = {entry["id"]: entry for entry in data.predictions(wanted, 1, MOST)}
        named = key_in_address("request")
        if named is not None and named not in found:
            asked = data.request(named)
            if asked is not None and asked["outcome"] == "answered":
                found[asked["id"]] = asked
        if not found:
            st.caption(_("No request is like that.") if text else _("Nobody has asked for a price yet."))
            navigation.link("predict", _("Ask for one"), ":material/sell:")
            return None
        unit, zone = state.contract().target_column.unit, state.zone()

        def described(key: int) -> str:
            entry = found[key]
            return _(
                "No. {number}: {price}, version {version}, {moment}",
                number=key,
                price=amount(entry["prediction"], unit),
                version=entry["model_version"],
                moment=moment(entry["asked_at"], zone),
            )

        chosen = pick(_("Request"), list(found), "request", next(iter(found)), described, width=420)
    return found[chosen]


def _said(entry: dict[str, Any], explanation: Explanation) -> Verdict:
    """Whether the version says now what it said then."""
    unit, version = state.contract().target_column.unit, entry["model_version"]
    then, now = float(entry["prediction"]), float(explanation.predictions[0])
    if agrees(explanation.predictions, np.array([then])).all():
        return Verdict(
            "well",
            _("Version {version} says {price} now, as it did then", version=version, price=amount(now, unit)),
            "",
        )
    headline = _(
        "Version {version} says {now} now; {then} was stored ({change})",
        version=version,
        now=amount(now, unit),
        then=amount(then, unit),
        change=signed_amount(now - then, unit),
    )
    return Verdict("trouble", headline, _("The reasons below are those of what it says now."))
