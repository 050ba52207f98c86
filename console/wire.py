"""What every door of the console shares: problem details, bodies with a limit, paths of this site, late doors."""

import asyncio
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send


class BodyTooLarge(Exception):
    """A request's body is larger than its door takes."""


def problem(
    status: int,
    detail: str,
    *,
    errors: Sequence[dict[str, Any]] = (),
    headers: dict[str, str] | None = None,
    **more: Any,
) -> Response:
    """An answer that says what is wrong, as RFC 9457 lays it out; ``errors`` has one entry for each bad field."""
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status, "detail": detail, **more}
    if errors:
        content["errors"] = list(errors)
    return JSONResponse(content, status, headers, "application/problem+json")


async def read_body(request: Request, limit: int) -> bytes:
    """The body of a request; raises BodyTooLarge as soon as more than ``limit`` bytes are announced or came."""
    announced = request.headers.get("content-length", "")
    if announced.isdigit() and int(announced) > limit:
        raise BodyTooLarge
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > limit:
            raise BodyTooLarge
    return bytes(body)


def local_path(target: str) -> str:
    """``target`` where it is a path of this site, otherwise ``/``: a sign-in must not lead to another site."""
    is_plain = target.isprintable() and "\\" not in target and target.isascii()
    parts = urlsplit(target) if is_plain else None
    is_local = parts is not None and not parts.scheme and not parts.netloc and target.startswith("/")
    return target if is_local and not target.startswith(("//", "/login", "/logout")) else "/"


class Deferred:
    """An ASGI app that is made on its first request: what it imports must not hold up the first page."""

    def __init__(self, make: Callable[[], ASGIApp]) -> None:
        self._make = make
        self._lock = asyncio.Lock()
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with the app."""
        async with self._lock:
            if self._app is None:
                self._app = await asyncio.to_thread(self._make)
        await self._app(scope, receive, send)
