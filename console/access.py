"""Who is signed in, and who is let through.

Without CONSOLE_PASSWORD everybody on this machine is the operator, and nobody else reaches the console. With it, a
page needs the cookie that /login gives, and a program API_TOKEN, or the password where there is no token, as
``Authorization: Bearer``; only the probes /api/health and /api/ready are open. The cookie is signed
and kept nowhere: signing out removes it from the browser, and a new password or SESSION_SECRET makes all of them void.
It is marked Secure where the request came by https; a proxy in front must pass on the Host header.
"""

import hashlib
import hmac
import ipaddress
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urlsplit

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.language import speaking, told
from console.wire import language_tag, problem
from core.errors import SettingsError
from core.settings import Settings
from core.words import sentence

OPERATOR = "operator"
COOKIE = "console_session"
LIFETIME_SECONDS = 7 * 24 * 3600
OPEN_PATHS = ("/login", "/api/health", "/api/ready")
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
# What a page loads, as against the page itself: never answered with a redirect to a page.
PARTS = ("/_stcore/", "/static/", "/media/", "/component/")
SIGNED_OUT = sentence("You are signed out. Load this page again to sign in.")
LOCAL_ONLY = sentence("This console has no password and answers to the addresses of its own machine alone.")
OTHER_SITE = sentence("A page of another site sent this request; open the console itself.")
STRANGER = sentence(
    "Send API_TOKEN, or the password where no token is set, as Authorization: Bearer; or sign in at /login."
)
HEADERS = {"X-Content-Type-Options": "nosniff", "X-Frame-Options": "SAMEORIGIN", "Referrer-Policy": "same-origin"}


@dataclass
class _Failures:
    count: int
    last: float


class Attempts:
    """Wrong passwords by client: after ``FREE`` of them each further one doubles the time to wait, in seconds."""

    FREE = 5
    LONGEST = 900.0
    CLIENTS = 1000

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def seconds_to_wait(self, client: str) -> float:
        """How long a client's attempts are refused, right or wrong."""
        failures = self._failures.get(client)
        if failures is None or failures.count < self.FREE:
            return 0.0
        pause = min(self.LONGEST, 2.0 ** min(failures.count - self.FREE, 20))
        return max(0.0, failures.last + pause - self._clock())

    def note_failure(self, client: str) -> None:
        """Count a wrong password; the clients that failed longest ago are forgotten first."""
        failures = self._failures.pop(client, _Failures(0, 0.0))
        self._failures[client] = _Failures(failures.count + 1, self._clock())
        while len(self._failures) > self.CLIENTS:
            self._failures.popitem(last=False)

    def forget(self, client: str) -> None:
        """A right password clears the count."""
        self._failures.pop(client, None)


class Access:
    """Who may use the console: checks passwords and makes and reads the cookie."""

    def __init__(
        self,
        password: str | None,
        secret: str | None = None,
        attempts: Attempts | None = None,
        token: str | None = None,
    ) -> None:
        self._password = password
        self._token = token or password
        self.attempts = attempts or Attempts()
        key = f"{secret or secrets.token_hex(32)}\0{password}".encode()
        self._cookies = URLSafeTimedSerializer(hashlib.sha256(key).hexdigest(), salt="console sign-in")

    @property
    def needs_password(self) -> bool:
        return self._password is not None

    def user_of(self, cookies: Mapping[str, str]) -> str | None:
        """Who a request with these cookies comes from, None for a stranger. For pages: ``st.context.cookies``."""
        if self._password is None:
            return OPERATOR
        try:
            content = self._cookies.loads(cookies.get(COOKIE, ""), max_age=LIFETIME_SECONDS)
        except BadSignature:
            return None
        return str(content["user"])

    def new_cookie(self, user: str = OPERATOR) -> str:
        """The value of a cookie that signs ``user`` in."""
        return str(self._cookies.dumps({"user": user}))

    def is_password(self, given: str, client: str) -> bool:
        """Whether ``given`` is the password; the caller asks ``attempts`` first whether the client may try."""
        return self._is_right(given, self._password, client)

    def is_token(self, given: str, client: str) -> bool:
        """Whether ``given`` is what programs send: the token, or the password where there is no token."""
        return self._is_right(given, self._token, client)

    def _is_right(self, given: str, wanted: str | None, client: str) -> bool:
        digests = [hashlib.sha256(text.encode()).digest() for text in (given, wanted or "")]
        if wanted is not None and hmac.compare_digest(*digests):
            self.attempts.forget(client)
            return True
        self.attempts.note_failure(client)
        return False


def open_access(settings: Settings) -> Access:
    """Access as the settings say."""
    given = (settings.console_password, settings.session_secret, settings.api_token)
    password, secret, token = (value.get_secret_value() if value else None for value in given)
    return Access(password, secret, token=token)


def check_reachable(settings: Settings, address: str | None) -> None:
    """Raises SettingsError where other machines could reach a console without a password."""
    if settings.console_password is None and not is_loopback(address or ""):
        place = f"on {address}" if address else "on every address of this machine"
        raise SettingsError(
            f"CONSOLE_PASSWORD must be set where the console listens {place} (server.address), because other machines "
            "reach it there: set a password, or listen on 127.0.0.1."
        )


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine and no other."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.lower() == "localhost"
    mapped = getattr(address, "ipv4_mapped", None)
    return (mapped or address).is_loopback


def client_of(connection: HTTPConnection) -> str:
    """The address that attempts are counted by: an IPv6 network of 64 bits belongs to one client."""
    host = connection.client.host if connection.client else ""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network((address, 64), strict=False))


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
            return problem(403, LOCAL_ONLY)
        if not _is_same_origin(connection):
            return problem(403, OTHER_SITE)
        if not self.access.needs_password or connection.scope["path"] in OPEN_PATHS:
            return None
        if self.access.user_of(connection.cookies) is not None:
            return None
        return self._refuse_stranger(connection)

    def _refuse_stranger(self, connection: HTTPConnection) -> Response | None:
        scheme, _, given = connection.headers.get("authorization", "").partition(" ")
        client = client_of(connection)
        # From the scope: ``connection.url`` is put together with the Host header, which the client may choose.
        path, query = connection.scope["path"], connection.scope.get("query_string", b"").decode("latin-1")
        is_for_programs = path.startswith("/api/") or path == "/metrics"
        if scheme.lower() == "bearer" and is_for_programs:
            seconds = self.access.attempts.seconds_to_wait(client)
            if seconds > 0:
                return too_many(seconds)
            if self.access.is_token(given.strip(), client):
                return None
        if is_for_programs:
            return problem(401, STRANGER, headers={"WWW-Authenticate": "Bearer"})
        if path.startswith(PARTS) or connection.scope.get("method", "GET") not in SAFE_METHODS:
            # An open page shows this text in its dialog "Connection error".
            return PlainTextResponse(told(SIGNED_OUT), 401)
        target = f"{path}?{query}" if query else path
        return RedirectResponse(f"/login?next={quote(target, safe='')}", 303)


def wait_sentence(seconds: int) -> str:
    """What a client that has to wait reads."""
    return sentence("Too many wrong passwords: try again in {seconds} s.", seconds=seconds)


def too_many(seconds: float) -> Response:
    """The answer to a client that has to wait."""
    whole = int(seconds) + 1
    return problem(429, wait_sentence(whole), headers={"Retry-After": str(whole)})


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
