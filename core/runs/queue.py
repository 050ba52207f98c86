"""The queue: a row a run. Whoever clicks or is due puts one in; a worker claims it and tells how it goes."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select, update

from core.errors import InputError
from core.records import LogLine, Run, RunStep, Wishes
from core.tables import run_log, run_steps, runs
from core.words import sentence

KINDS = ("cycle", "release", "training", "ranking", "promotion", "explanation", "readmission", "retention")
MOST_ATTEMPTS = 3
START = sentence("start")


def enqueue(
    connection: Connection,
    *,
    kind: str,
    cause: str,
    by: str,
    at: datetime,
    parameters: Mapping[str, Any] | None = None,
) -> int:
    """Put a run into the queue; its number. The same request that still waits is not put in a second time.

    Raises InputError for a kind that there is not.
    """
    if kind not in KINDS:
        raise InputError(
            sentence("A run's kind must be one of {kinds}, got {kind!r}.", kinds=", ".join(KINDS), kind=kind)
        )
    wanted = dict(parameters or {})
    for waiting in connection.execute(select(runs).where(runs.c.status == "queued", runs.c.kind == kind)):
        if waiting.parameters == wanted:
            return int(waiting.id)
    values = {"requested_by": by, "requested_at": at, "parameters": wanted}
    empty = {"worker": "", "attempts": 0, "step": "", "progress": 0.0, "message": "", "cancel_requested": False}
    blank = {"best_requested": False, "outcome": {}, "error": "", "traceback": ""}
    statement = insert(runs).values(kind=kind, status="queued", cause=cause, **values, **empty, **blank)
    key = connection.execute(statement).inserted_primary_key
    return int(key[0]) if key else 0


def claim(connection: Connection, *, worker: str, at: datetime, run: int | None = None) -> Run | None:
    """Take the oldest waiting run (or the one named); None where there is none or another worker was quicker."""
    query = select(runs.c.id).where(runs.c.status == "queued").order_by(runs.c.id).limit(1)
    found = connection.execute(query if run is None else query.where(runs.c.id == run)).scalar()
    if found is None:
        return None
    values = {"status": "running", "worker": worker, "heartbeat_at": at, "attempts": runs.c.attempts + 1, "error": ""}
    is_mine = (runs.c.id == found) & (runs.c.status == "queued")
    started = func.coalesce(runs.c.started_at, at, type_=runs.c.started_at.type)
    if connection.execute(update(runs).where(is_mine).values(**values, started_at=started)).rowcount != 1:
        return None
    return load_run(connection, run=int(found))


def beat_run(connection: Connection, *, run: int, at: datetime) -> bool:
    """Say that the run is alive; whether it has been asked to stop."""
    return _beat(connection, run, {"heartbeat_at": at}).stop


def tell(connection: Connection, *, run: int, step: str, progress: float, message: str, at: datetime) -> Wishes:
    """Say how far the run has come, and so that it is alive; what it has been asked meanwhile."""
    return _beat(connection, run, {"step": step, "progress": progress, "message": message, "heartbeat_at": at})


def note(
    connection: Connection, *, run: int, step: str, message: str, at: datetime, trial: Mapping[str, Any] | None = None
) -> None:
    """Keep a line of a run's log."""
    connection.execute(insert(run_log).values(run_id=run, at=at, step=step, message=message, trial=trial))


def list_log(connection: Connection, *, run: int, limit: int = 500) -> list[LogLine]:
    """The newest lines of a run's log, the oldest of them first."""
    query = select(run_log).where(run_log.c.run_id == run).order_by(run_log.c.id.desc()).limit(limit)
    lines = [LogLine(row.at, row.step, row.message, row.trial) for row in connection.execute(query)]
    return lines[::-1]


def start_step(connection: Connection, *, run: int, name: str, at: datetime, is_again: bool = False) -> None:
    """Note that a step began; ``is_again`` says of one that was interrupted that it begins once more."""
    values = {"status": "running", "started_at": at, "finished_at": None, "detail": {}}
    is_it = (run_steps.c.run_id == run) & (run_steps.c.name == name)
    if is_again:
        connection.execute(update(run_steps).where(is_it).values(**values))
    else:
        connection.execute(insert(run_steps).values(run_id=run, name=name, **values))


def finish_step(connection: Connection, *, run: int, name: str, detail: Mapping[str, Any], at: datetime) -> None:
    """Note that a step is done, in the transaction that stored its result."""
    is_it = (run_steps.c.run_id == run) & (run_steps.c.name == name)
    values = {"status": "succeeded", "finished_at": at, "detail": dict(detail)}
    connection.execute(update(run_steps).where(is_it).values(**values))


def finish(
    connection: Connection,
    *,
    run: int,
    status: str,
    at: datetime,
    outcome: Mapping[str, Any] | None = None,
    error: str = "",
    traceback: str = "",
) -> None:
    """End a run as succeeded, failed or cancelled; a step that was under way ends with it."""
    _end_open_steps(connection, run, "failed" if status == "failed" else "interrupted", at)
    values: dict[str, Any] = {"status": status, "finished_at": at, "error": error, "traceback": traceback}
    if outcome is not None:
        values["outcome"] = dict(outcome)
    if status == "succeeded":
        values["progress"] = 1.0
    connection.execute(update(runs).where(runs.c.id == run).values(**values))


def request_cancel(connection: Connection, *, run: int, at: datetime) -> None:
    """Ask a run to stop: one that waits is cancelled at once, one that is under way at its next word."""
    waiting = (runs.c.id == run) & (runs.c.status == "queued")
    stopped = {"status": "cancelled", "finished_at": at, "message": sentence("cancelled before it began")}
    if connection.execute(update(runs).where(waiting).values(**stopped)).rowcount == 0:
        is_running = (runs.c.id == run) & (runs.c.status == "running")
        connection.execute(update(runs).where(is_running).values(cancel_requested=True))


def request_best(connection: Connection, *, run: int) -> None:
    """Ask a run that searches for a model to try no further parameter set and go on with the best."""
    is_searching = (runs.c.id == run) & (runs.c.status == "running") & (runs.c.step == "train")
    connection.execute(update(runs).where(is_searching).values(best_requested=True))


def put_back(connection: Connection, *, run: int, at: datetime, reason: str) -> None:
    """Let an interrupted run wait again, to go on from its step; after too many attempts it has failed."""
    found = load_run(connection, run=run)
    if found.status != "running":
        return
    _end_open_steps(connection, run, "interrupted", at)
    if found.cancel_requested:
        finish(connection, run=run, status="cancelled", at=at)
    elif found.attempts >= MOST_ATTEMPTS:
        error = sentence(
            "The run was interrupted {attempts} times in step {step}: {reason}.",
            attempts=found.attempts,
            step=found.step or START,
            reason=reason,
        )
        finish(connection, run=run, status="failed", at=at, error=error)
    else:
        message = sentence("goes on from step {step}: {reason}", step=found.step or START, reason=reason)
        values = {"status": "queued", "worker": "", "message": message}
        connection.execute(update(runs).where(runs.c.id == run).values(**values))


def recover(connection: Connection, *, at: datetime) -> list[int]:
    """Put back the runs of workers that are gone. Only the holder of the lease may ask: nobody else is at work."""
    lost = list(connection.execute(select(runs.c.id).where(runs.c.status == "running").order_by(runs.c.id)).scalars())
    for run in lost:
        put_back(connection, run=run, at=at, reason=sentence("its worker stopped without a word"))
    return lost


def load_run(connection: Connection, *, run: int) -> Run:
    """A run by its number; raises InputError where there is none."""
    row = connection.execute(select(runs).where(runs.c.id == run)).one_or_none()
    if row is None:
        raise InputError(sentence("There is no run {run}.", run=run))
    return _run(row)


def list_runs(
    connection: Connection,
    *,
    status: tuple[str, ...] = (),
    kind: str = "",
    cause: str = "",
    limit: int = 100,
    offset: int = 0,
) -> list[Run]:
    """Runs, the newest first; an empty condition is left open."""
    query = select(runs).where(*_conditions(status, kind, cause)).order_by(runs.c.id.desc())
    return [_run(row) for row in connection.execute(query.limit(limit).offset(offset))]


def count_runs(connection: Connection, *, status: tuple[str, ...] = (), kind: str = "", cause: str = "") -> int:
    """How many runs there are under the same conditions."""
    query = select(func.count()).select_from(runs).where(*_conditions(status, kind, cause))
    return int(connection.execute(query).scalar() or 0)


def list_steps(connection: Connection, *, run: int) -> list[RunStep]:
    """The steps of a run in the order in which they began."""
    return list_all_steps(connection, numbers=[run]).get(run, [])


def list_all_steps(connection: Connection, *, numbers: Collection[int]) -> dict[int, list[RunStep]]:
    """The steps of several runs by run, in the order in which they began."""
    query = select(run_steps).where(run_steps.c.run_id.in_(numbers)).order_by(run_steps.c.started_at)
    found: dict[int, list[RunStep]] = {}
    for row in connection.execute(query):
        step = RunStep(row.name, row.status, row.started_at, row.finished_at, row.detail)
        found.setdefault(row.run_id, []).append(step)
    return found


def _beat(connection: Connection, run: int, values: Mapping[str, Any]) -> Wishes:
    connection.execute(update(runs).where(runs.c.id == run, runs.c.status == "running").values(**values))
    wishes = connection.execute(select(runs.c.cancel_requested, runs.c.best_requested).where(runs.c.id == run)).one()
    return Wishes(bool(wishes.cancel_requested), bool(wishes.best_requested))


def _conditions(status: tuple[str, ...], kind: str, cause: str) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [runs.c.status.in_(status)] if status else []
    wanted = {"kind": kind, "cause": cause}
    return found + [runs.c[name] == value for name, value in wanted.items() if value]


def _end_open_steps(connection: Connection, run: int, status: str, at: datetime) -> None:
    is_open = (run_steps.c.run_id == run) & (run_steps.c.status == "running")
    connection.execute(update(run_steps).where(is_open).values(status=status, finished_at=at))


def _run(row: Row[Any]) -> Run:
    wishes = {name: bool(row._mapping[name]) for name in ("cancel_requested", "best_requested")}
    return Run(**{**row._mapping, **wishes})
