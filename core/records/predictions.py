"""Prices that were asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from core.records.live import Truth


@dataclass(frozen=True)
class Interval:
    """Where the true value lies in ``level`` (0 to 1) of all cases; both ends in the target's unit."""

    low: float
    high: float
    level: float


@dataclass(frozen=True)
class Prediction:
    """A price, its range, and the version that gave both.

    ``interval`` is None where the version has none, ``id`` where the request could not be stored. ``unknown`` names the
    inputs whose text the version never saw in training, so that it leans on the others.
    """

    value: float
    version: int
    inputs: Mapping[str, Any]
    id: int | None = None
    interval: Interval | None = None
    unknown: tuple[str, ...] = ()
    request_id: str = ""


@dataclass(frozen=True)
class PredictionRecord:
    """A request for a prediction and what came of it.

    ``request`` is what was given, ``inputs`` what it was read as; ``outcome`` is answered, refused (a bad value) or
    failed; ``channel`` is page, api or file, ``by`` who asked through it; ``request_id`` is the one that a program was
    answered with. ``home`` is the hash of the property that was asked about, None where the request names none whole;
    ``truth`` is what was told with it.
    """

    asked_at: datetime
    channel: str
    request: Mapping[str, Any]
    outcome: str
    milliseconds: float
    inputs: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    version: int | None = None
    prediction: float | None = None
    interval: Interval | None = None
    request_id: str = ""
    by: str = ""
    home: int | None = None
    truth: Truth | None = None


@dataclass(frozen=True)
class PredictionFilter:
    """Which requests: None or "" leaves a part open."""

    channel: str = ""
    outcome: str = ""
    version: int | None = None
    request_id: str = ""
