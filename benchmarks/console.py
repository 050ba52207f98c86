"""Programs to measure from outside: the console, a worker, and others that answer on a port."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.child import status_mb
from benchmarks.measuring import ROOT, MeasurementFailed
from benchmarks.world import World

SECONDS_TO_START, SECONDS_TO_STOP = 120.0, 15.0


@dataclass(frozen=True)
class Program:
    """A running program: its process, its port, when it was started and how long it took until it answered."""

    process: int
    port: int
    started_at: float
    seconds_to_answer: float

    def memory_mb(self) -> float:
        """Its resident set now, in MB."""
        return status_mb("VmRSS", str(self.process))


@contextmanager
def running_console(world: World, **settings: str) -> Iterator[Program]:
    """The console alone, without the processes that an embedded one starts."""
    port = free_port()
    command = ["-m", "streamlit", "run", "console/app.py", "--server.port", str(port)]
    with running(command, world.environment(**settings), world, port, "/_stcore/health") as program:
        yield program


@contextmanager
def running(
    arguments: Sequence[str], environment: Mapping[str, str], world: World, port: int, path: str
) -> Iterator[Program]:
    """A Python program, ready when it answers at ``path`` (at once where that is ""); ended with its children."""
    log = Path(world.folder) / f"program{port}.log"
    paths = {"PATH": f"{Path(sys.executable).parent}:{os.defpath}", "PYTHONPATH": str(ROOT), "HOME": world.folder}
    with log.open("wb") as output:
        started_at = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, *arguments],
            cwd=ROOT,
            env={**paths, **environment},
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        _wait_for(process, port, path)
        yield Program(process.pid, port, started_at, time.perf_counter() - started_at)
    except MeasurementFailed as error:
        said = log.read_text(errors="replace")[-3000:]
        raise MeasurementFailed(f"{said}\n{error}") from error
    finally:
        _end(process)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _wait_for(process: "subprocess.Popen[bytes]", port: int, path: str) -> None:
    deadline = time.perf_counter() + SECONDS_TO_START
    while path and not _is_answering(port, path):
        if process.poll() is not None or time.perf_counter() > deadline:
            raise MeasurementFailed(f"{process.args} did not start.")
        time.sleep(0.02)


def _is_answering(port: int, path: str) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End the program and the processes of its session that it leaves."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(SECONDS_TO_STOP)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
