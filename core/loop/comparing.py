"""Versions against the one in production, from what ranking kept of them; nothing is scored here."""

from typing import TYPE_CHECKING

from core import policy, store
from core.comparison import compare, resamples_from_bytes
from core.loop.world import Loop
from core.records import Comparison, Resamples, SpreadOfErrors, StoredRules

if TYPE_CHECKING:
    from sqlalchemy import Connection


def comparisons_with(
    loop: Loop, connection: "Connection", champion: int, only: int | None = None
) -> dict[int, Comparison]:
    """Each version (or one) against a champion on the holdout that was scored last, by challenger.

    A version that was not scored there is absent; where the champion was not, all are.
    """
    model = loop.settings.mlflow_model
    holdout = store.last_holdout(connection, model=model)
    first = _resamples(loop, connection, holdout, champion) if holdout else None
    if holdout is None or first is None:
        return {}
    found: dict[int, Comparison] = {}
    for number in store.list_resampled(connection, model=model, holdout=holdout):
        if number != champion and only in (None, number):
            second = _resamples(loop, connection, holdout, number)
            if second is not None and second.digest == first.digest:
                found[number] = compare(champion, number, first, second)
    return found


def errors_on_holdout(loop: Loop, connection: "Connection", version: int) -> SpreadOfErrors | None:
    """A version's errors on the rows of the holdout that was scored last, the same rows of all versions.

    None where it was not scored there, or an earlier release scored it.
    """
    holdout = store.last_holdout(connection, model=loop.settings.mlflow_model)
    found = _resamples(loop, connection, holdout, version) if holdout else None
    return found.errors if found else None


def rules_in_force(loop: Loop, connection: "Connection") -> StoredRules:
    """The rules of a promotion: those that somebody set last, otherwise those of the settings."""
    stated = policy.stated_rules(loop.settings)
    found = store.load_promotion_rules(connection, model=loop.settings.mlflow_model)
    if found is None or not found[0]:
        return StoredRules(stated)
    content, at, by = found
    return StoredRules(policy.rules_from_plain(content), at, by)


def _resamples(loop: Loop, connection: "Connection", holdout: str, version: int) -> Resamples | None:
    content = store.load_resamples(connection, model=loop.settings.mlflow_model, holdout=holdout, version=version)
    return resamples_from_bytes(content) if content is not None else None
