"""The worker's day: the lease, the schedule, the queue, and a child process for each run.

A run works in a process of its own, so that the memory of a training goes back when it ends, and so that a run that
hangs or crashes takes nothing with it.
"""

import json
import logging
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from multiprocessing import get_context, parent_process
from multiprocessing.context import SpawnProcess
from types import FrameType
from typing import TYPE_CHECKING

import schedule

from core import runs, store
from core.contract import load_contract
from core.errors import ConsoleError, LeaseHeld, LeaseLost, RunInterrupted, StoreError
from core.logs import start_log
from core.loop.clock import Clock, now
from core.records import Run
from core.settings import Settings
from core.words import sentence

if TYPE_CHECKING:
    from sqlalchemy import Engine

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_TO_STOP = 8.0
SECONDS_BEFORE_A_CANCEL_IS_FORCED = 10.0


@dataclass
class Worker:
    """Works while it holds the lease; ``stop`` ends it within seconds.

    It knows the queue and no more: what a run needs is imported by the run's own process, and goes with it.
    """

    settings: Settings
    raw: "Engine"
    clock: Clock
    stop: threading.Event
    name: str
    parent: int | None = None
    turns: schedule.Scheduler = field(default_factory=schedule.Scheduler)
    _beaten_at: float = float("-inf")

    @classmethod
    def open(cls, settings: Settings, stop: threading.Event, ends_with_parent: bool = False) -> "Worker":
        """A worker with its queue opened; raises ContractError or StoreError where that cannot be."""
        raw = store.open_engine(settings.raw_url)
        store.migrate(raw, "raw", load_contract(settings.contract))
        name = f"{socket.gethostname()}:{os.getpid()}"
        return cls(settings, raw, now, stop, name, os.getppid() if ends_with_parent else None)

    def serve(self) -> None:
        """Do what is due and what is queued until asked to stop."""
        while not self.should_stop():
            try:
                self._begin()
                self._serve_with_lease()
            except LeaseHeld:
                self.stop.wait(SECONDS_BETWEEN_LOOKS * 4)
            except (LeaseLost, StoreError) as error:
                logger.warning("%s Trying again in a moment.", error)
                self.stop.wait(2.0)
        self._end()

    def run_cycles(self, count: int) -> bool:
        """Do ``count`` cycles now, one line of JSON on stdout for each; whether all ended with a verdict.

        Raises LeaseHeld where another worker is at work.
        """
        try:
            self._begin()
            return all(self._cycle_now() for _ in range(count))
        finally:
            self._end()

    def should_stop(self) -> bool:
        """Whether a signal asked for it, or the process that started this one is gone."""
        if self.parent is not None and os.getppid() != self.parent:
            self.stop.set()
        return self.stop.is_set()

    def _begin(self) -> None:
        settings, at = self.settings, self.clock()
        with store.writing(self.raw) as connection:
            runs.take_lease(connection, holder=self.name, at=at, seconds=settings.lease_seconds)
            runs.beat_worker(connection, name=self.name, at=at)
            lost = runs.recover(connection, at=at)
        if lost:
            logger.warning("runs %s were left by a worker that stopped; they go on", lost)
        self._in_child(_prepare, settings)
        self._set_turns()

    def _end(self) -> None:
        try:
            with store.writing(self.raw) as connection:
                runs.release_lease(connection, holder=self.name)
                runs.stop_worker(connection, name=self.name, at=self.clock())
        except StoreError as error:
            logger.warning("%s The lease ends by itself.", error)

    def _serve_with_lease(self) -> None:
        logger.info("at work as %s", self.name)
        while not self.should_stop():
            self.turns.run_pending()
            self._beat()
            with store.writing(self.raw) as connection:
                run = runs.claim(connection, worker=self.name, at=self.clock())
            if run is None:
                self.stop.wait(SECONDS_BETWEEN_LOOKS)
            else:
                self._work_on(run)

    def _set_turns(self) -> None:
        self.turns.clear()
        every = self.settings.cycle_every
        if every > 0:
            self.turns.every(max(1, round(every))).seconds.do(self._enqueue_cycle)
        if self.settings.keep_versions or self.settings.collection_retention_days:
            self.turns.every().day.do(self._enqueue, "retention")
            self._enqueue("retention")
        self._note_next_turn()

    def _enqueue_cycle(self) -> None:
        self._enqueue("cycle")
        self._note_next_turn()

    def _enqueue(self, kind: str) -> None:
        """A turn of the schedule; what goes wrong is caught here, or it would be repeated without a pause."""
        try:
            with store.writing(self.raw) as connection:
                runs.enqueue(connection, kind=kind, cause="schedule", by="schedule", at=self.clock())
        except StoreError as error:
            logger.warning("the scheduled %s was not queued: %s", kind, error)

    def _note_next_turn(self) -> None:
        every = self.settings.cycle_every
        next_at = self.clock() + timedelta(seconds=every) if every > 0 else None
        with store.writing(self.raw) as connection:
            runs.set_due(connection, name="cycle", every_seconds=every, next_at=next_at)

    def _cycle_now(self) -> bool:
        with store.writing(self.raw) as connection:
            at = self.clock()
            number = runs.enqueue(connection, kind="cycle", cause="command", by=self.name, at=at)
            run = runs.claim(connection, worker=self.name, at=at, run=number)
        if run is None or self.should_stop():
            return False
        self._work_on(run)
        with store.reading(self.raw) as connection:
            ended = runs.load_run(connection, run=number)
        outcome = {"run": ended.id, "status": ended.status, **ended.outcome}
        if ended.error:
            outcome["error"] = ended.error
        sys.stdout.write(json.dumps(outcome) + "\n")
        sys.stdout.flush()
        return ended.status == "succeeded"

    def _work_on(self, run: Run) -> None:
        self._in_child(_execute, self.settings, run.id, run=run)
        with store.writing(self.raw) as connection:
            runs.put_back(connection, run=run.id, at=self.clock(), reason=sentence("its process ended without a word"))

    def _in_child(self, target: Callable[..., None], *arguments: object, run: Run | None = None) -> None:
        """Run ``target`` in a process of its own and keep the lease while it works."""
        child = get_context("spawn").Process(target=target, args=arguments, daemon=True)
        child.start()
        asked_at: float | None = None
        try:
            while child.is_alive():
                child.join(0.2)
                if self.should_stop():
                    return
                if self._beat(run) and asked_at is None:
                    asked_at = time.monotonic()
                if asked_at is not None and time.monotonic() - asked_at > SECONDS_BEFORE_A_CANCEL_IS_FORCED:
                    return
        finally:
            _end_child(child)
        if child.exitcode:
            logger.warning(
                "the process of %s ended with code %s", f"run {run.id}" if run else "the start", child.exitcode
            )

    def _beat(self, run: Run | None = None) -> bool:
        """Renew the lease a few times in its span; whether the run has been asked to stop."""
        seconds = self.settings.lease_seconds
        if time.monotonic() - self._beaten_at < min(seconds / 4, 2.0):
            return False
        at = self.clock()
        with store.writing(self.raw) as connection:
            runs.renew_lease(connection, holder=self.name, at=at, seconds=seconds)
            runs.beat_worker(connection, name=self.name, at=at)
            is_cancelled = runs.beat_run(connection, run=run.id, at=at) if run else False
        self._beaten_at = time.monotonic()
        return is_cancelled


def _end_child(child: SpawnProcess) -> None:
    if child.is_alive():
        child.terminate()
        child.join(SECONDS_TO_STOP)
    if child.is_alive():
        child.kill()
        child.join()


def _prepare(settings: Settings) -> None:
    """Make the model store where there is none, and set right what MLflow and the ledger disagree on."""
    from core.loop.promoting import align_production, prepare_serving
    from core.loop.world import open_loop

    _be_a_child(settings)
    try:
        loop = open_loop(settings)
        loop.registry.initialise()
        action = align_production(loop)
        prepare_serving(loop)
    except ConsoleError as error:
        logger.error("not all is ready: %s", error)
        sys.exit(1)
    if action:
        logger.warning("%s", action)


def _execute(settings: Settings, number: int) -> None:
    from core.loop.execution import execute
    from core.loop.world import open_loop

    _be_a_child(settings)
    loop = open_loop(settings)
    with store.reading(loop.raw) as connection:
        run = runs.load_run(connection, run=number)
    try:
        execute(loop, run)
    except ConsoleError as error:
        logger.error("run %s: %s", number, error)
        sys.exit(1)


def _be_a_child(settings: Settings) -> None:
    """Log as the worker does, stop on SIGTERM, and die with the worker: nobody else would renew the lease."""
    start_log(settings.log_level)
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise RunInterrupted(sentence("The worker was told to stop."))


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
