"""Both sign-ins in a real browser: the operator has a model made, the end user asks it and passes the link on."""

import re
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENT, Console

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
OPERATOR, END_USER = "run the loop", "ask for prices"


@pytest.fixture(scope="module")
def console(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """An embedded console with a password for each role."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"DEMO_FEED_SCALE": "0.01", "SEARCH_DRAWS": "1", "CYCLE_EVERY": "off"}
    settings |= {"CONSOLE_PASSWORD": OPERATOR, "END_USER_PASSWORD": END_USER}
    running = Console(tmp_path_factory.mktemp("console"), port, settings)
    running.start()
    yield running
    running.stop()


def signed_in(browser: Browser, console: Console, password: str, address: str = "/") -> Page:
    """A tab of somebody's own browser, where they signed in on their way to an address."""
    context = browser.new_context(base_url=console.url, viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(PATIENT)
    page = context.new_page()
    page.goto(address)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    return page


def test_an_end_user_gets_a_price_and_an_operator_follows_its_link(browser: Browser, console: Console) -> None:
    operator = signed_in(browser, console, OPERATOR)
    operator.get_by_role("button", name="Fetch the first batch").click()
    expect(operator.get_by_text("All is well")).to_be_visible()

    page = signed_in(browser, console, END_USER, "/predict")
    expect(page.get_by_text("Signed in as end user.")).to_be_visible()
    expect(page.get_by_role("link", name="Overview")).not_to_be_visible()
    page.get_by_role("button", name="Show the price").click()
    expect(page.get_by_text("Given by")).to_be_visible()
    expect(page.get_by_text("Comparable listings")).to_be_visible()
    expect(page.get_by_text("What if …")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/\?.*request=\d+\.[0-9a-f]{32}"))
    query = page.url.partition("?")[2]

    for address in ("/predict", "/"):
        operator.goto(f"{address}?{query}")
        expect(operator.get_by_text("This price was given on")).to_be_visible()
        expect(operator).to_have_url(re.compile(r"/predict\?"))

    page.goto("/drift")
    expect(page.get_by_text("This is for operators")).to_be_visible()
    page.get_by_role("link", name="Ask for a price").click()
    expect(page.get_by_role("button", name="Show the price")).to_be_visible()
    assert page.request.get("/metrics").status == 403
    assert page.request.post("/api/predict", data={"state": "Texas"}).json()["missing"]
    page.goto("/logout")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_page_of_an_end_user_can_be_used_on_a_phone(browser: Browser, console: Console) -> None:
    page = signed_in(browser, console, END_USER)
    page.set_viewport_size({"width": 390, "height": 844})
    expect(page.get_by_role("button", name="Show the price")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_stranger_gets_no_price(console: Console) -> None:
    with pytest.raises(urllib.error.HTTPError, match="401"):
        urllib.request.urlopen(f"{console.url}/api/predict", b"{}", timeout=30)
