"""The clean rows of a batch on their way into their database."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from core import store
from core.errors import StoreError
from core.loop.world import Loop
from core.records import Batch

logger = logging.getLogger(__name__)


@contextmanager
def storing_clean(loop: Loop, batch: Batch, received: store.Received | None = None) -> Iterator[int]:
    """Make the clean rows of a batch from its received ones; how many. They are stored when the context ends."""
    if received is None:
        with store.reading(loop.raw) as connection:
            rows = store.load_received(connection, tables=loop.tables, contract=loop.contract, batch=batch.id)
        received = store.receive(rows, loop.contract)
    with _storing(loop, batch.id, batch.collection, received) as count:
        yield count


def rebuild_clean(loop: Loop, batch: Batch) -> int:
    """Make the clean rows of a batch anew; how many."""
    with storing_clean(loop, batch) as count:
        return count


@dataclass
class CleanAhead:
    """Clean rows that are sent while their batch is still being stored, so that a server takes both side by side.

    They are kept when ``under_way`` is closed, which is for the step that cleans, and taken back where it ends with an
    error: before their batch is stored none of them is.
    """

    loop: Loop
    under_way: ExitStack
    is_sent: bool = False

    def send(self, batch: int, collection: int, received: store.Received) -> None:
        """Send them, unless their database is one that works only while we wait.

        Where it refuses, the step that cleans asks again, and fails by its name.
        """
        if self.loop.clean.dialect.name == "sqlite":
            return
        try:
            self.under_way.enter_context(_storing(self.loop, batch, collection, received))
            self.is_sent = True
        except StoreError as error:
            logger.warning("%s", error)


@contextmanager
def _storing(loop: Loop, batch: int, collection: int, received: store.Received) -> Iterator[int]:
    keys = {"batch": batch, "collection": collection}
    with (
        store.writing(loop.clean) as connection,
        store.storing_clean(connection, tables=loop.tables, received=received, **keys) as count,
    ):
        yield count
