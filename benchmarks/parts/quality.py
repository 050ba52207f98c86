"""Quality: the errors of the console's training beside those of the recipe's, on rows that neither has seen."""

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from benchmarks.bench import Bench
from benchmarks.measuring import Found, in_child
from benchmarks.parts.models import Parts, candidate
from benchmarks.table import Line, Target, at_most, times
from core.checks import check_rows
from core.cleaning import clean, labelled_rows
from core.contract import SPLITS, Contract, load_contract
from core.demo_feed.csv_rows import CsvRows
from core.demo_feed.listings import Listings
from core.identity import property_hashes
from core.records import SearchPlan
from core.settings import read_settings
from core.training.search import joined

LOWEST_PRICE = 1_000.0
UNITS = {
    "median_ape": ("median absolute percentage error", "%", 100.0),
    "mae": ("MAE", "$", 1.0),
    "rmse": ("RMSE", "$", 1.0),
}
# A third lower than the recipe's, or a quarter, as ratios of the recipe's error to ours.
THIRD_LOWER, QUARTER_LOWER = times(1.5), times(1.34)
ON_REAL_ROWS: Mapping[str, Target] = {"median_ape": at_most(21), "mae": THIRD_LOWER, "rmse": times(1)}
ON_GENERATED_ROWS: Mapping[str, Target] = {"median_ape": QUARTER_LOWER, "mae": QUARTER_LOWER, "rmse": times(1)}


def measure(bench: Bench) -> Iterator[Line]:
    """The mean over several splits of real listings, and a generated collection, split as the console splits it."""
    draws, folds = bench.sizes.searched
    plan = {"budget": bench.sizes.budget, "draws": draws, "folds": folds}
    if bench.listings is None:
        sys.stderr.write("No file of real listings (--listings): quality is measured on generated ones alone.\n")
    else:
        file = str(bench.listings)
        found = [
            in_child("benchmarks.parts.quality:on_real_rows", file=file, salt=salt, **plan)
            for salt in range(bench.sizes.quality_splits)
        ]
        rows = round(float(np.mean([each["test_rows"] for each in found])))
        name = f"mean of {len(found)} splits of real listings, {rows:,} test rows each"
        yield from _lines(found, name, ON_REAL_ROWS)
    scale = bench.sizes.quality_scale
    found = [in_child("benchmarks.parts.quality:on_generated_rows", scale=scale, **plan)]
    yield from _lines(found, f"generated collection, {found[0]['test_rows']:,} test rows", ON_GENERATED_ROWS)


def on_real_rows(file: str, salt: int, budget: float, draws: int, folds: int) -> Found:
    """Both on one split by property of the listings in a CSV file with a price above 1,000 $."""
    contract = load_contract("real_estate")
    checked = check_rows(CsvRows(Path(file), contract, 1).rows(0), contract).accepted
    frame = checked[checked[contract.target] > LOWEST_PRICE]
    places = split(frame, contract, salt)
    return _both(
        {name: labelled_rows(frame[places == name], contract) for name in SPLITS}, contract, budget, draws, folds
    )


def on_generated_rows(scale: float, budget: float, draws: int, folds: int) -> Found:
    """Both on the demo feed's collection at a scale, all batches, cleaned and split as the console does."""
    contract = load_contract("real_estate")
    feed = Listings(read_settings({}, None).demo_feed_seed, scale)
    batches = [check_rows(feed.rows(number), contract).accepted for number in range(len(feed))]
    frame, _ = clean(pd.concat(batches, ignore_index=True).drop_duplicates(ignore_index=True), contract)
    parts = {name: labelled_rows(frame[frame["split"] == name], contract) for name in SPLITS}
    return _both(parts, contract, budget, draws, folds)


def _both(parts: Parts, contract: Contract, budget: float, draws: int, folds: int) -> Found:
    """The console's search with its default number of draws, and the recipe's on the same train and validation rows."""
    from benchmarks.recipe import training as recipe

    settings = read_settings({}, None)
    ours = candidate(parts, contract, SearchPlan(settings.search_draws, budget, settings.seed))
    theirs = recipe.search(joined(parts["train"], parts["validation"]), draws, folds)
    return {
        "test_rows": len(parts["test"]),
        "ours": dict(ours.metrics["test"]),
        "recipe": recipe.score(theirs, parts["test"]),
    }


def _lines(found: list[dict[str, Any]], name: str, targets: Mapping[str, Target]) -> Iterator[Line]:
    for metric, (label, unit, factor) in UNITS.items():
        ours, recipe = (factor * float(np.mean([each[side][metric] for each in found])) for side in ("ours", "recipe"))
        yield Line("quality", f"{label}, {name}", ours, unit, recipe, targets[metric], len(found))


def split(frame: pd.DataFrame, contract: Contract, salt: int) -> NDArray[np.str_]:
    """The split (n,) of each row, by its property: another for each salt, of the contract's shares."""
    _, places = np.unique(property_hashes(frame, contract), return_inverse=True)
    drawn = np.random.default_rng(salt).random(places.max() + 1)
    edges = np.cumsum([contract.split[name] for name in SPLITS])[:-1]
    return np.asarray(np.asarray(SPLITS)[np.searchsorted(edges, drawn, side="right")][places])
