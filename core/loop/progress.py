"""A run under way: its steps, its word on how far it has come, and its ear for a cancel."""

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from core import runs, store
from core.errors import RunCancelled
from core.loop.world import Loop
from core.records import Run, Trial, Wishes
from core.words import sentence

if TYPE_CHECKING:
    from sqlalchemy import Connection

logger = logging.getLogger(__name__)
SECONDS_BETWEEN_WORDS = 0.3
NOTHING_ASKED = Wishes(stop=False, best=False)


# How long a step takes against the others, by experience: all but the long ones count 1.
LENGTHS = {"collect": 2, "train": 20, "rank": 3}
# What is said of a step that the end of the one before it begins.
FIRST_WORDS = {
    "clean": sentence("cleaning the rows"),
    "compare": sentence("comparing with the data before"),
    "decide": sentence("deciding whether to train"),
}


@dataclass
class Progress:
    """Tells the queue how a run goes. ``done`` holds the details of the steps that are behind it."""

    loop: Loop
    run: Run
    steps: tuple[str, ...]
    done: dict[str, dict[str, Any]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)
    _step: str = ""
    _told_at: float = 0.0
    _wishes: Wishes = NOTHING_ASKED

    @classmethod
    def resume(cls, loop: Loop, run: Run, steps: tuple[str, ...]) -> "Progress":
        """Progress that knows which steps an earlier attempt began, and which of them it finished."""
        with store.reading(loop.raw) as connection:
            known = runs.list_steps(connection, run=run.id)
        done = {step.name: dict(step.detail) for step in known if step.status == "succeeded"}
        return cls(loop, run, steps, done, {step.name for step in known})

    def begin(self, step: str, message: str = "") -> None:
        """Start a step, unless the run was cancelled; one that the end of the step before it began is under way."""
        if self._step != step:
            with store.writing(self.loop.raw) as connection:
                self._start(connection, step, message or FIRST_WORDS[step])
        self._stop_if_cancelled()

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
            self._tell(connection, share, message, at)
        self._stop_if_cancelled()

    @property
    def wants_best(self) -> bool:
        """Whether an operator asked that the search ends with the best so far, as of the last word."""
        return self._wishes.best

    def end(self, step: str, detail: Mapping[str, Any], connection: "Connection", then: str = "") -> None:
        """Finish a step inside the transaction that stores its result, and in it begin ``then``, if the run has it."""
        self.done[step] = dict(detail)
        runs.finish_step(connection, run=self.run.id, name=step, detail=detail, at=self.loop.clock())
        if then in self.steps:
            self._start(connection, then, FIRST_WORDS[then])

    def ending(self, step: str, detail: Mapping[str, Any], then: str = "") -> None:
        """Finish a step whose result is stored elsewhere."""
        with store.writing(self.loop.raw) as connection:
            self.end(step, detail, connection, then)

    def _start(self, connection: "Connection", step: str, message: str) -> None:
        logger.info("run %s, %s: %s", self.run.id, step, message)
        self._step = step
        at = self.loop.clock()
        runs.start_step(connection, run=self.run.id, name=step, at=at, is_again=step in self._begun)
        self._begun.add(step)
        runs.note(connection, run=self.run.id, step=step, message=message, at=at)
        self._tell(connection, 0.0, message, at)

    def _tell(self, connection: "Connection", share: float, message: str, at: datetime) -> None:
        self._told_at = at.timestamp()
        lengths = [LENGTHS.get(name, 1) for name in self.steps]
        place = self.steps.index(self._step)
        progress = (sum(lengths[:place]) + lengths[place] * min(max(share, 0.0), 1.0)) / sum(lengths)
        self._wishes = runs.tell(
            connection, run=self.run.id, step=self._step, progress=progress, message=message, at=at
        )

    def _stop_if_cancelled(self) -> None:
        """Outside the transaction: the word and the begun step are kept."""
        if self._wishes.stop:
            raise RunCancelled(sentence("The run was cancelled by an operator."))
