"""Versions scored on the holdout, one after the other or on a cluster."""

from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core import training
from core.comparison import resample, resamples_to_bytes
from core.errors import ConsoleError, RegistryUnavailable, RunError, TrainingError
from core.loop.world import Loop
from core.records import Holdout, Ranked
from core.registry import LoadedModel
from core.words import sentence

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Scored:
    """A version's score, and how it does on resamples of the holdout; empty where it could not be scored."""

    ranked: Ranked
    resamples: bytes = b""


def score_versions(
    loop: Loop, numbers: Sequence[int], holdout: Holdout, spread: training.Spread
) -> Generator[Scored, None, None]:
    """Each version's score, in the order given; one that cannot be loaded or scored says why and stops no other.

    The models are loaded in this process, so that the machines of a cluster need not reach the model store.
    Raises RegistryUnavailable where MLflow does not answer.
    """
    return spread(score_version, holdout, _loaded(loop, numbers))


def score_version(holdout: Holdout, found: LoadedModel | Ranked) -> Scored:
    """The score of a loaded version; one that could not be loaded is given back as it came."""
    if isinstance(found, Ranked):
        return Scored(found)
    try:
        values = training.answers(found.model, _as_read_by(found.columns, holdout.rows.features))
        metrics = training.measure(found.model, holdout.rows.target, values)
    except RunError:
        raise
    except ConsoleError as problem:
        return Scored(Ranked(found.number, {}, str(problem)))
    ranges = training.ranges_of(found.model, values)
    return Scored(Ranked(found.number, metrics), resamples_to_bytes(resample(holdout, values, ranges)))


def _loaded(loop: Loop, numbers: Sequence[int]) -> Iterator[LoadedModel | Ranked]:
    for number in numbers:
        try:
            found: LoadedModel | Ranked = loop.registry.load_model(number)
        except (RegistryUnavailable, RunError):
            raise
        except ConsoleError as problem:
            found = Ranked(number, {}, str(problem))
        yield found


def _as_read_by(columns: Sequence[str], features: "pd.DataFrame") -> "pd.DataFrame":
    missing = [name for name in columns if name not in features]
    if missing:
        raise TrainingError(
            sentence("It reads columns that the contract does not have: {missing}.", missing=", ".join(missing))
        )
    return features[list(columns)]
