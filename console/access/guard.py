"""The guard in front of every page, part of a page, route of the API and websocket."""

from typing import Any
from urllib.parse import SplitResult, quote, urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console import plain
from console.access.reach import client_of, is_loopback
from console.access.sessions import Access
from console.access.users import PARTS, PRICES, PROGRAM, may_open
from console.language import _, speaking, told
from console.wire import REQUEST_ID, language_tag, problem, request_id_of
from core.words import sentence

OPEN_PATHS = ("/login", "/api/health", "/api/ready")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
SIGNED_OUT = sentence("You are signed out. Load this page again to sign in.")
LOCAL_ONLY = sentence("This console has no password and answers to the addresses of its own machine alone.")
OTHER_SITE = sentence("A page of another site sent this request; open the console itself.")
STRANGER = sentence(
    "Send API_TOKEN, or the password where no token is set, as Authorization: Bearer; or sign in at /login."
)
FOR_OPERATORS = sentence("This is for operators: with your password you can ask for prices.")
HEADERS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "SAMEORIGIN", "Referrer-Policy": "same-origin"}


class Guard:
    """ASGI middleware over pages, parts of pages, the API and the websocket: refuses who may not in."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self.app = app
        self.access = access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or answer it, in its own language."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        with speaking(language_tag(connection)):
            await self._answer(self._refuse(connection), scope, receive, send)

    async def _answer(self, refusal: Response | None, scope: Scope, receive: Receive, send: Send) -> None:
        if refusal is None:
            await self.app(scope, receive, _with_headers(send))
        elif scope["type"] == "http":
            await refusal(scope, receive, _with_headers(send))
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _refuse(self, connection: HTTPConnection) -> Response | None:
        if not self.access.needs_password and not _is_from_here(connection):
            return _problem(connection, 403, LOCAL_ONLY)
        if not _is_same_origin(connection):
            return _problem(connection, 403, OTHER_SITE)
        user = self.access.user_of(connection.cookies)
        connection.scope["user"] = user
        path = connection.scope["path"]
        if path in OPEN_PATHS or (user is not None and may_open(user, path)):
            return None
        if user is None or (_is_for_programs(path) and "authorization" in connection.headers):
            return self._refuse_stranger(connection)
        return _refuse_end_user(connection)

    def _refuse_stranger(self, connection: HTTPConnection) -> Response | None:
        scheme, _, given = connection.headers.get("authorization", "").partition(" ")
        client = client_of(connection)
        # From the scope: ``connection.url`` is put together with the Host header, which the client may choose.
        path, query = connection.scope["path"], connection.scope.get("query_string", b"").decode("latin-1")
        if scheme.lower() == "bearer" and _is_for_programs(path):
            seconds = self.access.attempts.seconds_to_wait(client)
            if self.access.is_token(given.strip(), client):
                connection.scope["user"] = PROGRAM
                return None
            if seconds > 0:
                whole = int(seconds) + 1
                return _problem(connection, 429, wait_sentence(whole), **{"Retry-After": str(whole)})
        if _is_for_programs(path):
            return _problem(connection, 401, STRANGER, **{"WWW-Authenticate": "Bearer"})
        if path.startswith(PARTS) or connection.scope.get("method", "GET") not in SAFE_METHODS:
            # An open page shows this text in its dialog "Connection error".
            return PlainTextResponse(told(SIGNED_OUT), 401)
        target = f"{path}?{query}" if query else path
        return RedirectResponse(f"/login?next={quote(target, safe='')}", 303)


def _is_for_programs(path: str) -> bool:
    return path.startswith("/api/") or path in ("/api", "/metrics", "/metrics/")


def _problem(connection: HTTPConnection, status: int, detail: str, **headers: str) -> Response:
    """A problem as those that the API gives: with the request's id, and that nothing of it was stored."""
    request_id = request_id_of(connection)
    is_post = connection.scope.get("method") == "POST" and connection.scope["path"].startswith("/api/")
    more: dict[str, Any] = {"stored": False} if is_post else {}
    return problem(status, detail, headers={REQUEST_ID: request_id, **headers}, request_id=request_id, **more)


def _refuse_end_user(connection: HTTPConnection) -> Response:
    """What an end user may not open: one sentence, and the way to the page of prices."""
    path, query = connection.scope["path"], connection.scope.get("query_string", b"").decode("latin-1")
    if path == PRICES:
        return RedirectResponse(f"/?{query}" if query else "/", 303)
    if _is_for_programs(path):
        return _problem(connection, 403, FOR_OPERATORS)
    if connection.scope.get("method", "GET") not in SAFE_METHODS:
        return PlainTextResponse(told(FOR_OPERATORS), 403)
    link = plain.LINK.substitute(address="/", name=_("Ask for a price"))
    return plain.page(_("For operators"), told(FOR_OPERATORS), status=403, links=link)


def wait_sentence(seconds: int) -> str:
    """What a client that has to wait reads."""
    return sentence("Too many wrong passwords or tokens: try again in {seconds} s.", seconds=seconds)


def _is_from_here(connection: HTTPConnection) -> bool:
    """Whether a request came in at a loopback address and names it: a name that was rebound to it does not."""
    server = connection.scope.get("server") or ("", None)
    named = _split(f"//{connection.headers.get('host', '')}").hostname
    return is_loopback(str(server[0])) and is_loopback(named or "")


def _is_same_origin(connection: HTTPConnection) -> bool:
    """Whether what changes something, or opens a stream, comes from our own pages or from no browser."""
    origin = connection.headers.get("origin")
    is_safe = connection.scope["type"] == "http" and connection.scope["method"] in SAFE_METHODS
    return is_safe or origin is None or _split(origin).netloc == connection.headers.get("host")


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _with_headers(send: Send) -> Send:
    async def send_with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return send_with_headers
