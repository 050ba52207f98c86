"""Each service that the console stands on: is it there, and where can a reader look at it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from console import process
from console.formats import without_password
from core import runs, store
from core.errors import ConsoleError, FeedUnavailable, RegistryError
from core.feed import open_feed
from core.loop import Loop
from core.words import sentence

WORKER = sentence("Worker")
START_ONE = sentence("Start one with: python worker.py")


@dataclass(frozen=True)
class Service:
    """A service, in English: ``detail`` is one sentence, what is wrong where it is not well; ``link`` is for a browser.

    ``seen_at`` is when a worker was last heard of.
    """

    name: str
    is_well: bool
    detail: str
    link: str | None = None
    seen_at: datetime | None = None


def check_services() -> list[Service]:
    """The feed, both databases, MLflow and the worker, asked now."""
    world = process.the_world()
    return [
        _checked(sentence("Feed"), lambda: _feed(world), process.feed_url()),
        _checked(sentence("Raw database"), lambda: _database(world, "raw")),
        _checked(sentence("Clean database"), lambda: _database(world, "clean")),
        _checked(sentence("MLflow"), lambda: _mlflow(world), world.settings.mlflow_link),
        _worker(world),
    ]


def answers_again(error: ConsoleError) -> bool:
    """Whether what an error told of as away is there now: the databases, or MLflow."""
    try:
        world = process.the_world()
        if isinstance(error, RegistryError):
            world.registry.check()
        else:
            for engine in (world.raw, world.clean):
                with store.reading(engine):
                    pass
    except ConsoleError:
        return False
    return True


def _checked(name: str, check: Callable[[], str], link: str | None = None) -> Service:
    try:
        return Service(name, True, check(), link)
    except ConsoleError as error:
        return Service(name, False, str(error), link)


def _feed(world: Loop) -> str:
    url = process.feed_url()
    problem = process.the_services().problems.get("demo feed")
    if world.settings.feed_url is None and problem:
        raise FeedUnavailable(sentence("The demo feed is not running: {problem}", problem=problem))
    if url is None and world.settings.embedded:
        raise FeedUnavailable(sentence("The demo feed is still starting; it takes a few seconds."))
    if url is None:
        raise FeedUnavailable(
            sentence("No feed is configured: set FEED_URL to its address; python -m core.demo_feed starts one.")
        )
    open_feed(world.settings, url).check()
    if world.settings.feed_url is not None:
        return sentence("Answers.")
    file = world.settings.demo_feed_csv
    generated = sentence("Demo feed with generated listings.")
    return sentence("Demo feed with the listings of {file}.", file=Path(file).name) if file else generated


def _database(world: Loop, which: str) -> str:
    engine = world.raw if which == "raw" else world.clean
    with store.reading(engine):
        return f"{engine.url.get_backend_name()}: {Path(engine.url.database or '').name}"


def _mlflow(world: Loop) -> str:
    world.registry.check()
    return (
        without_password(world.settings.tracking_uri)
        if world.settings.mlflow_tracking_uri
        else sentence("Local store in DATA_DIR.")
    )


def _worker(world: Loop) -> Service:
    """Well where a worker has beaten its heart lately; of several, one works and the others wait for its lease."""
    at = world.clock()
    with store.reading(world.raw) as connection:
        workers = runs.list_workers(connection, limit=1)
    problem = process.the_services().problems.get("worker", "")
    if not workers:
        waiting = sentence("It is starting; it takes a few seconds.") if world.settings.embedded else START_ONE
        return Service(WORKER, False, problem or waiting)
    last = workers[0]
    patience = timedelta(seconds=max(15.0, world.settings.lease_seconds / 2))
    if last["stopped_at"] is None and at - last["heartbeat_at"] < patience:
        return Service(WORKER, True, sentence("At work as {name}.", name=last["name"]), seen_at=last["heartbeat_at"])
    silent = sentence("It is silent. {advice}", advice=START_ONE)
    return Service(WORKER, False, problem or silent, seen_at=None if problem else last["heartbeat_at"])
