"""The demo feed as a process, and the real client against it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import FeedExhausted, FeedUnavailable
from core.feed import Feed, open_feed
from core.settings import read_settings

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "core.demo_feed"]
Start = Callable[..., "DemoProcess"]


class DemoProcess:
    """A running demo feed; keywords are settings."""

    def __init__(self, folder: Path, *options: str, **settings: str) -> None:
        self.port_file = folder / "ports" / "demo.port"
        self.port_file.unlink(missing_ok=True)
        self.errors = (folder / "stderr.txt").open("w")
        command = [*COMMAND, "--port", "0", "--port-file", str(self.port_file), *options]
        self.process = subprocess.Popen(command, cwd=folder, env=environment(**settings), stderr=self.errors)

    def url(self) -> str:
        """Its address, once it is known."""
        deadline = time.monotonic() + 20
        while not self.port_file.exists():
            assert self.process.poll() is None, "the demo feed ended"
            assert time.monotonic() < deadline
            time.sleep(0.02)
        text = self.port_file.read_text(encoding="ascii")
        assert text.isdigit()
        return f"http://127.0.0.1:{text}"

    def end(self, number: int = signal.SIGTERM) -> tuple[int, float]:
        """Its exit code and how many seconds it took to end."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = self.process.wait(10)
        return code, time.monotonic() - began


def environment(**settings: str) -> dict[str, str]:
    """Our own, without settings but these."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    small = {"PYTHONPATH": str(ROOT), "DEMO_FEED_SCALE": "0.001"}
    return kept | small | {name.upper(): value for name, value in settings.items()}


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[DemoProcess] = []

    def begin(*options: str, **settings: str) -> DemoProcess:
        started.append(DemoProcess(tmp_path, *options, **settings))
        return started[-1]

    yield begin
    for demo in started:
        demo.process.kill()
        demo.process.wait()
        demo.errors.close()


def client(url: str, folder: Path) -> Feed:
    return open_feed(read_settings({"DATA_DIR": str(folder), "FEED_TIMEOUT": "10"}, None), url)


def test_the_client_walks_through_all_batches_to_the_end_and_begins_again(start: Start, tmp_path: Path) -> None:
    feed = client(start().url(), tmp_path)
    feed.check()
    batches = []
    for _ in range(6):
        batches.append(feed.next_batch())
        feed.settle(batches[-1])
    assert [batch.number for batch in batches] == [0, 1, 2, 3, 4, 5]
    assert [len(batch.rows) for batch in batches] == [74, 95, 230, 4, 321, 361]
    assert len({batch.content_hash for batch in batches}) == 6
    with pytest.raises(FeedExhausted):
        feed.next_batch()
    feed.restart()
    again = feed.next_batch()
    assert (again.number, again.content_hash) == (0, batches[0].content_hash)
    assert feed.pending() == again


def test_with_a_state_file_a_killed_feed_goes_on_where_it_was(start: Start, tmp_path: Path) -> None:
    state = tmp_path / "state" / "demo_feed.json"
    killed = start("--state", str(state))
    assert client(killed.url(), tmp_path).next_batch().number == 0
    killed.end(signal.SIGKILL)
    assert json.loads(state.read_text()) == {"1": 1}
    assert client(start("--state", str(state)).url(), tmp_path).next_batch().number == 1


def test_a_signal_ends_it_within_a_second(start: Start, tmp_path: Path) -> None:
    demo = start()
    url = demo.url()
    code, seconds = demo.end()
    assert code == 0
    assert seconds < 1.0
    with pytest.raises(FeedUnavailable):
        client(url, tmp_path).check()


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    port_file = tmp_path / "demo.port"
    command = [*COMMAND, "--port", "0", "--port-file", str(port_file), "--with-parent"]
    starter = f"import subprocess, sys, time; print(subprocess.Popen({command!r}).pid, flush=True); time.sleep(60)"
    parent = subprocess.Popen([sys.executable, "-c", starter], stdout=subprocess.PIPE, env=environment(), cwd=tmp_path)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    until(port_file.exists)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    until(lambda: not is_alive(child))


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_alive(pid: int) -> bool:
    """Whether a process runs: one that ended and that nobody has waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"demo_feed_csv": "absent.csv"}, "The file of DEMO_FEED_CSV, absent.csv, cannot be read"),
        ({"demo_feed_csv": "bad.csv"}, "The file of DEMO_FEED_CSV, bad.csv, lacks the columns brokered_by"),
        ({"demo_feed_scale": "2"}, "DEMO_FEED_SCALE must be a number of at most 1, got '2' (environment)."),
    ],
)
def test_wrong_settings_end_it_with_one_sentence_and_code_2(
    tmp_path: Path, settings: dict[str, str], words: str
) -> None:
    (tmp_path / "bad.csv").write_text("price,bed\n1,2\n")
    ended = subprocess.run(
        [*COMMAND, "--port", "0"], cwd=tmp_path, env=environment(**settings), capture_output=True, text=True, timeout=20
    )
    assert ended.returncode == 2
    assert ended.stderr.startswith(words)
    assert ended.stderr.count("\n") == 1
    assert ended.stdout == ""


def test_an_address_or_a_file_that_cannot_be_used_ends_it_with_one_sentence_and_code_1(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        (tmp_path / "folder").write_text("a file where the folder should be")
        for options in (["--port", port], ["--port", "0", "--state", "folder/state.json"]):
            ended = subprocess.run(
                [*COMMAND, *options], cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=20
            )
            assert ended.returncode == 1
            assert ended.stderr.count("\n") == 1
            assert ended.stderr.startswith(f"The demo feed cannot serve at 127.0.0.1:{options[1]}: ")


def test_a_csv_file_is_handed_out_in_as_many_batches_as_asked_for(start: Start, tmp_path: Path) -> None:
    names = "brokered_by,status,price,bed,bath,acre_lot,street,city,state,zip_code,house_size,prev_sold_date"
    lines = [f"1.0,sold,{price},3,2,0.1,{price}.0,Ponce,Puerto Rico,00716,900.0," for price in range(1, 6)]
    (tmp_path / "rows.csv").write_text("\n".join([names, *lines]))
    feed = client(start(demo_feed_csv="rows.csv", demo_feed_batches="2").url(), tmp_path)
    first, second = feed.next_batch(), feed.next_batch()
    assert [row["price"] for row in first.rows + second.rows] == [1.0, 2.0, 3.0, 4.0, 5.0]
    assert first.rows[0]["zip_code"] == "00716"
    assert first.rows[0]["prev_sold_date"] is None
    with pytest.raises(FeedExhausted):
        feed.next_batch()
