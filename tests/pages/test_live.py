"""The version in use: the page says how it does on true values, and takes them."""

import json
import shutil
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from console import data, process
from console.charts.live import errors_over_time
from console.model_card import card_json
from console.widgets import model_card
from core import store
from core.live import METRICS
from core.loop import open_loop
from core.prediction import open_predictor, predict_rows
from core.records import PredictionFilter
from core.settings import read_settings
from tests.conftest import listings
from tests.pages.conftest import Open, button, texts, waiting


@pytest.fixture(scope="session")
def used_folder(tmp_path_factory: pytest.TempPathFactory, filled_folder: Path) -> Path:
    """Beside three batches, forty prices asked for; the newest has no true value yet."""
    folder = tmp_path_factory.mktemp("used")
    shutil.copytree(filled_folder, folder, dirs_exist_ok=True)
    loop = open_loop(read_settings({"DATA_DIR": str(folder)}, None))
    predictor = open_predictor(loop)
    for row in listings(40, seed=11, street=None):
        predict_rows(predictor, [row | {"price": row["price"] * 4}], "api")
    predict_rows(predictor, [{"bed": 3}], "page")
    loop.raw.dispose()
    loop.clean.dispose()
    return folder


def open_in_use(open_console: Open, folder: Path, **settings: str) -> AppTest:
    page = open_console(folder, "models", **settings)
    page.query_params["models_parts"] = "live"
    return page.run()


def fill_in(page: AppTest, request: int, value: float) -> AppTest:
    next(found for found in page.number_input if found.key == "told_request").set_value(request)
    next(found for found in page.number_input if found.key == "told_value").set_value(value)
    return button(page, "Keep it").click().run()


def test_too_few_true_values_are_counted_and_nothing_is_said(open_console: Open, filled_folder: Path) -> None:
    page = open_in_use(open_console, filled_folder)
    assert not page.exception
    assert "Too few true values to judge version" in texts(page)
    assert "yet: 0 of 30" in texts(page)


def test_a_version_that_misses_is_shown_with_its_numbers_and_the_overview_says_so(
    open_console: Open, used_folder: Path
) -> None:
    page = open_in_use(open_console, used_folder)
    assert not page.exception
    said = texts(page)
    assert "does worse in use than on its holdout" in said
    assert "Median error on 40 true values" in said
    assert "Inside the range 0.0 %" in said
    overview = open_console(used_folder)
    assert "does worse in use than on its holdout" in texts(overview)
    assert "The median error on 40 true values is" in texts(overview)
    assert "So the next batch has a model trained" in texts(overview)
    button(overview, "Fetch the next batch").click().run()
    assert waiting(overview)[0][0] == "cycle"


def test_more_true_values_than_there_are_can_be_asked_for(open_console: Open, used_folder: Path) -> None:
    page = open_in_use(open_console, used_folder, live_least="50")
    assert "yet: 40 of 50" in texts(page)
    assert "does worse" not in texts(open_console(used_folder, live_least="50"))


def test_a_true_value_is_told_on_the_page_and_stands_in_the_history(open_console: Open, used_folder: Path) -> None:
    page = fill_in(open_in_use(open_console, used_folder), 41, 250_000)
    assert not page.exception
    assert "Median error on 41 true values" in texts(page)
    with store.reading(process.the_world().raw) as connection:
        truth = store.load_truth(connection, prediction=41)
    assert truth is not None
    assert (truth.value, truth.by) == (250_000.0, "operator")
    assert data.predictions(PredictionFilter(), 1, 1)[0]["true_value"] == 250_000.0
    history = open_console(used_folder, "history", {"show": "prices"})
    assert not history.exception


@pytest.mark.parametrize(
    ("request_number", "value", "words"),
    [(999, 250_000, "No price is stored under the id 999."), (41, 10, "must be a true value")],
)
def test_what_cannot_be_kept_is_said_beside_the_form(
    open_console: Open, used_folder: Path, request_number: int, value: float, words: str
) -> None:
    page = fill_in(open_in_use(open_console, used_folder), request_number, value)
    assert words in texts(page)
    assert "Median error on 40 true values" in texts(page)


def test_the_rules_have_a_limit_for_the_live_error_which_0_turns_off(open_console: Open, used_folder: Path) -> None:
    page = open_console(used_folder, "drift", {"rules": "-"}, drift_limit="5")
    page.query_params["drift_parts"] = "rules"
    page = page.run()
    assert not page.exception
    limit = next(found for found in page.number_input if found.key.endswith("live_ape__"))
    assert "median error" in limit.label
    limit.set_value(0.0).run()
    assert "50 % before, now off" in texts(page)


def test_who_asked_on_the_page_tells_the_true_value_below_the_answer(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "predict")
    next(found for found in page.text_input if found.label == "Street").set_value("1758218").run()
    button(page, "Show the price").click().run()
    assert not page.exception
    value = page.number_input(key="price_truth")
    value.set_value(10.0).run()
    button(page, "Keep it").click().run()
    assert "must be a true value" in texts(page)
    page.number_input(key="price_truth").set_value(250_000.0).run()
    button(page, "Keep it").click().run()
    assert not page.exception
    assert "$ 250,000 is kept as true: the price missed it by" in texts(page)
    [entry] = data.predictions(PredictionFilter(), 1, 1)
    assert (entry["street"], entry["true_value"], entry["true_value_from"]) == ("1758218", 250_000.0, "asker")


def test_the_card_says_how_a_version_does_in_use_and_gives_no_true_value_away(
    open_console: Open, used_folder: Path
) -> None:
    page = open_console(used_folder, "models")
    page.query_params["models_parts"] = "card"
    page.run()
    table = next(found.value for found in page.dataframe if found.value.columns[0] == "Metric").set_index("Metric")
    used = table["In use (40 true values)"]
    quality = data.live()
    assert quality is not None
    assert used["Median error"].startswith(f"{quality.errors[0].live:.1%}".replace("%", " %"))
    assert used["Inside the range"].startswith("0.0 % (0.0 % to ")
    versions = data.versions()
    card = model_card._facts(next(v for v in versions if v.number == quality.version), versions, data.ranking())
    live = json.loads(card_json(card, data.now()))["live"]
    assert (live["true_values"], live["status"], set(live["metrics"])) == (40, "worse", set(METRICS))
    other = next(v for v in versions if v.number != quality.version)
    assert json.loads(card_json(model_card._facts(other, versions, {}), data.now()))["live"] is None


def test_an_empty_form_is_refused_in_words_for_people(open_console: Open, used_folder: Path) -> None:
    page = open_in_use(open_console, used_folder)
    button(page, "Keep it").click().run()
    assert "Give the number of a request and its true value." in texts(page)


def test_misses_above_the_figure_have_a_mark_and_are_counted(open_console: Open, used_folder: Path) -> None:
    open_in_use(open_console, used_folder)
    quality = data.live()
    assert quality is not None
    far = replace(quality, met=(replace(quality.met[0], predicted=quality.met[0].truth.value * 4), *quality.met[1:]))
    chart = errors_over_time(far, "$", UTC)
    assert chart.data[0].marker.symbol[-1] == "triangle-up"
    assert [note.text for note in chart.layout.annotations if "more than 100 %" in note.text] == [
        "▲ 1 misses by more than 100 %"
    ]
