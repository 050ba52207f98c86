"""Prices go on while the database is away, and the page says what it cannot do meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from console import process
from core import store
from core.errors import RegistryUnavailable, StoreError
from core.registry import Registry
from tests.pages.conftest import Open, button, texts
from tests.pages.test_one_price import box, number

AWAY = "The database does not answer. Prices are given all the same, and are not stored."


@contextmanager
def away(*_: Any) -> Iterator[None]:
    raise StoreError("The database refused: no route.")
    yield


@pytest.fixture
def no_store(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Call ``setattr`` as ``take_away`` does; all is back at the end."""
    with monkeypatch.context() as patch:
        yield patch


def take_away(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(store, "reading", away)
    patch.setattr(store, "writing", away)


def price(page: Any) -> str:
    return str(next(metric.value for metric in page.metric if metric.label == "Price"))


def test_a_price_is_given_without_the_store_and_what_was_typed_stays(
    open_console: Open, filled_folder: Path, no_store: pytest.MonkeyPatch
) -> None:
    page = open_console(filled_folder, "predict")
    button(page, "Show the price").click().run()
    before = price(page)
    number(page, "Living area").set_value(3333.0).run()
    take_away(no_store)
    button(page, "Show the price").click().run()
    assert not page.exception
    assert AWAY in texts(page)
    assert number(page, "Living area").value == 3333
    assert box(page, "State").options == ["California", "Maine", "Ohio", "Texas"]
    assert price(page) != before
    assert "This price is not stored, and has no link" in texts(page)
    assert "Stored as not stored" in texts(page)
    assert "against yours" in texts(page)
    slider = next(found for found in page.slider if found.label.startswith("Living area"))
    slider.set_value(slider.max).run()
    assert not page.exception
    assert "Difference $ 0" not in texts(page)
    no_store.undo()
    page.run()
    button(page, "Show the price").click().run()
    assert AWAY not in texts(page)
    assert "not stored" not in texts(page)


def test_a_place_that_was_not_read_before_can_be_typed_and_has_no_comparable_rows(
    open_console: Open, filled_folder: Path, no_store: pytest.MonkeyPatch
) -> None:
    page = open_console(filled_folder, "predict")
    process.the_predictor().serving()
    take_away(no_store)
    box(page, "State").select("Ohio").run()
    button(page, "Show the price").click().run()
    assert not page.exception
    assert box(page, "City").options == []
    assert price(page)
    assert "Comparable listings are left out: the database does not answer." in texts(page)


def test_a_session_that_begins_without_the_store_has_prices_too(
    open_console: Open, filled_folder: Path, no_store: pytest.MonkeyPatch
) -> None:
    before = open_console(filled_folder, "predict")
    button(before, "Show the price").click().run()
    link = before.query_params["request"]
    take_away(no_store)
    page = type(before).from_file(before._script_path, default_timeout=60)
    page.switch_page("../pages/predict.py")
    page.query_params["request"] = link
    page.run()
    assert not page.exception
    assert AWAY in texts(page)
    button(page, "Show the price").click().run()
    assert not page.exception
    assert price(page)


def test_a_price_is_given_without_its_reasons_where_mlflow_is_away(
    open_console: Open, filled_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> Any:
        raise RegistryUnavailable("MLflow does not answer.")

    page = open_console(filled_folder, "predict")
    monkeypatch.setattr(Registry, "load_model", refuse)
    button(page, "Show the price").click().run()
    assert not page.exception
    assert price(page)
    assert "MLflow does not answer." in texts(page)


@pytest.mark.parametrize("script", ["overview", "batches", "history"])
def test_a_page_that_needs_the_store_says_once_that_it_is_away(
    open_console: Open, filled_folder: Path, no_store: pytest.MonkeyPatch, script: str
) -> None:
    page = open_console(filled_folder, script)
    take_away(no_store)
    page.run()
    assert not page.exception
    assert texts(page).count("This could not be shown") == 1
