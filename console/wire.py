"""What every door of the console shares: problem details, bodies with a limit, paths of this site, late doors."""

import asyncio
import re
from collections.abc import Callable, Sequence
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.types import ASGIApp, Receive, Scope, Send

from console import language
from console.language import told

REQUEST_ID = "X-Request-ID"
GOOD_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)


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
    """An answer that says what is wrong, as RFC 9457 lays it out; ``errors`` has one entry for each bad field.

    ``detail`` and those of ``errors`` are the English sentences; they are told in the language of the request.
    """
    title = HTTPStatus(status).phrase
    content = {"type": "about:blank", "title": title, "status": status, "detail": told(detail), **more}
    if errors:
        content["errors"] = [{**error, "detail": told(error["detail"])} for error in errors]
    spoken = {"Content-Language": language.current(), "Vary": "Accept-Language, Cookie"}
    return JSONResponse(content, status, {**spoken, **(headers or {})}, "application/problem+json")


def language_tag(connection: HTTPConnection) -> str:
    """The language to answer a request in: the one chosen in this browser, or what the request accepts."""
    wanted = language.accepted(connection.headers.get("accept-language", ""))
    return language.choose(connection.cookies.get(language.COOKIE), wanted)


def request_id_of(connection: HTTPConnection) -> str:
    """The id of a request: the client's own where it sent a good one, otherwise a new one."""
    given = connection.headers.get(REQUEST_ID, "")
    return given if GOOD_ID.fullmatch(given) else uuid4().hex


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


def doors_of_programs(api: ASGIApp, metrics: ASGIApp) -> list[BaseRoute]:
    """Where programs come in: also an address without, or with, the slash at its end is none of a page."""
    paths = ("/metrics", "/metrics/")
    return [Mount("/api", api), Route("/api", api), *(Route(path, metrics, methods=["GET"]) for path in paths)]
