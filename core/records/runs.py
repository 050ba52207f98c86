"""The queue's runs and their steps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple


@dataclass(frozen=True)
class RunStep:
    """A step of a run: ``status`` is running, succeeded, failed or interrupted."""

    name: str
    status: str
    started_at: datetime
    finished_at: datetime | None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class LogLine:
    """What a run said: ``trial`` is a parameter set that a search has just tried."""

    at: datetime
    step: str
    message: str
    trial: Mapping[str, Any] | None = None


class Wishes(NamedTuple):
    """What a run under way was asked since it began: ``stop`` at once, or take the ``best`` of its search so far."""

    stop: bool
    best: bool


@dataclass(frozen=True)
class Run:
    """A row of the queue.

    ``kind`` is cycle, release, training, ranking, promotion, explanation or readmission; ``status`` is queued, running,
    succeeded, failed or cancelled; ``cause`` is schedule, operator, command or first run; ``progress`` goes from 0 to
    1.
    """

    id: int
    kind: str
    status: str
    cause: str
    requested_by: str
    requested_at: datetime
    parameters: Mapping[str, Any] = field(default_factory=dict)
    started_at: datetime | None = None
    finished_at: datetime | None = None
    heartbeat_at: datetime | None = None
    worker: str = ""
    attempts: int = 0
    step: str = ""
    progress: float = 0.0
    message: str = ""
    cancel_requested: bool = False
    best_requested: bool = False
    outcome: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    traceback: str = ""

    @property
    def is_open(self) -> bool:
        return self.status in ("queued", "running")
