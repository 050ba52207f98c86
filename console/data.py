"""What pages read: thin wrappers over core, and the only caches of the console.

Every cached read is keyed by the store's stamp, so that a page never shows what a worker or another reader has changed
since: a write makes exactly the next read fresh, and nothing has to be cleared by hand. What MLflow holds has no stamp
that is cheap to ask, so it is also asked again after a minute.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from console import health, process
from core import runs, store
from core.loop import compared_profiles as compared_profiles_of
from core.records import (
    STATISTICS,
    Batch,
    DriftReport,
    Explanation,
    Profile,
    Promotion,
    Ranked,
    RejectedRow,
    Run,
    RunStep,
    StoredDecision,
    Trial,
    Version,
)
from core.store import Stamp

NEWEST_BATCHES = 500
LIVES = 3600
MLFLOW_LIVES = 60
HEALTH_LIVES = 8


def now() -> datetime:
    """The time by the world's clock."""
    return process.the_world().clock()


def stamp() -> Stamp:
    """How far the store has come."""
    with store.reading(process.the_world().raw) as connection:
        return store.load_stamp(connection)


def batches() -> list[Batch]:
    """The newest batches of all collections, the newest first."""
    return _batches(stamp())


def batch(key: int) -> Batch | None:
    """A batch by its key."""
    return next((batch for batch in batches() if batch.id == key), None)


def rows(batch: int, page: int, size: int) -> pd.DataFrame:
    """One page (from 1) of a batch's stored rows."""
    return _rows(batch, (page - 1) * size, size)


def rejected(batch: int, page: int, size: int) -> list[RejectedRow]:
    """One page (from 1) of a batch's rejected rows."""
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return store.list_rejected(connection, batch=batch, limit=size, offset=(page - 1) * size)


def compared_profiles(batch: Batch, reference: str) -> tuple[Profile, Profile] | None:
    """The profiles of the reference and of what was compared with it; None where one is no longer stored."""
    return _compared_profiles(batch, reference)


def known_categories(batch: int) -> dict[str, list[str]]:
    """The categories by column that a batch's collection holds up to it, in alphabetical order."""
    return _known_categories(batch)


def reports(batch: int) -> dict[str, DriftReport]:
    """The drift reports of a batch by reference."""
    return _reports(stamp(), batch)


def changes(reference: str) -> pd.DataFrame:
    """Every measurement against one reference over the newest batches, the oldest batch first."""
    return _changes(stamp(), reference)


def limits() -> dict[tuple[str, str], float]:
    """The limit in force of each drift column and statistic."""
    world = process.the_world()
    with store.reading(world.raw) as connection:
        limit_of = store.load_limits(connection, default=world.settings.drift_limit)
    columns = world.contract.drift_columns
    return {(column.name, name): limit_of(column.name, name) for column in columns for name in STATISTICS}


def decisions() -> list[StoredDecision]:
    """The newest decisions, the newest first."""
    return _decisions(stamp())


def decision(batch: int, kind: str = "train") -> StoredDecision | None:
    """The decision of one kind on a batch."""
    return next((found for found in decisions() if found.batch == batch and found.kind == kind), None)


def promotions() -> list[Promotion]:
    """The ledger, the newest first."""
    return _promotions(stamp())


def production() -> Promotion | None:
    """The promotion that is in force."""
    return next(iter(promotions()), None)


def ranking() -> dict[int, Ranked]:
    """How each version scored on the holdout that was scored last."""
    return _ranking(stamp())


def versions() -> list[Version]:
    """Every registered version, the newest first."""
    return _versions(stamp())


def version(number: int) -> Version | None:
    """A registered version."""
    return next((found for found in versions() if found.number == number), None)


def mlflow_link(version: Version) -> str | None:
    """The address of a version's run in MLflow's pages; None where MLFLOW_LINK is not set."""
    return process.the_world().registry.link(version)


def explanation(version: int) -> Explanation | None:
    """The stored SHAP values of a version; None where it has none."""
    return _explanation(stamp(), version)


def row_explanation(version: int, explanation: Explanation, row: int) -> Explanation:
    """The SHAP values of another version for a row of an explanation."""
    return _row_explanation(version, explanation.data.iloc[[row]])


def trials(version: int) -> list[Trial]:
    """The trials of the search that found a version."""
    return _trials(version)


def open_runs() -> list[Run]:
    """The runs that wait or are under way, the oldest first. Never cached."""
    with store.reading(process.the_world().raw) as connection:
        return runs.list_runs(connection, status=("queued", "running"))[::-1]


def ended_runs(limit: int = 200) -> list[Run]:
    """The runs that are over, the newest first."""
    return _ended_runs(stamp(), limit)


def run(number: int) -> Run:
    """A run by its number; raises InputError where there is none."""
    with store.reading(process.the_world().raw) as connection:
        return runs.load_run(connection, run=number)


def steps(run: int) -> list[RunStep]:
    """The steps of a run, as they are now."""
    with store.reading(process.the_world().raw) as connection:
        return runs.list_steps(connection, run=run)


def all_steps(numbers: Sequence[int]) -> dict[int, list[RunStep]]:
    """The steps of several ended runs."""
    return _all_steps(stamp(), tuple(numbers))


def next_turn() -> datetime | None:
    """When the next scheduled cycle is due."""
    with store.reading(process.the_world().raw) as connection:
        return runs.next_due(connection, name="cycle")


def predictions(page: int, size: int) -> list[dict[str, Any]]:
    """One page (from 1) of the predictions that were asked for, the newest first."""
    world = process.the_world()
    with store.reading(world.raw) as connection:
        found = store.list_predictions(connection, tables=world.tables, limit=size, offset=(page - 1) * size)
    return [dict(row) for row in found]


def actions() -> list[dict[str, Any]]:
    """Who did what, the newest first."""
    with store.reading(process.the_world().raw) as connection:
        return store.list_actions(connection, limit=100)


@st.cache_data(max_entries=1, ttl=HEALTH_LIVES, show_spinner=False)
def services() -> list[health.Service]:
    """Each configured service with its health; asked again after a few seconds."""
    return health.check_services()


@st.cache_data(max_entries=4, ttl=LIVES, show_spinner=False)
def _batches(stamp: Stamp) -> list[Batch]:
    with store.reading(process.the_world().raw) as connection:
        return store.list_batches(connection, limit=NEWEST_BATCHES)


@st.cache_data(max_entries=32, ttl=LIVES, show_spinner=False)
def _rows(batch: int, offset: int, limit: int) -> pd.DataFrame:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return store.list_rows(
            connection, tables=world.tables, contract=world.contract, batch=batch, limit=limit, offset=offset
        )


@st.cache_data(max_entries=16, ttl=LIVES, show_spinner=False)
def _compared_profiles(batch: Batch, reference: str) -> tuple[Profile, Profile] | None:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        found = compared_profiles_of(world, connection, batch, reference)
    return found[:2] if found else None


@st.cache_data(max_entries=2, ttl=LIVES, show_spinner=False)
def _known_categories(batch: int) -> dict[str, list[str]]:
    with store.reading(process.the_world().raw) as connection:
        profile = store.load_profile(connection, batch=batch, kind="accumulated")
    return {name: sorted(counts) for name, counts in profile.categories.items()} if profile else {}


@st.cache_data(max_entries=64, ttl=LIVES, show_spinner=False)
def _reports(stamp: Stamp, batch: int) -> dict[str, DriftReport]:
    with store.reading(process.the_world().raw) as connection:
        return store.load_reports(connection, batch=batch)


@st.cache_data(max_entries=6, ttl=LIVES, show_spinner=False)
def _changes(stamp: Stamp, reference: str) -> pd.DataFrame:
    with store.reading(process.the_world().raw) as connection:
        return store.load_changes(connection, reference=reference).sort_values("batch_id", kind="stable")


@st.cache_data(max_entries=4, ttl=LIVES, show_spinner=False)
def _decisions(stamp: Stamp) -> list[StoredDecision]:
    with store.reading(process.the_world().raw) as connection:
        return store.list_decisions(connection, limit=2 * NEWEST_BATCHES)


@st.cache_data(max_entries=4, ttl=LIVES, show_spinner=False)
def _promotions(stamp: Stamp) -> list[Promotion]:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return store.list_promotions(connection, model=world.settings.mlflow_model)


@st.cache_data(max_entries=4, ttl=LIVES, show_spinner=False)
def _ranking(stamp: Stamp) -> dict[int, Ranked]:
    world = process.the_world()
    model = world.settings.mlflow_model
    with store.reading(world.raw) as connection:
        holdout = store.last_holdout(connection, model=model)
        return store.load_scores(connection, model=model, holdout=holdout) if holdout else {}


@st.cache_data(max_entries=4, ttl=MLFLOW_LIVES, show_spinner="Asking MLflow for the versions …")
def _versions(stamp: Stamp) -> list[Version]:
    return process.the_world().registry.versions()[::-1]


@st.cache_data(max_entries=6, ttl=LIVES, show_spinner="Reading the stored reasons …")
def _explanation(stamp: Stamp, version: int) -> Explanation | None:
    return process.the_world().registry.load_explanation(version)


@st.cache_data(max_entries=16, ttl=LIVES, show_spinner="Asking that version for its reasons …")
def _row_explanation(version: int, row: pd.DataFrame) -> Explanation:
    from core.prediction import explain_row

    return explain_row(process.the_predictor(), version, row)


@st.cache_data(max_entries=16, ttl=LIVES, show_spinner=False)
def _trials(version: int) -> list[Trial]:
    return process.the_world().registry.load_trials(version)


@st.cache_data(max_entries=4, ttl=LIVES, show_spinner=False)
def _ended_runs(stamp: Stamp, limit: int) -> list[Run]:
    with store.reading(process.the_world().raw) as connection:
        return runs.list_runs(connection, status=("succeeded", "failed", "cancelled"), limit=limit)


@st.cache_data(max_entries=8, ttl=LIVES, show_spinner=False)
def _all_steps(stamp: Stamp, numbers: tuple[int, ...]) -> dict[int, list[RunStep]]:
    with store.reading(process.the_world().raw) as connection:
        return {number: runs.list_steps(connection, run=number) for number in numbers}
