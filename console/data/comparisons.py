"""Drift: reports and profiles."""

import pandas as pd
import streamlit as st

from console import process
from console.data.clock import LIVES, stamp
from console.data.received import batches
from core import drift, store
from core.loop import compared_profiles as compared_profiles_of
from core.records import (
    Batch,
    DriftReport,
    Examination,
    Profile,
)
from core.store import Stamp


def compared_profiles(batch: Batch, reference: str) -> tuple[Profile, Profile] | None:
    """The profiles of the reference and of what was compared with it; None where one is no longer stored."""
    return _compared_profiles(batch, reference, rows_stored())


def examination(batch: Batch, reference: str) -> Examination | None:
    """The comparison looked at more closely; None where a profile is no longer stored."""
    return _examination(batch, reference, rows_stored())


def reports(batch: int) -> dict[str, DriftReport]:
    """The drift reports of a batch by reference."""
    return _reports(stamp(), batch)


def changes(reference: str) -> pd.DataFrame:
    """Every measurement against one reference over the newest batches, the oldest batch first."""
    return _changes(stamp(), reference)


def rows_stored() -> int:
    """Profiles are written once, but for rows that are let into their batch later: then these are more."""
    return sum(found.rows_stored for found in batches())


@st.cache_data(max_entries=16, ttl=LIVES, show_spinner=False)
def _compared_profiles(batch: Batch, reference: str, rows_stored: int) -> tuple[Profile, Profile] | None:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        found = compared_profiles_of(world, connection, batch, reference)
    return found[:2] if found else None


@st.cache_data(max_entries=64, ttl=LIVES, show_spinner=False)
def _examination(batch: Batch, reference: str, rows_stored: int) -> Examination | None:
    found = compared_profiles(batch, reference)
    if found is None:
        return None
    world = process.the_world()
    own = None
    if reference == "accumulated":
        with store.reading(world.raw) as connection:
            own = store.load_profile(connection, batch=batch.id)
    return drift.examine(*found, world.contract, own)


@st.cache_data(max_entries=64, ttl=LIVES, show_spinner=False)
def _reports(stamp: Stamp, batch: int) -> dict[str, DriftReport]:
    with store.reading(process.the_world().raw) as connection:
        return store.load_reports(connection, batch=batch)


@st.cache_data(max_entries=6, ttl=LIVES, show_spinner=False)
def _changes(stamp: Stamp, reference: str) -> pd.DataFrame:
    with store.reading(process.the_world().raw) as connection:
        return store.load_changes(connection, reference=reference).sort_values("batch_id", kind="stable")
