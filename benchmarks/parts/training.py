"""Training: search, fit, score and register on 600,000 training rows, ours beside the recipe's search."""

import time
from collections.abc import Iterator
from typing import Any

from benchmarks.bench import Bench
from benchmarks.measuring import Found, in_child, median, repeated
from benchmarks.parts.models import candidate, labelled, reasons, register
from benchmarks.table import Line, times
from benchmarks.world import SQLITE, opened
from core.records import SearchPlan

QUALITIES = (
    ("rmse", "RMSE", "$", 1.0),
    ("mae", "MAE", "$", 1.0),
    ("median_ape", "median percentage error", "%", 100.0),
)
SEED = 606


def measure(bench: Bench) -> Iterator[Line]:
    """Time and peak memory of both, and their errors on the same test rows, none of which either has seen.

    The seconds budget is the console's own default, for which the recipe's search needs no limit.
    """
    sizes = bench.sizes
    world = bench.empty(SQLITE).as_argument()
    rows = {"rows": sizes.training_rows}
    ours = repeated(
        lambda: in_child("benchmarks.parts.training:ours", world=world, budget=sizes.budget, **rows), sizes.runs
    )
    draws, folds = sizes.searched
    recipe = repeated(
        lambda: in_child("benchmarks.recipe.training:train", folder=world["folder"], draws=draws, folds=folds, **rows),
        sizes.runs,
    )
    step, runs = f"search, fit, score, register on {ours[0]['train_rows']:,} rows", min(len(ours), len(recipe))
    yield Line("training", step, median(ours), "s", median(recipe), times(4), runs)
    peaks = median(ours, "peak_mb"), median(recipe, "peak_mb")
    yield Line("training", "peak memory", peaks[0], "MB", peaks[1], None, runs)
    for name, label, unit, factor in QUALITIES:
        figures = factor * ours[0][name], factor * recipe[0][name]
        yield Line("training", f"{label} on the test rows", figures[0], unit, figures[1], times(1), 1)


def ours(world: dict[str, Any], rows: int, budget: float) -> Found:
    """The console's search with its default number of draws, to a registered version."""
    loop = opened(world)
    loop.registry.initialise()
    parts = labelled(rows, SEED, loop.contract)
    plan = SearchPlan(loop.settings.search_draws, budget, loop.settings.seed)
    began = time.perf_counter()
    found = candidate(parts, loop.contract, plan)
    fitted = time.perf_counter() - began
    explained = reasons(found.model, parts, 10)
    began = time.perf_counter()
    register(loop, found, explained, parts, 1)
    seconds = fitted + time.perf_counter() - began
    return {"seconds": seconds, "train_rows": len(parts["train"]), "family": found.family, **found.metrics["test"]}
