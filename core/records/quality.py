"""What is known of a batch's quality."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class ColumnFacts:
    """A column of a batch's stored rows, counted when they were stored.

    ``smallest`` to ``largest`` are the ends and quartiles of a number in its unit, or of a date in days since
    1970-01-01; None for texts and where there is no value. ``out_of_range`` counts values outside the contract's range,
    ``extreme`` those far from the quartiles, ``new_values`` categories that no row before had, ``new_rows`` their rows.
    """

    column: str
    rows: int
    missing: int
    distinct: int
    smallest: float | None = None
    lower_quartile: float | None = None
    median: float | None = None
    upper_quartile: float | None = None
    largest: float | None = None
    out_of_range: int = 0
    extreme: int = 0
    new_values: int = 0
    new_rows: int = 0


@dataclass(frozen=True)
class Band:
    """Where a number usually lies: ``low`` to ``high``, with ``middle`` as its median."""

    low: float
    middle: float
    high: float

    def __contains__(self, value: float) -> bool:
        return self.low <= value <= self.high


@dataclass(frozen=True)
class Quality:
    """A batch against the batches before it.

    ``concerns`` are the things to look at, a sentence each. ``columns`` are the figures by column; ``usual_missing`` is
    the share of missing values in the batches before, by column; ``volume`` is the usual number of rows received, None
    where too few batches came before.
    """

    concerns: tuple[str, ...]
    columns: tuple[ColumnFacts, ...]
    usual_missing: Mapping[str, float] = field(default_factory=dict)
    volume: Band | None = None
