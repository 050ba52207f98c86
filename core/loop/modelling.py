"""The steps of a model: train, rank, promote, explain."""

import logging
from dataclasses import replace

import numpy as np
import pandas as pd

from core import cards, explanation, live, runs, store, training
from core.cleaning import labelled_rows
from core.cluster import open_place
from core.contract import SPLITS
from core.errors import ModelNotLoadable
from core.identity import fingerprint, property_hashes
from core.loop.ordering import MOST_SECONDS
from core.loop.progress import Progress
from core.loop.rows import clean_rows
from core.loop.world import Loop, commit_id
from core.records import SearchPlan, StoredReasons, TrainingFacts, TrainingOrder, Trial, Version
from core.registry import LoadedModel
from core.words import sentence

logger = logging.getLogger(__name__)
EXPLAINED_ROWS = 2000
RUN_TAG = "console_run"


def train(loop: Loop, progress: Progress, order: TrainingOrder, first: int | None = None) -> int:
    """Search, fit and register a candidate as it was ordered; its version.

    ``first`` is the version that the run made of the search's first parameter set already: where none does better on
    the validation rows, it is that one.

    Raises InputError where the order names batches that cannot be trained on together, TrainingError where the rows
    cannot be trained on, ClusterUnavailable where the Dask cluster does not answer.
    """
    if "train" in progress.done:
        return int(progress.done["train"]["version"])
    progress.begin("train", sentence("reading the clean rows"))
    version = _register(loop, progress, order, plan_of(loop, order), first)
    with store.writing(loop.raw) as connection:
        progress.end("train", {"version": version.number, "metrics": dict(version.metrics)}, connection)
    return version.number


def train_first(loop: Loop, progress: Progress, order: TrainingOrder) -> int:
    """Fit and register a candidate of the first parameter set alone; its version. The step stays open."""
    progress.begin("first", sentence("fitting a first version"))
    plan = replace(plan_of(loop, order), draws=1)
    return _register(loop, progress, order, plan, None).number


def plan_of(loop: Loop, order: TrainingOrder) -> SearchPlan:
    """The search that was ordered; what the order leaves open is as the settings say."""
    settings = loop.settings
    return SearchPlan(
        draws=order.draws or settings.search_draws,
        seconds=order.seconds or settings.search_seconds,
        seed=settings.seed if order.seed is None else order.seed,
        families=order.families,
    )


def registered_by_others(loop: Loop, run: int) -> list[Version]:
    """The versions that another run, or another program, registered."""
    return [version for version in loop.registry.versions() if version.tags.get(RUN_TAG) != str(run)]


def _register(loop: Loop, progress: Progress, order: TrainingOrder, plan: SearchPlan, first: int | None) -> Version:
    """The version of a plan, and with it the homes that it was trained on."""
    version = _registered_by(loop, progress.run.id, but=first)
    if version is None:
        version, frame = _train(loop, progress, order, plan, first)
    else:
        _, frame = clean_rows(loop, SPLITS, batches_of(version))
    homes = live.trained_to_bytes(property_hashes(frame[frame["split"] != "test"], loop.contract))
    model = loop.settings.mlflow_model
    with store.writing(loop.raw) as connection:
        store.store_trained_on(connection, model=model, version=version.number, content=homes)
    return version


def explain_version(loop: Loop, progress: Progress, version: int) -> None:
    """Compute the SHAP values of a version on the current holdout and store them, in place of earlier ones."""
    progress.begin("explain", sentence("computing the reasons of version {version}", version=version))
    _, frame = clean_rows(loop, ("test",))
    reasons = _reasons(loop, loop.registry.load_model(version), frame)
    loop.registry.log_reasons(version, reasons)
    progress.ending("explain", {"version": version, "rows": len(reasons)})


def _train(
    loop: Loop, progress: Progress, order: TrainingOrder, plan: SearchPlan, first: int | None
) -> tuple[Version, pd.DataFrame]:
    """The registered version, and the clean rows of all splits that it was made from."""
    batches, frame = clean_rows(loop, SPLITS, order.batches)
    parts = {name: labelled_rows(frame[frame["split"] == name], loop.contract) for name in SPLITS}
    rows = {name: len(part) for name, part in parts.items()}
    settings = loop.settings
    began = loop.clock()

    def on_trial(trial: Trial, done: int, planned: int) -> bool:
        spent = (loop.clock() - began).total_seconds() / plan.seconds
        share = min(1.0, max(done / planned, spent))
        message = sentence("{done} of {planned} parameter sets tried", done=done, planned=planned)
        progress.say(0.05 + 0.75 * share, message, always=True, trial=trial)
        return progress.wants_best and not is_repeated

    progress.say(0.05, sentence("searching on {rows:,} rows", rows=rows["train"]), always=True)
    there_are = training.count_draws(plan)
    if there_are < plan.draws:
        progress.say(
            0.05, sentence("all {count} parameter sets that there are get a try", count=there_are), always=True
        )
    is_repeated = progress.wants_best
    wanted = _as_far_as_before(loop, progress, plan) if is_repeated else plan
    with open_place(settings.dask_scheduler) as place:
        candidate = training.train_candidate(
            parts["train"], parts["validation"], parts["test"], loop.contract, wanted, on_trial, place.spread
        )
    if progress.wants_best:
        tried = len(candidate.trials)
        said = sentence("the best so far is taken: an operator ended the search after {tried} sets", tried=tried)
        progress.say(0.8, said, always=True)
    if first is not None and min(candidate.trials, key=lambda trial: trial.score).number == 1:
        said = sentence("no parameter set does better than that of version {number}", number=first)
        progress.say(0.95, said, always=True)
        return next(version for version in loop.registry.versions() if version.number == first), frame
    progress.say(0.85, sentence("computing the reasons"), always=True)
    model = LoadedModel(0, candidate.model, loop.contract.feature_names)
    explained = _reasons(loop, model, frame[frame["split"] == "test"])
    card = cards.make_card(candidate.model, parts["train"], parts["test"], loop.contract, plan.seed)
    progress.say(0.95, sentence("registering the version"), always=True)
    facts = TrainingFacts(
        run_id=progress.run.id,
        reason=order.reason,
        cause=progress.run.cause,
        batches=tuple(batches),
        fingerprint=fingerprint(frame["row_hash"].to_numpy(dtype=np.int64)),
        commit=commit_id(settings),
        rows=rows,
        plan=plan_of(loop, order),
        ran_on=place.name,
    )
    example = parts["train"].features.head(5)
    return loop.registry.log_candidate(candidate, explained, example, facts, loop.contract, card), frame


def _as_far_as_before(loop: Loop, progress: Progress, plan: SearchPlan) -> SearchPlan:
    """A plan for the sets that an earlier attempt of the run tried, which was then asked for the best of them."""
    with store.reading(loop.raw) as connection:
        tried = [line.trial["number"] for line in runs.list_log(connection, run=progress.run.id) if line.trial]
    return replace(plan, draws=min(plan.draws, max(tried, default=1)), seconds=float(MOST_SECONDS))


def _reasons(loop: Loop, loaded: LoadedModel, holdout: pd.DataFrame) -> StoredReasons:
    """The reasons of a model for a sample of clean rows; raises ModelNotLoadable where it cannot be explained."""
    rows = labelled_rows(holdout, loop.contract)
    missing = [name for name in loaded.columns if name not in rows.features]
    if missing:
        lacking = "Version {number} reads columns that the contract does not have: {missing}."
        raise ModelNotLoadable(sentence(lacking, number=loaded.number, missing=", ".join(missing)))
    features, keys = rows.features[list(loaded.columns)], holdout["row_hash"].to_numpy(dtype=np.int64)
    count = explanation.most_rows(loaded.model, features, EXPLAINED_ROWS)
    places = explanation.sample_places(rows, keys, count)
    return StoredReasons(
        explanation.explain(loaded.model, features.iloc[places]),
        keys=keys[places],
        target=rows.target[places],
        segments=rows.segments[places],
        batches=holdout["batch_id"].to_numpy(dtype=np.int64)[places],
    )


def _registered_by(loop: Loop, run: int, but: int | None) -> Version | None:
    """The version that an earlier attempt of the run registered before its worker stopped, other than its first."""
    own = (version for version in loop.registry.versions() if version.tags.get(RUN_TAG) == str(run))
    return next((version for version in own if version.number != but), None)


def batches_of(version: Version) -> list[int]:
    words = str(version.tags.get("batches", "")).replace("[", "").replace("]", "").split(",")
    return [int(word) for word in words if word.strip().isdigit()]
