"""The card of a version and two versions side by side: what they say, what is taken away, what is asked for."""

import json
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from console import data, language
from console.formats import metric_value
from console.model_card import card_html, card_json, card_markdown, card_parts
from console.widgets import documents, model_card
from tests.pages.conftest import Open, button, texts, waiting
from tests.pages.test_promotion import other_version


def opened(page: AppTest, tab: str) -> AppTest:
    """The page with another of its parts open."""
    page.query_params["models_parts"] = tab
    return page.run()


def tables(page: AppTest) -> dict[str, pd.DataFrame]:
    """The tables of a page by their first two headings."""
    return {" ".join(found.value.columns[:2]): found.value for found in page.dataframe}


def facts_of(page: AppTest, number: int) -> model_card.Facts:
    assert page is not None
    found = data.versions()
    return model_card._facts(next(v for v in found if v.number == number), found, data.ranking())


def test_a_card_says_where_a_version_comes_from_and_what_it_is_not_for(open_console: Open, filled_folder: Path) -> None:
    page = opened(open_console(filled_folder, "models", {"version": "1"}), "card")
    assert not page.exception
    said = texts(page)
    assert "Version 1 (" in said
    assert "Price reaches from $" in said
    assert "Fewest train rows by State" in said
    assert "of the true values of the test rows; 80 % is aimed at" in said
    origin = tables(page)["What Value"].set_index("What")["Value"]
    version = next(v for v in data.versions() if v.number == 1)
    assert origin["Fingerprint of the rows"] == version.tags["fingerprint"]
    assert origin["Commit of the code"] == version.tags["commit"]
    assert "(key 1)" in origin["Batches"]
    found = tables(page)
    assert {"Metric Test rows", "State Rows", "Price ($) Rows", "Column In the train rows"} <= set(found)
    seen = found["Column In the train rows"].set_index("Column")["In the train rows"]
    assert any(text.startswith("20") and "to 20" in text for text in seen), "dates are shown as dates"


def test_train_again_asks_for_the_training_that_was(open_console: Open, filled_folder: Path) -> None:
    page = opened(open_console(filled_folder, "models", {"version": "1"}), "card")
    button(page, "Train again from this card").click().run()
    kind, order = waiting(page)[-1]
    version = next(v for v in data.versions() if v.number == 1)
    assert kind == "training"
    assert order["batches"] == [1]
    assert order["seed"] == int(version.tags["seed"])
    assert order["draws"] == len(data.trials(1)) == 2
    assert order["reason"] == "Trained again from the card of version 1"


def test_the_documents_hold_the_card(open_console: Open, filled_folder: Path) -> None:
    facts = facts_of(opened(open_console(filled_folder, "models"), "card"), 1)
    found = json.loads(card_json(facts, data.now()))
    assert found["lineage"]["fingerprint"] == facts.version.tags["fingerprint"]
    assert found["order"]["batches"] == [1]
    assert len(found["card"]["actual"]) == len(found["card"]["predicted"])
    page = str(documents._spoken(lambda: card_html(facts, data.now()), language.ENGLISH))
    assert "Limits of use" in page
    assert facts.version.tags["commit"] in page
    assert page.count('<div class="figure">') == 4
    assert "Tarjeta" not in page
    assert re.search(r'<table class="text">\s*<thead><tr><th scope="col">What</th>', page), "long values wrap"
    assert re.search(r"Trained [^<]*\d UTC\.", page)
    assert re.search(r"Made on [^<]*\d UTC\.", page)
    text = str(documents._spoken(lambda: card_markdown(facts, data.now()), language.ENGLISH))
    assert text.startswith("# Model card: version 1\n")
    assert [part.title for part in card_parts(facts)] == re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert facts.version.tags["commit"] in text
    assert re.search(r"^\| MAE \|.* \\\$\s?[\d.,]+", text, re.MULTILINE), "a sign of Markdown stands as it is"
    assert 'lang="es"' in str(documents._spoken(lambda: card_html(facts, data.now()), "es"))


def test_a_version_of_an_earlier_release_has_a_card_without_segments(
    open_console: Open, filled_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_console(filled_folder, "models", {"version": "1"})
    monkeypatch.setattr(data, "card", lambda number: None)
    page = opened(page, "card")
    assert not page.exception
    assert "Nothing was kept of its rows" in texts(page)
    assert not button(page, "Train again from this card").disabled


def test_two_versions_show_what_differs(open_console: Open, filled_folder: Path) -> None:
    page = opened(open_console(filled_folder, "models"), "two")
    assert not page.exception
    other = other_version(page)
    found = tables(page)
    assert any(f"Version {other} does" in alert.value for alert in [*page.info, *page.success, *page.warning])
    parameters = next(table for name, table in found.items() if name.startswith("Parameter Version"))
    assert {"Batches", "Commit of the code", "family", "seed"} <= set(parameters["Parameter"])
    assert f"Version {other}" in parameters.columns
    batches = parameters.set_index("Parameter").loc["Batches"]
    assert all(text.startswith("1·0") for text in batches), "as every page calls them"
    assert {"Metric Change with its 95 % interval", "Segment Change with its 95 % interval"} <= set(found)
    same = open_console(filled_folder, "models", {"first": "1", "second": "1"})
    assert "Both are the same version." in texts(opened(same, "two"))


def test_charts_and_table_of_two_versions_are_of_the_same_rows(open_console: Open, filled_folder: Path) -> None:
    page = opened(open_console(filled_folder, "models", {"first": "1", "second": "2"}), "two")
    assert not page.exception
    comparison = data.compared(1, 2)
    assert comparison is not None
    missed = tables(page)["Metric Change with its 95 % interval"].set_index("Metric").loc["MAE"]
    charts = [json.loads(found.proto.spec) for found in page.get("plotly_chart")]
    bars = [chart["data"] for chart in charts if chart["data"][0].get("orientation") == "h"]
    segments = tables(page)["Segment Change with its 95 % interval"]
    for number, place in ((1, 0), (2, 1)):
        errors = data.errors_on_holdout(number)
        assert errors is not None
        assert len(errors.actual) == sum(errors.counts) == comparison.rows < 1000, "every row is shown"
        mean = np.abs(np.subtract(errors.predicted, errors.actual)).mean()
        contract = facts_of(page, number).contract
        assert metric_value("mae", mean, contract) == missed[f"Version {number}"]
        drawn = [metric_value("mae", value, contract) for two in bars for value in two[place]["x"]]
        assert sorted(drawn) == sorted(segments[f"Version {number}"])
    scatter = next(chart["data"] for chart in charts if chart["data"][0].get("mode") == "markers")
    assert scatter[0]["x"] == scatter[1]["x"], "the same rows of both"


def test_errors_by_row_that_an_earlier_release_did_not_keep_are_told(
    open_console: Open, filled_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_console(filled_folder, "models", {"first": "1", "second": "2"})
    monkeypatch.setattr(data, "errors_on_holdout", lambda number: None)
    assert "kept no errors by row" in texts(opened(page, "two"))
