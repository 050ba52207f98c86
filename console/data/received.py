"""Batches and their rows."""

import pandas as pd
import streamlit as st

from console import process
from console.data.clock import LIVES, stamp
from core import store
from core.records import (
    Batch,
    RejectedRow,
)
from core.store import Stamp

NEWEST_BATCHES = 500


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


def known_categories(batch: int) -> dict[str, list[str]]:
    """The categories by column that a batch's collection holds up to it, in alphabetical order."""
    return _known_categories(batch)


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


@st.cache_data(max_entries=2, ttl=LIVES, show_spinner=False)
def _known_categories(batch: int) -> dict[str, list[str]]:
    with store.reading(process.the_world().raw) as connection:
        profile = store.load_profile(connection, batch=batch, kind="accumulated")
    return {name: sorted(counts) for name, counts in profile.categories.items()} if profile else {}
