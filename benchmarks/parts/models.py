"""Models to measure with, made in measured processes."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.listings import typed
from benchmarks.measuring import Found
from benchmarks.world import opened, queued
from core import cleaning, explanation, training
from core.contract import SPLITS, Contract
from core.loop import execute
from core.loop.world import Loop
from core.records import Candidate, LabelledRows, SearchPlan, StoredReasons, TrainingFacts

Parts = Mapping[str, LabelledRows]


def train_in(world: Mapping[str, Any], seconds: float) -> Found:
    """Train and promote a version on what a world holds, as an operator's click does."""
    loop = opened(world, SEARCH_SECONDS=str(seconds), SEARCH_DRAWS="2")
    loop.registry.initialise()
    outcome = execute(loop, queued(loop, "training", reason="a model to measure with"))
    return {"version": outcome["version"]}


def labelled(count: int, seed: int, contract: Contract) -> Parts:
    """Generated rows, cleaned and split as the console does."""
    clean, _ = cleaning.clean(typed(count, seed), contract)
    return {name: cleaning.labelled_rows(clean[clean["split"] == name], contract) for name in SPLITS}


def candidate(parts: Parts, contract: Contract, plan: SearchPlan) -> Candidate:
    """The best model of a search, scored on the test rows."""
    return training.train_candidate(parts["train"], parts["validation"], parts["test"], contract, plan, lambda *_: None)


def reasons(model: Any, parts: Parts, count: int) -> StoredReasons:
    """The SHAP values of the first rows of the holdout, as they are stored."""
    test = parts["test"]
    return StoredReasons(
        explanation.explain(model, test.features.head(count)),
        keys=np.arange(len(test))[:count],
        target=test.target[:count],
        segments=test.segments[:count],
        batches=np.ones(len(test), dtype=np.int64)[:count],
    )


def register(loop: Loop, found: Candidate, explained: StoredReasons, parts: Parts, number: int) -> int:
    """Register a candidate as the version of run ``number``."""
    rows = {name: len(part) for name, part in parts.items()}
    facts = TrainingFacts(number, "measured", "command", (1,), "0" * 64, "unknown", rows, SearchPlan(1, 10.0, 7))
    example = parts["train"].features.head(5)
    return loop.registry.log_candidate(found, explained, example, facts, loop.contract).number


def register_copies(world: Mapping[str, Any], versions: int) -> Found:
    """Register the same small model as many versions."""
    loop = opened(world)
    loop.registry.initialise()
    parts = labelled(2_000, 5, loop.contract)
    found = candidate(parts, loop.contract, SearchPlan(1, 10.0, 7))
    explained = reasons(found.model, parts, 20)
    for number in range(versions):
        register(loop, replace(found, seed=number), explained, parts, 10_000 + number)
    return {"versions": versions}
