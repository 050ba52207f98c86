"""How a model is searched for, found, explained and registered."""

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


@dataclass(frozen=True)
class SearchPlan:
    """How long and how widely a training searches; the same plan on the same rows gives the same model."""

    draws: int
    seconds: float
    seed: int
    families: tuple[str, ...] = ()


@dataclass(frozen=True)
class TrainingOrder:
    """What somebody asked a training for; what is left open is the settings' to say.

    Without ``batches`` every one of the open collection is trained on, without ``families`` all are tried.
    """

    reason: str
    batches: tuple[int, ...] = ()
    seconds: float | None = None
    draws: int | None = None
    families: tuple[str, ...] = ()
    seed: int | None = None


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
    """Where a candidate comes from: enough to train it again with ``plan``. ``ran_on`` is where its search ran."""

    run_id: int
    reason: str
    cause: str
    batches: tuple[int, ...]
    fingerprint: str
    commit: str
    rows: Mapping[str, int]
    plan: SearchPlan
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
class StoredReasons:
    """The reasons of a version for n rows of the holdout, as they are kept with it.

    ``keys`` (n,) are the rows' hashes, by which the same rows are found in what another version keeps; ``target`` (n,)
    their true values, ``segments`` (n,) their cohorts, ``batches`` (n,) the keys of the batches that they came in.
    ``version`` is None until the version is registered.
    """

    explanation: Explanation
    keys: NDArray[np.int64]
    target: NDArray[np.float64]
    segments: NDArray[np.str_]
    batches: NDArray[np.int64]
    version: int | None = None

    def __len__(self) -> int:
        return len(self.keys)


@dataclass(frozen=True)
class Version:
    """A registered version, as MLflow knows it. ``metrics`` has keys such as ``test_rmse``."""

    number: int
    mlflow_run: str
    created_at: datetime
    metrics: Mapping[str, float] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
