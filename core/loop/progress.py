"""A run under way: its steps, its word on how far it has come, and its ear for a cancel."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core import runs, store
from core.errors import RunCancelled
from core.loop.world import Loop
from core.records import Run, Trial
from core.words import sentence

if TYPE_CHECKING:
    from sqlalchemy import Connection

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_WORDS = 0.3


@dataclass
class Progress:
    """Tells the queue how a run goes. ``done`` holds the details of the steps that are behind it."""

    loop: Loop
    run: Run
    steps: tuple[str, ...]
    done: dict[str, dict[str, Any]] = field(default_factory=dict)
    _step: str = ""
    _told_at: float = 0.0

    @classmethod
    def resume(cls, loop: Loop, run: Run, steps: tuple[str, ...]) -> "Progress":
        """Progress that knows which steps an earlier attempt finished."""
        with store.reading(loop.raw) as connection:
            known = runs.list_steps(connection, run=run.id)
        return cls(loop, run, steps, {step.name: dict(step.detail) for step in known if step.status == "succeeded"})

    def begin(self, step: str, message: str) -> None:
        """Start a step, unless the run was cancelled."""
        self._step = step
        logger.info("run %s, %s: %s", self.run.id, step, message)
        at = self.loop.clock()
        with store.writing(self.loop.raw) as connection:
            runs.start_step(connection, run=self.run.id, name=step, at=at)
            runs.note(connection, run=self.run.id, step=step, message=message, at=at)
            is_cancelled = self._tell(connection, 0.0, message, at)
        self._stop_if(is_cancelled)

    def say(self, share: float, message: str, always: bool = False, trial: Trial | None = None) -> None:
        """Say how much of the step is done (0 to 1); raises RunCancelled where that was asked for.

        What is said ``always`` is kept in the run's log, with the ``trial`` that it tells of; all else now and then
        replaces the word before it.
        """
        at = self.loop.clock()
        if not always and at.timestamp() - self._told_at < SECONDS_BETWEEN_WORDS:
            return
        with store.writing(self.loop.raw) as connection:
            if always:
                told = asdict(trial) if trial else None
                runs.note(connection, run=self.run.id, step=self._step, message=message, at=at, trial=told)
            is_cancelled = self._tell(connection, share, message, at)
        self._stop_if(is_cancelled)

    def end(self, step: str, detail: Mapping[str, Any], connection: "Connection") -> None:
        """Finish a step inside the transaction that stores its result."""
        self.done[step] = dict(detail)
        runs.finish_step(connection, run=self.run.id, name=step, detail=detail, at=self.loop.clock())

    def ending(self, step: str, detail: Mapping[str, Any]) -> None:
        """Finish a step whose result is stored elsewhere."""
        with store.writing(self.loop.raw) as connection:
            self.end(step, detail, connection)

    def _tell(self, connection: "Connection", share: float, message: str, at: datetime) -> bool:
        self._told_at = at.timestamp()
        place = self.steps.index(self._step)
        progress = (place + min(max(share, 0.0), 1.0)) / len(self.steps)
        return runs.tell(connection, run=self.run.id, step=self._step, progress=progress, message=message, at=at)

    def _stop_if(self, is_cancelled: bool) -> None:
        """Outside the transaction: the word and the begun step are kept."""
        if is_cancelled:
            raise RunCancelled(sentence("The run was cancelled by an operator."))
