"""The page of batches: how good one is, its rejected rows, and letting them in."""

import re
from pathlib import Path

from streamlit.testing.v1 import AppTest

from console import process
from core.contract import contract_path
from tests.pages.conftest import Open, button, texts, waiting


def at_rejected(open_console: Open, folder: Path, **settings: str) -> AppTest:
    page = open_console(folder, "batches", {"batch": "2"}, **settings)
    page.query_params["batch_parts"] = "rejected"
    return page.run()


def table_with(page: AppTest, column: str):  # type: ignore[no-untyped-def]
    return next(found.value for found in page.dataframe if column in found.value)


def lenient(folder: Path) -> str:
    """The shipped rules with longer street codes."""
    text = contract_path("real_estate").read_text(encoding="utf-8")
    path = folder / "lenient.toml"
    path.write_text(re.sub(r'(name = "street".*?length = )32', r"\g<1>120", text, count=1, flags=re.DOTALL))
    return str(path)


def test_a_batch_begins_with_what_to_look_at(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "batches", {"batch": "2"})
    assert not page.exception
    warned = "\n".join(found.value for found in page.warning).replace("\\", "")
    well = "\n".join(found.value for found in page.success)
    assert "thing to look at" in warned or "things to look at" in warned or "Nothing to worry about" in well


def test_the_first_batch_of_good_rows_is_nothing_to_worry_about(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "batches", {"batch": "1"})
    assert any("Nothing to worry about" in found.value for found in page.success)
    columns = table_with(page, "Missing")
    assert len(columns) == len(process.the_contract().columns)
    price = columns.set_index("Column").loc["Price"]
    assert price["Smallest"].startswith("$ ")
    assert price["Missing"] == "0 (0.0 %)"


def test_the_volume_is_drawn(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "batches", {"batch": "3"})
    page.query_params["batch_parts"] = "volume"
    page.run()
    assert not page.exception
    assert len(page.get("plotly_chart")) == 1
    assert "What is usual is known after three batches." in texts(page)


def test_rejected_rows_are_searched_and_filtered_by_their_reason(open_console: Open, filled_folder: Path) -> None:
    page = at_rejected(open_console, filled_folder)
    page.text_input(key="search_2").set_value("DEAR").run()
    assert list(table_with(page, "Reasons")["Reasons"]) == ["price must be a number, got 'dear'"]
    page.text_input(key="search_2").set_value("nobody wrote this").run()
    assert "No rejected row holds this text" in texts(page)
    page.text_input(key="search_2").set_value("")
    page.selectbox(key="reason_2").select("street must have at most 32 characters").run()
    assert len(table_with(page, "Reasons")) == 1
    assert not page.exception


def test_without_a_mended_rule_nothing_can_be_let_in(open_console: Open, filled_folder: Path) -> None:
    page = at_rejected(open_console, filled_folder)
    assert "None of the rejected rows passes today's rules." in texts(page)
    assert not [found for found in page.button if found.label in ("Let them in", "Judge the batch again")]


def test_a_mended_rule_lets_rows_in_with_one_click(open_console: Open, filled_folder: Path, tmp_path: Path) -> None:
    page = at_rejected(open_console, filled_folder, contract=lenient(tmp_path))
    assert "1 of 2 rejected rows pass today's rules" in texts(page)
    button(page, "Let them in").click().run()
    assert waiting(page) == [("readmission", {"batch": 2})]
    assert button(page, "Let them in").disabled
    assert not page.exception


def test_stored_rows_are_sorted_and_found(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "batches", {"batch": "2"})
    page.query_params["batch_parts"] = "stored"
    page.run()
    page.selectbox(key="order_2").select("price").run()
    prices = list(table_with(page, "price")["price"])
    assert prices == sorted(prices)
    page.text_input(key="holds_2").set_value("ohio").run()
    assert set(table_with(page, "price")["state"]) == {"Ohio"}
    assert not page.exception
