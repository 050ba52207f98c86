"""Batches that are held.

A held batch is stored like any other, but nothing is measured by it: until an operator releases it, it is no reference
for a later batch, no part of what has accumulated, and not trained or scored on. What is held is asked as of a moment,
so that a comparison that is looked at again later still rests on the same rows.
"""

from datetime import datetime

from sqlalchemy import Connection, func, select

from core.tables import decisions


def held_batches(connection: Connection, *, at: datetime | None = None) -> frozenset[int]:
    """The keys of the batches that are held, or that were at a moment: the last word on them was to hold them."""
    ever = select(decisions.c.batch_id).where(decisions.c.held)
    words = select(func.max(decisions.c.id)).where(decisions.c.kind == "train", decisions.c.batch_id.in_(ever))
    if at is not None:
        words = words.where(decisions.c.decided_at <= at)
    last = words.group_by(decisions.c.batch_id)
    query = select(decisions.c.batch_id).where(decisions.c.id.in_(last), decisions.c.held)
    return frozenset(connection.execute(query).scalars())
