"""What this console runs with. Read only: settings come from the environment or .env."""

from typing import Any

import streamlit as st
from pydantic import SecretStr

from console import data, process, state, widgets
from console.codes import word
from console.formats import share, without_password
from console.language import _, told
from console.widgets.retention import retention_panel
from core.contract import Column
from core.settings import Settings


def setting_rows(settings: Settings) -> list[dict[str, str]]:
    return [
        {
            _("Setting"): name.upper(),
            _("Value"): shown(getattr(settings, name)),
            _("Changed"): "" if getattr(settings, name) == field.default else _("yes"),
            _("What it is"): told(field.description or ""),
        }
        for name, field in Settings.model_fields.items()
    ]


def shown(value: Any) -> str:
    if value is None or value in ({}, ""):
        return ""
    if isinstance(value, SecretStr):
        return "••••••"
    return "&".join(f"{key}=…" for key in value) if isinstance(value, dict) else without_password(str(value))


def column_row(column: Column) -> dict[str, str]:
    uses = [("drift", column.drift), ("feature", column.feature), ("required", column.required)]
    return {
        _("Column"): column.name,
        _("Label"): column.label,
        _("Kind"): word(column.kind),
        _("Unit"): column.unit,
        _("Valid"): told(column.range_sentence()),
        _("Used for"): ", ".join(word(name) for name, is_used in uses if is_used),
        _("Help"): column.help,
    }


def show_settings() -> None:
    rows = setting_rows(process.the_settings())
    st.dataframe(rows, hide_index=True, height=600, alt=_("Every setting with its value"))


def show_contract() -> None:
    contract = state.contract()
    parts = ", ".join(f"{word(name)} {share(part, 0)}" for name, part in contract.split.items())
    st.markdown(
        _(
            "**{title}**: target {target}, the same property by {columns}, split {parts}.",
            title=contract.title,
            target=contract.target,
            columns=", ".join(contract.group),
            parts=parts,
        )
    )
    st.dataframe([column_row(column) for column in contract.columns], hide_index=True, alt=_("The contract's columns"))
    for drop in contract.drops:
        st.caption(
            _(
                "Not trained on: {column} from {low:,g} to {high:,g}, because {reason}.",
                column=drop.column,
                low=drop.low,
                high=drop.high,
                reason=drop.reason,
            )
        )


widgets.heading(
    _("Settings"), _("What this console runs with. Change a setting in .env or the environment, then restart.")
)
ill = [service for service in data.services() if not service.is_well]
if ill:
    widgets.verdict("trouble", _("{ill} of {all} services need attention", ill=len(ill), all=len(data.services())))
else:
    widgets.verdict("well", _("Every service answers"))
widgets.services_panel()
parts = {
    "settings": (_("Settings"), show_settings),
    "contract": (_("Contract"), show_contract),
    "retention": (_("Retention"), retention_panel),
}
widgets.tabs(parts, "parts")
