"""Measurements in processes of their own, so that time and memory are those of the thing measured."""

import json
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
Found = dict[str, Any]
# One run is enough of something that takes longer than this, in seconds.
LONG = 60.0


class MeasurementFailed(Exception):
    """A measured process ended without an answer."""


def in_child(name: str, **arguments: Any) -> Found:
    """What ``module:function`` found in a fresh process: its own answer, and its peak resident set as ``peak_mb``."""
    command = [sys.executable, "-m", "benchmarks.child", name, json.dumps(arguments)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own program
    if done.returncode:
        raise MeasurementFailed(f"{name} failed:\n{done.stderr[-3000:]}")
    found: Found = json.loads(done.stdout.splitlines()[-1])
    return found


def repeated(measure: Callable[[], Found], runs: int) -> list[Found]:
    """The answers of ``runs`` runs, or of one where one takes longer than a minute."""
    found = [measure()]
    while len(found) < runs and found[0]["seconds"] < LONG:
        found.append(measure())
    return found


def median(found: Sequence[Found], name: str = "seconds") -> float:
    """The median of a number over the runs."""
    return statistics.median(entry[name] for entry in found)


def quantile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
