"""What was decided, prices asked for, and who did what: a page at a time, or all of it for a file."""

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any, TypeVar

import streamlit as st

from console import process
from console.data.clock import LIVES, stamp
from core import store
from core.records import HistoryEntry, HistoryFilter, Measurement, PredictionFilter
from core.store import Stamp

READ_AT_ONCE = 500
Entry = TypeVar("Entry")


def history(wanted: HistoryFilter, page: int, size: int) -> list[HistoryEntry]:
    """One page (from 1) of what each run decided, the newest first."""
    return _history(stamp(), wanted, (page - 1) * size, size)


def count_history(wanted: HistoryFilter) -> int:
    """How many entries the history has."""
    return _count_history(stamp(), wanted)


def whole_history(wanted: HistoryFilter) -> Iterator[HistoryEntry]:
    """Every entry, the newest first, read piece by piece."""
    return _piece_by_piece(lambda offset: _read_history(wanted, offset, READ_AT_ONCE))


def largest_changes(batches: Collection[int]) -> dict[tuple[int, str], Measurement]:
    """The change that lies furthest over its limit, by batch and reference."""
    return _largest_changes(stamp(), tuple(sorted(batches)))


def predictions(wanted: PredictionFilter, page: int, size: int) -> list[dict[str, Any]]:
    """One page (from 1) of the predictions that were asked for, the newest first."""
    return _read_predictions(wanted, (page - 1) * size, size)


def count_predictions(wanted: PredictionFilter) -> int:
    """How many predictions were asked for."""
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return store.count_predictions(connection, tables=world.tables, wanted=wanted)


def all_predictions(wanted: PredictionFilter) -> Iterator[dict[str, Any]]:
    """Every prediction that was asked for, the newest first, read piece by piece."""
    return _piece_by_piece(lambda offset: _read_predictions(wanted, offset, READ_AT_ONCE))


def actions(page: int, size: int) -> list[dict[str, Any]]:
    """One page (from 1) of who did what, the newest first."""
    with store.reading(process.the_world().raw) as connection:
        return store.list_actions(connection, limit=size, offset=(page - 1) * size)


def count_actions() -> int:
    """How many actions were kept."""
    with store.reading(process.the_world().raw) as connection:
        return store.count_actions(connection)


def _piece_by_piece(read: Callable[[int], Sequence[Entry]]) -> Iterator[Entry]:
    offset = 0
    while piece := read(offset):
        yield from piece
        offset += len(piece)


def _read_history(wanted: HistoryFilter, offset: int, limit: int) -> list[HistoryEntry]:
    with store.reading(process.the_world().raw) as connection:
        return store.list_history(connection, wanted=wanted, limit=limit, offset=offset)


def _read_predictions(wanted: PredictionFilter, offset: int, limit: int) -> list[dict[str, Any]]:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        found = store.list_predictions(connection, tables=world.tables, wanted=wanted, limit=limit, offset=offset)
    return [dict(row) for row in found]


@st.cache_data(max_entries=32, ttl=LIVES, show_spinner=False)
def _history(stamp: Stamp, wanted: HistoryFilter, offset: int, limit: int) -> list[HistoryEntry]:
    return _read_history(wanted, offset, limit)


@st.cache_data(max_entries=32, ttl=LIVES, show_spinner=False)
def _count_history(stamp: Stamp, wanted: HistoryFilter) -> int:
    with store.reading(process.the_world().raw) as connection:
        return store.count_history(connection, wanted=wanted)


@st.cache_data(max_entries=16, ttl=LIVES, show_spinner=False)
def _largest_changes(stamp: Stamp, batches: tuple[int, ...]) -> dict[tuple[int, str], Measurement]:
    with store.reading(process.the_world().raw) as connection:
        return store.largest_changes(connection, batches=batches)
