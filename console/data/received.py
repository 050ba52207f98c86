"""Batches and their rows."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
import streamlit as st

from console import process
from console.data.clock import LIVES, stamp
from core import store
from core.contract import SPLITS
from core.errors import InputError
from core.loop import count_passing, quality_of
from core.records import Batch, KeptRow, Quality
from core.store import Stamp

NEWEST_BATCHES = 500
# Of more rejected rows only the first are asked whether they would pass: a page must not wait for them all.
MOST_ASKED = 2000
# As many clean rows have enough in every split; fewer are counted.
ENOUGH_ROWS = 5000


def batches() -> list[Batch]:
    """The newest batches of all collections, the newest first."""
    return _batches(stamp())


def batches_with(key: int | None) -> list[Batch]:
    """The newest batches, and the one of this key where it is older than they are."""
    found = batches()
    if key is None or any(batch.id == key for batch in found):
        return found
    try:
        with store.reading(process.the_world().raw) as connection:
            return [*found, store.load_batch(connection, batch=key)]
    except InputError:
        return found


def count_splits(found: Sequence[Batch]) -> dict[str, int] | None:
    """How many clean rows some batches have in each split; None where there are many, or they are not all made."""
    clean = sum(batch.rows_clean for batch in found)
    if clean >= ENOUGH_ROWS:
        return None
    world = process.the_world()
    with store.reading(world.clean) as connection:
        counts = store.count_splits(connection, tables=world.tables, batches=[batch.id for batch in found])
    return {name: counts.get(name, 0) for name in SPLITS} if sum(counts.values()) == clean else None


def rows(batch: int, page: int, size: int, **wanted: Any) -> pd.DataFrame:
    """One page (from 1) of a batch's stored rows; ``wanted`` as ``core.store.list_rows`` takes it."""
    return _rows(stamp(), batch, (page - 1) * size, size, tuple(sorted(wanted.items())))


def count_rows(batch: int, where: str, text: str) -> int:
    """How many stored rows of a batch have a text in a column."""
    return _count_rows(stamp(), batch, where, text)


def quality(batch: Batch) -> Quality:
    """How good a batch is, against those before it."""
    return _quality(stamp(), batch.id)


def reasons(batch: int) -> dict[str, int]:
    """How many rows of a batch were rejected for each reason."""
    with store.reading(process.the_world().raw) as connection:
        return store.list_reasons(connection, batch=batch)


def rejected(batch: int, page: int, size: int, text: str = "", reason: str = "") -> list[KeptRow]:
    """One page (from 1) of a batch's rejected rows that hold a text and were rejected for a reason."""
    with store.reading(process.the_world().raw) as connection:
        return store.list_rejected(
            connection, batch=batch, limit=size, offset=(page - 1) * size, text=text, reason=reason
        )


def count_rejected(batch: int, text: str = "", reason: str = "") -> int:
    """How many rejected rows of a batch hold a text and were rejected for a reason."""
    return _count_rejected(stamp(), batch, text, reason)


def passing(batch: Batch) -> tuple[int, int]:
    """How many of a batch's rejected rows pass today's rules, of how many that were asked."""
    return _passing(batch) if batch.rows_rejected else (0, 0)


def known_categories(batch: int) -> dict[str, list[str]]:
    """The categories by column that a batch's collection holds up to it, in alphabetical order."""
    return _known_categories(batch, sum(found.rows_readmitted for found in batches()))


@st.cache_data(max_entries=4, ttl=LIVES, show_spinner=False)
def _batches(stamp: Stamp) -> list[Batch]:
    with store.reading(process.the_world().raw) as connection:
        return store.list_batches(connection, limit=NEWEST_BATCHES)


@st.cache_data(max_entries=32, ttl=LIVES, show_spinner=False)
def _rows(stamp: Stamp, batch: int, offset: int, limit: int, wanted: tuple[tuple[str, Any], ...]) -> pd.DataFrame:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return store.list_rows(
            connection,
            tables=world.tables,
            contract=world.contract,
            batch=batch,
            limit=limit,
            offset=offset,
            **dict(wanted),
        )


@st.cache_data(max_entries=32, ttl=LIVES, show_spinner=False)
def _count_rows(stamp: Stamp, batch: int, where: str, text: str) -> int:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return store.count_rows(
            connection, tables=world.tables, contract=world.contract, batch=batch, where=where, text=text
        )


@st.cache_data(max_entries=32, ttl=LIVES, show_spinner=False)
def _count_rejected(stamp: Stamp, batch: int, text: str, reason: str) -> int:
    with store.reading(process.the_world().raw) as connection:
        return store.count_rejected(connection, batch=batch, text=text, reason=reason)


@st.cache_data(max_entries=16, ttl=LIVES, show_spinner=False)
def _quality(stamp: Stamp, batch: int) -> Quality:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return quality_of(world, connection, store.load_batch(connection, batch=batch))


@st.cache_data(max_entries=16, ttl=LIVES, show_spinner=False)
def _passing(batch: Batch) -> tuple[int, int]:
    return count_passing(process.the_world(), batch, MOST_ASKED)


@st.cache_data(max_entries=2, ttl=LIVES, show_spinner=False)
def _known_categories(batch: int, readmitted: int) -> dict[str, list[str]]:
    with store.reading(process.the_world().raw) as connection:
        profile = store.load_profile(connection, batch=batch, kind="accumulated")
    return {name: sorted(counts) for name, counts in profile.categories.items()} if profile else {}
