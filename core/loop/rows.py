"""The clean rows that a model is trained or scored on: of which batches, and in which state."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pandas as pd

from core import store
from core.errors import InputError, TrainingError
from core.loop.cleaning import rebuild_clean
from core.loop.world import Loop
from core.records import Batch
from core.words import sentence

if TYPE_CHECKING:
    from sqlalchemy import Connection


def clean_rows(loop: Loop, splits: Sequence[str], wanted: Sequence[int] = ()) -> tuple[list[int], pd.DataFrame]:
    """The keys of some batches, by default the open collection's, and their clean rows of some splits."""
    found = _batches(loop, wanted)
    for batch in found:
        with store.reading(loop.clean) as connection:
            count = store.count_clean(connection, tables=loop.tables, batch=batch.id)
        if count != batch.rows_clean:
            rebuild_clean(loop, batch)
    keys = sorted(batch.id for batch in found)
    with store.reading(loop.clean) as connection:
        frame = store.load_clean(connection, tables=loop.tables, contract=loop.contract, batches=keys, splits=splits)
    if frame.empty:
        raise TrainingError(sentence("None of the stored rows can be used: every one was left out by cleaning."))
    return keys, frame


def _batches(loop: Loop, wanted: Sequence[int]) -> list[Batch]:
    """The batches that are asked for, of one collection so that no row is among them twice; by default all that are not
    held."""
    with store.reading(loop.raw) as connection:
        held = store.held_batches(connection)
        if wanted:
            found = _of_one_collection([store.load_batch(connection, batch=key) for key in wanted])
            return _with_rows(connection, _none_held(found, held))
        collection = store.current_collection(connection)
        stored = store.list_batches(connection, collection=collection, limit=100_000) if collection else []
    if not stored:
        raise TrainingError(sentence("There are no batches yet: fetch one first."))
    counted = [batch for batch in stored if batch.id not in held]
    if not counted:
        raise TrainingError(sentence("Every batch of the collection is held: fetch the next one, or release one."))
    return counted


def _none_held(found: list[Batch], held: frozenset[int]) -> list[Batch]:
    first = next((batch for batch in found if batch.id in held), None)
    if first is not None:
        raise InputError(
            sentence("{batch} is held: release it before a model is trained on it.", batch=first.label.capitalize())
        )
    return found


def _with_rows(connection: "Connection", found: list[Batch]) -> list[Batch]:
    gone = {entry.id: entry.rows_deleted_at for entry in store.list_collections(connection) if entry.rows_deleted_at}
    for batch in found:
        if batch.collection in gone:
            words = "The rows of {batch} were deleted on {day}: no model can be trained on them any more."
            day = f"{gone[batch.collection]:%Y-%m-%d}"
            raise InputError(sentence(words, batch=batch.label, day=day))
    return found


def _of_one_collection(found: list[Batch]) -> list[Batch]:
    collections = sorted({batch.collection for batch in found})
    if len(collections) > 1:
        named = " and ".join(map(str, collections))
        raise InputError(
            sentence(
                "A training takes batches of one collection, got some of {named}: they may hold the same rows.",
                named=named,
            )
        )
    return found
