"""What is let go after a while: old versions with their files, and rows of collections closed long ago."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core import policy, store
from core.errors import InputError
from core.loop.progress import Progress
from core.loop.world import Loop
from core.records import Run
from core.words import sentence

MOST_KEPT = 100_000


@dataclass(frozen=True)
class Leaving:
    """What would go: versions by their number, collections by theirs."""

    versions: tuple[int, ...]
    collections: tuple[int, ...]


def leaving(loop: Loop, keep_versions: int, keep_days: int) -> Leaving:
    """What goes where the newest ``keep_versions`` are kept, and rows for ``keep_days``; 0 keeps all of a kind."""
    model = loop.settings.mlflow_model
    with store.reading(loop.raw) as connection:
        relied_on = store.versions_ever_in_production(connection, model=model)
        waiting = {each.version for each in store.list_approvals(connection, model=model, status="pending")}
        collections = store.list_collections(connection)
    alias = loop.registry.production()
    versions = policy.versions_to_remove(
        loop.registry.versions(), keep_versions, relied_on | waiting | ({alias} if alias is not None else set())
    )
    return Leaving(tuple(versions), tuple(policy.collections_to_empty(collections, keep_days, loop.clock())))


def retain_now(loop: Loop, run: Run) -> dict[str, Any]:
    """Remove what leaves; a stop half way is gone on with by the next attempt."""
    keep, days = (
        _asked(run, "keep_versions", loop.settings.keep_versions),
        _asked(run, "keep_days", loop.settings.collection_retention_days),
    )
    progress = Progress.resume(loop, run, ("retain",))
    progress.begin("retain", sentence("looking for what may go"))
    found = leaving(loop, keep, days)
    for done, version in enumerate(found.versions):
        progress.say(done / len(found.versions), sentence("removing version {version}", version=version), always=True)
        loop.registry.remove(version)
        with store.writing(loop.raw) as connection:
            store.forget_scores(connection, model=loop.settings.mlflow_model, version=version)
    rows = sum(_empty(loop, progress, collection) for collection in found.collections)
    detail = {"versions": list(found.versions), "collections": list(found.collections), "rows": rows}
    if found.versions or found.collections:
        with store.writing(loop.raw) as connection:
            store.note_action(connection, at=loop.clock(), by=run.requested_by, action="retention", detail=detail)
    progress.ending("retain", detail)
    return {**detail, "message": _message(found, rows)}


def _empty(loop: Loop, progress: Progress, collection: int) -> int:
    """Delete the rows of a collection, batch by batch: no transaction is longer than a batch."""
    message = sentence("deleting the rows of collection {collection}", collection=collection)
    progress.say(0.0, message, always=True)
    with store.reading(loop.raw) as connection:
        batches = store.batches_of(connection, collection=collection)
    rows = 0
    for done, batch in enumerate(batches):
        with store.writing(loop.clean) as connection:
            store.delete_clean(connection, tables=loop.tables, batch=batch)
        with store.writing(loop.raw) as connection:
            rows += store.delete_received(connection, tables=loop.tables, batch=batch)
        progress.say(done / len(batches), message)
    with store.writing(loop.raw) as connection:
        store.mark_rows_deleted(connection, collection=collection, at=loop.clock())
    return rows


def _asked(run: Run, name: str, default: int) -> int:
    value = run.parameters.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        words = "A run of kind retention must be told {name} as a whole number of 0 or more, got {value!r}."
        raise InputError(sentence(words, name=name, value=value))
    return value


def _message(found: Leaving, rows: int) -> str:
    if not found.versions and not found.collections:
        return sentence("Nothing was old enough to go.")
    deleted = sentence("Deleted rows: {rows:,}.", rows=rows)
    return " ".join(filter(None, (_removed(found.versions), deleted if found.collections else "")))


def _removed(versions: Sequence[int]) -> str:
    """``Removed versions 4 and 6.``; "" where none was."""
    *others, last = [str(number) for number in versions] or [""]
    if others:
        return sentence("Removed versions {versions} and {last}.", versions=", ".join(others), last=last)
    return sentence("Removed version {version}.", version=last) if last else ""
