"""The steps of a re-admission: rejected rows against today's rules, and those that pass into their batch."""

from typing import Any

import pandas as pd

from core import store
from core.checks import check_rows
from core.loop.cleaning import rebuild_clean
from core.loop.collecting import batch_of
from core.loop.progress import Progress
from core.loop.watching import take_true_values
from core.loop.world import Loop
from core.records import Batch, KeptRow, Run
from core.words import sentence


def readmit_now(loop: Loop, run: Run) -> dict[str, Any]:
    """Let those rejected rows of a batch in that pass today's rules, and judge its stored rows by them again."""
    progress = Progress.resume(loop, run, ("readmit", "clean"))
    found = _readmit(loop, progress, batch_of(loop, run))
    progress.begin("clean")
    with store.reading(loop.raw) as connection:
        batch = store.load_batch(connection, batch=int(found["batch"]))
    progress.ending("clean", {"rows": rebuild_clean(loop, batch)})
    return found


def count_passing(loop: Loop, batch: Batch, most: int) -> tuple[int, int]:
    """How many of a batch's rejected rows (the first ``most`` of them) pass today's rules, and how many were asked."""
    passing = asked = 0
    with store.reading(loop.raw) as connection:
        for part in store.stream_rejected(connection, batch=batch.id, waiting=True):
            part = part[: most - asked]
            passing, asked = passing + len(_accepted(loop, part)), asked + len(part)
            if asked == most:
                break
    return passing, asked


def _readmit(loop: Loop, progress: Progress, batch: Batch) -> dict[str, Any]:
    if "readmit" in progress.done:
        return progress.done["readmit"]
    progress.begin("readmit", sentence("checking {rows:,} rejected rows", rows=batch.rows_rejected))
    run, accepted = progress.run, _passing(loop, progress, batch)
    progress.say(0.5, sentence("storing {rows:,} rows", rows=len(accepted)), always=True)
    with store.writing(loop.raw) as connection:
        at = loop.clock()
        after = store.store_readmitted(
            connection,
            tables=loop.tables,
            contract=loop.contract,
            batch=batch,
            accepted=accepted,
            at=at,
            by=run.requested_by,
            run=run.id,
        )
        found = _outcome(batch, after)
        if batch.id not in store.held_batches(connection):
            take_true_values(loop, connection, after)
        detail = {"run": run.id, "batch": batch.id, "rows": len(accepted)}
        store.note_action(connection, at=at, by=run.requested_by, action="re-admission of rejected rows", detail=detail)
        progress.end("readmit", found, connection)
    return found


def _passing(loop: Loop, progress: Progress, batch: Batch) -> pd.DataFrame:
    """The rejected rows that today's rules accept, by their number in the batch."""
    found = [_accepted(loop, [])]
    asked = 0
    with store.reading(loop.raw) as connection:
        for part in store.stream_rejected(connection, batch=batch.id, waiting=True):
            found.append(_accepted(loop, part))
            asked += len(part)
            message = sentence("{rows:,} rejected rows checked", rows=asked)
            progress.say(0.5 * asked / max(batch.rows_rejected, 1), message)
    whole = [frame for frame in found if len(frame)] or found[:1]
    return pd.concat(whole)


def _accepted(loop: Loop, rows: list[KeptRow]) -> pd.DataFrame:
    accepted = check_rows([row.content for row in rows], loop.contract).accepted
    return accepted.set_axis([rows[place].row_number for place in accepted.index], axis="index")


def _outcome(before: Batch, after: Batch) -> dict[str, Any]:
    admitted = after.rows_readmitted - before.rows_readmitted
    stored = after.rows_stored - before.rows_stored
    message = sentence(
        "{batch}: {admitted} of {rejected} rejected rows pass today's rules; {stored} stored, {repeated} were there "
        "already. {usable} rows are usable for training, {usable_before} before.",
        batch=after.label.capitalize(),
        admitted=f"{admitted:,}",
        rejected=f"{before.rows_rejected:,}",
        stored=f"{stored:,}",
        repeated=f"{admitted - stored:,}",
        usable=f"{after.rows_clean:,}",
        usable_before=f"{before.rows_clean:,}",
    )
    return {"batch": after.id, "readmitted": admitted, "rows_stored": stored, "message": message}
