"""The steps that put a version into production, and what keeps the ledger, MLflow and the serving form in step."""

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core import policy, store, training
from core.errors import InputError
from core.loop import approving
from core.loop.comparing import comparisons_with, rules_in_force
from core.loop.modelling import batches_of
from core.loop.progress import Progress
from core.loop.world import Loop
from core.records import Decision, Ranked
from core.words import sentence

if TYPE_CHECKING:
    from sqlalchemy import Connection

logger = logging.getLogger(__name__)
ADOPTED = sentence("MLflow's alias was set and the ledger was empty")


def promote_best(loop: Loop, progress: Progress, ranked: Sequence[Ranked], batch: int | None) -> Decision:
    """Promote the best version that keeps every rule, or have it wait for approval, and keep the decision.

    The decision is no where the version waits; ``numbers["waits"]`` is true then.
    """
    progress.begin("promote", sentence("comparing with the version in production"))
    decision = _promoted_before(loop, progress) or _decide(loop, progress, ranked, batch)
    if decision.yes:
        version = int(decision.numbers["version"])
        promote(loop, version=version, by="worker", reason=decision.reason, kind="rules", facts=_facts(decision))
    progress.ending("promote", {"yes": decision.yes, "reason": decision.reason})
    return decision


def _promoted_before(loop: Loop, progress: Progress) -> Decision | None:
    """The yes of an attempt that stopped after it: the version may be in production already.

    Also that of the run's first version, unless the search found a better one, which is judged.
    """
    with store.reading(loop.raw) as connection:
        known = store.load_decision(connection, run=progress.run.id, kind="promote")
    if known is None or not known.yes:
        return None
    is_overtaken = known.numbers.get("is_first") and known.numbers["version"] != progress.done["train"]["version"]
    return None if is_overtaken else known


def _decide(loop: Loop, progress: Progress, ranked: Sequence[Ranked], batch: int | None) -> Decision:
    model = loop.settings.mlflow_model
    fingerprints = {each.number: each.tags.get("fingerprint", "") for each in loop.registry.versions()}
    with store.writing(loop.raw) as connection:
        current = store.current_promotion(connection, model=model)
        production = current.version if current else None
        rules = rules_in_force(loop, connection).rules
        entries = store.list_promotions(connection, model=model, limit=10_000)
        rejected = store.list_approvals(connection, model=model, status="rejected", limit=10_000)
        barred = policy.barred_versions(entries, rejected)
        twins = policy.barred_twins(barred, ranked, fingerprints, entries)
        comparisons = comparisons_with(loop, connection, production) if production else {}
        decision = policy.should_promote(ranked, production, rules, comparisons, barred, twins)
        decision = approving.hold_to(loop, connection, decision, production, rules, comparisons)
        at = loop.clock()
        store.store_decision(connection, run=progress.run.id, batch=batch, kind="promote", decision=decision, at=at)
    return decision


def _facts(decision: Decision) -> dict[str, Any]:
    return {name: decision.numbers[name] for name in ("rules",) if name in decision.numbers}


def promote(
    loop: Loop, *, version: int, by: str, reason: str, kind: str, facts: Mapping[str, Any] | None = None
) -> None:
    """Put a version into production: the ledger first, which is the truth, then MLflow's alias and stage.

    ``kind`` is rules, approved, manual, undo, rollback or repair; ``facts`` are kept with the ledger's row.
    Raises InputError where there is no such version, ModelNotLoadable where it could not serve.
    """
    found = next((entry for entry in loop.registry.versions() if entry.number == version), None)
    model = loop.settings.mlflow_model
    if found is None:
        raise InputError(sentence("There is no version {version} of {model} to promote.", version=version, model=model))
    content = _lean_form(loop, version)
    with store.writing(loop.raw) as connection:
        if content is not None:
            store.store_serving(connection, model=model, version=version, content=content, at=loop.clock())
        current = store.current_promotion(connection, model=model)
        replaced = current.version if current else None
        if replaced != version:
            numbers = {"kind": kind, "batches": batches_of(found), **_measured(loop, connection, version, replaced)}
            _enter(loop, connection, version, replaced, by, reason, {**numbers, **(facts or {})})
    loop.registry.set_production(version)
    logger.info("version %s is in production: %s", version, reason)


def _enter(
    loop: Loop,
    connection: "Connection",
    version: int,
    replaced: int | None,
    by: str,
    reason: str,
    numbers: Mapping[str, Any],
) -> None:
    """A row of the ledger; a candidate that still waits has been overtaken by it."""
    model, at = loop.settings.mlflow_model, loop.clock()
    store.store_promotion(
        connection, model=model, version=version, replaced=replaced, by=by, reason=reason, numbers=numbers, at=at
    )
    comment = sentence("version {version} went into production", version=version)
    store.supersede(connection, model=model, by=by, at=at, comment=comment)


def check_asked(loop: Loop, version: int, asked: Mapping[str, Any]) -> dict[str, Any]:
    """What the ledger keeps of a person's wish; raises InputError where production is no longer what they saw, or a
    candidate no longer keeps every rule on the newest holdout.

    ``asked["instead_of"]`` is the version that they saw in production, ``asked["approval"]`` the candidate approved.
    """
    model = loop.settings.mlflow_model
    with store.reading(loop.raw) as connection:
        current = store.current_promotion(connection, model=model)
        production = current.version if current else None
        _check_replaced(version, production, asked)
        approved = store.list_approvals(connection, model=model, status="approved")
        found = next((each for each in approved if each.id == asked.get("approval")), None)
        return {} if found is None else approving.approved_facts(loop, connection, found, production)


def _check_replaced(version: int, production: int | None, asked: Mapping[str, Any]) -> None:
    if "instead_of" in asked and asked["instead_of"] != production and production != version:
        raise InputError(
            sentence(
                "Version {old} was to be replaced, but version {now} is in production now: look again and ask anew.",
                old=asked["instead_of"],
                now=production,
            )
        )


def _measured(loop: Loop, connection: "Connection", version: int, replaced: int | None) -> dict[str, Any]:
    """How the version does on the holdout that was scored last, and against the one that it replaces."""
    model = loop.settings.mlflow_model
    holdout = store.last_holdout(connection, model=model)
    scores = store.load_scores(connection, model=model, holdout=holdout) if holdout else {}
    comparisons = comparisons_with(loop, connection, replaced, only=version) if replaced else {}
    metrics = dict(scores[version].metrics) if version in scores else {}
    return {"metrics": metrics, "changes": policy.changes_of(comparisons.get(version)), "holdout": holdout}


def align_production(loop: Loop) -> str:
    """Make MLflow's alias agree with the ledger, or adopt the alias where the ledger is empty; what was done."""
    model = loop.settings.mlflow_model
    with store.reading(loop.raw) as connection:
        current = store.current_promotion(connection, model=model)
    alias = loop.registry.production()
    if current is None and alias is None:
        return ""
    if current is None:
        promote(loop, version=int(alias or 0), by="repair", reason=ADOPTED, kind="repair")
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


def _lean_form(loop: Loop, version: int) -> bytes | None:
    """A version in the form that gives prices; raises ModelNotLoadable where it could not serve at all."""
    lean = training.make_lean(loop.registry.load_model(version).model)
    return training.lean_to_bytes(lean) if lean else None
