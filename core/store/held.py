"""Batches that are held.

A held batch is stored like any other, but nothing is measured by it: until an operator releases it, it is no reference
for a later batch, no part of what has accumulated, and not trained or scored on. What is held is asked as of a moment,
so that a comparison that is looked at again later still rests on the same rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from core.tables import decisions


@dataclass(frozen=True)
class Holds:
    """Every word on the batches that were ever held: its batch, when it fell, and whether it held; the oldest first."""

    words: Sequence[tuple[int, datetime, bool]]

    def at(self, moment: datetime | None = None) -> frozenset[int]:
        """The keys of the batches that were held at a moment, or are now: the last word on them was to hold them."""
        last = {batch: held for batch, fell, held in self.words if moment is None or fell <= moment}
        return frozenset(batch for batch, held in last.items() if held)


def load_holds(connection: Connection) -> Holds:
    """What was ever said on batches that were held at some time."""
    words = decisions.c
    ever = select(words.batch_id).where(words.held)
    query = select(words.batch_id, words.decided_at, words.held).where(words.kind == "train", words.batch_id.in_(ever))
    found = connection.execute(query.order_by(words.id))
    return Holds([(row.batch_id, row.decided_at, bool(row.held)) for row in found])


def held_batches(connection: Connection, *, at: datetime | None = None) -> frozenset[int]:
    """The keys of the batches that are held, or that were at a moment."""
    return load_holds(connection).at(at)
