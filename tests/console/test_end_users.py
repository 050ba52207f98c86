"""What an end user may open, over the real routes and middleware: prices, and nothing else."""

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient

from console.access import COOKIE, END_USER, OPERATOR, Access, Guard, open_access
from console.navigation import PAGES
from console.sign_in import sign_in_routes
from core.errors import SettingsError
from core.settings import Settings, read_settings
from tests.console.test_access import BROWSER, HOME, opens_stream, sign_in, stream

OPERATORS, END_USERS, TOKEN = "run the loop", "ask for prices", "for programs"
OTHER_PAGES = [entry.script for entry in PAGES if not entry.is_for_end_users]
SENTENCE = "This is for operators"


async def who(request: Request) -> PlainTextResponse:
    return PlainTextResponse(f"{request.scope['user']} is inside")


@pytest.fixture
def access() -> Access:
    return Access(OPERATORS, "secret", token=TOKEN, end_user_password=END_USERS)


@pytest.fixture
def end_user(access: Access) -> Iterator[TestClient]:
    rest = Route("/{path:path}", who, methods=["GET", "POST", "PUT"])
    routes = [*sign_in_routes(access), WebSocketRoute("/_stcore/stream", stream), rest]
    app = Starlette(routes=routes, middleware=[Middleware(Guard, access=access)])
    with TestClient(app, base_url=HOME, follow_redirects=False, client=("127.0.0.1", 5000)) as client:
        assert sign_in(client, END_USERS) == 303
        yield client


def test_the_password_says_who_somebody_is(access: Access) -> None:
    assert access.user_for(OPERATORS, "me") == OPERATOR
    assert access.user_for(END_USERS, "me") == END_USER
    assert access.user_for("neither", "me") is None


def test_the_page_of_prices_its_parts_and_its_stream_are_open(end_user: TestClient) -> None:
    for path in ("/", "/_stcore/health", "/_stcore/host-config", "/static/js/index.js", "/media/1.png"):
        assert end_user.get(path).text == "end user is inside", path
    assert opens_stream(end_user)


def test_a_link_to_a_price_leads_to_the_page_of_prices_with_its_query(end_user: TestClient) -> None:
    assert end_user.get("/predict?request=5.ab").headers["location"] == "/?request=5.ab"
    assert end_user.get("/predict").headers["location"] == "/"


@pytest.mark.parametrize("script", OTHER_PAGES)
def test_every_other_page_is_refused_with_one_sentence(end_user: TestClient, script: str) -> None:
    if script == PAGES[0].script:
        assert end_user.get(f"/{script}").status_code == 403
        return
    answer = end_user.get(f"/{script}?batch=1")
    assert answer.status_code == 403
    assert SENTENCE in answer.text
    assert 'href="/"' in answer.text
    assert "inside" not in answer.text


@pytest.mark.parametrize("path", ["/metrics", "/api/model", "/api/openapi.json", "/api/", "/api/predict/x"])
def test_of_the_api_only_prices_are_open(end_user: TestClient, path: str) -> None:
    answer = end_user.get(path)
    assert answer.status_code == 403
    assert SENTENCE in answer.json()["detail"]
    assert answer.json()["request_id"] == answer.headers["x-request-id"]


def test_prices_over_http_are_asked_for_as_the_end_user(end_user: TestClient) -> None:
    for path in ("/api/predict", "/api/explain"):
        assert end_user.post(path, headers=BROWSER).text == "end user is inside"


@pytest.mark.parametrize(
    "path", ["/download/rejected/1.csv", "/_stcore/metrics", "/drift/", "/%64rift", "/app/drift", "/data"]
)
def test_no_other_route_and_no_spelling_opens_more(end_user: TestClient, path: str) -> None:
    assert end_user.get(path).status_code == 403
    assert end_user.post(path, headers=BROWSER).status_code == 403


def test_a_program_with_the_token_is_a_program_whatever_cookie_it_has(end_user: TestClient) -> None:
    right, wrong = ({"Authorization": f"Bearer {word}"} for word in (TOKEN, END_USERS))
    assert end_user.get("/metrics", headers=right).text == "program is inside"
    assert end_user.get("/metrics", headers=wrong).status_code == 401
    assert end_user.get("/drift", headers=right).status_code == 403


def test_who_signs_out_is_a_stranger_and_may_come_back_as_the_operator(end_user: TestClient) -> None:
    assert "Sign out" in end_user.get("/logout").text
    end_user.post("/logout", headers=BROWSER)
    assert end_user.get("/").status_code == 303
    assert sign_in(end_user, OPERATORS) == 303
    assert end_user.get("/drift").text == "operator is inside"


def test_a_cookie_of_one_role_is_none_of_the_other(access: Access) -> None:
    cookie = {COOKIE: access.new_cookie(END_USER)}
    assert access.user_of(cookie) == END_USER
    assert Access(OPERATORS, "secret").user_of(cookie) is None
    assert Access(OPERATORS, "secret", end_user_password="another").user_of(cookie) is None
    assert Access(END_USERS, "secret").user_of(cookie) is None
    assert Access("another", "secret", end_user_password=END_USERS).user_of(cookie) == END_USER


def test_the_settings_make_both_roles() -> None:
    environ = {"CONSOLE_PASSWORD": OPERATORS, "END_USER_PASSWORD": END_USERS}
    access = open_access(read_settings(environ, None))
    assert access.has_end_users
    assert access.user_for(END_USERS, "me") == END_USER
    assert not open_access(Settings()).has_end_users


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"END_USER_PASSWORD": "x"}, "END_USER_PASSWORD needs CONSOLE_PASSWORD"),
        ({"END_USER_PASSWORD": "same", "CONSOLE_PASSWORD": "same"}, "must be two passwords"),
    ],
)
def test_an_end_users_password_without_an_operators_stops_the_start(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=words) as caught:
        read_settings(environ, None)
    assert "same" not in str(caught.value).replace("the same", "")
