"""The embedded processes, as real processes: short scripts in the places of the worker and the demo feed."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from console.children import Patience, Program, keep_running, running_children
from console.process import Services
from core.settings import Settings

PATIENCE = Patience(to_start=20.0, to_stop=2.0, first_pause=0.02, longest_pause=0.08, healthy_after=30.0)
NOTE = """
import json, os, signal, sys, time
def note(**facts):
    with open({log!r}, "a") as file:
        file.write(json.dumps(dict(name={name!r}, pid=os.getpid(), **facts)) + chr(10))
note(arguments=sys.argv[1:], feed=os.environ.get("FEED_URL"), password=os.environ.get("CONSOLE_PASSWORD"),
     secret=os.environ.get("SESSION_SECRET"),
     end_user=os.environ.get("END_USER_PASSWORD"), cwd=os.getcwd(), kept=os.environ.get("KEPT"))
"""
STAYS = "time.sleep(60)\n"
DEAF = "signal.signal(signal.SIGTERM, lambda *_: note(deaf=True)); note(ready=True)\nwhile True: time.sleep(60)\n"
FEED = """
port = sys.argv[sys.argv.index("--port") + 1]
if "--port-file" in sys.argv:
    open(sys.argv[sys.argv.index("--port-file") + 1], "w").write("4711" if port == "0" else port)
"""


class House:
    """A folder with a worker.py and a core/demo_feed.py of our own, and what they noted down."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.log = root / "log"
        self.settings = Settings(data_dir=root / "data")
        self.services = Services()
        (root / "core").mkdir()
        # The console makes it at its start, or says why it cannot.
        self.settings.data_dir.mkdir()
        self.put("worker", STAYS)
        self.put("feed", FEED + STAYS)

    def put(self, name: str, body: str) -> None:
        file = self.root / ("worker.py" if name == "worker" else "core/demo_feed.py")
        file.write_text(NOTE.format(log=str(self.log), name=name) + body, encoding="utf-8")

    def notes(self, name: str, key: str = "arguments") -> list[dict[str, Any]]:
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        found = [json.loads(line) for line in lines]
        return [note for note in found if note["name"] == name and key in note]

    async def until(self, is_so: Callable[[], object], seconds: float = 20.0) -> None:
        deadline = time.monotonic() + seconds
        while not is_so():
            assert time.monotonic() < deadline, f"{self.notes('worker')} {self.notes('feed')} {self.services}"
            await asyncio.sleep(0.02)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("console.children.ROOT", tmp_path)
    return House(tmp_path)


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def run(story: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(story, 60))


def test_the_feed_starts_first_and_the_worker_gets_its_address(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONSOLE_PASSWORD", "END_USER_PASSWORD", "SESSION_SECRET", "KEPT"):
        monkeypatch.setenv(name, "value")

    async def story() -> None:
        async with running_children(house.settings, house.services, PATIENCE):
            await house.until(lambda: house.notes("worker"))

    run(story())
    (feed,), (worker,) = house.notes("feed"), house.notes("worker")
    assert house.services.feed_url == worker["feed"] == "http://127.0.0.1:4711"
    assert worker["arguments"] == ["--with-parent"]
    assert feed["arguments"][-1] == "--with-parent"
    assert worker["cwd"] == os.getcwd()
    assert (worker["password"], worker["secret"], worker["kept"]) == (None, None, "value")
    assert worker["end_user"] is None
    assert not is_alive(feed["pid"])
    assert not is_alive(worker["pid"])
    assert list((house.root / "data").iterdir()) == [], "the port file is removed once read"


def test_with_an_address_of_a_feed_there_is_no_demo_feed(house: House) -> None:
    settings = house.settings.model_copy(update={"feed_url": "http://127.0.0.1:1"})

    async def story() -> None:
        async with running_children(settings, house.services, PATIENCE):
            await house.until(lambda: house.notes("worker"))

    run(story())
    assert house.notes("feed") == []


def test_a_console_that_is_not_embedded_starts_nothing(house: House) -> None:
    async def story() -> None:
        async with running_children(house.settings.model_copy(update={"embedded": False}), house.services, PATIENCE):
            await asyncio.sleep(0.3)

    run(story())
    assert not house.log.exists()


def test_the_console_does_not_wait_for_them(house: House) -> None:
    house.put("feed", STAYS)

    async def story() -> None:
        began = time.monotonic()
        async with running_children(house.settings, house.services, PATIENCE):
            assert time.monotonic() - began < 0.2
            await house.until(lambda: house.notes("feed"))

    run(story())
    assert not is_alive(house.notes("feed")[0]["pid"])


def test_a_worker_that_dies_is_started_again_with_longer_pauses(house: House) -> None:
    house.put("worker", "sys.exit('out of luck')\n")

    async def story() -> None:
        async with running_children(house.settings, house.services, PATIENCE):
            await house.until(lambda: len(house.notes("worker")) >= 4)

    run(story())
    assert len({note["pid"] for note in house.notes("worker")}) >= 4
    assert house.services.problems["worker"] == "out of luck"


def test_pauses_double_up_to_the_longest_and_begin_anew_after_a_good_while() -> None:
    patience, pauses = Patience(), [1.0]
    for _ in range(8):
        pauses.append(patience.next_pause(pauses[-1], ran_for=0.1))
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert patience.next_pause(None, 0.1) == 1
    assert patience.next_pause(60, ran_for=61) == 1


def test_a_worker_killed_from_outside_is_back(house: House) -> None:
    async def story() -> None:
        async with running_children(house.settings, house.services, PATIENCE):
            await house.until(lambda: house.notes("worker"))
            os.kill(house.notes("worker")[0]["pid"], signal.SIGKILL)
            await house.until(lambda: len(house.notes("worker")) == 2)

    run(story())
    assert house.notes("worker")[1]["feed"] == "http://127.0.0.1:4711"


def test_a_feed_that_comes_back_keeps_its_address(house: House) -> None:
    async def story() -> None:
        async with running_children(house.settings, house.services, PATIENCE):
            await house.until(lambda: house.notes("worker"))
            os.kill(house.notes("feed")[0]["pid"], signal.SIGKILL)
            await house.until(lambda: len(house.notes("feed")) == 2)

    run(story())
    first, second = (note["arguments"] for note in house.notes("feed"))
    assert first[:2] == ["--port", "0"]
    assert second[:2] == ["--port", "4711"]
    assert len(house.notes("worker")) == 1


def test_wrong_settings_are_not_tried_twice(house: House) -> None:
    house.put("feed", "sys.stderr.write('DEMO_FEED_CSV is no CSV.\\n'); sys.exit(2)\n")

    async def story() -> None:
        async with running_children(house.settings, house.services, PATIENCE):
            await house.until(lambda: house.notes("worker"))
            await asyncio.sleep(0.3)

    run(story())
    assert len(house.notes("feed")) == 1
    assert house.services.problems["demo feed"] == "DEMO_FEED_CSV is no CSV."
    assert house.services.feed_url is None
    assert house.notes("worker")[0]["feed"] is None, "the worker still trains and promotes"


def test_a_feed_that_never_says_where_it_is_does_not_hold_up_the_worker_for_ever(house: House) -> None:
    house.put("feed", STAYS)
    patience = Patience(to_start=0.3, to_stop=2.0)

    async def story() -> None:
        async with running_children(house.settings, house.services, patience):
            await house.until(lambda: house.notes("worker"))

    run(story())
    assert "did not start" in house.services.problems["demo feed"]


def test_where_another_worker_is_at_work_ours_asks_again_after_the_longest_pause(house: House) -> None:
    house.put("worker", "sys.exit(3)\n")
    patience = Patience(to_start=20, to_stop=2, first_pause=0.0, longest_pause=30.0)

    async def story() -> None:
        async with running_children(house.settings, house.services, patience):
            await house.until(lambda: house.services.problems)
            await asyncio.sleep(0.5)

    run(story())
    assert len(house.notes("worker")) == 1


def test_a_process_that_does_not_listen_is_killed(house: House) -> None:
    house.put("worker", DEAF)
    patience = Patience(to_start=20, to_stop=0.4)

    async def story() -> None:
        async with running_children(house.settings, house.services, patience):
            await house.until(lambda: house.notes("worker", "ready"))

    run(story())
    assert house.notes("worker", "deaf")
    assert not is_alive(house.notes("worker")[0]["pid"])


def test_a_process_of_a_process_that_lives_on_does_not_hold_up_the_end(house: House) -> None:
    house.put(
        "worker",
        "import subprocess\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(30)'])\n"
        "note(child=child.pid)\n" + STAYS,
    )

    async def story() -> None:
        async with running_children(house.settings, house.services, PATIENCE):
            await house.until(lambda: house.notes("worker", "child"))

    began = time.monotonic()
    run(story())
    os.kill(house.notes("worker", "child")[0]["child"], signal.SIGKILL)
    assert time.monotonic() - began < 15


def test_what_they_write_is_passed_on_to_our_stderr(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    house.put(
        "worker", "print('to stdout', flush=True); sys.stderr.write('to stderr\\n')\n" + "x = 'é' * 70000\nprint(x)\n"
    )

    async def story() -> None:
        async with running_children(house.settings, house.services, PATIENCE):
            await house.until(lambda: house.services.problems)

    run(story())
    shown = capsys.readouterr()
    assert "to stdout" in shown.err
    assert "to stderr" in shown.err
    assert shown.out == ""
    assert house.services.problems["worker"] == "é" * 1999, "the last line, cut"


def test_a_problem_is_forgotten_once_the_program_has_run_for_a_while(tmp_path: Path) -> None:
    services = Services(problems={"program": "It was out of luck."})
    program = Program("program", lambda: ["-c", "import time; time.sleep(60)"], lambda: dict(os.environ))
    patience = Patience(to_stop=2.0, healthy_after=0.2)

    async def story() -> None:
        task = asyncio.create_task(keep_running(program, services, patience))
        await asyncio.sleep(0.05)
        assert services.problems
        deadline = time.monotonic() + 20
        while services.problems and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        assert not services.problems
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    run(story())


def test_a_second_console_has_its_own_port_file(house: House) -> None:
    async def story() -> None:
        async with running_children(house.settings, house.services, PATIENCE):
            await house.until(lambda: house.notes("feed"))

    run(story())
    arguments = house.notes("feed")[0]["arguments"]
    assert arguments[arguments.index("--port-file") + 1].endswith(f"demo_feed.{os.getpid()}.port")
    assert arguments[arguments.index("--state") + 1] == str(house.root / "data" / "demo_feed.json")
