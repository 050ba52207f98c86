"""What a promotion is decided by, and who had a say in it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

AUTOMATIC, APPROVAL = "automatic", "approval"


@dataclass(frozen=True)
class Guard:
    """``metric`` may be worse by at most ``most_worse``, a share of the champion's value."""

    metric: str
    most_worse: float


@dataclass(frozen=True)
class PromotionRules:
    """What a challenger must do against the version in production.

    It must be better in ``metric``, by the share ``min_gain`` at least; where ``needs_interval``, by an interval that
    excludes zero; within every guard; and where ``segment_limit`` is set, by at most that share worse in mean absolute
    error in any segment of at least ``segment_rows`` rows. ``mode`` says who has the last word: automatic or approval.
    """

    metric: str
    min_gain: float = 0.0
    needs_interval: bool = True
    guards: tuple[Guard, ...] = ()
    segment_limit: float | None = None
    segment_rows: int = 100
    mode: str = AUTOMATIC


@dataclass(frozen=True)
class StoredRules:
    """Rules in force: since when and by whom, None where they are those of the settings."""

    rules: PromotionRules
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True)
class Ruling:
    """One rule applied to one challenger: ``kind`` is gain, interval, guard or segments."""

    kind: str
    metric: str
    passed: bool
    sentence: str


@dataclass(frozen=True)
class Approval:
    """A candidate that the rules would promote, and what a person said to it.

    ``status`` is pending, approved, rejected, superseded by a later candidate or promotion, or withdrawn because it no
    longer keeps every rule; ``replaces`` is the version that was in production when it was put forward. ``reason`` and
    ``numbers`` are those of the newest judgement while it waits; ``numbers["judged"]`` says on which holdout and when.
    """

    id: int
    version: int
    replaces: int | None
    status: str
    asked_at: datetime
    reason: str
    numbers: Mapping[str, Any] = field(default_factory=dict)
    decided_at: datetime | None = None
    decided_by: str = ""
    comment: str = ""
