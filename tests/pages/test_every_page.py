"""Each page of the menu opens, over an empty store and over a full one, and says what it is."""

from pathlib import Path

import pytest
import streamlit as st

from console import process
from console.navigation import PAGES
from tests.pages.conftest import Open, texts

SCRIPTS = [entry.script for entry in PAGES]
EMPTY = {
    "overview": "Ready for the first batch",
    "batches": "No batch was fetched yet",
    "drift": "There is nothing to compare yet",
    "training": "There is nothing to train on yet",
    "models": "There are no versions yet",
    "explain": "There is nothing to explain yet",
    "predict": "There is no model in production yet",
    "history": "Nothing was decided yet",
    "settings": "Every service answers",
}
FULL = {
    "overview": ("All is well", "Version", "rows stored"),
    "batches": ("Received", "Rejected", "Received 252"),
    "drift": ("Price", "Compared with the previous batch"),
    "training": ("Version 3 was trained last; version ", "Tries at most", "The search"),
    "models": ("is in production: MAE $", "was in production, since"),
    "explain": ("leans on", "holdout rows", "Checking version"),
    "predict": ("The price of a listing",),
    "history": ("What was decided and done",),
    "settings": ("US real-estate listings", "Every service answers"),
}


@pytest.mark.parametrize("script", SCRIPTS)
def test_an_empty_console_says_on_each_page_what_to_do(open_console: Open, empty_folder: Path, script: str) -> None:
    page = open_console(empty_folder, script)
    assert not page.exception
    assert len(page.title) == 1
    assert EMPTY[script] in texts(page)


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_full_console_shows_on_each_page_what_there_is(open_console: Open, filled_folder: Path, script: str) -> None:
    query = {"batch": "2"} if script == "batches" else {}
    page = open_console(filled_folder, script, query)
    assert not page.exception
    said = texts(page)
    if script == "overview":
        assert "Price" in said
        assert "All is well" in said
    else:
        assert [text for text in FULL[script] if text not in said] == []


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_database_that_is_gone_is_one_sentence_on_each_page(
    open_console: Open, filled_folder: Path, script: str
) -> None:
    page = open_console(filled_folder, script)
    with process.the_world().raw.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE batches RENAME TO lost")
    st.cache_data.clear()
    page.run()
    assert not page.exception
    said = texts(page)
    assert "This could not be shown" in said
    assert "no such table: batches" in said
