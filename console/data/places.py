"""Rows by place: what a form offers, what is typical, and what is comparable.

While the store is away what was read last is still known, and of the rest a form knows nothing: a price needs none.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import streamlit as st

from console import process
from console.data.clock import LIVES
from console.data.ledger import held_batches
from console.data.received import batches
from core import store
from core.comparables import nearest, spans, typical
from core.errors import StoreError
from core.records import Comparable, Typical

# The rows of one place take about 2 MB.
PLACES_KEPT = 6
Mark = tuple[int, int, frozenset[int]]


@dataclass
class _Remembered:
    """The newest mark that could be read: what is cached under it can be shown without the store."""

    mark: Mark | None = None


def places(within: Mapping[str, Any], name: str) -> list[str]:
    """The values of a column of the hierarchy that are known within those of the wider ones, in alphabetical order;
    none while the store is away and they were not read before."""
    hierarchy = process.the_contract().hierarchy
    try:
        if name == hierarchy[0]:
            return _widest(_mark())
        rows = _rows_around(within)
    except StoreError:
        return []
    for wider in hierarchy[1 : hierarchy.index(name)]:
        if within.get(wider) is not None:
            rows = rows[rows[wider] == within[wider]]
    return sorted(rows[name].dropna().unique())


def typical_of(inputs: Mapping[str, Any]) -> Typical | None:
    """The medians of the narrowest place of the inputs that has a few rows; None also where the store is away."""
    try:
        return typical(_rows_around(inputs), inputs, process.the_contract())
    except StoreError:
        return None


def spans_around(inputs: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """Between which values the middle 90 % of the rows of the widest place of the inputs lie, by quantity.

    Empty where the store is away.
    """
    try:
        return spans(_rows_around(inputs), process.the_contract())
    except StoreError:
        return {}


def comparables(inputs: Mapping[str, Any]) -> list[Comparable]:
    """The stored rows that are nearest to typed inputs; raises StoreError where they cannot be read."""
    return nearest(_rows_around(inputs), inputs, process.the_contract())


def count_around(inputs: Mapping[str, Any]) -> int:
    """Among how many rows the comparable ones were looked for."""
    return len(_rows_around(inputs))


def _rows_around(inputs: Mapping[str, Any]) -> pd.DataFrame:
    hierarchy = process.the_contract().hierarchy
    return _rows(_mark(), str(inputs.get(hierarchy[0]) or "") if hierarchy else "")


def _mark() -> Mark:
    """What the stored places depend on: a batch more, rows let in, a batch held or released."""
    remembered = _remembered()
    try:
        found = batches()
        newest = found[0].id if found else 0
        remembered.mark = newest, sum(batch.rows_readmitted for batch in found), held_batches()
    except StoreError:
        if remembered.mark is None:
            raise
    return remembered.mark


@st.cache_resource(max_entries=1, show_spinner=False)
def _remembered() -> _Remembered:
    return _Remembered()


@st.cache_data(max_entries=2, ttl=LIVES, show_spinner=False)
def _widest(mark: Mark) -> list[str]:
    world = process.the_world()
    with store.reading(world.clean) as connection:
        return store.list_places(connection, tables=world.tables)


@st.cache_resource(max_entries=PLACES_KEPT, ttl=LIVES, show_spinner=False)
def _rows(mark: Mark, place: str) -> pd.DataFrame:
    """Shared by all readers, who do not change it."""
    world = process.the_world()
    with store.reading(world.clean) as connection:
        return store.load_place(connection, tables=world.tables, contract=world.contract, place=place, without=mark[2])
