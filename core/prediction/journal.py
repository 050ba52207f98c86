"""Requests on their way into the store: many callers, one writer, and nobody goes on before theirs is kept."""

import queue
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass

from core import store
from core.errors import StoreError
from core.loop import Loop
from core.records import PredictionRecord
from core.words import sentence

MOST_TOGETHER = 200
# As long as a step of the loop may hold SQLite for a batch of some 100,000 rows.
SECONDS_OF_PATIENCE = 5
SECONDS_TO_WAIT = 30.0


@dataclass(frozen=True)
class _Entry:
    records: Sequence[PredictionRecord]
    keys: "Future[list[int]]"


class Journal:
    """Writes records in groups: those that came while a transaction was under way share the next one.

    Somebody waits for a price: where another holds the store, it gives up long before a step of the loop would.
    ``problem`` is why the last group was not stored; "" where it was, and before there was one.
    """

    def __init__(self, loop: Loop) -> None:
        self.problem = ""
        self._loop = loop
        self._engine = store.open_engine(loop.raw.url, SECONDS_OF_PATIENCE)
        self._waiting: queue.SimpleQueue[_Entry] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._writer: threading.Thread | None = None

    def keep(self, records: Sequence[PredictionRecord]) -> list[int]:
        """Store the records of one request, all or none; their keys, once they are committed.

        Raises StoreError where they were not stored.
        """
        entry = _Entry(records, Future())
        self._waiting.put(entry)
        self._start_writer()
        try:
            return entry.keys.result(SECONDS_TO_WAIT)
        except TimeoutError:
            raise StoreError(
                sentence("The request was not stored within {seconds:g} s.", seconds=SECONDS_TO_WAIT)
            ) from None

    def _start_writer(self) -> None:
        with self._lock:
            if self._writer is None or not self._writer.is_alive():
                self._writer = threading.Thread(target=self._write_all, name="journal", daemon=True)
                self._writer.start()

    def _write_all(self) -> None:
        while True:
            entries = [self._waiting.get()]
            while len(entries) < MOST_TOGETHER and not self._waiting.empty():
                entries.append(self._waiting.get())
            self._write(entries)

    def _write(self, entries: list[_Entry]) -> None:
        """Store a group in one transaction, and tell each caller what came of it."""
        began = time.monotonic()
        try:
            with store.writing(self._engine) as connection:
                records = [record for entry in entries for record in entry.records]
                keys = iter(store.store_predictions(connection, tables=self._loop.tables, records=records))
        except Exception as error:  # noqa: BLE001 - handed to the callers, who are waiting for it
            self._give_up(entries, error, took=time.monotonic() - began)
            return
        self.problem = ""
        for entry in entries:
            entry.keys.set_result([next(keys) for _ in entry.records])

    def _give_up(self, entries: list[_Entry], error: Exception, took: float) -> None:
        """One record that the database refuses must not take the others with it.

        What took long is a lock, or a server that does not answer: then those who wait are told at once, too.
        """
        is_slow = took > SECONDS_OF_PATIENCE / 2
        if len(entries) > 1 and not is_slow:
            for entry in entries:
                self._write([entry])
            return
        self.problem = str(error)
        for entry in [*entries, *(self._taken() if is_slow else ())]:
            entry.keys.set_exception(error)

    def _taken(self) -> Iterator[_Entry]:
        """Who waits now, and does no longer."""
        with suppress(queue.Empty):
            while True:
                yield self._waiting.get_nowait()
