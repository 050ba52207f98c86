"""Every page for every reader: readable in light and dark, by keyboard, on a phone, and without another machine."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from console.navigation import PAGES
from tests.browser.conftest import PATIENT, Console

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]
ADDRESSES = [*("/" if entry is PAGES[0] else f"/{entry.script}" for entry in PAGES), "/history?show=runs"]
SETTLED = """() => document.querySelector('.stApp')?.dataset.testScriptState === 'notRunning'
    && !document.querySelector('[data-testid=stSkeleton]')"""
# What axe does not look at: the texts of charts, held against the page behind them.
DIM_CHART_TEXTS = """() => {
    const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
    const over = (colour, ground) => {
        canvas.globalAlpha = 1; canvas.fillStyle = ground; canvas.fillRect(0, 0, 1, 1);
        canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    };
    const luminance = (rgb) => rgb.map((c) => c / 255)
        .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const ground = getComputedStyle(document.querySelector('.stApp')).backgroundColor;
    const texts = '[class$=tick] > text, text[class$=title], .legendtext';
    return [...document.querySelectorAll('.js-plotly-plot')].flatMap((plot) =>
        [...plot.querySelectorAll(texts)].map((text) => {
            const [dark, light] = [over(getComputedStyle(text).fill, ground), over(ground, ground)]
                .map(luminance).sort((a, b) => a - b);
            return [text.textContent, (light + 0.05) / (dark + 0.05)];
        })).filter(([text, contrast]) => text && contrast < 4.5);
}"""


@pytest.fixture(scope="module")
def settled_page(browser: Browser, console: Console) -> Iterator[Page]:
    """A tab that stays open over the tests of this file."""
    context = browser.new_context(base_url=console.url, viewport={"width": 1440, "height": 900})
    context.set_default_timeout(PATIENT)
    yield context.new_page()
    context.close()


def open_page(page: Page, address: str) -> None:
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_function(SETTLED)
    expect(page.get_by_text("This could not be shown")).not_to_be_visible()


def focused(page: Page) -> dict[str, Any]:
    """What the keyboard is on: its text, and whether a reader sees that it is."""
    return page.evaluate(  # type: ignore[no-any-return]
        """() => { const now = document.activeElement, ring = getComputedStyle(now).outlineStyle !== 'none';
        return {text: now.matches('a, button') ? now.innerText : '', ring} }"""
    )


def tab_to(page: Page, text: str) -> dict[str, Any]:
    for _ in range(60):
        page.keyboard.press("Tab")
        found = focused(page)
        if text in found["text"]:
            return found
    raise AssertionError(f"Tab does not reach {text!r}")


def test_a_batch_is_fetched_by_keyboard_alone(settled_page: Page) -> None:
    page = settled_page
    open_page(page, "/")
    expect(page.get_by_role("button", name="Fetch the first batch")).to_be_visible()
    assert tab_to(page, "Fetch the first batch")["ring"]
    page.keyboard.press("Enter")
    expect(page.get_by_text("A run is at work")).to_be_visible()
    expect(page.get_by_text("All is well")).to_be_visible()


def test_the_menu_is_walked_by_keyboard_with_the_focus_in_sight(settled_page: Page) -> None:
    open_page(settled_page, "/")
    assert all(tab_to(settled_page, entry.title)["ring"] for entry in PAGES)
    settled_page.keyboard.press("Enter")
    expect(settled_page.get_by_role("heading", level=1)).to_have_text(PAGES[-1].title)


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out_from_its_ground(settled_page: Page, scheme: Any, address: str) -> None:
    settled_page.emulate_media(color_scheme=scheme)
    settled_page.set_viewport_size({"width": 1440, "height": 900})
    open_page(settled_page, address)
    found = Axe().run(settled_page, options={"runOnly": ["color-contrast"]})
    dim = [(node["html"], node["failureSummary"]) for rule in found.response["violations"] for node in rule["nodes"]]
    assert dim == []
    assert settled_page.evaluate(DIM_CHART_TEXTS) == []


@pytest.mark.parametrize("width", [1440, 390])
def test_every_page_fits_its_screen_and_asks_no_other_machine(settled_page: Page, console: Console, width: int) -> None:
    page, asked = settled_page, list[str]()
    page.on("request", lambda request: asked.append(request.url))
    page.set_viewport_size({"width": width, "height": 900})
    for address in ADDRESSES:
        open_page(page, address)
        for part in ("document.documentElement", "document.querySelector('[data-testid=stMain]')"):
            assert page.evaluate(f"{part}.scrollWidth - {part}.clientWidth") <= 0, (address, part)
    assert len(asked) > len(ADDRESSES)
    assert [url for url in asked if not url.startswith((console.url, "data:", "blob:"))] == []


def test_a_line_of_the_history_leads_to_its_run(settled_page: Page) -> None:
    settled_page.set_viewport_size({"width": 1440, "height": 900})
    open_page(settled_page, "/history")
    settled_page.get_by_role("link", name="Run 1", exact=True).click()
    expect(settled_page.get_by_text("Where the time goes")).to_be_visible()
    expect(settled_page).to_have_url(re.compile(r"/history\?show=runs&run=1$"))


def test_the_address_leads_back_to_the_open_tab(settled_page: Page) -> None:
    open_page(settled_page, "/settings")
    settled_page.get_by_role("tab", name="Contract").click()
    expect(settled_page).to_have_url(re.compile(r"\?parts=contract$"))
    settled_page.reload()
    expect(settled_page.get_by_role("tab", name="Contract")).to_have_attribute("aria-selected", "true")


def test_the_menu_is_at_hand_on_a_phone(settled_page: Page) -> None:
    settled_page.set_viewport_size({"width": 390, "height": 844})
    open_page(settled_page, "/")
    settled_page.get_by_test_id("stExpandSidebarButton").click()
    settled_page.get_by_role("link", name="Drift", exact=True).click()
    expect(settled_page.get_by_role("heading", level=1)).to_have_text("Drift")


def test_the_first_page_fits_a_laptops_screen(settled_page: Page) -> None:
    settled_page.set_viewport_size({"width": 1440, "height": 900})
    open_page(settled_page, "/")
    for text in ("All is well", "Fetch the next batch", "In production", "Next run"):
        expect(settled_page.get_by_text(text, exact=True)).to_be_in_viewport()
    expect(settled_page.get_by_role("link", name="Its runs")).to_be_in_viewport()
