"""How many requests one client may send: a bucket of tokens for each (RFC 6585's 429 where it is empty)."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from console.access import client_of
from console.wire import problem
from core.words import sentence

CLIENTS = 10_000
# A probe must be answered whoever else asks from the same address.
FREE = ("/health", "/ready")


class Buckets:
    """Tokens by client: ``rate`` come in a second, at most ``burst`` are kept; a rate of 0 is no limit."""

    def __init__(self, rate: float, burst: int, clock: Callable[[], float] = time.monotonic) -> None:
        self.rate, self.burst, self._clock = rate, burst, clock
        self._left: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, client: str) -> float:
        """Take one of the client's tokens: 0, or how many seconds are left until there is one."""
        if not self.rate:
            return 0.0
        now = self._clock()
        left, at = self._left.pop(client, (float(self.burst), now))
        left = min(float(self.burst), left + (now - at) * self.rate)
        wait = 0.0 if left >= 1 else (1 - left) / self.rate
        self._left[client] = (left if wait else left - 1, now)
        if len(self._left) > CLIENTS:
            self._left.popitem(last=False)
        return wait


class RateLimit:
    """ASGI middleware: refuses a client that asks more often than its bucket allows, before its body is read."""

    def __init__(self, app: ASGIApp, buckets: Buckets) -> None:
        self.app = app
        self.buckets = buckets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it with 429."""
        wait = 0.0
        if scope["type"] == "http" and not scope["path"].endswith(FREE):
            wait = self.buckets.take(client_of(HTTPConnection(scope)))
        if wait == 0:
            await self.app(scope, receive, send)
            return
        detail = sentence(
            "At most {rate:g} requests a second are taken from one client; try again later.", rate=self.buckets.rate
        )
        headers = {"Retry-After": str(math.ceil(wait))}
        more: dict[str, Any] = {"stored": False} if scope["method"] == "POST" else {}
        answer = problem(429, detail, headers=headers, request_id=scope["request_id"], **more)
        await answer(scope, receive, send)
