"""A category that nobody has seen before breaks nothing, from the checks to the price."""

import shutil
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from console import process
from core import store
from core.contract import load_contract
from core.feed import Feed
from core.loop import open_loop
from core.prediction import explain_rows, predict_rows
from core.settings import read_settings
from tests.conftest import listings
from tests.integration.conftest import ShelfFeed, cycle
from tests.pages.conftest import Open, button, texts

CONTRACT = load_contract("real_estate")
NAMES = [column.name for column in CONTRACT.columns if column.kind == "category"]
ODD = [
    "🏠 Casa",
    'it\'s "quoted"',
    "tab\there",
    "\u202eto the left",
    "مدينة",
    "{braces} %s",
    "$x^2$ <b>*_",
    "None",
    "nan",
    "null",
]


def odd_rows() -> list[dict[str, object]]:
    """Each odd text in every category column at once, one as long as it may be, and one that is too long."""
    rows = [row | dict.fromkeys(NAMES, text) for row, text in zip(listings(len(ODD), seed=5), ODD, strict=True)]
    longest = {name: "ñ" * CONTRACT[name].length for name in NAMES}
    return [*rows, listings(1, seed=6)[0] | longest, *(listings(1, seed=7)[0] | {name: "ñ" * 300} for name in NAMES)]


@pytest.fixture(scope="module")
def odd_folder(tmp_path_factory: pytest.TempPathFactory, empty_folder: Path) -> Path:
    """A batch as usual, then one whose categories nobody has seen, dear enough to be trained on."""
    folder = tmp_path_factory.mktemp("odd")
    shutil.copy(empty_folder / "mlflow.db", folder / "mlflow.db")
    second = [*odd_rows(), *listings(500, seed=3, price=420_000)]
    loop = open_loop(read_settings({"DATA_DIR": str(folder), "SEARCH_DRAWS": "1"}, None))
    loop = replace(loop, feed=cast(Feed, ShelfFeed([listings(500), second])))
    outcomes = [cycle(loop) for _ in range(2)]
    assert [outcome["version"] for outcome in outcomes] == [1, 2]
    loop.raw.dispose()
    loop.clean.dispose()
    return folder


def test_each_text_is_stored_whole_or_rejected_with_a_reason(open_console: Open, odd_folder: Path) -> None:
    open_console(odd_folder)
    world = process.the_world()
    with store.reading(world.raw) as connection:
        rows = store.load_received(connection, tables=world.tables, contract=world.contract, batch=2)
        batch = store.load_batch(connection, batch=2)
        rejected = store.list_rejected(connection, batch=2)
    for name in NAMES:
        longest = "ñ" * CONTRACT[name].length
        assert rows[name].tolist()[: len(ODD) + 1] == [*ODD, longest]
        assert {*ODD, longest} <= set(batch.new_categories[name])
    reasons = [f"{name} must have at most {CONTRACT[name].length} characters, got 300" for name in NAMES]
    assert [list(row.reasons) for row in rejected] == [[reason] for reason in reasons]
    assert all(row.content[name] == "ñ" * 300 for row, name in zip(rejected, NAMES, strict=True))


def test_each_text_has_a_price_and_reasons(open_console: Open, odd_folder: Path) -> None:
    open_console(odd_folder)
    predictor = process.the_predictor()
    rows = [dict.fromkeys(NAMES, text) | {"house_size": 1800} for text in [*ODD, "never seen in any batch"]]
    prices = [prediction.value for prediction in predict_rows(predictor, rows, "api")]
    assert all(price > 0 for price in prices)
    explained, reasons = explain_rows(predictor, rows, "page")
    assert [prediction.value for prediction in explained] == pytest.approx(prices)
    assert (reasons.base + reasons.values.sum(axis=1)).tolist() == pytest.approx(prices)


@pytest.mark.parametrize("script", ["overview", "batches", "drift", "training", "models", "explain", "predict"])
def test_every_page_opens_over_them(open_console: Open, odd_folder: Path, script: str) -> None:
    page = open_console(odd_folder, script, {"batch": "2"} if script in ("batches", "drift") else {})
    assert not page.exception
    if script == "batches":
        assert "new in City" in texts(page)
    if script == "predict":
        button(page, "Show the price").click().run()
        assert "Price $ " in texts(page)
        assert not page.exception
