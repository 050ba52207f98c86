"""A real console, started as `make run` starts it, and a real browser in front of it."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).parents[2]
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
SECONDS_TO_START = 90.0
PATIENT = 120_000
expect.set_options(timeout=PATIENT)


@dataclass
class Console:
    """A console as a process; it can be ended and started again over the same data."""

    folder: Path
    port: int
    settings: dict[str, str]
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        kept = {
            name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "OPENBLAS_CORETYPE")
        }
        environ = kept | {"DATA_DIR": str(self.folder / "data")} | self.settings
        command = [sys.executable, "-m", "streamlit", "run", "console/app.py", "--server.port", str(self.port)]
        with (self.folder / "log.txt").open("ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=log, stderr=log)
        self._wait_until_it_answers()

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(30)
            self.process = None

    def log(self) -> str:
        return (self.folder / "log.txt").read_text(encoding="utf-8", errors="replace")

    def _wait_until_it_answers(self) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        while time.monotonic() < deadline:
            assert self.process is not None
            assert self.process.poll() is None, self.log()
            try:
                urllib.request.urlopen(f"{self.url}/api/health", timeout=5)
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
            else:
                return
        raise AssertionError(self.log())


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """An embedded console with its worker and a small demo feed, on a free port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"DEMO_FEED_SCALE": "0.01", "SEARCH_DRAWS": "2", "CYCLE_EVERY": "off"}
    running = Console(tmp_path_factory.mktemp("console"), port, settings)
    running.start()
    yield running
    running.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium. Not for the whole session: Playwright's event loop keeps others from running theirs."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser, console: Console) -> Iterator[Page]:
    """A tab on the console that waits for a while where a run is under way."""
    context = browser.new_context(base_url=console.url, viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(PATIENT)
    tab = context.new_page()
    yield tab
    context.close()
