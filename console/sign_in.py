"""The pages /login and /logout: plain HTML that loads nothing, served before anybody is signed in."""

from collections.abc import Sequence
from html import escape
from string import Template
from urllib.parse import parse_qs, quote

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from console import language, plain
from console.access import COOKIE, LIFETIME_SECONDS, Access, client_of, wait_sentence
from console.language import LANGUAGES, _, told
from console.wire import BodyTooLarge, local_path, problem, read_body
from core.words import sentence

FORM_BYTES = 8 * 1024
FIELD = Template(
    '<input type="text" name="username" value="console" autocomplete="username" hidden>'
    '<label for="password">$label</label>'
    '<input id="password" name="password" type="password" autocomplete="current-password" required autofocus>'
)
LINK = Template('<a href="/login?language=$code&amp;next=$next" lang="$code" hreflang="$code">$name</a>')


def sign_in_routes(access: Access) -> Sequence[Route]:
    """The routes that sign in and out; without a password they lead to the console."""

    async def login(request: Request) -> Response:
        target = local_path(request.query_params.get("next", "/"))
        asked = request.query_params.get("language", "")
        if asked in LANGUAGES:
            return _switched(target, asked)
        if access.user_of(request.cookies) is not None:
            return RedirectResponse(target, 303)
        return await _try_password(request, access) if request.method == "POST" else _login_page(target)

    async def logout(request: Request) -> Response:
        if not access.needs_password:
            return RedirectResponse("/", 303)
        if request.method != "POST":
            form = plain.FORM.substitute(action="/logout", fields="", button=_("Sign out"))
            return plain.page(_("Sign out"), _("Ends your session in this browser."), form)
        response = RedirectResponse("/login", 303)
        response.delete_cookie(COOKIE, httponly=True, samesite="lax")
        return response

    return [Route("/login", login, methods=["GET", "POST"]), Route("/logout", logout, methods=["GET", "POST"])]


def _switched(target: str, asked: str) -> Response:
    """The sign-in page again, in the language asked for; the pages can change this cookie too."""
    response = RedirectResponse(f"/login?next={quote(target, safe='')}", 303)
    response.set_cookie(language.COOKIE, asked, language.COOKIE_SECONDS, samesite="lax")
    return response


async def _try_password(request: Request, access: Access) -> Response:
    try:
        form = parse_qs((await read_body(request, FORM_BYTES)).decode("utf-8", "replace"))
    except BodyTooLarge:
        return problem(413, sentence("The sign-in form must have at most {bytes:,} bytes.", bytes=FORM_BYTES))
    target, client = local_path(form.get("next", ["/"])[0]), client_of(request)
    seconds = access.attempts.seconds_to_wait(client)
    if seconds > 0:
        return _waiting_page(target, seconds)
    user = access.user_for(form.get("password", [""])[0], client)
    if user is None:
        return _login_page(target, _("That is not the password."), 401)
    response = RedirectResponse(target, 303)
    is_secure = request.url.scheme == "https"
    cookie = access.new_cookie(user)
    response.set_cookie(COOKIE, cookie, LIFETIME_SECONDS, secure=is_secure, httponly=True, samesite="lax")
    return response


def _waiting_page(target: str, seconds: float) -> Response:
    whole = int(seconds) + 1
    response = _login_page(target, told(wait_sentence(whole)), 429)
    response.headers["Retry-After"] = str(whole)
    return response


def _login_page(target: str, message: str = "", status: int = 200) -> Response:
    field = FIELD.substitute(label=_("Password"))
    fields = f'{field}<input type="hidden" name="next" value="{escape(target)}">'
    links = " · ".join(LINK.substitute(code=code, name=name, next=quote(target, safe="")) for code, name in others())
    form = plain.FORM.substitute(action="/login", fields=fields, button=_("Sign in"))
    return plain.page(_("Sign in"), _("This console needs its password."), form, message, status, links)


def others() -> list[tuple[str, str]]:
    """Code and name of the languages that a page could be read in instead."""
    return [(code, name) for code, name in LANGUAGES.items() if code != language.current()]
