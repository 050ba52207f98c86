"""Requests on their way into the store: many callers, one writer, and nobody goes on before theirs is kept."""

import queue
import threading
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass

from core import store
from core.errors import StoreError
from core.loop import Loop
from core.records import PredictionRecord
from core.words import sentence

MOST_TOGETHER = 200
SECONDS_TO_WAIT = 30.0


@dataclass(frozen=True)
class _Entry:
    records: Sequence[PredictionRecord]
    keys: "Future[list[int]]"


class Journal:
    """Writes records in groups: those that came while a transaction was under way share the next one."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
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
            if not self._write(entries) and len(entries) > 1:
                # One record that the database refuses must not take the others with it.
                for entry in entries:
                    self._write([entry])

    def _write(self, entries: list[_Entry]) -> bool:
        """Store a group in one transaction; whether that went well. A lone entry's failure is told to its caller."""
        try:
            with store.writing(self._loop.raw) as connection:
                records = [record for entry in entries for record in entry.records]
                keys = iter(store.store_predictions(connection, tables=self._loop.tables, records=records))
        except Exception as error:  # noqa: BLE001 - handed to the caller, who is waiting for it
            if len(entries) == 1:
                entries[0].keys.set_exception(error)
            return False
        for entry in entries:
            entry.keys.set_result([next(keys) for _ in entry.records])
        return True
