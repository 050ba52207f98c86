"""What a batch is compared with, and how far it lies from it."""

from functools import cached_property
from typing import TYPE_CHECKING

from core import drift, store
from core.loop.world import Loop
from core.records import REFERENCES, Batch, DriftReport, Profile
from core.words import sentence

if TYPE_CHECKING:
    from sqlalchemy import Connection

Reports = dict[str, DriftReport]


def measure(loop: Loop, batch: Batch) -> Reports:
    """The batch against each reference that there is, by the limits in force."""
    reports: Reports = {}
    with store.reading(loop.raw) as connection:
        rules = store.load_rules(connection, default=loop.settings.drift_limit)
        beside = _Beside(loop, connection, batch)
        for reference in REFERENCES:
            pair = beside.pair(reference)
            if pair is not None:
                before, after, label = pair
                reports[reference] = drift.compare(before, after, loop.contract, rules.limit_of, reference, label)
    return reports


def compared_profiles(
    loop: Loop, connection: "Connection", batch: Batch, reference: str
) -> tuple[Profile, Profile, str] | None:
    """The two profiles that a comparison rests on, and what the first one is; None where there is no such reference.

    A held batch is no reference. The production model is the one that was in force when the batch arrived, and held are
    those that were held then, so that a later look finds the same.
    """
    return _Beside(loop, connection, batch).pair(reference)


class _Beside:
    """A batch beside its references; what several of them need is read once."""

    def __init__(self, loop: Loop, connection: "Connection", batch: Batch) -> None:
        self.loop, self.connection, self.batch = loop, connection, batch

    @cached_property
    def own(self) -> Profile | None:
        return store.load_profile(self.connection, batch=self.batch.id)

    @cached_property
    def previous(self) -> Batch | None:
        batch, held = self.batch, store.held_batches(self.connection, at=self.batch.received_at)
        return store.last_batch(self.connection, collection=batch.collection, before=batch.id, without=held)

    def pair(self, reference: str) -> tuple[Profile, Profile, str] | None:
        """As ``compared_profiles``."""
        batch, current = self.batch, self.own
        if reference == "production":
            before, label = self._production()
        elif self.previous is None:
            return None
        elif reference == "previous":
            before = store.load_profile(self.connection, batch=self.previous.id)
            label = sentence("the previous batch ({batch})", batch=self.previous.label)
        else:
            collection, at = batch.collection, batch.received_at
            before = store.accumulated_profile(self.connection, collection=collection, at=at, before=batch.id)
            current = store.load_profile(self.connection, batch=batch.id, kind="accumulated")
            label = sentence("everything before it in collection {collection}", collection=collection)
        return None if before is None or current is None else (before, current, label)

    def _production(self) -> tuple[Profile | None, str]:
        model, at = self.loop.settings.mlflow_model, self.batch.received_at
        promotion = store.current_promotion(self.connection, model=model, at=at)
        if promotion is None:
            return None, ""
        merged: Profile | None = None
        for key in promotion.numbers.get("batches", []):
            profile = store.load_profile(self.connection, batch=key)
            if profile is not None:
                merged = drift.merge_profiles(merged, profile) if merged else profile
        return merged, sentence("what version {version} in production was trained on", version=promotion.version)
