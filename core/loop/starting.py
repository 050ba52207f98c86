"""The step that has a first version give prices at once, before the search that looks for a better one."""

from core import store
from core.loop import modelling, promoting
from core.loop.comparing import rules_in_force
from core.loop.progress import Progress
from core.loop.world import Loop
from core.records import APPROVAL, Decision, TrainingOrder
from core.words import sentence


def begin_with(loop: Loop, progress: Progress, order: TrainingOrder, batch: int | None) -> int | None:
    """Where no version was ever registered: one of the search's first parameter set, registered and in production.

    None where there is a version, where a search has no second set, or where a person approves what is promoted.
    """
    if "first" in progress.done:
        return int(progress.done["first"]["version"])
    if "train" in progress.done or not _is_wanted(loop, progress, order):
        return None
    version = modelling.train_first(loop, progress, order)
    reason = sentence("Version {number} came first, ahead of the search: nothing was in production.", number=version)
    decision = Decision(True, reason, {"version": version, "replaced": None, "is_first": True})
    with store.writing(loop.raw) as connection:
        at = loop.clock()
        store.store_decision(connection, run=progress.run.id, batch=batch, kind="promote", decision=decision, at=at)
    promoting.promote(loop, version=version, by="worker", reason=reason, kind="rules")
    progress.ending("first", {"version": version})
    return version


def _is_wanted(loop: Loop, progress: Progress, order: TrainingOrder) -> bool:
    if modelling.plan_of(loop, order).draws < 2 or modelling.registered_by_others(loop, progress.run.id):
        return False
    with store.reading(loop.raw) as connection:
        return rules_in_force(loop, connection).rules.mode != APPROVAL
