"""The step that scores every version on the same holdout."""

from collections.abc import Iterator, Sequence
from contextlib import closing

import numpy as np

from core import store
from core.cleaning import labelled_rows
from core.cluster import open_place
from core.identity import fingerprint, property_hashes
from core.loop.progress import Progress
from core.loop.rows import clean_rows
from core.loop.scoring import Scored, score_versions
from core.loop.world import Loop
from core.records import Holdout, Ranked
from core.words import sentence


def rank(loop: Loop, progress: Progress) -> list[Ranked]:
    """Score every version on the same current holdout; a score is remembered by version and holdout."""
    progress.begin("rank", sentence("scoring the versions on the current holdout"))
    batches, frame = clean_rows(loop, ("test",))
    # A set of rows has one order, whatever batches it came in, so that the resamples of all versions pair up.
    frame = frame.sort_values("row_hash", kind="stable", ignore_index=True)
    key = fingerprint(frame["row_hash"].to_numpy(dtype=np.int64))
    holdout = Holdout(labelled_rows(frame, loop.contract), property_hashes(frame, loop.contract))
    model = loop.settings.mlflow_model
    with store.reading(loop.raw) as connection:
        known = store.load_scores(connection, model=model, holdout=key)
        resampled = set(store.list_resampled(connection, model=model, holdout=key))
    numbers = [version.number for version in loop.registry.versions()]
    unscored = [number for number in numbers if number not in resampled or number not in known]
    for scored in _scores(loop, progress, unscored, holdout):
        known[scored.ranked.number] = scored.ranked
        _keep(loop, key, scored)
    with store.writing(loop.raw) as connection:
        store.forget_resamples(connection, model=model, but=key)
        detail = {"versions": len(numbers), "rows": len(holdout.rows), "batches": batches, "holdout": key}
        progress.end("rank", detail, connection)
    return [known[number] for number in numbers]


def _scores(loop: Loop, progress: Progress, numbers: Sequence[int], holdout: Holdout) -> Iterator[Scored]:
    if not numbers:
        return
    rows = len(holdout.rows)
    with (
        open_place(loop.settings.dask_scheduler) as place,
        closing(score_versions(loop, numbers, holdout, place.spread)) as found,
    ):
        for done, scored in enumerate(found, start=1):
            yield scored
            progress.say(
                done / len(numbers),
                sentence(
                    "{done} of {count} versions scored on {rows:,} holdout rows",
                    done=done,
                    count=len(numbers),
                    rows=rows,
                ),
            )


def _keep(loop: Loop, holdout: str, scored: Scored) -> None:
    model, version = loop.settings.mlflow_model, scored.ranked.number
    with store.writing(loop.raw) as connection:
        at = loop.clock()
        store.store_scores(connection, model=model, holdout=holdout, ranked=[scored.ranked], at=at)
        if scored.resamples:
            content = scored.resamples
            store.store_resamples(connection, model=model, version=version, holdout=holdout, content=content)
