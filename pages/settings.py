"""What this console runs with. Read only: settings come from the environment or .env."""

from typing import Any

import streamlit as st
from pydantic import SecretStr

from console import data, process, widgets
from console.formats import share, without_password
from core.contract import Column
from core.policy import STATISTIC_LABELS
from core.settings import Settings


def setting_rows(settings: Settings) -> list[dict[str, str]]:
    return [
        {
            "Setting": name.upper(),
            "Value": shown(getattr(settings, name)),
            "Set": "" if getattr(settings, name) == field.default else "yes",
            "What it is": field.description or "",
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
        "Column": column.name,
        "Label": column.label,
        "Kind": column.kind,
        "Unit": column.unit,
        "Valid": column.range_sentence(),
        "Used for": ", ".join(name for name, is_used in uses if is_used),
        "Help": column.help,
    }


def show_settings() -> None:
    rows = setting_rows(process.the_settings())
    st.dataframe(rows, hide_index=True, height=600, alt="Every setting with its value")


def show_contract() -> None:
    contract = process.the_contract()
    parts = ", ".join(f"{name} {share(part, 0)}" for name, part in contract.split.items())
    st.markdown(
        f"**{contract.title}**: target {contract.target}, the same property by {', '.join(contract.group)}, "
        f"split {parts}."
    )
    st.dataframe([column_row(column) for column in contract.columns], hide_index=True, alt="The contract's columns")
    for drop in contract.drops:
        st.caption(f"Not trained on: {drop.column} from {drop.low:,g} to {drop.high:,g}, because {drop.reason}.")


def show_limits() -> None:
    limit_of = data.limits()
    st.dataframe(
        [
            {"Column": column.label}
            | {label: share(limit_of[column.name, statistic], 0) for statistic, label in STATISTIC_LABELS.items()}
            for column in process.the_contract().drift_columns
        ],
        hide_index=True,
        alt="The limit of each column and statistic",
    )


widgets.heading("Settings", "What this console runs with. Change a setting in .env or the environment, then restart.")
ill = [service for service in data.services() if not service.is_well]
if ill:
    widgets.verdict("trouble", f"{len(ill)} of {len(data.services())} services need attention")
else:
    widgets.verdict("well", "Every service answers")
widgets.services_panel()
widgets.tabs({"Settings": show_settings, "Contract": show_contract, "Drift limits": show_limits}, "parts")
