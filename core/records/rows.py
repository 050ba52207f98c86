"""Batches and their rows."""

# A worker that waits carries records and neither library.
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

from core.words import sentence


@dataclass(frozen=True)
class FeedBatch:
    """One answer of the feed: ``rows`` are objects or lists, as they came."""

    number: int | None
    rows: list[Any]
    content_hash: str


@dataclass(frozen=True)
class RejectedRow:
    """A row that cannot be what the contract says, with every reason."""

    row_number: int
    content: Any
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class KeptRow(RejectedRow):
    """A rejected row as it is kept: ``readmitted_as`` is stored or repeated once later rules let it in, else ""."""

    readmitted_at: datetime | None = None
    readmitted_by: str = ""
    readmitted_as: str = ""
    run: int | None = None


@dataclass(frozen=True)
class CheckedBatch:
    """A batch against the contract.

    ``accepted`` has one typed column for each of the contract's (number: float64, text and date: str, missing: NaN or
    None) and the row's place in the batch as its index. ``out_of_range`` counts values outside their range by column.
    """

    accepted: pd.DataFrame
    rejected: tuple[RejectedRow, ...]
    schema_changes: tuple[str, ...]
    out_of_range: Mapping[str, int]


@dataclass(frozen=True)
class Collection:
    """The batches between two restarts of the feed; its rows may be deleted long after it was closed."""

    id: int
    opened_at: datetime
    closed_at: datetime | None
    reason: str
    rows_deleted_at: datetime | None = None


@dataclass(frozen=True)
class Batch:
    """A stored batch.

    ``rows_clean`` of its rows may be trained on; ``left_out`` says why the others may not, ``out_of_range`` counts the
    values outside their range by column. ``rows_rejected`` are those still rejected, ``rows_readmitted`` those that
    were let in later: received = stored + repeated + rejected. ``rules`` is the digest of the rules it was checked by.
    """

    id: int
    collection: int
    number: int
    content_hash: str
    received_at: datetime
    rows_received: int
    rows_stored: int
    rows_rejected: int
    rows_repeated: int
    rows_clean: int
    out_of_range: Mapping[str, int] = field(default_factory=dict)
    left_out: Mapping[str, int] = field(default_factory=dict)
    schema_changes: tuple[str, ...] = ()
    new_categories: Mapping[str, list[str]] = field(default_factory=dict)
    note: str = ""
    rows_readmitted: int = 0
    rules: str = ""

    @property
    def label(self) -> str:
        return sentence("collection {collection}, batch {number}", collection=self.collection, number=self.number)


@dataclass(frozen=True)
class LabelledRows:
    """Rows that a model can be fitted or scored on.

    ``features`` is what the model reads (n rows, one column a feature), ``target`` the true values (n,),
    ``segments`` the cohort of each row (n,).
    """

    features: pd.DataFrame
    target: NDArray[np.float64]
    segments: NDArray[np.str_]

    def __len__(self) -> int:
        return len(self.features)
