"""The report of a batch: one file that asks for nothing, and numbers that keep to their schema."""

import base64
import json
import re
from datetime import UTC
from pathlib import Path

import jsonschema
import pytest

from console.drift import Comparison
from console.language import speaking
from console.report import SCHEMA, numbers_json, report_html
from core.contract import Contract
from tests.conftest import NOON
from tests.console.drift_cases import comparison, profile

ROOT = Path(__file__).parents[2]
SCHEMA_FILE = json.loads((ROOT / "docs" / "batch-report.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def found(contract: Contract) -> Comparison:
    before, now = profile(contract), profile(contract, seed=2, price=300_000, state="</script><b>Utah", bed=None)
    return comparison(contract, before, now)


@pytest.fixture(scope="module")
def page(found: Comparison) -> str:
    return report_html(found, numbers_json([found], NOON), NOON, UTC)


def test_the_numbers_keep_to_their_schema(found: Comparison) -> None:
    numbers = json.loads(numbers_json([found], NOON))
    jsonschema.validate(numbers, SCHEMA_FILE)
    assert numbers["schema"] == SCHEMA == SCHEMA_FILE["properties"]["schema"]["const"]


def test_the_schema_tells_of_every_number(found: Comparison) -> None:
    numbers = json.loads(numbers_json([found], NOON))
    told = {name for part in [SCHEMA_FILE, *SCHEMA_FILE["$defs"].values()] for name in part.get("properties", {})}
    told |= {name for part in SCHEMA_FILE["properties"].values() for name in part.get("properties", {})}
    compared = numbers["comparisons"]["previous"]
    parts = [numbers, numbers["batch"], numbers["decision"], compared, compared["measurements"][0]]
    parts += [compared["columns"]["price"], compared["categories"]["state"]]
    assert {name for part in parts for name in part} <= told


def test_the_numbers_are_those_of_the_comparison(found: Comparison) -> None:
    compared = json.loads(numbers_json([found], NOON))["comparisons"]["previous"]
    assert (compared["exceeded"], compared["compared"]) == (len(found.report.exceeded), 20)
    change = next(m for m in compared["measurements"] if (m["column"], m["statistic"]) == ("price", "mean"))
    assert change["interval"][0] < change["change"] < change["interval"][1]
    assert change["sure"] is True
    assert compared["columns"]["bed"]["missing"] == [0.0, 1.0]
    assert list(compared["categories"]["state"]["new"].values()) == [300]


def test_the_page_has_plotly_once_and_asks_no_other_machine(page: str) -> None:
    assert page.count("* plotly.js v") == 1
    assert "default-src 'none'" in page
    bare = re.sub(r"<script>.*?</script>", "", page, flags=re.DOTALL)
    assert not re.search(r"""(?:src|href)=["'](?!data:)""", bare)


def test_every_figure_of_the_page_can_be_read(page: str) -> None:
    figures = re.findall(r'<script type="application/json">(.*?)</script>', page)
    assert len(figures) > 15
    assert all(json.loads(figure)["data"] for figure in figures)


def test_names_from_the_feed_are_text_and_nothing_else(page: str) -> None:
    assert "<b>Utah" not in page
    assert "&lt;/script&gt;&lt;b&gt;Utah" in page


def test_the_page_says_the_verdict_and_holds_its_own_numbers(found: Comparison, page: str) -> None:
    assert "Retrain: " in page
    assert "20 over their limits" in page
    saved = re.search(r'href="data:application/json;base64,([^"]+)"', page)
    assert saved is not None
    assert json.loads(base64.b64decode(saved[1]))["batch"]["id"] == found.batch.id


def test_the_page_is_in_the_readers_language(found: Comparison) -> None:
    with speaking("es"):
        assert '<html lang="es">' in report_html(found, b"{}", NOON, UTC)
