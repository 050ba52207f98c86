"""A measured process that asks a service for predictions, several clients at once, each waiting for its answer."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from typing import Any

from benchmarks.measuring import Found, MeasurementFailed, quantile

WARM_UP = 3
HEADERS = {"Content-Type": "application/json"}


def drive(port: int, path: str, bodies: list[Any], clients: int, calls: int) -> Found:
    """p50 and p95 of a call in ms, and the calls a second that were sustained, over ``calls`` calls in all."""
    _call(port, path, bodies, WARM_UP)
    began = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        each = list(pool.map(lambda _: _call(port, path, bodies, calls // clients), range(clients)))
    seconds = time.perf_counter() - began
    times = [taken for taken_by_one in each for taken in taken_by_one]
    p50, p95 = 1000 * quantile(times, 0.5), 1000 * quantile(times, 0.95)
    return {"seconds": seconds, "p50": p50, "p95": p95, "rate": len(times) / seconds}


def _call(port: int, path: str, bodies: list[Any], calls: int) -> list[float]:
    """One client on one connection; the seconds of each of its calls."""
    connection, taken = HTTPConnection("127.0.0.1", port, timeout=120), []
    for number in range(calls):
        body = json.dumps(bodies[number % len(bodies)])
        began = time.perf_counter()
        connection.request("POST", path, body, HEADERS)
        answer = connection.getresponse()
        content = answer.read()
        taken.append(time.perf_counter() - began)
        if answer.status != 200:
            raise MeasurementFailed(f"{path} answered {answer.status}: {content[:300]!r}")
    connection.close()
    return taken
