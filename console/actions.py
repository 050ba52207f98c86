"""What an operator's click does: put a run into the queue, or ask one to stop. Nothing works inside a page.

Each action asks who acts before it writes, and raises NotAllowed for anybody but an operator.
"""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from console import process, state
from console.language import _, told
from core import policy, runs, store
from core.errors import InputError, RowsInvalid
from core.loop import rules_in_force
from core.policy import change_words
from core.records import Approval, PromotionRules, RuleKey, Run


def fetch_next_batch() -> None:
    """Ask for one cycle: the next batch from the feed to its verdict."""
    _enqueue("cycle", _("Asked for the next batch."))


def start_collection() -> None:
    """Ask for a cycle that begins the feed again, in a new collection."""
    _enqueue("cycle", _("Asked for a new collection."), restart=True)


def train(reason: str, **order: Any) -> None:
    """Ask for a training; ``order`` may name ``batches``, ``families``, ``seconds``, ``draws`` and ``seed``."""
    _enqueue("training", _("Asked for a training."), reason=reason, **order)


def train_again_like(run: Run) -> None:
    """Ask for the training that a run was once more: the same reason, batches, families, budget, sets and seed."""
    _enqueue("training", _("Asked for a training."), **run.parameters)


def rank() -> None:
    """Ask for the versions that were not scored on the current holdout to be scored, and for the best of all."""
    _enqueue("ranking", _("Asked for a ranking."))


def promote(version: int, reason: str, kind: str = "manual", instead_of: int | None = None) -> None:
    """Ask for a version to be put into production: ``kind`` is manual, undo or rollback.

    It is refused where ``instead_of`` is no longer in production when its turn comes.
    """
    sentence = _("Asked for version {number} to be put into production.", number=version)
    _enqueue("promotion", sentence, version=version, reason=reason, kind=kind, instead_of=instead_of)


def approve(candidate: Approval, comment: str) -> None:
    """Approve a candidate, and ask for its promotion in the same transaction."""
    world = process.the_world()
    parameters = {"version": candidate.version, "reason": comment or candidate.reason, "kind": "approved"}
    parameters |= {"instead_of": candidate.replaces, "approval": candidate.id}
    with store.writing(world.raw) as connection:
        at, by = world.clock(), state.operator()
        store.decide_approval(connection, approval=candidate.id, status="approved", by=by, comment=comment, at=at)
        number = runs.enqueue(connection, kind="promotion", cause="operator", by=by, at=at, parameters=parameters)
    text = _("Version {version} was approved; its promotion is run {run}.", version=candidate.version, run=number)
    st.toast(text, icon=":material/task_alt:")


def reject(candidate: Approval, comment: str) -> None:
    """Reject a candidate: it is not promoted by itself any more."""
    world = process.the_world()
    with store.writing(world.raw) as connection:
        at, by = world.clock(), state.operator()
        store.decide_approval(connection, approval=candidate.id, status="rejected", by=by, comment=comment, at=at)
        detail = {"version": candidate.version, "comment": comment}
        store.note_action(connection, at=at, by=by, action="rejection of a candidate", detail=detail)
    st.toast(_("Version {version} was rejected.", version=candidate.version), icon=":material/block:")


def set_promotion_rules(rules: PromotionRules | None) -> None:
    """Put rules of a promotion into force; None: those of the settings. Raises InputError for what cannot be."""
    world = process.the_world()
    content = policy.rules_to_plain(rules) if rules else {}
    if rules:
        policy.rules_from_plain(content)
    with store.writing(world.raw) as connection:
        at, by = world.clock(), state.operator()
        before = policy.rules_to_plain(rules_in_force(world, connection).rules)
        store.store_promotion_rules(connection, model=world.settings.mlflow_model, content=content, by=by, at=at)
        detail = {"before": before, "after": content or "the settings"}
        store.note_action(connection, at=at, by=by, action="change of the promotion rules", detail=detail)
    st.toast(_("The rules are in force."), icon=":material/rule:")


def explain(version: int) -> None:
    """Ask for the reasons of a version to be computed and stored."""
    _enqueue("explanation", _("Asked for the reasons of version {version}.", version=version), version=version)


def readmit(batch: int) -> None:
    """Ask for those rejected rows of a batch to be let in that pass today's rules."""
    _enqueue("readmission", _("Asked for rejected rows to be let in."), batch=batch)


def set_rules(changes: Mapping[RuleKey, float | None]) -> None:
    """Set limits, in force from the next batch on; None puts a rule back to its default."""
    world = process.the_world()
    with store.writing(world.raw) as connection:
        at, by = world.clock(), state.operator()
        before = store.load_rules(connection, default=world.settings.drift_limit)
        after = before.changed(changes)
        words = [change_words(key, before.limit(key), after.limit(key), world.contract) for key in changes]
        store.store_rules(connection, changes=changes, by=by, at=at)
        store.note_action(connection, at=at, by=by, action="change of rules", detail={"changes": words})
    st.toast(_("Saved; in force from the next batch."), icon=":material/save:")


def tell(request: int | None, value: float | None) -> None:
    """Keep what is true of a stored price; raises InputError where there is no such price or it cannot be true."""
    from core.prediction import tell_truths

    by, contract = state.operator(), process.the_contract()
    try:
        [found] = tell_truths(process.the_predictor(), [{"id": request, contract.target: value}], by)
    except RowsInvalid as error:
        raise InputError(str(error), error.rows[0]) from error
    st.toast(_("Kept as the true value of request {number}.", number=found.answered.id), icon=":material/fact_check:")


def release(batch: int, label: str, reason: str) -> None:
    """Ask for a held batch to be decided on again without being held."""
    world = process.the_world()
    with store.writing(world.raw) as connection:
        detail = {"batch": label, "reason": reason}
        store.note_action(connection, at=world.clock(), by=state.operator(), action="release of a batch", detail=detail)
    _enqueue("release", _("Asked for the release of {batch}.", batch=told(label)), batch=batch, reason=reason)


def retain(keep_versions: int, keep_days: int) -> None:
    """Ask for old versions, and rows of collections closed long ago, to be let go."""
    _enqueue("retention", _("Asked for what is old to go."), keep_versions=keep_versions, keep_days=keep_days)


def cancel(run: int) -> None:
    """Ask a run to stop at its next word."""
    world = process.the_world()
    with store.writing(world.raw) as connection:
        at = world.clock()
        runs.request_cancel(connection, run=run, at=at)
        store.note_action(connection, at=at, by=state.operator(), action="cancel of a run", detail={"run": run})
    st.toast(_("Run {run} was asked to stop.", run=run), icon=":material/cancel:")


def take_best(run: int) -> None:
    """Ask a training to try no further parameter set, and to go on with the best so far."""
    world = process.the_world()
    with store.writing(world.raw) as connection:
        runs.request_best(connection, run=run)
        detail = {"run": run}
        store.note_action(connection, at=world.clock(), by=state.operator(), action="end of a search", detail=detail)
    st.toast(_("Run {run} was asked for the best so far.", run=run), icon=":material/task_alt:")


def _enqueue(kind: str, asked: str, /, **parameters: Any) -> None:
    world = process.the_world()
    with store.writing(world.raw) as connection:
        at, by = world.clock(), state.operator()
        number = runs.enqueue(connection, kind=kind, cause="operator", by=by, at=at, parameters=parameters)
    st.toast(_("{asked} It is run {run}.", asked=asked, run=number), icon=":material/schedule_send:")
