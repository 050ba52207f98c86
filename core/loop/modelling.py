"""The steps of a model: train, rank, promote, explain."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing

import numpy as np
import pandas as pd

from core import explanation, policy, store, training
from core.cleaning import labelled_rows
from core.cluster import open_place
from core.contract import SPLITS
from core.errors import InputError
from core.identity import fingerprint
from core.loop.progress import Progress
from core.loop.rows import clean_rows
from core.loop.scoring import score_versions
from core.loop.world import Loop, commit_id
from core.records import Decision, LabelledRows, Ranked, SearchPlan, TrainingFacts, TrainingOrder, Trial, Version
from core.words import sentence

logger = logging.getLogger(__name__)
EXPLAINED_ROWS = 2000
RUN_TAG = "console_run"
ADOPTED = sentence("MLflow's alias was set and the ledger was empty")


def train(loop: Loop, progress: Progress, order: TrainingOrder) -> int:
    """Search, fit and register a candidate as it was ordered; its version.

    Raises InputError where the order names batches that cannot be trained on together, TrainingError where the rows
    cannot be trained on, ClusterUnavailable where the Dask cluster does not answer.
    """
    if "train" in progress.done:
        return int(progress.done["train"]["version"])
    progress.begin("train", sentence("reading the clean rows"))
    version = _registered_by(loop, progress.run.id) or _train(loop, progress, order)
    progress.ending("train", {"version": version.number, "metrics": dict(version.metrics)})
    return version.number


def rank(loop: Loop, progress: Progress) -> list[Ranked]:
    """Score every version on the same current holdout; a score is remembered by version and holdout."""
    progress.begin("rank", sentence("scoring the versions on the current holdout"))
    batches, frame = clean_rows(loop, ("test",))
    holdout = fingerprint(frame["row_hash"].to_numpy(dtype=np.int64))
    rows = labelled_rows(frame, loop.contract)
    model = loop.settings.mlflow_model
    with store.reading(loop.raw) as connection:
        known = store.load_scores(connection, model=model, holdout=holdout)
    numbers = [version.number for version in loop.registry.versions()]
    unscored = [number for number in numbers if number not in known or known[number].problem]
    for scored in _scores(loop, progress, unscored, rows):
        known[scored.number] = scored
        with store.writing(loop.raw) as connection:
            store.store_scores(connection, model=model, holdout=holdout, ranked=[scored], at=loop.clock())
    progress.ending("rank", {"versions": len(numbers), "rows": len(rows), "batches": batches, "holdout": holdout})
    return [known[number] for number in numbers]


def _scores(loop: Loop, progress: Progress, numbers: Sequence[int], rows: LabelledRows) -> Iterator[Ranked]:
    if not numbers:
        return
    with (
        open_place(loop.settings.dask_scheduler) as place,
        closing(score_versions(loop, numbers, rows, place.spread)) as found,
    ):
        for done, scored in enumerate(found, start=1):
            yield scored
            progress.say(
                done / len(numbers),
                sentence(
                    "{done} of {count} versions scored on {rows:,} holdout rows",
                    done=done,
                    count=len(numbers),
                    rows=len(rows),
                ),
            )


def promote_best(loop: Loop, progress: Progress, ranked: Sequence[Ranked], batch: int | None) -> Decision:
    """Promote the best version on the holdout where it beats the one in production, and keep the decision."""
    progress.begin("promote", sentence("comparing with the version in production"))
    decision = _promoted_before(loop, progress) or _decide_promotion(loop, progress, ranked, batch)
    if decision.yes:
        promote(loop, version=int(decision.numbers["version"]), by="worker", reason=decision.reason, ranked=ranked)
    progress.ending("promote", {"yes": decision.yes, "reason": decision.reason})
    return decision


def _promoted_before(loop: Loop, progress: Progress) -> Decision | None:
    """The yes of an attempt that stopped after it: the version may be in production already."""
    with store.reading(loop.raw) as connection:
        known = store.load_decision(connection, run=progress.run.id, kind="promote")
    return known if known and known.yes else None


def _decide_promotion(loop: Loop, progress: Progress, ranked: Sequence[Ranked], batch: int | None) -> Decision:
    with store.writing(loop.raw) as connection:
        settings = loop.settings
        current = store.current_promotion(connection, model=settings.mlflow_model)
        production = current.version if current else None
        decision = policy.should_promote(ranked, production, settings.promotion_metric, settings.promotion_min_gain)
        at = loop.clock()
        store.store_decision(connection, run=progress.run.id, batch=batch, kind="promote", decision=decision, at=at)
    return decision


def promote(loop: Loop, *, version: int, by: str, reason: str, ranked: Sequence[Ranked] = ()) -> None:
    """Put a version into production: the ledger first, which is the truth, then MLflow's alias and stage.

    Raises InputError where there is no such version, ModelNotLoadable where it could not serve.
    """
    found = next((entry for entry in loop.registry.versions() if entry.number == version), None)
    if found is None:
        raise InputError(
            sentence(
                "There is no version {version} of {model} to promote.",
                version=version,
                model=loop.settings.mlflow_model,
            )
        )
    content = _lean_form(loop, version)
    metrics = next((dict(entry.metrics) for entry in ranked if entry.number == version), {})
    numbers = {"metrics": metrics, "batches": batches_of(found)}
    with store.writing(loop.raw) as connection:
        current = store.current_promotion(connection, model=loop.settings.mlflow_model)
        replaced = current.version if current else None
        if content is not None:
            model, at = loop.settings.mlflow_model, loop.clock()
            store.store_serving(connection, model=model, version=version, content=content, at=at)
        if replaced != version:
            store.store_promotion(
                connection,
                model=loop.settings.mlflow_model,
                version=version,
                replaced=replaced,
                by=by,
                reason=reason,
                numbers=numbers,
                at=loop.clock(),
            )
    loop.registry.set_production(version)
    logger.info("version %s is in production: %s", version, reason)


def align_production(loop: Loop) -> str:
    """Make MLflow's alias agree with the ledger, or adopt the alias where the ledger is empty; what was done."""
    model = loop.settings.mlflow_model
    with store.reading(loop.raw) as connection:
        current = store.current_promotion(connection, model=model)
    alias = loop.registry.production()
    if current is None and alias is None:
        return ""
    if current is None:
        promote(loop, version=int(alias or 0), by="repair", reason=ADOPTED)
        action = sentence(
            "version {version} was in production by MLflow's alias and is now in the ledger", version=alias
        )
    elif loop.registry.is_aligned(current.version):
        return ""
    else:
        loop.registry.set_production(current.version)
        action = sentence(
            "MLflow said version {alias}, the ledger says {version}: MLflow was set right",
            alias=alias or "none",
            version=current.version,
        )
    with store.writing(loop.raw) as connection:
        detail = {"alias": alias, "ledger": current.version if current else None, "action": action}
        store.note_action(connection, at=loop.clock(), by="worker", action="repair of production", detail=detail)
    return action


def prepare_serving(loop: Loop) -> None:
    """Make the form that gives prices for the version in production, where an earlier release left it without one."""
    model = loop.settings.mlflow_model
    with store.reading(loop.raw) as connection:
        current = store.current_promotion(connection, model=model)
        if current is None or store.load_serving(connection, model=model, version=current.version) is not None:
            return
    content = _lean_form(loop, current.version)
    if content is not None:
        with store.writing(loop.raw) as connection:
            version, at = current.version, loop.clock()
            store.store_serving(connection, model=model, version=version, content=content, at=at)


def explain_version(loop: Loop, progress: Progress, version: int) -> None:
    """Compute and store the SHAP values of a version that has none."""
    progress.begin("explain", sentence("computing the reasons of version {version}", version=version))
    _, frame = clean_rows(loop, ("test",))
    loaded = loop.registry.load_model(version)
    rows = _sample(loop, labelled_rows(frame, loop.contract))
    loop.registry.log_explanation(version, explanation.explain(loaded.model, rows[list(loaded.columns)]))
    progress.ending("explain", {"version": version, "rows": len(rows)})


def _train(loop: Loop, progress: Progress, order: TrainingOrder) -> Version:
    batches, frame = clean_rows(loop, SPLITS, order.batches)
    parts = {name: labelled_rows(frame[frame["split"] == name], loop.contract) for name in SPLITS}
    rows = {name: len(part) for name, part in parts.items()}
    settings = loop.settings
    plan = SearchPlan(
        draws=order.draws or settings.search_draws,
        seconds=order.seconds or settings.search_seconds,
        seed=settings.seed if order.seed is None else order.seed,
        families=order.families,
    )

    def on_trial(trial: Trial, done: int, planned: int) -> None:
        message = sentence("{done} of {planned} parameter sets tried", done=done, planned=planned)
        progress.say(0.1 + 0.6 * done / planned, message, always=True, trial=trial)

    progress.say(0.1, sentence("searching on {rows:,} rows", rows=rows["train"]), always=True)
    with open_place(settings.dask_scheduler) as place:
        candidate = training.train_candidate(
            parts["train"], parts["validation"], parts["test"], loop.contract, plan, on_trial, place.spread
        )
    progress.say(0.75, sentence("computing the reasons"), always=True)
    explained = explanation.explain(candidate.model, _sample(loop, parts["test"]))
    progress.say(0.85, sentence("registering the version"), always=True)
    facts = TrainingFacts(
        run_id=progress.run.id,
        reason=order.reason,
        cause=progress.run.cause,
        batches=tuple(batches),
        fingerprint=fingerprint(frame["row_hash"].to_numpy(dtype=np.int64)),
        commit=commit_id(settings),
        rows=rows,
        plan=plan,
        ran_on=place.name,
    )
    return loop.registry.log_candidate(candidate, explained, parts["train"].features.head(5), facts, loop.contract)


def _sample(loop: Loop, rows: LabelledRows) -> pd.DataFrame:
    return rows.features.loc[explanation.sample_rows(rows, EXPLAINED_ROWS, loop.settings.seed)]


def _lean_form(loop: Loop, version: int) -> bytes | None:
    """A version in the form that gives prices; raises ModelNotLoadable where it could not serve at all."""
    lean = training.make_lean(loop.registry.load_model(version).model)
    return training.lean_to_bytes(lean) if lean else None


def _registered_by(loop: Loop, run: int) -> Version | None:
    """The version that an earlier attempt of the run registered before its worker stopped."""
    return next((v for v in loop.registry.versions() if v.tags.get(RUN_TAG) == str(run)), None)


def batches_of(version: Version) -> list[int]:
    words = str(version.tags.get("batches", "")).replace("[", "").replace("]", "").split(",")
    return [int(word) for word in words if word.strip().isdigit()]
