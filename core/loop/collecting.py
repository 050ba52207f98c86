"""The steps of a batch: collect, clean, compare."""

import logging
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core import store
from core.checks import check_rows
from core.contract import Contract
from core.errors import FeedExhausted, FeedUnavailable, InputError, StoreError
from core.feed import Feed
from core.loop.cleaning import CleanAhead, storing_clean
from core.loop.measuring import Reports, measure
from core.loop.pauses import collector_paused
from core.loop.progress import Progress
from core.loop.world import Loop
from core.records import Batch, CheckedBatch, FeedBatch, Run
from core.words import sentence

if TYPE_CHECKING:
    from sqlalchemy import Connection

logger = logging.getLogger(__name__)
# Fewer than these are checked and stored before anybody could read a word about it.
MANY_ROWS = 50_000
EXHAUSTED = sentence("The feed has handed out every batch; start a new collection when you want to fetch again.")


@dataclass(frozen=True)
class Collected:
    """What came of asking the feed: a batch (``is_new`` unless it was known), or the word that there is none.

    ``cleaning`` are its clean rows on their way, where they are: kept where it ends well.
    """

    batch: Batch | None
    is_new: bool
    message: str
    received: store.Received | None = None
    cleaning: ExitStack | None = None


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
    with ExitStack() as under_way:
        ahead = CleanAhead(loop, under_way)
        with store.writing(loop.raw) as connection:
            collected = _store(loop, connection, answer, checked, ahead)
            detail = {"batch": collected.batch.id if collected.batch else None, "message": collected.message}
            then = "clean" if collected.is_new else ""
            progress.end("collect", {**detail, "is_new": collected.is_new}, connection, then)
        feed.settle(answer)
        return replace(collected, cleaning=under_way.pop_all()) if ahead.is_sent else collected


@collector_paused()
def clean(loop: Loop, progress: Progress, collected: Collected, batch: Batch) -> Reports | None:
    """Put the batch's usable rows into the clean database.

    While the server takes them the batch is compared: what came of it waits for the step that stores it.
    """
    if "clean" in progress.done:
        return None
    with ExitStack() as stack:
        if collected.cleaning:
            stack.enter_context(collected.cleaning)
        progress.begin("clean")
        count = batch.rows_clean
        if not collected.cleaning:
            count = stack.enter_context(storing_clean(loop, batch, collected.received))
        reports = _measure_ahead(loop, batch)
    progress.ending("clean", {"rows": count}, then="compare")
    return reports


def compare(loop: Loop, progress: Progress, batch: Batch, reports: Reports | None = None) -> Reports:
    """Compare the batch with each reference that there is (unless ``reports`` did), and store every number."""
    if "compare" in progress.done:
        with store.reading(loop.raw) as connection:
            return store.load_reports(connection, batch=batch.id)
    progress.begin("compare")
    if reports is None:
        reports = measure(loop, batch)
    with store.writing(loop.raw) as connection:
        store.store_reports(connection, batch=batch.id, reports=reports.values(), at=loop.clock())
        exceeded = {name: len(report.exceeded) for name, report in reports.items()}
        progress.end("compare", exceeded, connection, then="decide")
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


def _store(
    loop: Loop, connection: "Connection", answer: FeedBatch, checked: CheckedBatch, ahead: CleanAhead
) -> Collected:
    at = loop.clock()
    collection, last = _place_of(connection, answer, at)
    known = store.find_batch(connection, collection=collection, content_hash=answer.content_hash)
    if known is not None:
        return Collected(
            known, False, sentence("The feed sent {batch} again; nothing was stored twice.", batch=known.label)
        )
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
        meanwhile=lambda key, received: ahead.send(key, collection, received),
    )
    return Collected(batch, True, _stored_sentence(batch, loop.contract), received)


def _place_of(connection: "Connection", answer: FeedBatch, at: datetime) -> tuple[int, Batch | None]:
    """The collection of an answer (a new one where somebody else restarted the feed) and the last batch in it."""
    collection = store.current_collection(connection)
    if collection is None:
        return store.open_collection(connection, at=at, reason=sentence("the first batch")), None
    last = store.last_batch(connection, collection=collection)
    if last is not None and answer.number is not None and answer.number < last.number:
        reason = sentence("the feed began again at batch {number}", number=answer.number)
        return store.open_collection(connection, at=at, reason=reason), None
    return collection, last


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


def _measure_ahead(loop: Loop, batch: Batch) -> Reports | None:
    """The comparisons, or None where the database refused: the step that compares asks again, and fails by its name."""
    try:
        return measure(loop, batch)
    except StoreError as error:
        logger.warning("%s", error)
        return None
