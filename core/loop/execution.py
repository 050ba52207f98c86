"""A run from its claim to its outcome: the same for the worker, a command and a test."""

import logging
import traceback
from collections.abc import Callable
from typing import Any

from core import runs, store
from core.errors import ConsoleError, InputError, RunCancelled, RunInterrupted
from core.loop import collecting, deciding, modelling, promoting, ranking, readmitting, retaining, starting
from core.loop.ordering import order_of
from core.loop.progress import Progress
from core.loop.world import Loop
from core.records import Batch, Decision, Run, TrainingOrder
from core.words import sentence, with_stop

logger = logging.getLogger(__name__)
Outcome = dict[str, Any]
MODEL_STEPS = ("first", "train", "rank", "promote")


def execute(loop: Loop, run: Run) -> Outcome:
    """Do what a claimed run asks for and store its outcome.

    A run that fails is stored as failed, with its reason and traceback, and the error is raised again. One that was
    interrupted goes back into the queue.
    """
    try:
        outcome = WORK[run.kind](loop, run)
    except RunCancelled as error:
        _finish(loop, run, "cancelled", outcome=_so_far(loop, run), error=str(error))
        raise
    except (RunInterrupted, KeyboardInterrupt):
        with store.writing(loop.raw) as connection:
            runs.put_back(connection, run=run.id, at=loop.clock(), reason=sentence("its worker was stopped"))
        raise
    except Exception as error:
        expected = isinstance(error, ConsoleError)
        text = str(error) if expected else f"{type(error).__name__}: {error}"
        logger.error("run %s failed: %s", run.id, text, exc_info=not expected)
        _finish(loop, run, "failed", outcome=_so_far(loop, run), error=text, traceback=traceback.format_exc())
        raise
    _finish(loop, run, "succeeded", outcome=outcome)
    return outcome


def process_next_batch(loop: Loop, run: Run) -> Outcome:
    """One cycle: the next batch from the feed to the store, the verdict, and a model where it matters."""
    progress = Progress.resume(loop, run, ("collect", "clean", "compare", "decide", *MODEL_STEPS))
    collected = collecting.collect(loop, progress)
    if collected.batch is None:
        return _outcome(None, message=collected.message, exhausted=True)
    batch = collected.batch
    if not collected.is_new and _is_decided(loop, batch):
        return _outcome(batch, message=collected.message, rows_stored=0)
    measured = collecting.clean(loop, progress, collected, batch)
    reports = collecting.compare(loop, progress, batch, measured)
    decision = deciding.decide(loop, progress, batch, reports, collected.received)
    return _follow(loop, progress, batch, decision, collected.message)


def release_now(loop: Loop, run: Run) -> Outcome:
    """The release of a held batch by an operator, with a reason, and a model where it matters."""
    progress = Progress.resume(loop, run, ("decide", *MODEL_STEPS))
    batch = collecting.batch_of(loop, run)
    decision = deciding.release(loop, progress, batch)
    return _follow(
        loop, progress, batch, decision, sentence("{batch} is no longer held.", batch=batch.label.capitalize())
    )


def train_now(loop: Loop, run: Run) -> Outcome:
    """A training that an operator asked for, then the ranking."""
    progress = Progress.resume(loop, run, MODEL_STEPS)
    order = order_of(run, sentence("An operator asked for it."))
    version = _train(loop, progress, order, None)
    promoted = _rank_and_promote(loop, progress, None)
    message = f"{_trained(version, order.reason)} {promoted['message']}"
    return {**promoted, "version": version, "message": message}


def rank_now(loop: Loop, run: Run) -> Outcome:
    """All versions on the current holdout, and the best promoted."""
    return _rank_and_promote(loop, Progress.resume(loop, run, ("rank", "promote")), None)


def promote_now(loop: Loop, run: Run) -> Outcome:
    """The promotion of a version that a person asked for: by hand, to undo or roll back, or a candidate approved."""
    reason = str(run.parameters.get("reason", "")).strip()
    if not reason:
        raise InputError(
            sentence("A promotion needs a reason; write in a few words why this version should go into production.")
        )
    version, kind = _version_of(run), str(run.parameters.get("kind", "manual"))
    if kind not in ("manual", "undo", "rollback", "approved"):
        raise InputError(sentence("A promotion must be manual, undo, rollback or approved, got {kind!r}.", kind=kind))
    progress = Progress.resume(loop, run, ("promote",))
    progress.begin("promote", sentence("promoting version {version}", version=version))
    facts = promoting.check_asked(loop, version, run.parameters)
    promoting.promote(loop, version=version, by=run.requested_by, reason=reason, kind=kind, facts=facts)
    progress.ending("promote", {"version": version})
    message = sentence("Version {version} is in production: {reason}", version=version, reason=reason)
    return {"version": version, "promoted": True, "message": message}


def explain_now(loop: Loop, run: Run) -> Outcome:
    """The SHAP values of a version that has none stored."""
    version = _version_of(run)
    modelling.explain_version(loop, Progress.resume(loop, run, ("explain",)), version)
    return {"version": version, "message": sentence("The reasons of version {version} are stored.", version=version)}


WORK: dict[str, Callable[[Loop, Run], Outcome]] = {
    "cycle": process_next_batch,
    "release": release_now,
    "training": train_now,
    "ranking": rank_now,
    "promotion": promote_now,
    "explanation": explain_now,
    "readmission": readmitting.readmit_now,
    "retention": retaining.retain_now,
}


def _follow(loop: Loop, progress: Progress, batch: Batch, decision: Decision, lead: str) -> Outcome:
    """What follows from a decision; ``lead`` says what came before it."""
    if not decision.yes:
        reason = decision.reason
        message = (
            sentence("{lead} Held: {reason}", lead=lead, reason=reason)
            if decision.held
            else sentence("{lead} Not trained: {reason}", lead=lead, reason=reason)
        )
        return _outcome(batch, held=decision.held, reason=decision.reason, message=message)
    version = _train(loop, progress, TrainingOrder(decision.reason), batch.id)
    promoted = _rank_and_promote(loop, progress, batch.id)
    message = f"{lead} {_trained(version, decision.reason)} {promoted['message']}"
    changes = {**promoted, "version": version, "message": message}
    return _outcome(batch, retrain=True, reason=decision.reason, **changes)


def _train(loop: Loop, progress: Progress, order: TrainingOrder, batch: int | None) -> int:
    first = starting.begin_with(loop, progress, order, batch)
    return modelling.train(loop, progress, order, first)


def _rank_and_promote(loop: Loop, progress: Progress, batch: int | None) -> Outcome:
    ranked = ranking.rank(loop, progress)
    decision = promoting.promote_best(loop, progress, ranked, batch)
    waits = bool(decision.numbers.get("waits"))
    outcome = {"promoted": decision.yes, "promotion_reason": decision.reason, "best": decision.numbers.get("version")}
    said = sentence("Promoted: {reason}", reason=decision.reason)
    if waits:
        said = sentence("Waits for approval: {reason}", reason=decision.reason)
    elif not decision.yes:
        said = sentence("Not promoted: {reason}", reason=decision.reason)
    return {**outcome, "waits": waits, "message": said}


def _trained(version: int, reason: str) -> str:
    return sentence("Version {version} was trained: {reason}", version=version, reason=with_stop(reason))


def _outcome(batch: Batch | None, **found: Any) -> Outcome:
    facts = {
        "batch": batch.id if batch else None,
        "collection": batch.collection if batch else None,
        "number": batch.number if batch else None,
        "rows_received": batch.rows_received if batch else 0,
        "rows_stored": batch.rows_stored if batch else 0,
        "rows_rejected": batch.rows_rejected if batch else 0,
        "rows_repeated": batch.rows_repeated if batch else 0,
    }
    verdict = {"retrain": False, "held": False, "reason": "", "version": None, "promoted": False, "exhausted": False}
    return {**facts, **verdict, "message": "", **found}


def _is_decided(loop: Loop, batch: Batch) -> bool:
    with store.reading(loop.raw) as connection:
        return bool(store.list_decisions(connection, batch=batch.id, limit=1))


def _so_far(loop: Loop, run: Run) -> Outcome:
    """What stays of a run that does not come to its end: its first version."""
    with store.reading(loop.raw) as connection:
        known = {step.name: step for step in runs.list_steps(connection, run=run.id)}
    begun = known.get("first")
    return {"first": begun.detail["version"]} if begun and begun.status == "succeeded" else {}


def _version_of(run: Run) -> int:
    version = run.parameters.get("version")
    if isinstance(version, bool) or not isinstance(version, int):
        raise InputError(
            sentence(
                "A run of kind {kind} must name a version by its number, got {version!r}.",
                kind=run.kind,
                version=version,
            )
        )
    return version


def _finish(loop: Loop, run: Run, status: str, **result: Any) -> None:
    with store.writing(loop.raw) as connection:
        runs.finish(connection, run=run.id, status=status, at=loop.clock(), **result)
