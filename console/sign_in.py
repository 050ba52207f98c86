"""The pages /login and /logout: plain HTML that loads nothing, served before anybody is signed in."""

from collections.abc import Sequence
from html import escape
from pathlib import Path
from string import Template
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from console.access import COOKIE, LIFETIME_SECONDS, Access, client_of
from console.wire import BodyTooLarge, local_path, problem, read_body

PAGE = Path(__file__).with_name("sign_in.html")
FORM_BYTES = 8 * 1024
POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
FIELD = (
    '<input type="text" name="username" value="operator" autocomplete="username" hidden>'
    '<label for="password">Password</label>'
    '<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>'
)


def sign_in_routes(access: Access) -> Sequence[Route]:
    """The routes that sign in and out; without a password they lead to the console."""

    async def login(request: Request) -> Response:
        target = local_path(request.query_params.get("next", "/"))
        if access.user_of(request.cookies) is not None:
            return RedirectResponse(target, 303)
        return await _try_password(request, access) if request.method == "POST" else _login_page(target)

    async def logout(request: Request) -> Response:
        if not access.needs_password:
            return RedirectResponse("/", 303)
        if request.method != "POST":
            return _page("Sign out", "Ends your session in this browser.", "/logout", "", "Sign out")
        response = RedirectResponse("/login", 303)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return response

    return [Route("/login", login, methods=["GET", "POST"]), Route("/logout", logout, methods=["GET", "POST"])]


async def _try_password(request: Request, access: Access) -> Response:
    try:
        form = parse_qs((await read_body(request, FORM_BYTES)).decode("utf-8", "replace"))
    except BodyTooLarge:
        return problem(413, f"The sign-in form must have at most {FORM_BYTES:,} bytes.")
    target, client = local_path(form.get("next", ["/"])[0]), client_of(request)
    seconds = access.attempts.seconds_to_wait(client)
    if seconds > 0:
        return _waiting_page(target, seconds)
    if not access.is_password(form.get("password", [""])[0], client):
        return _login_page(target, "That is not the password.", 401)
    response = RedirectResponse(target, 303)
    is_secure = request.url.scheme == "https"
    cookie = access.new_cookie()
    response.set_cookie(COOKIE, cookie, LIFETIME_SECONDS, secure=is_secure, httponly=True, samesite="lax")
    return response


def _waiting_page(target: str, seconds: float) -> Response:
    whole = int(seconds) + 1
    response = _login_page(target, f"Too many wrong passwords: try again in {whole} s.", 429)
    response.headers["Retry-After"] = str(whole)
    return response


def _login_page(target: str, message: str = "", status: int = 200) -> Response:
    fields = f'{FIELD}<input type="hidden" name="next" value="{escape(target)}">'
    return _page("Sign in", "This console needs its password.", "/login", fields, "Sign in", message, status)


def _page(
    title: str, lead: str, action: str, fields: str, button: str, message: str = "", status: int = 200
) -> HTMLResponse:
    note = f'<p class="message" role="alert">{escape(message)}</p>' if message else ""
    page = Template(PAGE.read_text(encoding="utf-8"))
    html = page.substitute(title=title, lead=lead, action=action, fields=fields, button=button, message=note)
    headers = {"Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
    return HTMLResponse(html, status, headers)
