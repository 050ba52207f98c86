"""The main paths in a real browser, in the order in which a newcomer walks them."""

import json
import re
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Console

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def test_the_first_click_leads_to_a_model_in_production(page: Page, console: Console) -> None:
    page.goto("/")
    page.get_by_role("button", name="Fetch the first batch").click()
    expect(page.get_by_text("A run is at work")).to_be_visible()
    page.reload()
    expect(page.get_by_text("All is well")).to_be_visible()
    expect(page.get_by_text("Version 1", exact=True)).to_be_visible()


def test_a_price_comes_with_its_reasons(page: Page, console: Console) -> None:
    page.goto("/predict")
    page.get_by_role("button", name="Show the price").click()
    expect(page.get_by_text("Given by")).to_be_visible()
    expect(page.locator(".js-plotly-plot").first).to_be_visible()


def test_the_same_price_comes_over_http(console: Console) -> None:
    row = {"bed": 3, "bath": 2, "house_size": 1800, "city": "Houston", "state": "Texas"}
    request = urllib.request.Request(
        f"{console.url}/api/predict", json.dumps(row).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        found = json.load(answer)
    assert found["version"] == 1
    assert found["prediction"] > 1000
    assert found["unit"] == "$"


def test_a_price_of_the_history_is_explained_and_taken_away(page: Page, browser: Browser, tmp_path: Path) -> None:
    page.goto("/explain?show=cohorts&by=band")
    expect(page.get_by_text(re.compile("matters most"))).to_be_visible()
    expect(page.locator(".js-plotly-plot")).to_have_count(1)
    page.get_by_text("One row", exact=True).click()
    page.get_by_text("A price asked for").click()
    expect(page.get_by_text("now, as it did then")).to_be_visible()
    expect(page).to_have_url(re.compile("of=requests"))
    page.reload()
    expect(page.get_by_text("now, as it did then")).to_be_visible()
    expect(page.get_by_text("Checked: base value and parts add up")).to_be_visible()
    with page.expect_download() as found:
        page.get_by_role("button", name="Explanation (HTML)").click()
    saved = tmp_path / "explanation.html"
    found.value.save_as(saved)
    context = browser.new_context(offline=True)
    document = context.new_page()
    document.goto(saved.as_uri())
    figures = document.locator(".figure")
    expect(document.locator(".figure > .plot-container")).to_have_count(figures.count())
    assert figures.count() == 10
    context.close()


def test_a_run_survives_a_restart_of_the_console_and_shows_in_a_second_tab(page: Page, console: Console) -> None:
    page.goto("/batches")
    page.get_by_role("button", name="Fetch the next batch").click()
    expect(page.get_by_text(re.compile(r"Run \d+"))).to_be_visible()
    console.stop()
    console.start()
    second = page.context.new_page()
    second.goto("/batches")
    link = second.get_by_role("link", name="How far it lies from what came before")
    expect(link).to_have_attribute("href", re.compile("batch=2"))
    expect(second.get_by_role("button", name="Cancel")).not_to_be_visible()


def test_a_click_on_the_map_of_changes_opens_its_column_and_a_report_is_saved(page: Page, tmp_path: Path) -> None:
    page.goto("/drift")
    cell = page.locator(".textpoint text").last
    expect(cell).to_be_visible()
    page.wait_for_timeout(1000)  # plotly listens a moment after it has drawn
    place = cell.bounding_box()
    assert place is not None
    page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    expect(page).to_have_url(re.compile("column="))
    with page.expect_download() as saved:
        page.get_by_role("button", name="Report (HTML)").click()
    assert saved.value.suggested_filename == "drift_1_1_previous.html"
    saved.value.save_as(tmp_path / "report.html")
    assert "Column by column" in (tmp_path / "report.html").read_text(encoding="utf-8")


def reach_of_the_tables(page: Page, width: int) -> float:
    """How far to the right the tables of the dialog reach on a screen of that width, in pixels."""
    page.set_viewport_size({"width": width, "height": 844})
    script = "[...document.querySelectorAll('[role=dialog] table')].map(each => each.getBoundingClientRect().right)"
    found = max(page.evaluate(script))
    page.set_viewport_size({"width": 1280, "height": 900})
    return float(found)


def test_a_version_is_promoted_with_a_reason_and_stands_in_the_ledger(page: Page, console: Console) -> None:
    page.goto("/training")
    page.get_by_role("textbox", name="Reason").fill("a second version to choose from")
    page.get_by_role("button", name="Train a model").click()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).not_to_be_visible()
    page.goto("/models")
    expect(page.get_by_text("is in production")).to_be_visible()
    current = int(re.findall(r"Version (\d+) is in production", page.inner_text("body"))[0])
    other = next(number for number in (1, 2, 3) if number != current)
    page.goto(f"/models?version={other}")
    page.get_by_role("button", name=f"Promote version {other}").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=f"Put version {other} into production").click()
    expect(dialog.get_by_text("A promotion needs a reason")).to_be_visible()
    assert dialog.get_by_role("table").count() >= 2
    assert reach_of_the_tables(page, 390) <= 390
    dialog.get_by_role("textbox", name="Reason").fill("to see the ledger")
    dialog.get_by_role("button", name=f"Put version {other} into production").click()
    expect(page.get_by_text(f"Version {other} is in production")).to_be_visible()
