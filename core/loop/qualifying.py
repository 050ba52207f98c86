"""How good a batch is against those before it."""

from typing import TYPE_CHECKING

from core import quality, store
from core.loop.world import Loop
from core.records import Batch, Quality

if TYPE_CHECKING:
    from sqlalchemy import Connection


def quality_of(loop: Loop, connection: "Connection", batch: Batch) -> Quality:
    """The quality of a batch against up to 12 before it, whatever their collection; one that was held is no measure.

    All of it was counted when the batches were stored: no row is read.
    """
    held = store.held_batches(connection, at=batch.received_at)
    earlier = store.list_earlier(connection, before=batch.id, without=held, limit=quality.EARLIER_BATCHES)
    facts = store.load_facts(connection, batches=[batch.id, *(found.id for found in earlier)])
    before = [facts[found.id] for found in earlier if found.id in facts]
    return quality.judge(batch, facts.get(batch.id, {}), earlier, before, loop.contract)
