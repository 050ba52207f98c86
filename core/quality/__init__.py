"""How good a batch is: figures by column, what is usual, and what to look at."""

from core.quality.facts import column_facts
from core.quality.usual import EARLIER_BATCHES, usual_band
from core.quality.verdict import judge

__all__ = ["EARLIER_BATCHES", "column_facts", "judge", "usual_band"]
