"""The worker as a real process against a real feed over HTTP: exit codes, the last line, signals, a killed worker."""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest

from core import runs, store
from core.errors import StoreError
from core.loop import now
from core.settings import read_settings
from tests.conftest import listings

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.timeout(240)


class Shelf(BaseHTTPRequestHandler):
    """Hands out three batches a collection, as the feed does."""

    place = 0
    pause = 0.0
    batches = (listings(400, seed=1), listings(150, seed=2), listings(400, seed=3, price=450_000))

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        if path == "/restart_data_generation":
            Shelf.place = 0
            return self._answer(200, {"ok": True})
        if path != "/data":
            return self._answer(200, {"status": "OK"})
        time.sleep(Shelf.pause)
        if Shelf.place >= len(self.batches):
            return self._answer(400, {"detail": "Ya se recolectó toda la información minima necesaria"})
        Shelf.place += 1
        number = Shelf.place - 1
        return self._answer(200, {"group_number": 1, "batch_number": number, "data": self.batches[number]})

    def _answer(self, status: int, content: Any) -> None:
        body = orjson.dumps(content)
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def feed_url() -> Iterator[str]:
    Shelf.place, Shelf.pause = 0, 0.0
    server = ThreadingHTTPServer(("127.0.0.1", 0), Shelf)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


class House:
    """A DATA_DIR and the settings of a worker over it."""

    def __init__(self, folder: Path, feed_url: str) -> None:
        self.environ = {
            "DATA_DIR": str(folder),
            "FEED_URL": feed_url,
            "SEARCH_DRAWS": "1",
            "LEASE_SECONDS": "5",
            "CYCLE_EVERY": "off",
            "DRIFT_REFERENCE": "accumulated",
        }
        self.started: list[subprocess.Popen[str]] = []

    def start(self, *arguments: str, **settings: str) -> "subprocess.Popen[str]":
        kept = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "OPENBLAS_CORETYPE")}
        environ = kept | self.environ | {name.upper(): value for name, value in settings.items()}
        command = [sys.executable, str(ROOT / "worker.py"), *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        self.started.append(subprocess.Popen(command, cwd=ROOT, env=environ, text=True, **pipes))
        return self.started[-1]

    def run(self, *arguments: str, **settings: str) -> tuple[int, list[str], str]:
        process = self.start(*arguments, **settings)
        out, errors = process.communicate(timeout=200)
        return process.returncode, out.splitlines(), errors

    def engine(self) -> Any:
        return store.open_engine(read_settings(self.environ, None).raw_url)

    def until(self, is_so: Callable[[Any], object], seconds: float = 90.0) -> None:
        deadline, engine = time.monotonic() + seconds, self.engine()
        while True:
            # Until the worker has made them there are no tables to ask.
            with suppress(StoreError), store.reading(engine) as connection:
                if is_so(connection):
                    engine.dispose()
                    return
            assert time.monotonic() < deadline
            time.sleep(0.1)


@pytest.fixture
def house(tmp_path: Path, empty_registry: Path, feed_url: str) -> Iterator[House]:
    shutil.copytree(empty_registry, tmp_path, dirs_exist_ok=True)
    built = House(tmp_path, feed_url)
    yield built
    for process in built.started:
        process.kill()
        process.communicate(timeout=30)


def test_one_cycle_ends_with_one_line_of_json_and_its_log_on_stderr(house: House) -> None:
    code, lines, errors = house.run("--once")
    assert code == 0, errors
    assert len(lines) == 1
    outcome = json.loads(lines[-1])
    assert {"batch", "rows_stored", "rows_rejected", "retrain", "reason", "version", "promoted"} <= outcome.keys()
    assert (outcome["batch"], outcome["rows_stored"], outcome["version"], outcome["promoted"]) == (1, 400, 1, True)
    assert "INFO core.loop" in errors
    assert "INFO alembic" not in errors


def test_several_cycles_walk_through_the_feed_and_any_verdict_is_a_success(house: House) -> None:
    code, lines, errors = house.run("--cycles", "4", on_exhausted="stop")
    assert code == 0, errors
    outcomes = [json.loads(line) for line in lines]
    assert [outcome["number"] for outcome in outcomes] == [0, 1, 2, None]
    assert [outcome["retrain"] for outcome in outcomes] == [True, False, True, False]
    assert outcomes[3]["exhausted"]


def test_a_failed_step_is_exit_code_1_with_its_reason(house: House) -> None:
    code, lines, errors = house.run("--once", feed_url="http://127.0.0.1:9", feed_timeout="2s")
    assert code == 1
    assert json.loads(lines[-1])["status"] == "failed"
    assert "127.0.0.1:9" in json.loads(lines[-1])["error"]
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("arguments", "settings", "sentence"),
    [
        (["--once"], {"drift_limit": "abc"}, "DRIFT_LIMIT must be a number, got 'abc' (environment)."),
        (["--once"], {"contract": "/nowhere.toml"}, "The contract '/nowhere.toml' cannot be read"),
        (
            ["--once"],
            {"data_dir": "/dev/null/data"},
            "DATA_DIR must be a folder, got '/dev/null/data', which cannot be",
        ),
        (["--cycles", "0"], {}, "must be a whole number above 0, got '0'"),
        (["--twice"], {}, "unrecognized arguments: --twice"),
    ],
)
def test_wrong_settings_and_arguments_are_exit_code_2_and_one_sentence(
    house: House, arguments: list[str], settings: dict[str, str], sentence: str
) -> None:
    code, lines, errors = house.run(*arguments, **settings)
    assert code == 2
    assert lines == []
    assert sentence in errors
    assert "Traceback" not in errors


def test_a_second_worker_that_wants_a_cycle_is_told_who_has_the_lease(house: House) -> None:
    first = house.start()
    house.until(lambda connection: runs.list_workers(connection))
    try:
        code, _, errors = house.run("--once")
    finally:
        first.terminate()
        first.communicate(timeout=30)
    assert code == 3
    assert "is at work; its lease runs for" in errors


def test_a_worker_does_what_is_queued_and_goes_home_within_seconds_of_sigterm(house: House) -> None:
    worker = house.start()
    house.until(lambda connection: runs.list_workers(connection))
    engine = house.engine()
    with store.writing(engine) as connection:
        number = runs.enqueue(connection, kind="cycle", cause="operator", by="me", at=now())
    house.until(lambda connection: runs.load_run(connection, run=number).status == "succeeded")
    began = time.monotonic()
    worker.send_signal(signal.SIGTERM)
    worker.communicate(timeout=30)
    assert worker.returncode == 0
    assert time.monotonic() - began < 15
    with store.reading(engine) as connection:
        assert runs.list_workers(connection)[0]["stopped_at"] is not None


def test_the_schedule_asks_for_cycles_by_itself(house: House) -> None:
    worker = house.start(cycle_every="1s")
    try:
        house.until(lambda connection: len(runs.list_runs(connection, status=("succeeded",))) >= 2)
        with store.reading(house.engine()) as connection:
            assert {run.cause for run in runs.list_runs(connection)} == {"schedule"}
    finally:
        worker.terminate()
        worker.communicate(timeout=30)


def test_the_run_of_a_killed_worker_is_found_and_goes_on_from_its_step(house: House) -> None:
    worker = house.start()
    house.until(lambda connection: runs.list_workers(connection))
    with store.writing(house.engine()) as connection:
        number = runs.enqueue(connection, kind="cycle", cause="operator", by="me", at=now())
    house.until(lambda connection: any(step.name == "train" for step in runs.list_steps(connection, run=number)))
    worker.kill()
    worker.communicate(timeout=30)
    with store.reading(house.engine()) as connection:
        assert runs.load_run(connection, run=number).status == "running"
    again = house.start()
    try:
        house.until(lambda connection: runs.load_run(connection, run=number).status == "succeeded")
    finally:
        again.terminate()
        again.communicate(timeout=30)
    with store.reading(house.engine()) as connection:
        found = runs.load_run(connection, run=number)
        assert [step.status for step in runs.list_steps(connection, run=number)] == ["succeeded"] * 7
        assert len(store.list_batches(connection)) == 1
    assert found.attempts == 2
    assert found.outcome["version"] == 1
    assert Shelf.place == 1
