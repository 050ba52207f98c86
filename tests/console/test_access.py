"""Who is let through: pages, their parts, the API and the websocket, over the real routes and middleware."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocket, WebSocketDisconnect

from console.access import COOKIE, OPERATOR, Access, Attempts, Guard, check_reachable, is_loopback, open_access
from console.sign_in import sign_in_routes
from console.wire import local_path
from core.errors import SettingsError
from core.settings import Settings, read_settings

PASSWORD = "open sesame"
HOME = "http://127.0.0.1:8501"
BROWSER = {"Origin": HOME}


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


async def page(request: Request) -> PlainTextResponse:
    return PlainTextResponse("inside")


async def stream(websocket: WebSocket) -> None:
    await websocket.accept()
    await websocket.send_text("inside")
    await websocket.close()


def client_for(access: Access, base_url: str = HOME, client: tuple[str, int] = ("127.0.0.1", 5000)) -> TestClient:
    rest = Route("/{path:path}", page, methods=["GET", "POST", "PUT"])
    routes = [*sign_in_routes(access), WebSocketRoute("/_stcore/stream", stream), rest]
    app = Starlette(routes=routes, middleware=[Middleware(Guard, access=access)])
    return TestClient(app, base_url=base_url, follow_redirects=False, client=client)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def stranger(clock: Clock) -> Iterator[TestClient]:
    with client_for(Access(PASSWORD, attempts=Attempts(clock))) as client:
        yield client


@pytest.fixture
def local() -> Iterator[TestClient]:
    with client_for(Access(None)) as client:
        yield client


def sign_in(client: TestClient, password: str = PASSWORD, target: str = "/") -> int:
    form = {"password": password, "next": target}
    return client.post("/login", data=form, headers=BROWSER).status_code


def opens_stream(client: TestClient, **headers: str) -> bool:
    address = str(client.base_url.join("/_stcore/stream")).replace("http", "ws", 1)
    try:
        with client.websocket_connect(address, headers=headers) as websocket:
            return websocket.receive_text() == "inside"
    except WebSocketDisconnect:
        return False


def test_a_stranger_is_led_from_a_page_to_the_sign_in_and_back(stranger: TestClient) -> None:
    answer = stranger.get("/drift?batch=3&x=%2F")
    assert answer.status_code == 303
    form = stranger.get(answer.headers["location"])
    assert 'value="/drift?batch=3&amp;x=%2F"' in form.text
    back = stranger.post("/login", data={"password": PASSWORD, "next": "/drift?batch=3&x=%2F"}, headers=BROWSER)
    assert (back.status_code, back.headers["location"]) == (303, "/drift?batch=3&x=%2F")
    assert stranger.get("/drift?batch=3").text == "inside"


def test_a_stranger_gets_no_page_part_no_api_and_no_stream(stranger: TestClient) -> None:
    for path in ("/_stcore/health", "/_stcore/host-config", "/_stcore/metrics", "/static/js/index.js", "/media/1.png"):
        assert stranger.get(path).status_code == 401, path
    answer = stranger.post("/api/predict", json={})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["title"] == "Unauthorized"
    assert not opens_stream(stranger)


@pytest.mark.parametrize("path", ["/api", "/api/", "/login/x", "/api/health/x", "//login", "/%2e%2e/api/predict", "/"])
def test_no_spelling_of_a_path_opens_the_door(stranger: TestClient, path: str) -> None:
    assert "inside" not in stranger.get(path).text
    assert "inside" not in stranger.put(path).text


def test_a_host_header_cannot_pretend_to_be_an_open_path(stranger: TestClient) -> None:
    answer = stranger.get("/drift", headers={"Host": "127.0.0.1:8501/login?"})
    assert answer.status_code == 303


def test_health_needs_no_sign_in(stranger: TestClient) -> None:
    assert stranger.get("/api/health").text == "inside"


def test_the_password_opens_pages_and_stream_with_a_cookie_that_scripts_cannot_read(stranger: TestClient) -> None:
    answer = stranger.post("/login", data={"password": PASSWORD}, headers=BROWSER)
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "secure" not in cookie
    assert PASSWORD not in cookie
    assert stranger.get("/").text == "inside"
    assert stranger.get("/_stcore/health").text == "inside"
    assert opens_stream(stranger)


def test_over_https_the_cookie_is_secure() -> None:
    client = client_for(Access(PASSWORD), base_url="https://console.example")
    answer = client.post("/login", data={"password": PASSWORD}, headers={"Origin": "https://console.example"})
    assert "secure" in answer.headers["set-cookie"].lower()


def test_signing_out_needs_a_click_and_closes_the_door(stranger: TestClient) -> None:
    sign_in(stranger)
    assert "Sign out" in stranger.get("/logout").text
    assert stranger.get("/").text == "inside"
    assert stranger.post("/logout", headers=BROWSER).headers["location"] == "/login"
    assert stranger.get("/").status_code == 303
    assert not opens_stream(stranger)


@pytest.mark.parametrize("password", ["", "Open sesame", "open sesame ", "open sesamé", "x" * 5000, "\0", "open"])
def test_another_password_is_refused(stranger: TestClient, password: str) -> None:
    assert sign_in(stranger, password) == 401
    assert stranger.get("/").status_code == 303


def test_a_password_beyond_ascii_works() -> None:
    client = client_for(Access("contraseña ✓"))
    assert sign_in(client, "contraseña ✓") == 303
    assert client.get("/").text == "inside"


def test_a_huge_form_is_refused_before_it_is_read(stranger: TestClient) -> None:
    assert sign_in(stranger, "x" * 100_000) == 413


def test_the_password_is_escaped_nowhere_because_it_is_shown_nowhere(stranger: TestClient) -> None:
    answer = stranger.post(
        "/login", data={"password": "<b>secret", "next": '/"><script>alert(1)</script>'}, headers=BROWSER
    )
    assert "secret" not in answer.text
    assert "<script" not in answer.text


def test_the_sign_in_page_loads_nothing(stranger: TestClient) -> None:
    answer = stranger.get("/login")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "http" not in answer.text.replace("http://www.w3.org/2000/svg", "")
    assert "<script" not in answer.text
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_wrong_passwords_make_the_next_try_wait_longer_and_longer(stranger: TestClient, clock: Clock) -> None:
    assert [sign_in(stranger, "wrong") for _ in range(5)] == [401] * 5
    answer = stranger.post("/login", data={"password": PASSWORD}, headers=BROWSER)
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) >= 1
    clock.now += 1.01
    assert sign_in(stranger, "wrong") == 401
    clock.now += 1.01
    assert sign_in(stranger) == 429
    clock.now += 1.0
    assert sign_in(stranger) == 303


def test_the_wait_has_an_end_and_clients_do_not_wait_for_each_other(clock: Clock) -> None:
    attempts = Attempts(clock)
    for _ in range(500):
        attempts.note_failure("mallory")
    assert attempts.seconds_to_wait("mallory") == Attempts.LONGEST
    assert attempts.seconds_to_wait("alice") == 0
    attempts.forget("mallory")
    assert attempts.seconds_to_wait("mallory") == 0


def test_a_flood_of_clients_does_not_fill_the_memory(clock: Clock) -> None:
    attempts = Attempts(clock)
    for number in range(5000):
        attempts.note_failure(f"client {number}")
    assert len(attempts._failures) == Attempts.CLIENTS


def test_ipv6_clients_of_one_network_count_as_one(clock: Clock) -> None:
    access = Access(PASSWORD, attempts=Attempts(clock))
    tries = [client_for(access, client=(f"2001:db8::{number}", 5000)) for number in range(1, 8)]
    assert [sign_in(client, "wrong") for client in tries] == [401] * 5 + [429] * 2


def test_programs_show_the_password_as_a_bearer(stranger: TestClient) -> None:
    assert stranger.post("/api/predict", headers={"Authorization": f"Bearer {PASSWORD}"}).text == "inside"
    assert stranger.post("/api/predict", headers={"Authorization": f"bearer {PASSWORD}"}).text == "inside"
    for wrong in ("Bearer", "Bearer nonsense", f"Basic {PASSWORD}", PASSWORD):
        assert stranger.post("/api/predict", headers={"Authorization": wrong}).status_code == 401, wrong
    assert stranger.get("/", headers={"Authorization": f"Bearer {PASSWORD}"}).status_code == 303


def test_guessing_through_the_api_is_slowed_down_too(stranger: TestClient) -> None:
    headers = {"Authorization": "Bearer wrong"}
    assert [stranger.post("/api/predict", headers=headers).status_code for _ in range(6)] == [401] * 5 + [429]
    assert sign_in(stranger) == 429


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Forwarded-User": "operator"},
        {"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1"},
        {"Cookie": f"{COOKIE}=operator"},
        {"Cookie": f"{COOKIE}=eyJ1c2VyIjoib3BlcmF0b3IifQ.aaaaaa.bbbbbbbbbbbbbbbbbbbbbbbbbbb"},
        {"Cookie": f"{COOKIE}="},
    ],
)
def test_forged_headers_and_cookies_are_ignored(stranger: TestClient, headers: dict[str, str]) -> None:
    assert stranger.get("/", headers=headers).status_code == 303
    assert stranger.post("/api/predict", headers=headers).status_code == 401
    assert not opens_stream(stranger, **headers)


def test_a_cookie_holds_with_the_same_secret_and_password_alone() -> None:
    cookie = {COOKIE: Access(PASSWORD, "secret").new_cookie()}
    assert Access(PASSWORD, "secret").user_of(cookie) == OPERATOR
    assert Access("a new password", "secret").user_of(cookie) is None
    assert Access(PASSWORD, "another secret").user_of(cookie) is None
    assert Access(PASSWORD).user_of({COOKIE: Access(PASSWORD).new_cookie()}) is None


def test_a_cookie_ends_after_its_lifetime(monkeypatch: pytest.MonkeyPatch) -> None:
    access = Access(PASSWORD)
    cookie = {COOKIE: access.new_cookie()}
    monkeypatch.setattr("console.access.sessions.LIFETIME_SECONDS", -1)
    assert access.user_of(cookie) is None


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:9999", "http://[", "https://x"])
def test_pages_of_other_sites_can_neither_post_nor_stream(local: TestClient, stranger: TestClient, origin: str) -> None:
    sign_in(stranger)
    for client in (local, stranger):
        assert client.post("/api/predict", headers={"Origin": origin}).status_code == 403
        assert client.post("/logout", headers={"Origin": origin}).status_code == 403
        assert not opens_stream(client, Origin=origin)
        assert opens_stream(client, Origin=HOME)


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example", "/\t/evil.example"])
def test_the_sign_in_leads_to_no_other_site(stranger: TestClient, target: str) -> None:
    answer = stranger.post("/login", data={"password": PASSWORD, "next": target}, headers=BROWSER)
    assert answer.headers["location"] == "/"
    assert stranger.get("/login", params={"next": target}).headers["location"] == "/"


@given(st.text(max_size=30))
def test_a_local_path_is_always_one_of_this_site(target: str) -> None:
    path = local_path(target)
    assert path.startswith("/")
    assert not path.startswith(("//", "/\\", "/login"))
    assert path.isprintable()


def test_without_a_password_this_machine_is_the_operator(local: TestClient) -> None:
    assert local.get("/").text == "inside"
    assert local.post("/api/predict").text == "inside"
    assert opens_stream(local)
    assert local.get("/login").headers["location"] == "/"
    assert local.get("/logout").headers["location"] == "/"
    assert Access(None).user_of({}) == OPERATOR


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1", "[::1]:8501", "LOCALHOST"])
def test_without_a_password_the_names_of_this_machine_are_answered(local: TestClient, host: str) -> None:
    assert local.get("/", headers={"Host": host}).text == "inside"
    assert opens_stream(local, Host=host)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8501", "127.0.0.1.evil.example", "", "192.168.0.5", "["]
)
def test_without_a_password_a_rebound_name_is_refused(local: TestClient, host: str) -> None:
    assert local.get("/", headers={"Host": host}).status_code == 403
    assert not opens_stream(local, Host=host)


def test_without_a_password_another_machine_is_refused_whatever_it_calls_us() -> None:
    client = client_for(Access(None), base_url="http://192.168.0.5:8501")
    assert client.get("/", headers={"Host": "localhost:8501"}).status_code == 403
    assert not opens_stream(client, Host="localhost:8501")


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.168.0.5", "console.example", "", None])
def test_listening_for_other_machines_needs_a_password(address: str | None) -> None:
    with pytest.raises(SettingsError, match="CONSOLE_PASSWORD must be set"):
        check_reachable(Settings(), address)
    check_reachable(read_settings({"CONSOLE_PASSWORD": "x"}, None), address)


@pytest.mark.parametrize("address", ["127.0.0.1", "localhost", "::1", "[::1]", "127.0.0.2", "::ffff:127.0.0.1"])
def test_this_machine_alone_needs_none(address: str) -> None:
    assert is_loopback(address)
    check_reachable(Settings(), address)


def test_the_settings_make_the_access() -> None:
    settings = read_settings({"CONSOLE_PASSWORD": PASSWORD, "SESSION_SECRET": "secret"}, None)
    assert open_access(settings).user_of({COOKIE: Access(PASSWORD, "secret").new_cookie()}) == OPERATOR
    assert not open_access(Settings()).needs_password


def test_the_sign_in_speaks_the_browsers_language(stranger: TestClient) -> None:
    answer = stranger.get("/login", headers={"Accept-Language": "es-CO,es;q=0.9"})
    assert '<html lang="es">' in answer.text
    assert answer.headers["content-language"] == "es"
    assert "English" in answer.text


def test_another_language_can_be_chosen_before_signing_in(stranger: TestClient) -> None:
    answer = stranger.get("/login?language=es&next=%2Fdrift%3Fbatch%3D2")
    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fdrift%3Fbatch%3D2")
    assert '<html lang="es">' in stranger.get("/login").text
    assert stranger.get("/login?language=xx").status_code == 200


def test_a_refusal_says_which_language_it_is_in(stranger: TestClient) -> None:
    answer = stranger.post("/api/predict", json={}, headers={"Accept-Language": "es"})
    assert answer.headers["content-language"] == "es"


TOKEN = "for programs alone"


@pytest.mark.parametrize("path", ["/api/predict", "/api/model", "/metrics"])
def test_with_a_token_programs_send_it_and_the_password_is_for_pages(path: str) -> None:
    with client_for(Access(PASSWORD, token=TOKEN)) as client:
        assert client.get(path).status_code == 401
        assert client.get(path, headers={"Authorization": f"Bearer {TOKEN}"}).text == "inside"
        assert client.get(path, headers={"Authorization": f"Bearer {PASSWORD}"}).status_code == 401
        assert client.get("/", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 303
        assert sign_in(client, TOKEN) == 401
        assert sign_in(client) == 303
        assert client.get(path).text == "inside"


def test_a_right_token_is_let_in_after_wrong_ones_from_its_address(clock: Clock) -> None:
    right, wrong = ({"Authorization": f"Bearer {word}"} for word in (TOKEN, "wrong"))
    with client_for(Access(PASSWORD, token=TOKEN, attempts=Attempts(clock))) as client:
        assert [client.get("/api/model", headers=wrong).status_code for _ in range(6)] == [401] * 5 + [429]
        assert client.get("/api/model", headers=right).text == "inside"
        answer = client.get("/api/model", headers=wrong)
        assert answer.status_code == 429
        assert "wrong passwords or tokens" in answer.json()["detail"]
        # It is for programs: it opens no way to go on guessing the password of pages.
        assert sign_in(client) == 429


@pytest.mark.parametrize("path", ["/api", "/api/nothing", "/metrics", "/metrics/"])
def test_what_is_refused_before_the_api_is_a_problem_with_the_requests_id(path: str, stranger: TestClient) -> None:
    for headers in ({}, {"Origin": "https://other.example"}, {"Authorization": "Bearer wrong"}):
        answer = stranger.post(path, headers={"X-Request-ID": "order-66", **headers})
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["x-request-id"] == answer.json()["request_id"] == "order-66"
    wrong = {"Authorization": "Bearer wrong", "X-Request-ID": "no good"}
    answers = [stranger.get(path, headers=wrong) for _ in range(5)]
    assert answers[-1].status_code == 429
    assert answers[-1].json()["request_id"] == answers[-1].headers["x-request-id"] != "no good"


def test_a_price_that_was_refused_before_the_api_says_that_it_is_not_stored(stranger: TestClient) -> None:
    assert stranger.post("/api/predict", json={}).json()["stored"] is False
    assert "stored" not in stranger.get("/api/model").json()
    other = stranger.post("/api/explain", json={}, headers={"Origin": "https://other.example"})
    assert (other.status_code, other.json()["stored"]) == (403, False)


@pytest.mark.parametrize("path", ["/api/predict", "/metrics"])
def test_without_a_token_programs_send_the_password(path: str, stranger: TestClient) -> None:
    assert stranger.get(path).status_code == 401
    assert stranger.get(path, headers={"Authorization": f"Bearer {PASSWORD}"}).text == "inside"


@pytest.mark.parametrize("path", ["/api/health", "/api/ready"])
def test_probes_need_nobody_to_be_signed_in(path: str, stranger: TestClient) -> None:
    assert stranger.get(path).text == "inside"
    assert stranger.get(f"{path}/more").status_code == 401


def test_metrics_of_a_console_without_a_password_are_for_its_own_machine(local: TestClient) -> None:
    assert local.get("/metrics").text == "inside"
    assert local.get("/metrics", headers={"Host": "console.example"}).status_code == 403


def test_the_token_comes_from_the_settings() -> None:
    access = open_access(read_settings({"CONSOLE_PASSWORD": PASSWORD, "API_TOKEN": TOKEN}, None))
    assert access.is_token(TOKEN, "me")
    assert not access.is_token(PASSWORD, "me")
    assert access.user_for(TOKEN, "me") is None
