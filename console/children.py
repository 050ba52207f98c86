"""The processes that an embedded console starts: the demo feed, where no FEED_URL is set, and the worker.

They end with the console: by SIGTERM, by SIGKILL where that does not help in time, and by themselves where the console
was killed (``--with-parent``). One that ends unexpectedly is started again, the sooner the longer it had run. Several
consoles on one DATA_DIR each have their own demo feed, with a port file named after the console's process and removed
once read; they share the feed's state file, and the lease lets one of their workers work at a time.
"""

import asyncio
import logging
import os
import sys
import time
from codecs import getincrementaldecoder
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from console.process import Services
from core.settings import Settings
from core.words import sentence

ROOT = Path(__file__).parents[1]
SECRETS = ("CONSOLE_PASSWORD", "END_USER_PASSWORD", "SESSION_SECRET")
WRONG_SETTINGS, LEASE_HELD = 2, 3
LAST_WORDS = 2000
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Patience:
    """How long things may take, in seconds."""

    to_start: float = 60.0
    to_stop: float = 10.0
    first_pause: float = 1.0
    longest_pause: float = 60.0
    healthy_after: float = 60.0

    def next_pause(self, previous: float | None, ran_for: float) -> float:
        """The pause before a process is started again: it doubles until one has run for a while."""
        if previous is None or ran_for >= self.healthy_after:
            return self.first_pause
        return min(previous * 2, self.longest_pause)


PATIENCE = Patience()


@dataclass(frozen=True)
class Program:
    """A process to keep running: ``command`` and ``environment`` are asked for at each start."""

    name: str
    command: Callable[[], Sequence[str]]
    environment: Callable[[], Mapping[str, str]]


@asynccontextmanager
async def running_children(
    settings: Settings, services: Services, patience: Patience = PATIENCE
) -> AsyncIterator[None]:
    """Keep the embedded processes running while the context is open; entering it waits for nothing."""
    if not settings.embedded:
        yield
        return
    everything = asyncio.create_task(_run_all(settings, services, patience))
    try:
        yield
    finally:
        everything.cancel()
        with suppress(asyncio.CancelledError):
            await everything


async def _run_all(settings: Settings, services: Services, patience: Patience) -> None:
    try:
        async with asyncio.TaskGroup() as group:
            if settings.feed_url is None:
                await _start_demo_feed(group, settings, services, patience)
            worker = Program("worker", _worker_command, lambda: _environment(services.feed_url))
            group.create_task(keep_running(worker, services, patience))
    except ExceptionGroup:
        logger.exception("the embedded processes cannot be kept running")


async def _start_demo_feed(
    group: asyncio.TaskGroup, settings: Settings, services: Services, patience: Patience
) -> None:
    """Start the demo feed and wait, within limits, until its address is known."""
    folder = settings.data_dir.resolve()
    port_file = folder / f"demo_feed.{os.getpid()}.port"
    port_file.unlink(missing_ok=True)

    def command() -> list[str]:
        # Once it has an address it keeps it, since the worker knows it.
        known = services.feed_url
        where = ("--port", known.rpartition(":")[2]) if known else ("--port", "0", "--port-file", str(port_file))
        return ["-m", "core.demo_feed", *where, "--state", str(folder / "demo_feed.json"), "--with-parent"]

    feed = Program("demo feed", command, lambda: _environment(None))
    kept = group.create_task(keep_running(feed, services, patience))
    port = await _read_port(port_file, kept, patience.to_start)
    if port is None:
        logger.error("the demo feed has no address; the worker starts without a feed")
        services.problems.setdefault(
            feed.name, sentence("The demo feed did not start within {seconds:g} s.", seconds=patience.to_start)
        )
    else:
        services.feed_url = f"http://127.0.0.1:{port}"
        logger.info("the demo feed answers at %s", services.feed_url)


async def _read_port(port_file: Path, kept: "asyncio.Task[None]", seconds: float) -> int | None:
    deadline = time.monotonic() + seconds
    try:
        while time.monotonic() < deadline and not kept.done():
            with suppress(OSError, ValueError):
                return int(port_file.read_text(encoding="ascii"))
            await asyncio.sleep(0.05)
        return None
    finally:
        port_file.unlink(missing_ok=True)


def _worker_command() -> list[str]:
    return [str(ROOT / "worker.py"), "--with-parent"]


def _environment(feed_url: str | None) -> dict[str, str]:
    """Our own environment, without what only the console needs to know."""
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    added = {"PYTHONPATH": os.pathsep.join(paths)} | ({"FEED_URL": feed_url} if feed_url else {})
    return {name: value for name, value in os.environ.items() if name not in SECRETS} | added


async def keep_running(program: Program, services: Services, patience: Patience) -> None:
    """Run a program, again and again, until cancelled; wrong settings end it for good.

    ``services.problems`` has the program's last words from its unexpected end until it has run for a while.
    """
    pause: float | None = None
    while True:
        began = time.monotonic()
        code, words = await _run(program, services, patience)
        ran_for = time.monotonic() - began
        services.problems[program.name] = words or sentence(
            "The {program} ended with code {code}.", program=program.name, code=code
        )
        if code == WRONG_SETTINGS:
            logger.error("the %s ended with code 2, wrong settings, and is not started again", program.name)
            return
        pause = patience.longest_pause if code == LEASE_HELD else patience.next_pause(pause, ran_for)
        logger.warning("the %s ended with code %s and is started again in %g s", program.name, code, pause)
        await asyncio.sleep(pause)


async def _run(program: Program, services: Services, patience: Patience) -> tuple[int, str]:
    """Run a program to its end: its exit code and the last line that it wrote."""
    output, write_end = await _open_output()
    try:
        # A session of its own, or Ctrl-C in the terminal would reach it beside the console.
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, *program.command()),
            env=dict(program.environment()),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=write_end,
            stderr=write_end,
            start_new_session=True,
        )
    finally:
        os.close(write_end)
    logger.info("started the %s as process %s", program.name, process.pid)
    relayed = asyncio.create_task(_relay(output))
    well = asyncio.get_running_loop().call_later(patience.healthy_after, services.problems.pop, program.name, None)
    try:
        code = await process.wait()
        await asyncio.wait({relayed}, timeout=1)
        return code, relayed.result() if relayed.done() else ""
    finally:
        well.cancel()
        await _stop(process, patience.to_stop)
        relayed.cancel()


async def _open_output() -> tuple[asyncio.StreamReader, int]:
    """A pipe of our own: asyncio's would hold back a process's end while a process of its process has it open."""
    read_end, write_end = os.pipe()
    reader = asyncio.StreamReader()
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, os.fdopen(read_end, "rb", buffering=0))
    return reader, write_end


async def _relay(output: asyncio.StreamReader) -> str:
    """Pass on to our stderr what a process writes; its last line."""
    decoder, tail = getincrementaldecoder("utf-8")("replace"), ""
    while chunk := await output.read(65536):
        text = decoder.decode(chunk)
        sys.stderr.write(text)
        sys.stderr.flush()
        tail = (tail + text)[-LAST_WORDS:]
    lines = tail.strip().splitlines()
    return lines[-1] if lines else ""


async def _stop(process: asyncio.subprocess.Process, seconds: float) -> None:
    if process.returncode is not None:
        return
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        logger.warning("process %s did not stop within %g s and is killed", process.pid, seconds)
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
