"""Prices asked for, and who did what."""

from typing import Any

from console import process
from core import store


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
