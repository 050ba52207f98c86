"""The drift page: the verdict, the column that was chosen, how sure a change is, and the report of the batch."""

import json
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from console import data, process
from console.drift import Comparison
from console.report import numbers_json, report_html
from console.widgets import drift
from core.loop import now
from tests.pages.conftest import Open, texts


def tables(page: AppTest) -> dict[str, pd.DataFrame]:
    """The tables of a page by their first two headings."""
    return {" ".join(found.value.columns[:2]): found.value for found in page.dataframe}


def test_the_verdict_says_by_how_much_and_how_sure_it_is(open_console: Open, filled_folder: Path) -> None:
    said = texts(open_console(filled_folder, "drift", {"batch": "3"}))
    assert "Retrain: Price" in said
    assert "of 20 over their limits" in said
    assert "This reference decides." in said


def test_a_column_shows_each_change_with_its_interval_and_its_verdict(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "drift", {"batch": "3", "column": "price"})
    assert not page.exception
    found = tables(page)["Statistic Change [95 % interval]"]
    assert list(found["Statistic"]) == ["mean", "std", "median", "75 % quantile"]
    assert found["Change [95 % interval]"].str.contains("[", regex=False).all()
    assert "over its limit" in set(found["Verdict"])
    assert "Missing: 0.0 % before, 0.0 % now." in texts(page)
    assert "Quantile Before" in tables(page)


def test_the_address_names_the_statistic_that_is_followed_over_the_batches(
    open_console: Open, filled_folder: Path
) -> None:
    query = {"batch": "3", "column": "price", "statistic": "std"}
    page = open_console(filled_folder, "drift", query)
    shown = next(group for group in page.button_group if group.key == "statistic")
    assert shown.value == "std"
    shown.set_value("75").run()
    assert page.query_params["statistic"] == "75"


def test_every_column_has_its_distances_and_what_is_missing(open_console: Open, filled_folder: Path) -> None:
    found = tables(open_console(filled_folder, "drift", {"batch": "3"}))["Column Stability index"]
    assert found["Column"].iloc[0] == "Price"
    assert {"Kolmogorov-Smirnov", "Wasserstein", "Missing before", "Missing now", "mean", "median"} <= set(
        found.columns
    )
    assert len(found) == len(process.the_contract().drift_columns)


def test_new_and_vanished_categories_are_named(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "drift", {"batch": "3"})
    page.query_params["drift_parts"] = "categories"
    page.query_params["categories"] = "city"
    page.run()
    assert not page.exception
    assert "1 new: Newtown (1)" in texts(page)
    found = tables(page)["Column Stability index"]
    assert {"Total variation", "New", "Vanished", "Missing before", "Missing now"} <= set(found.columns)


def test_the_references_stand_side_by_side(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "drift", {"batch": "3"})
    page.query_params["drift_parts"] = "references"
    page.run()
    assert not page.exception
    found = tables(page)["Reference Against"]
    assert list(found["Reference"]) == ["Previous batch (decides)", "Everything before", "Production model's data"]


@pytest.mark.parametrize("reference", ["previous", "accumulated", "production"])
def test_the_report_holds_what_the_page_shows(open_console: Open, filled_folder: Path, reference: str) -> None:
    page = open_console(filled_folder, "drift", {"batch": "3", "reference": reference})
    assert [found.label for found in page.download_button] == ["Report (HTML)", "Numbers (JSON)"]
    found = opened(3)
    numbers = numbers_json([found[name] for name in found], now())
    assert set(json.loads(numbers)["comparisons"]) == {"previous", "accumulated", "production"}
    made = report_html(found[reference], numbers, now(), now().tzinfo)  # type: ignore[arg-type]
    assert "Column by column" in made
    assert found[reference].report.reference_label in made


def opened(key: int) -> dict[str, Comparison]:
    """The batch against each of its references."""
    batch, reports = next(found for found in data.batches() if found.id == key), data.reports(key)
    return {name: drift.open_comparison(batch, reports, name) for name in reports}
