"""What was decided and why."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True)
class Decision:
    """Yes or no, the reason in words, and the numbers behind it.

    ``held``: neither, the batch cannot be judged and waits for an operator; ``yes`` is then False.
    """

    yes: bool
    reason: str
    numbers: Mapping[str, Any] = field(default_factory=dict)
    held: bool = False


@dataclass(frozen=True)
class StoredDecision:
    """A decision of a run: ``kind`` is train or promote."""

    run: int
    batch: int | None
    kind: str
    at: datetime
    decision: Decision


@dataclass(frozen=True)
class Ranked:
    """A version scored on the current holdout, or why it could not be."""

    number: int
    metrics: Mapping[str, float] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True)
class Promotion:
    """A row of the ledger: which version went into production, for which, by whom and why."""

    id: int
    version: int
    replaced: int | None
    at: datetime
    by: str
    reason: str
    numbers: Mapping[str, Any] = field(default_factory=dict)
