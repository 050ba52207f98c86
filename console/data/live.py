"""How the version in production does on true values of the prices that it gave."""

import streamlit as st

from console import process
from console.data.clock import LIVES, stamp
from core import store
from core.loop import live_quality
from core.records import LiveQuality, Met, Truth
from core.store import Stamp


def live(version: int | None = None) -> LiveQuality | None:
    """The verdict on a version; without one on that in production, and None where nothing is."""
    return _live(stamp(), version)


def true_values(version: int, most: int) -> list[Met]:
    """The newest true values of a version's prices, the newest first, also those that do not count."""
    return _true_values(stamp(), version, most)


def truth(prediction: int) -> Truth | None:
    """What is known to be true of a stored price."""
    with store.reading(process.the_world().raw) as connection:
        return store.load_truth(connection, prediction=prediction)


@st.cache_data(max_entries=8, ttl=LIVES, show_spinner=False)
def _live(stamp: Stamp, version: int | None) -> LiveQuality | None:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return live_quality(world, connection, version=version)


@st.cache_data(max_entries=8, ttl=LIVES, show_spinner=False)
def _true_values(stamp: Stamp, version: int, most: int) -> list[Met]:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return store.list_met(
            connection,
            tables=world.tables,
            contract=world.contract,
            version=version,
            limit=most,
            counted=False,
        )
