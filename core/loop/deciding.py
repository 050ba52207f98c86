"""The step that decides: whether a batch is trained on, or held, or released by an operator."""

from datetime import datetime
from typing import TYPE_CHECKING

from core import policy, store
from core.errors import InputError
from core.loop.measuring import compared_profiles
from core.loop.progress import Progress
from core.loop.watching import live_quality, take_true_values
from core.loop.world import Loop
from core.records import Batch, Decision, DriftReport, Evidence, Rules
from core.words import sentence

if TYPE_CHECKING:
    from sqlalchemy import Connection


def decide(
    loop: Loop,
    progress: Progress,
    batch: Batch,
    reports: dict[str, DriftReport],
    received: store.Received | None = None,
) -> Decision:
    """Decide whether the batch asks for a training or is held, and keep the decision with its reason.

    What a batch that is not held tells of stored predictions is kept in the same transaction, and counts already.
    ``received`` are its rows where they are at hand.
    """
    known = _decided_before(loop, progress)
    if known is not None:
        return known
    progress.begin("decide")
    with store.writing(loop.raw) as connection:
        rules = store.load_rules(connection, default=loop.settings.drift_limit)
        told = 0 if policy.holds(batch, rules) else take_true_values(loop, connection, batch, received)
        decision = _judge(loop, connection, batch, rules, reports.get(loop.settings.drift_reference))
        _keep(loop, connection, progress, batch, decision, told)
    return decision


def release(loop: Loop, progress: Progress, batch: Batch) -> Decision:
    """Decide on a held batch again, this time without holding it; from here on it counts.

    The changes are judged by the limits that were in force when it was compared, everything else by today's. Raises
    InputError where no reason is given, where the batch is not held, or where its collection is closed.
    """
    known = _decided_before(loop, progress)
    if known is not None:
        return known
    progress.begin("decide", sentence("deciding on a released batch"))
    why = str(progress.run.parameters.get("reason", "")).strip()
    with store.writing(loop.raw) as connection:
        _check_release(connection, batch, why)
        report = store.load_reports(connection, batch=batch.id).get(loop.settings.drift_reference)
        rules = store.load_rules(connection, default=loop.settings.drift_limit)
        told = take_true_values(loop, connection, batch)
        verdict = _judge(loop, connection, batch, rules, report, is_released=True)
        by = progress.run.requested_by
        lead = sentence("Released by {by}: {why}.", by=by, why=why.rstrip("."))
        numbers = {**verdict.numbers, "released_by": by, "release_reason": why}
        decision = Decision(verdict.yes, f"{lead} {verdict.reason}", numbers)
        _keep(loop, connection, progress, batch, decision, told)
    return decision


def gather_evidence(
    loop: Loop,
    connection: "Connection",
    batch: Batch,
    report: DriftReport | None,
    with_profiles: bool,
    at: datetime | None = None,
) -> Evidence:
    """What the batch is judged on: as it is now, or as it was at a moment.

    ``with_profiles``: also what only the profiles tell, of the batch's own rows beside the reference that decides.
    """
    model = loop.settings.mlflow_model
    has_production = store.current_promotion(connection, model=model, at=at) is not None
    held = store.held_batches(connection, at=batch.received_at)
    findings = policy.batch_findings(batch, store.usual_rows(connection, before=batch.id, without=held))
    if with_profiles:
        own = store.load_profile(connection, batch=batch.id)
        pair = compared_profiles(loop, connection, batch, loop.settings.drift_reference)
        findings += policy.profile_findings(pair[0], own) if pair and own else ()
    quality = live_quality(loop, connection, at)
    findings += policy.live_findings(quality) if quality and not quality.is_answered else ()
    return Evidence(has_production, report, findings)


def _judge(
    loop: Loop,
    connection: "Connection",
    batch: Batch,
    rules: Rules,
    report: DriftReport | None,
    is_released: bool = False,
) -> Decision:
    with_profiles = any(key.kind in policy.PROFILE_KINDS for key in rules.own)
    evidence = gather_evidence(loop, connection, batch, report, with_profiles)
    return policy.should_train(evidence, rules, loop.contract, is_released)


def _check_release(connection: "Connection", batch: Batch, why: str) -> None:
    if not why:
        raise InputError(
            sentence("A release needs a reason; write in a few words why this batch may be judged after all.")
        )
    if batch.id not in store.held_batches(connection):
        raise InputError(
            sentence("{batch} is not held, so there is nothing to release.", batch=batch.label.capitalize())
        )
    if batch.collection != store.current_collection(connection):
        raise InputError(
            sentence(
                "Collection {collection} is closed: its batches are no longer trained on.", collection=batch.collection
            )
        )


def _decided_before(loop: Loop, progress: Progress) -> Decision | None:
    if "decide" not in progress.done:
        return None
    with store.reading(loop.raw) as connection:
        return store.load_decision(connection, run=progress.run.id, kind="train")


def _keep(
    loop: Loop, connection: "Connection", progress: Progress, batch: Batch, decision: Decision, told: int
) -> None:
    """Keep the decision, and how many true values the batch told."""
    at = loop.clock()
    store.store_decision(connection, run=progress.run.id, batch=batch.id, kind="train", decision=decision, at=at)
    found: dict[str, object] = {"yes": decision.yes, "held": decision.held, "reason": decision.reason}
    progress.end("decide", found | ({"true_values": told} if told else {}), connection)
