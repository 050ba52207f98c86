"""Decisions, the ledger, and how versions rank."""

from datetime import datetime

import streamlit as st

from console import process
from console.data.clock import LIVES, stamp
from console.data.received import NEWEST_BATCHES
from core import store
from core.errors import StoreError
from core.loop import comparisons_with, rules_in_force
from core.loop import errors_on_holdout as errors_of
from core.records import (
    Approval,
    Comparison,
    Promotion,
    Ranked,
    SpreadOfErrors,
    StoredDecision,
    StoredRules,
)
from core.store import Stamp


def decisions() -> list[StoredDecision]:
    """The newest decisions, the newest first."""
    return _decisions(stamp())


def decision(batch: int, kind: str = "train") -> StoredDecision | None:
    """The decision of one kind on a batch."""
    return next((found for found in decisions() if found.batch == batch and found.kind == kind), None)


def held_batches() -> frozenset[int]:
    """The keys of the batches that are held: the last word on them was to hold them."""
    last = {entry.batch: entry.decision.held for entry in reversed(decisions()) if entry.kind == "train"}
    return frozenset(key for key, is_held in last.items() if is_held and key is not None)


def promotions() -> list[Promotion]:
    """The ledger, the newest first."""
    return _promotions(stamp())


def production() -> Promotion | None:
    """The promotion that is in force."""
    return next(iter(promotions()), None)


def has_production() -> bool:
    """Whether a version gives prices: by the ledger, and while that cannot be read, by what this process has loaded.

    Raises StoreError where neither is so.
    """
    try:
        return production() is not None
    except StoreError:
        process.the_predictor().serving()
        return True


def production_at(at: datetime) -> Promotion | None:
    """The promotion that was in force at a moment, by the ledger."""
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return store.current_promotion(connection, model=world.settings.mlflow_model, at=at)


def comparisons() -> dict[int, Comparison]:
    """Each version against the one in production on the holdout that was scored last, where it was scored there."""
    current = production()
    return _comparisons(stamp(), current.version) if current else {}


def compared(champion: int, challenger: int) -> Comparison | None:
    """One version against another on the holdout that was scored last; None where one was not scored there."""
    return _compared(stamp(), champion, challenger)


def errors_on_holdout(version: int) -> SpreadOfErrors | None:
    """A version's errors on the holdout that was scored last; None where none were kept."""
    return _errors_on_holdout(stamp(), version)


def promotion_rules() -> StoredRules:
    """The rules of a promotion that are in force."""
    return _promotion_rules(stamp())


def approvals() -> list[Approval]:
    """Candidates that waited or wait for a person, the newest first."""
    return _approvals(stamp())


def waiting() -> Approval | None:
    """The candidate that waits for a person."""
    return next((found for found in approvals() if found.status == "pending"), None)


def ranking() -> dict[int, Ranked]:
    """How each version scored on the holdout that was scored last."""
    return _ranking(stamp())


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


@st.cache_data(max_entries=4, ttl=LIVES, show_spinner="Comparing the versions …")
def _comparisons(stamp: Stamp, champion: int) -> dict[int, Comparison]:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return comparisons_with(world, connection, champion)


@st.cache_data(max_entries=16, ttl=LIVES, show_spinner=False)
def _compared(stamp: Stamp, champion: int, challenger: int) -> Comparison | None:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return comparisons_with(world, connection, champion, challenger).get(challenger)


@st.cache_data(max_entries=16, ttl=LIVES, show_spinner=False)
def _errors_on_holdout(stamp: Stamp, version: int) -> SpreadOfErrors | None:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return errors_of(world, connection, version)


@st.cache_data(max_entries=4, ttl=LIVES, show_spinner=False)
def _promotion_rules(stamp: Stamp) -> StoredRules:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return rules_in_force(world, connection)


@st.cache_data(max_entries=4, ttl=LIVES, show_spinner=False)
def _approvals(stamp: Stamp) -> list[Approval]:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return store.list_approvals(connection, model=world.settings.mlflow_model)
