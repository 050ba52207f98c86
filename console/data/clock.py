"""The time, and how far the store has come."""

from datetime import datetime

from console import process
from core import store
from core.errors import StoreError
from core.store import Stamp

LIVES = 3600


def now() -> datetime:
    """The time by the world's clock."""
    return process.the_world().clock()


def trouble() -> StoreError | None:
    """Why the store cannot be read; None where it can."""
    try:
        stamp()
    except StoreError as error:
        return error
    return None


def stamp() -> Stamp:
    """How far the store has come."""
    with store.reading(process.the_world().raw) as connection:
        return store.load_stamp(connection)
