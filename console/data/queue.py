"""Runs, their steps, and the health of the services."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import streamlit as st

from console import health, process
from console.data.clock import LIVES, stamp
from core import runs, store
from core.records import (
    LogLine,
    Run,
    RunStep,
)
from core.store import Stamp

HEALTH_LIVES = 8


def open_runs() -> list[Run]:
    """The runs that wait or are under way, the oldest first. Never cached."""
    with store.reading(process.the_world().raw) as connection:
        return runs.list_runs(connection, status=("queued", "running"))[::-1]


def ended_runs(limit: int = 200) -> list[Run]:
    """The runs that are over, the newest first."""
    return _ended_runs(stamp(), limit)


def some_runs(page: int, size: int, **wanted: Any) -> list[Run]:
    """One page (from 1) of the runs, the newest first; see ``runs.list_runs``."""
    with store.reading(process.the_world().raw) as connection:
        return runs.list_runs(connection, limit=size, offset=(page - 1) * size, **wanted)


def count_runs(**wanted: Any) -> int:
    """How many runs there are."""
    with store.reading(process.the_world().raw) as connection:
        return runs.count_runs(connection, **wanted)


def last_explanation(version: int) -> Run | None:
    """The newest run that was to compute the reasons of a version; None where none of the newest 200 was."""
    with store.reading(process.the_world().raw) as connection:
        found = runs.list_runs(connection, kind="explanation", limit=200)
    return next((each for each in found if each.parameters.get("version") == version), None)


def run(number: int) -> Run:
    """A run by its number; raises InputError where there is none."""
    with store.reading(process.the_world().raw) as connection:
        return runs.load_run(connection, run=number)


def steps(run: int) -> list[RunStep]:
    """The steps of a run, as they are now."""
    with store.reading(process.the_world().raw) as connection:
        return runs.list_steps(connection, run=run)


def run_log(number: int) -> list[LogLine]:
    """What a run said so far, the oldest first."""
    with store.reading(process.the_world().raw) as connection:
        return runs.list_log(connection, run=number)


def all_steps(numbers: Sequence[int]) -> dict[int, list[RunStep]]:
    """The steps of several ended runs."""
    return _all_steps(stamp(), tuple(numbers))


def next_turn() -> datetime | None:
    """When the next scheduled cycle is due."""
    with store.reading(process.the_world().raw) as connection:
        return runs.next_due(connection, name="cycle")


@st.cache_data(max_entries=1, ttl=HEALTH_LIVES, show_spinner=False)
def services() -> list[health.Service]:
    """Each configured service with its health; asked again after a few seconds."""
    return health.check_services()


@st.cache_data(max_entries=4, ttl=LIVES, show_spinner=False)
def _ended_runs(stamp: Stamp, limit: int) -> list[Run]:
    with store.reading(process.the_world().raw) as connection:
        return runs.list_runs(connection, status=("succeeded", "failed", "cancelled"), limit=limit)


@st.cache_data(max_entries=8, ttl=LIVES, show_spinner=False)
def _all_steps(stamp: Stamp, numbers: tuple[int, ...]) -> dict[int, list[RunStep]]:
    with store.reading(process.the_world().raw) as connection:
        return runs.list_all_steps(connection, numbers=numbers)
