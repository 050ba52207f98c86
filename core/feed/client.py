"""The feed as the loop sees it: the next batch, a new start, and the answers that wait to be stored.

A batch that the feed has handed out cannot be fetched again: asking once more gives the one after it. So an answer is
written to the inbox while it arrives, before anything looks at it, and stays there until ``settle``. An answer that
breaks off or does not come in time is not asked for again: the batch after it would take its place unseen. It is
given up with FeedUnavailable, and the collector shows the gap in the batch numbers.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import requests

from core.errors import FeedAnswerInvalid, FeedError, FeedExhausted, FeedUnavailable
from core.feed.answers import parse_answer, read_refusal
from core.feed.inbox import Inbox
from core.feed.wire import Wire
from core.records import FeedBatch
from core.settings import Settings
from core.words import sentence

MEGABYTE = 1_000_000
CHUNK = 1 << 20
SECONDS_TO_CHECK = 3.0
LARGEST_REFUSAL = 1 << 16
LOSS = sentence("where the feed counts this batch as handed out, only a new collection can fetch it again.")


def open_feed(settings: Settings, url: str) -> "Feed":
    """The feed at ``url``; asks it nothing yet."""
    # Its debug lines hold every query, and a query may hold a key.
    logging.getLogger("urllib3.connectionpool").setLevel(logging.INFO)
    parameters = {**settings.feed_params, "group_number": str(settings.feed_group)}
    return Feed(Wire(url, parameters), Inbox(settings.inbox_dir), settings.feed_timeout, settings.feed_max_mb)


@dataclass
class Feed:
    """``timeout`` is in seconds for one batch with all retries, ``max_mb`` the largest answer in MB once unpacked."""

    wire: Wire
    inbox: Inbox
    timeout: float
    max_mb: float
    _places: dict[str, list[Path]] = field(default_factory=lambda: defaultdict(list))

    def next_batch(self) -> FeedBatch:
        """The next batch; it stays in the inbox until settled.

        Raises FeedExhausted at the end of the feed, FeedUnavailable where it does not answer, breaks off or refuses,
        FeedAnswerInvalid for an answer that is no batch (kept in the inbox's folder ``refused``) or is too large, and
        FeedError where the inbox cannot be written.
        """
        with self._inbox_in_use():
            batch = self._read(self._fetch())
        if batch is None:
            raise FeedExhausted(
                sentence(
                    "The feed at {address} has handed out every batch: its answer has no rows.", address=self.wire.shown
                )
            )
        return batch

    def restart(self) -> None:
        """Make the feed begin again at batch 0; raises FeedUnavailable."""
        with self.wire.answer("/restart_data_generation", self.timeout) as response:
            if not response.ok:
                raise self._refusal(response)

    def pending(self) -> FeedBatch | None:
        """The oldest answer that arrived and was never settled; raises FeedAnswerInvalid as ``next_batch`` does."""
        with self._inbox_in_use():
            found = (self._read(path) for path in self.inbox.waiting())
            return next((batch for batch in found if batch is not None), None)

    def settle(self, batch: FeedBatch) -> None:
        """Forget an answer, now that its rows are stored; one that is not in the inbox is none of its business."""
        places = self._places.get(batch.content_hash)
        if places:
            with self._inbox_in_use():
                places.pop(0).unlink(missing_ok=True)

    def check(self) -> None:
        """Whether the feed is there, within 3 s; raises FeedUnavailable where it is not."""
        status = 404
        for path in ("/health", "/"):
            if status == 404:
                with self.wire.answer(path, SECONDS_TO_CHECK, attempts=1) as response:
                    status = response.status_code
        if status >= 400:
            raise FeedUnavailable(
                sentence(
                    "The feed at {address} answers with status {status}: check FEED_URL.",
                    address=self.wire.shown,
                    status=status,
                )
            )

    @contextmanager
    def _inbox_in_use(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise FeedError(
                sentence(
                    "The inbox {folder} cannot be used: {reason}.",
                    folder=self.inbox.folder,
                    reason=error.strerror or error,
                )
            ) from error

    def _fetch(self) -> Path:
        # The inbox first: were it not writable, a batch would be lost.
        with self.inbox.arrival() as arrival:
            with self.wire.answer("/data", self.timeout, loss=LOSS) as response:
                if response.status_code != 200:
                    raise self._refusal(response)
                self._copy(response, arrival.file)
            return arrival.keep()

    def _copy(self, response: requests.Response, file: IO[bytes]) -> None:
        size = 0
        for chunk in response.iter_content(CHUNK):
            size += len(chunk)
            if size > self.max_mb * MEGABYTE:
                raise FeedAnswerInvalid(
                    sentence(
                        "The answer of the feed at {address} must have at most {limit:g} MB and has more; raise "
                        "FEED_MAX_MB and start a new collection to fetch this batch.",
                        address=self.wire.shown,
                        limit=self.max_mb,
                    )
                )
            file.write(chunk)

    def _read(self, path: Path) -> FeedBatch | None:
        """The batch in a file of the inbox; None for one without rows, which is deleted."""
        try:
            batch = parse_answer(path.read_bytes())
        except FeedAnswerInvalid as problem:
            raise FeedAnswerInvalid(
                sentence("{problem} The answer is kept in {place}.", problem=problem, place=self.inbox.refuse(path))
            ) from None
        if not batch.rows:
            path.unlink(missing_ok=True)
            return None
        if path not in self._places[batch.content_hash]:
            self._places[batch.content_hash].append(path)
        return batch

    def _refusal(self, response: requests.Response) -> FeedError:
        body = next(response.iter_content(LARGEST_REFUSAL), b"")
        return read_refusal(response.status_code, body, self.wire.shown, self.wire.hide)
