"""The frozen records that travel between the rooms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

STATISTICS = ("mean", "std", "50", "75")
REFERENCES = ("previous", "accumulated", "production")


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
class NumberProfile:
    """A numeric column: its distinct values in ascending order, how often each occurs, and the rows without one."""

    values: NDArray[np.float64]
    counts: NDArray[np.int64]
    missing: int

    @property
    def count(self) -> int:
        return int(self.counts.sum())


@dataclass(frozen=True)
class Profile:
    """What is known of a set of rows without the rows: exact and mergeable."""

    rows: int
    numbers: Mapping[str, NumberProfile]
    categories: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Measurement:
    """One statistic of one column against its reference.

    ``change`` is (current - reference) / |reference|, None where that is not a number; ``note`` then says why.
    """

    column: str
    statistic: str
    reference: float | None
    current: float | None
    change: float | None
    limit: float
    exceeded: bool
    note: str = ""


@dataclass(frozen=True)
class DriftReport:
    """A batch against one reference."""

    reference: str
    reference_label: str
    measurements: tuple[Measurement, ...]

    @property
    def exceeded(self) -> tuple[Measurement, ...]:
        """The measurements over their limit, the largest change first."""
        return tuple(sorted((m for m in self.measurements if m.exceeded), key=severity, reverse=True))

    @property
    def largest(self) -> Measurement | None:
        return max(self.measurements, key=severity, default=None)


def severity(measurement: Measurement) -> float:
    """How many times its limit a change is; infinite where it counts as exceeded without a number."""
    if measurement.change is None:
        return float("inf") if measurement.exceeded else 0.0
    return abs(measurement.change) / measurement.limit


@dataclass(frozen=True)
class Decision:
    """Yes or no, the reason in words, and the numbers behind it."""

    yes: bool
    reason: str
    numbers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class StoredDecision:
    """A decision of a run: ``kind`` is train or promote."""

    run: int
    batch: int | None
    kind: str
    at: datetime
    decision: Decision


@dataclass(frozen=True)
class Batch:
    """A stored batch.

    ``rows_clean`` of its rows may be trained on; ``left_out`` says why the others may not, ``out_of_range`` counts the
    values outside their range by column.
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

    @property
    def label(self) -> str:
        return f"collection {self.collection}, batch {self.number}"


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


@dataclass(frozen=True)
class SearchPlan:
    """How long and how widely a training searches; the same plan on the same rows gives the same model."""

    draws: int
    seconds: float
    seed: int
    families: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trial:
    """One parameter set of a search: its score is the root mean squared log error on the validation rows."""

    number: int
    family: str
    parameters: Mapping[str, Any]
    score: float
    seconds: float


@dataclass(frozen=True)
class Candidate:
    """A fitted model and how it was found. ``metrics`` maps ``validation`` and ``test`` to metric values."""

    model: Any
    family: str
    parameters: Mapping[str, Any]
    trials: tuple[Trial, ...]
    metrics: Mapping[str, Mapping[str, float]]
    seed: int
    seconds: float


@dataclass(frozen=True)
class TrainingFacts:
    """Where a candidate comes from: enough to train it again. ``ran_on`` is where its search ran."""

    run_id: int
    reason: str
    cause: str
    batches: tuple[int, ...]
    fingerprint: str
    commit: str
    rows: Mapping[str, int]
    ran_on: str = "this machine"


@dataclass(frozen=True)
class Explanation:
    """SHAP values of n rows and p features, in the target's unit.

    ``base`` (n,) + ``values`` (n, p) summed over the features = ``predictions`` (n,). ``data`` (n rows, p columns)
    holds the raw values of the features.
    """

    features: tuple[str, ...]
    base: NDArray[np.float64]
    values: NDArray[np.float64]
    data: pd.DataFrame
    predictions: NDArray[np.float64]


@dataclass(frozen=True)
class Version:
    """A registered version, as MLflow knows it. ``metrics`` has keys such as ``test_rmse``."""

    number: int
    mlflow_run: str
    created_at: datetime
    metrics: Mapping[str, float] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)


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


@dataclass(frozen=True)
class Prediction:
    """A price, the version that gave it, and the reasons."""

    value: float
    version: int
    inputs: Mapping[str, Any]
    id: int | None = None


@dataclass(frozen=True)
class PredictionRecord:
    """A request for a prediction and what came of it.

    ``request`` is what was given, ``inputs`` what it was read as; ``outcome`` is answered, refused (a bad value) or
    failed; ``channel`` is page or api.
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


@dataclass(frozen=True)
class RunStep:
    """A step of a run: ``status`` is running, succeeded, failed or interrupted."""

    name: str
    status: str
    started_at: datetime
    finished_at: datetime | None
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Run:
    """A row of the queue.

    ``kind`` is cycle, training, promotion or explanation; ``status`` is queued, running, succeeded, failed or
    cancelled; ``cause`` is schedule, operator, command or first run; ``progress`` goes from 0 to 1.
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
    outcome: Mapping[str, Any] = field(default_factory=dict)
    error: str = ""
    traceback: str = ""

    @property
    def is_open(self) -> bool:
        return self.status in ("queued", "running")
