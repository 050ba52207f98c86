"""Every page in AppTest, over an empty store and over one that three batches went through."""

import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import cast

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from console import process
from core import runs, store
from core.feed import Feed
from core.loop import now, open_loop
from core.registry import open_registry
from core.settings import read_settings
from tests.conftest import listings
from tests.integration.conftest import ShelfFeed, cycle, sold_again

ROOT = Path(__file__).parents[2]
Open = Callable[..., AppTest]


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b'{"status": "OK"}')

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="session")
def feed_url() -> Iterator[str]:
    """A feed that is there."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Healthy)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="session")
def empty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("empty")
    open_registry(read_settings({"DATA_DIR": str(folder)}, None)).initialise()
    return folder


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory, empty_folder: Path) -> Path:
    """Three batches, of which the first and the last were trained on; some rows were rejected."""
    folder = tmp_path_factory.mktemp("filled")
    shutil.copy(empty_folder / "mlflow.db", folder / "mlflow.db")
    first = listings(700, seed=1)
    broken = [{**first[0], "price": "dear"}, {**first[1], "street": "x" * 99}]
    quiet = [*listings(200, seed=2), *sold_again(first[:50]), *broken]
    dear = [*listings(700, seed=3, price=420_000), {**first[2], "city": "Newtown", "price": 500.0}]
    loop = open_loop(read_settings({"DATA_DIR": str(folder), "SEARCH_DRAWS": "2"}, None))
    loop = replace(loop, feed=cast(Feed, ShelfFeed([first, quiet, dear])))
    with pytest.MonkeyPatch.context() as patched:
        # The tests number the versions: one a training, the first of which has none ahead of its search.
        patched.setattr("core.loop.starting.begin_with", lambda *_: None)
        for _ in range(3):
            cycle(loop)
    loop.raw.dispose()
    loop.clean.dispose()
    return folder


@pytest.fixture
def open_console(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, feed_url: str) -> Iterator[Open]:
    """Opens a page over a copy of a folder of its own; keywords are settings.

    A copy for each opening: MLflow keeps its database open, and a file that is copied over one that is read is torn.
    """
    copies = count(1)

    def open_page(
        folder: Path, script: str = "overview", query: dict[str, str] | None = None, **settings: str
    ) -> AppTest:
        copy = shutil.copytree(folder, tmp_path / f"data{next(copies)}")
        environ = {"DATA_DIR": str(copy), "FEED_URL": feed_url, "EMBEDDED": "false", "LEASE_SECONDS": "1h"}
        for name, value in (environ | {name.upper(): value for name, value in settings.items()}).items():
            monkeypatch.setenv(name, value)
        close()
        monkeypatch.setattr(process, "SECONDS_BEFORE_WARMING", 3600.0)
        with store.writing(process.the_world().raw) as connection:
            runs.beat_worker(connection, name="test:1", at=now())
        page = AppTest.from_file(str(ROOT / "console" / "shell.py"), default_timeout=60)
        if script != "overview":
            page.switch_page(f"../pages/{script}.py")
        for name, value in (query or {}).items():
            page.query_params[name] = value
        return page.run()

    yield open_page
    close()


def close() -> None:
    """Have the process read its settings and open its world again."""
    if process._world.cache_info().currsize:
        process.the_world().raw.dispose()
        process.the_world().clean.dispose()
    for made in (process._settings, process._contract, process._access, process._world, process._predictor):
        made.cache_clear()
    process.the_services.cache_clear()
    process.warm_up.cache_clear()
    process.contract_in.cache_clear()
    st.cache_data.clear()
    st.cache_resource.clear()


def texts(page: AppTest) -> str:
    """Everything that a page says."""
    parts = [*page.title, *page.header, *page.markdown, *page.caption, *page.error, *page.success, *page.info]
    parts += [*page.warning]
    metrics = [f"{metric.label} {metric.value}" for metric in page.metric]
    return "\n".join([*(str(part.value) for part in parts), *metrics]).replace("\\", "")


def waiting(page: AppTest) -> list[tuple[str, dict[str, object]]]:
    """Kind and parameters of the runs in the queue."""
    assert page is not None
    with store.reading(process.the_world().raw) as connection:
        return [(run.kind, dict(run.parameters)) for run in runs.list_runs(connection, status=("queued",))]


def button(page: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(found for found in page.button if label in found.label)
