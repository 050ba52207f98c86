"""The steps of a batch: collect, clean, compare."""

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core import drift, store
from core.checks import check_rows
from core.contract import Contract
from core.errors import FeedExhausted, FeedUnavailable, InputError
from core.feed import Feed
from core.loop.pauses import collector_paused
from core.loop.progress import Progress
from core.loop.world import Loop
from core.records import REFERENCES, Batch, CheckedBatch, DriftReport, FeedBatch, Profile, Run
from core.words import sentence

if TYPE_CHECKING:
    from sqlalchemy import Connection

logger = logging.getLogger(__name__)
# Fewer than these are checked and stored before anybody could read a word about it.
MANY_ROWS = 50_000
EXHAUSTED = sentence("The feed has handed out every batch; start a new collection when you want to fetch again.")


@dataclass(frozen=True)
class Collected:
    """What came of asking the feed: a batch (``is_new`` unless it was known), or the word that there is none."""

    batch: Batch | None
    is_new: bool
    message: str
    received: store.Received | None = None


@collector_paused()
def collect(loop: Loop, progress: Progress) -> Collected:
    """Take the next batch of the feed (or an answer that a stopped worker left) and store it whole.

    Raises FeedUnavailable or FeedAnswerInvalid; the end of the feed is no error.
    """
    if "collect" in progress.done:
        return _collected_before(loop, progress.done["collect"])
    progress.begin("collect", sentence("asking the feed for the next batch"))
    feed = loop.the_feed()
    answer = _next_answer(loop, feed, bool(progress.run.parameters.get("restart")))
    if answer is None:
        message = EXHAUSTED
        progress.ending("collect", {"batch": None, "message": message})
        return Collected(None, False, message)
    progress.say(0.4, sentence("checking {rows:,} rows", rows=len(answer.rows)), always=len(answer.rows) > MANY_ROWS)
    checked = check_rows(answer.rows, loop.contract)
    progress.say(
        0.6, sentence("storing {rows:,} rows", rows=len(checked.accepted)), always=len(answer.rows) > MANY_ROWS
    )
    with store.writing(loop.raw) as connection:
        collected = _store(loop, connection, answer, checked)
        detail = {"batch": collected.batch.id if collected.batch else None, "message": collected.message}
        progress.end("collect", {**detail, "is_new": collected.is_new}, connection)
    feed.settle(answer)
    return collected


@collector_paused()
def clean(loop: Loop, progress: Progress, collected: Collected, batch: Batch) -> None:
    """Put the batch's usable rows into the clean database."""
    if "clean" in progress.done:
        return
    progress.begin("clean", sentence("cleaning the rows"))
    count = rebuild_clean(loop, batch, collected.received)
    progress.ending("clean", {"rows": count})


def rebuild_clean(loop: Loop, batch: Batch, received: store.Received | None = None) -> int:
    """Make the clean rows of a batch from its received ones; how many."""
    if received is None:
        with store.reading(loop.raw) as connection:
            rows = store.load_received(connection, tables=loop.tables, contract=loop.contract, batch=batch.id)
        received = store.receive(rows, loop.contract)
    with store.writing(loop.clean) as connection:
        return store.store_clean(connection, tables=loop.tables, batch=batch, received=received)


def compare(loop: Loop, progress: Progress, batch: Batch) -> dict[str, DriftReport]:
    """Compare the batch with each reference that there is, and store every number."""
    if "compare" in progress.done:
        with store.reading(loop.raw) as connection:
            return store.load_reports(connection, batch=batch.id)
    progress.begin("compare", sentence("comparing with the data before"))
    with store.writing(loop.raw) as connection:
        rules = store.load_rules(connection, default=loop.settings.drift_limit)
        reports = {}
        for reference in REFERENCES:
            pair = compared_profiles(loop, connection, batch, reference)
            if pair is not None:
                before, after, label = pair
                report = drift.compare(before, after, loop.contract, rules.limit_of, reference, label)
                store.store_report(connection, batch=batch.id, report=report, at=loop.clock())
                reports[reference] = report
        progress.end("compare", {name: len(report.exceeded) for name, report in reports.items()}, connection)
    return reports


def batch_of(loop: Loop, run: Run) -> Batch:
    """The batch that a run is on; raises InputError where its parameters name none."""
    key = run.parameters.get("batch")
    if isinstance(key, bool) or not isinstance(key, int):
        raise InputError(
            sentence("A run of kind {kind} must name a batch by its key, got {key!r}.", kind=run.kind, key=key)
        )
    with store.reading(loop.raw) as connection:
        return store.load_batch(connection, batch=key)


def _next_answer(loop: Loop, feed: Feed, is_restart: bool) -> FeedBatch | None:
    """The next answer; None at the end of the feed where an operator must start the new collection."""
    pending = feed.pending()
    if pending is not None:
        return pending
    if is_restart:
        return _first_answer_of_a_new_collection(loop, feed, sentence("an operator started a new collection"))
    try:
        return feed.next_batch()
    except FeedExhausted as end:
        logger.info("%s", end)
        if loop.settings.on_exhausted == "stop":
            return None
    return _first_answer_of_a_new_collection(loop, feed, sentence("the feed had handed out every batch"))


def _first_answer_of_a_new_collection(loop: Loop, feed: Feed, reason: str) -> FeedBatch:
    feed.restart()
    with store.writing(loop.raw) as connection:
        store.open_collection(connection, at=loop.clock(), reason=reason)
    try:
        return feed.next_batch()
    except FeedExhausted as end:
        raise FeedUnavailable(sentence("The feed was restarted and still has no batch: {end}", end=end)) from end


def _store(loop: Loop, connection: "Connection", answer: FeedBatch, checked: CheckedBatch) -> Collected:
    at = loop.clock()
    collection = _collection_of(connection, answer, at)
    known = store.find_batch(connection, collection=collection, content_hash=answer.content_hash)
    if known is not None:
        return Collected(
            known, False, sentence("The feed sent {batch} again; nothing was stored twice.", batch=known.label)
        )
    last = store.last_batch(connection, collection=collection)
    expected = 0 if last is None else last.number + 1
    number = expected if answer.number is None else answer.number
    batch, received = store.store_batch(
        connection,
        tables=loop.tables,
        contract=loop.contract,
        collection=collection,
        number=number,
        content_hash=answer.content_hash,
        checked=checked,
        at=at,
        note=_gap_note(expected, number),
    )
    return Collected(batch, True, _stored_sentence(batch, loop.contract), received)


def _collection_of(connection: "Connection", answer: FeedBatch, at: datetime) -> int:
    """The collection that an answer belongs to: a new one where somebody else restarted the feed."""
    collection = store.current_collection(connection)
    if collection is None:
        return store.open_collection(connection, at=at, reason=sentence("the first batch"))
    last = store.last_batch(connection, collection=collection)
    if last is not None and answer.number is not None and answer.number < last.number:
        return store.open_collection(
            connection, at=at, reason=sentence("the feed began again at batch {number}", number=answer.number)
        )
    return collection


def _collected_before(loop: Loop, detail: dict[str, Any]) -> Collected:
    if detail["batch"] is None:
        return Collected(None, False, detail["message"])
    with store.reading(loop.raw) as connection:
        batch = store.load_batch(connection, batch=detail["batch"])
    return Collected(batch, detail["is_new"], detail["message"])


def _gap_note(expected: int, number: int) -> str:
    """A batch that the feed handed out but that never arrived whole shows as a gap in the numbers."""
    if number <= expected:
        return ""
    missed = str(expected) if number == expected + 1 else sentence("{low} to {high}", low=expected, high=number - 1)
    return sentence(
        "The feed counts this as batch {number}; batch {missed} of this collection never arrived.",
        number=number,
        missed=missed,
    )


def _stored_sentence(batch: Batch, contract: Contract) -> str:
    stored = {"batch": batch.label.capitalize(), "rows": batch.rows_stored, "noun": contract.row_noun}
    rejected, repeated = batch.rows_rejected, batch.rows_repeated
    if rejected and repeated:
        return sentence(
            "{batch}: {rows:,} {noun}s stored, {rejected:,} rejected, {repeated:,} repeated.",
            **stored,
            rejected=rejected,
            repeated=repeated,
        )
    if rejected:
        return sentence("{batch}: {rows:,} {noun}s stored, {rejected:,} rejected.", **stored, rejected=rejected)
    if repeated:
        return sentence("{batch}: {rows:,} {noun}s stored, {repeated:,} repeated.", **stored, repeated=repeated)
    return sentence("{batch}: {rows:,} {noun}s stored.", **stored)


def compared_profiles(
    loop: Loop, connection: "Connection", batch: Batch, reference: str
) -> tuple[Profile, Profile, str] | None:
    """The two profiles that a comparison rests on, and what the first one is; None where there is no such reference.

    A held batch is no reference. The production model is the one that was in force when the batch arrived, and held are
    those that were held then, so that a later look finds the same.
    """
    current = store.load_profile(connection, batch=batch.id)
    held = store.held_batches(connection, at=batch.received_at)
    previous = store.last_batch(connection, collection=batch.collection, before=batch.id, without=held)
    if reference == "production":
        before, label = _production_profile(loop, connection, batch.received_at)
    elif previous is None:
        return None
    elif reference == "previous":
        before, label = (
            store.load_profile(connection, batch=previous.id),
            sentence("the previous batch ({batch})", batch=previous.label),
        )
    else:
        collection, at = batch.collection, batch.received_at
        before = store.accumulated_profile(connection, collection=collection, at=at, before=batch.id)
        current = store.load_profile(connection, batch=batch.id, kind="accumulated")
        label = sentence("everything before it in collection {collection}", collection=batch.collection)
    return None if before is None or current is None else (before, current, label)


def _production_profile(loop: Loop, connection: "Connection", at: datetime) -> tuple[Profile | None, str]:
    promotion = store.current_promotion(connection, model=loop.settings.mlflow_model, at=at)
    if promotion is None:
        return None, ""
    merged: Profile | None = None
    for key in promotion.numbers.get("batches", []):
        profile = store.load_profile(connection, batch=key)
        if profile is not None:
            merged = drift.merge_profiles(merged, profile) if merged else profile
    return merged, sentence("what version {version} in production was trained on", version=promotion.version)
