"""The time, and how far the store has come."""

from datetime import datetime

from console import process
from core import store
from core.store import Stamp

LIVES = 3600


def now() -> datetime:
    """The time by the world's clock."""
    return process.the_world().clock()


def stamp() -> Stamp:
    """How far the store has come."""
    with store.reading(process.the_world().raw) as connection:
        return store.load_stamp(connection)
