"""True values of stored predictions, and what they say of the version in production."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# Who told a true value: whoever asked for the price, or a listing in a later batch.
ASKER, BATCH = "asker", "batch"
LiveStatus = Literal["few", "well", "worse"]


@dataclass(frozen=True)
class Truth:
    """A true value in the target's unit, when it was told and by whom.

    ``reason`` is why it is no honest test of the version (see ``core.live.REASONS``), "" where it counts. One from a
    batch names the batch and the row.
    """

    value: float
    source: str
    at: datetime
    by: str
    reason: str = ""
    batch: int | None = None
    row: int | None = None


@dataclass(frozen=True)
class Answered:
    """A stored prediction that a true value may be told of.

    ``home`` is the hash of its property, None where the request named none whole; ``inputs`` are its typed values.
    """

    id: int
    request_id: str
    asked_at: datetime
    version: int
    value: float
    home: int | None
    inputs: Mapping[str, object]


@dataclass(frozen=True)
class Met:
    """A prediction and its true value, both in the target's unit, with the range that was given (None: none was).

    ``home`` tells homes apart: those of one home are no independent evidence.
    """

    prediction: int
    home: object
    predicted: float
    truth: Truth
    low: float | None = None
    high: float | None = None

    @property
    def error(self) -> float:
        """What was predicted less what is true, in the target's unit."""
        return self.predicted - self.truth.value

    @property
    def share(self) -> float:
        """How far the prediction is off, as a share of the true value."""
        return abs(self.error) / abs(self.truth.value)


@dataclass(frozen=True)
class LiveError:
    """A metric on true values with its 95 % interval, beside the same metric on the holdout (None: not scored there).

    ``is_worse``: worse than on the holdout, and the interval leaves chance out.
    """

    metric: str
    live: float
    low: float
    high: float
    holdout: float | None = None
    is_worse: bool = False

    @property
    def excess(self) -> float | None:
        """By what share of the holdout's value the live one is higher."""
        return None if not self.holdout else self.live / self.holdout - 1


@dataclass(frozen=True)
class LiveQuality:
    """How the version in production does on the newest true values, one a home, that count.

    ``few``: fewer than ``least``, so nothing is said of it yet; ``worse``: its errors are surely higher than on the
    holdout. ``met`` are those it was judged by, the newest first; ``count_after_training`` of them were told after a
    batch last asked for a training.
    """

    version: int
    least: int
    status: LiveStatus
    errors: tuple[LiveError, ...]
    met: tuple[Met, ...]
    count_after_training: int

    @property
    def count(self) -> int:
        return len(self.met)

    @property
    def is_answered(self) -> bool:
        """Whether a training was asked for since, and too few true values have come after it to ask for another."""
        return self.count_after_training < self.least

    def of(self, metric: str) -> LiveError | None:
        """A metric; None where there is nothing to measure it on."""
        return next((each for each in self.errors if each.metric == metric), None)
