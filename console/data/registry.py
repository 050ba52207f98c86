"""Versions, their cards and their trials."""

import streamlit as st

from console import process
from console.data.clock import LIVES, stamp
from core.errors import (
    ConsoleError,
)
from core.loop.retaining import (
    Leaving,
)
from core.loop.retaining import (
    leaving as leaving_of,
)
from core.records import (
    Card,
    Trial,
    Version,
)
from core.store import Stamp

MLFLOW_LIVES = 60


def versions() -> list[Version]:
    """Every registered version, the newest first."""
    return _versions(stamp())


def version(number: int) -> Version | None:
    """A registered version."""
    return next((found for found in versions() if found.number == number), None)


def leaving(keep_versions: int, keep_days: int) -> Leaving:
    """What would go where so many versions are kept, and rows for so many days."""
    return _leaving(stamp(), keep_versions, keep_days)


def mlflow_link(version: Version) -> str | None:
    """The address of a version's run in MLflow's pages; None where MLFLOW_LINK is not set."""
    return process.the_world().registry.link(version)


def mlflow_links() -> dict[int, str]:
    """The address of each version's run in MLflow's pages; none where MLFLOW_LINK is not set or MLflow is away."""
    if not process.the_settings().mlflow_link:
        return {}
    try:
        return {found.number: link for found in versions() if (link := mlflow_link(found))}
    except ConsoleError:
        return {}


def schema(version: int) -> dict[str, str] | None:
    """What a version reads: a type by column; None where it does not say."""
    return _schema(version)


def card(version: int) -> Card | None:
    """What was kept of a version's training for its card; None of one that has none."""
    return _card(version)


def trials(version: int) -> list[Trial]:
    """The trials of the search that found a version."""
    return _trials(version)


@st.cache_data(max_entries=4, ttl=MLFLOW_LIVES, show_spinner="Asking MLflow for the versions …")
def _versions(stamp: Stamp) -> list[Version]:
    return process.the_world().registry.versions()[::-1]


@st.cache_data(max_entries=8, ttl=MLFLOW_LIVES, show_spinner=False)
def _leaving(stamp: Stamp, keep_versions: int, keep_days: int) -> Leaving:
    return leaving_of(process.the_world(), keep_versions, keep_days)


@st.cache_data(max_entries=16, ttl=LIVES, show_spinner=False)
def _trials(version: int) -> list[Trial]:
    return process.the_world().registry.load_trials(version)


@st.cache_data(max_entries=16, ttl=LIVES, show_spinner="Reading the card …")
def _card(version: int) -> Card | None:
    return process.the_world().registry.load_card(version)


@st.cache_data(max_entries=64, ttl=LIVES, show_spinner=False)
def _schema(version: int) -> dict[str, str] | None:
    return process.the_world().registry.schema(version)
