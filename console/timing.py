"""Where the time of runs goes, step by step."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.records import RunStep


@dataclass(frozen=True)
class StepTime:
    """A step over several runs: how often it ran, and in seconds how long on average, at most, and in all.

    ``share`` is its part of the time of all steps, from 0 to 1.
    """

    name: str
    times: int
    mean: float
    longest: float
    total: float
    share: float


def seconds_of(step: RunStep) -> float:
    """How long a step took, in seconds; 0 while it is under way."""
    return (step.finished_at - step.started_at).total_seconds() if step.finished_at else 0.0


def time_by_step(runs: Iterable[Sequence[RunStep]]) -> list[StepTime]:
    """The steps of several runs, the one that takes most of the time first."""
    found: dict[str, list[float]] = {}
    for steps in runs:
        for step in steps:
            found.setdefault(step.name, []).append(seconds_of(step))
    whole = sum(map(sum, found.values()))
    times = [
        StepTime(name, len(took), sum(took) / len(took), max(took), sum(took), sum(took) / whole if whole else 0.0)
        for name, took in found.items()
    ]
    return sorted(times, key=lambda time: (-time.total, time.name))
