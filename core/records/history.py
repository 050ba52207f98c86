"""The history: what each run decided, in one entry."""

from dataclasses import dataclass
from datetime import datetime

from core.records.decisions import Decision

# What an entry can have led to; the store knows the condition of each.
OUTCOMES = ("trained", "not_trained", "held", "promoted", "not_promoted")


@dataclass(frozen=True)
class HistoryEntry:
    """The decisions of one run; ``train`` and ``promote`` are None where the run did not have to decide on that.

    ``batch`` is the key of the batch that it was about, with its ``collection`` and ``number``; all three are None
    where an operator asked. ``version`` is the one that was trained, promoted or put forward, ``message`` the run's
    last word. ``asked`` is the reason that somebody gave for what they asked for, ``how`` the kind of promotion.
    """

    run: int
    kind: str
    cause: str
    by: str
    at: datetime
    batch: int | None
    collection: int | None
    number: int | None
    train: Decision | None
    promote: Decision | None
    version: int | None
    message: str
    asked: str = ""
    how: str = ""


@dataclass(frozen=True)
class HistoryFilter:
    """Which entries: None or "" leaves a part open. ``text`` is looked for in the reasons and in who asked."""

    batch: int | None = None
    collection: int | None = None
    kind: str = ""
    outcome: str = ""
    text: str = ""
