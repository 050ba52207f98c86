"""The report of a batch in a browser that reaches no other machine."""

from datetime import UTC
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from console.report import numbers_json, report_html
from core.contract import Contract
from tests.conftest import NOON
from tests.console.drift_cases import comparison, profile

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


@pytest.fixture(scope="module")
def report(contract: Contract, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = comparison(contract, profile(contract), profile(contract, seed=2, price=300_000, state="Utah"))
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(report_html(found, numbers_json([found], NOON), NOON, UTC), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_report_draws_every_figure_without_a_network(
    browser: Browser, report: Path, width: int, scheme: str
) -> None:
    context = browser.new_context(offline=True, color_scheme=scheme, viewport={"width": width, "height": 900})  # type: ignore[arg-type]
    page = context.new_page()
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.goto(report.as_uri())
    figures = page.locator(".figure")
    expect(page.locator(".figure > .plot-container")).to_have_count(figures.count())
    assert figures.count() > 15
    assert [url for url in asked if not url.startswith(("file:", "data:", "blob:"))] == []
    assert wrong == []
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    context.close()


def test_the_report_follows_the_readers_scheme_and_is_light_on_paper(browser: Browser, report: Path) -> None:
    page = browser.new_page(color_scheme="dark")
    page.goto(report.as_uri())
    tick = page.locator(".xtick text").first
    expect(tick).to_have_css("fill", "rgb(228, 232, 236)")
    page.emulate_media(color_scheme="light")
    expect(tick).to_have_css("fill", "rgb(31, 41, 51)")
    page.emulate_media(media="print", color_scheme="dark")
    expect(tick).to_have_css("fill", "rgb(31, 41, 51)")
    page.close()
