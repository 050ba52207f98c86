"""Requests on their way into the store: many callers, one writer, and nobody goes on before theirs is kept."""

import queue
import threading
from concurrent.futures import Future
from dataclasses import dataclass

from core import store
from core.errors import StoreError
from core.loop import Loop
from core.records import PredictionRecord

MOST_TOGETHER = 200
SECONDS_TO_WAIT = 30.0


@dataclass(frozen=True)
class _Entry:
    record: PredictionRecord
    key: "Future[int]"


class Journal:
    """Writes records in groups: those that came while a transaction was under way share the next one."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop
        self._waiting: queue.SimpleQueue[_Entry] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._writer: threading.Thread | None = None

    def keep(self, record: PredictionRecord) -> int:
        """Store a record; its key, once it is committed. Raises StoreError where it was not stored."""
        entry = _Entry(record, Future())
        self._waiting.put(entry)
        self._start_writer()
        try:
            return entry.key.result(SECONDS_TO_WAIT)
        except TimeoutError:
            raise StoreError(f"The request was not stored within {SECONDS_TO_WAIT:g} s.") from None

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
        """Store a group in one transaction; whether that went well. A lone record's failure is told to its caller."""
        try:
            with store.writing(self._loop.raw) as connection:
                records = [entry.record for entry in entries]
                keys = store.store_predictions(connection, tables=self._loop.tables, records=records)
        except Exception as error:  # noqa: BLE001 - handed to the caller, who is waiting for it
            if len(entries) == 1:
                entries[0].key.set_exception(error)
            return False
        for entry, key in zip(entries, keys, strict=True):
            entry.key.set_result(key)
        return True
