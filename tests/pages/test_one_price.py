"""One row by hand: places within places, what is typical, what is wrong at once, what is comparable, and its link."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from console import process
from core import store
from core.prediction import explain_rows, link_of
from tests.pages.conftest import ROOT, Open, button, texts


def box(page: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(found for found in page.selectbox if found.label == label)


def number(page: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(found for found in page.number_input if found.label.startswith(label))


def follow(link: str) -> AppTest:
    """The page as another reader opens it by a link."""
    page = AppTest.from_file(str(ROOT / "console" / "shell.py"), default_timeout=60)
    page.switch_page("../pages/predict.py")
    page.query_params["request"] = link
    return page.run()


def stored() -> list[dict[str, object]]:
    with store.reading(process.the_world().raw) as connection:
        return [dict(row) for row in store.list_predictions(connection, tables=process.the_world().tables)]


def test_cities_are_those_of_the_state_and_a_choice_elsewhere_is_taken_back(
    open_console: Open, filled_folder: Path
) -> None:
    page = open_console(filled_folder, "predict")
    assert box(page, "State").options == ["California", "Maine", "Ohio", "Texas"]
    box(page, "City").select("Town 4").run()
    assert box(page, "ZIP code").options[-1] == "01004"
    box(page, "ZIP code").select("01004").run()
    in_texas = box(page, "City").options
    box(page, "State").select("Ohio").run()
    assert not page.exception
    assert box(page, "City").value is None
    assert box(page, "ZIP code").value is None
    assert not set(box(page, "City").options) & set(in_texas)


def test_a_place_that_the_data_does_not_know_is_not_chosen_for_the_reader(
    open_console: Open, filled_folder: Path
) -> None:
    page = open_console(filled_folder, "predict")
    assert box(page, "State").value == "Texas"
    assert "Houston" not in box(page, "City").options
    assert box(page, "City").value is None
    assert box(page, "ZIP code").value is None
    assert "New: no stored listing has it." not in texts(page)


def test_quantities_are_the_median_of_the_place_until_the_reader_changes_one(
    open_console: Open, filled_folder: Path
) -> None:
    page = open_console(filled_folder, "predict")
    size = number(page, "Living area").value
    assert "Bedrooms, Bathrooms, Lot size, Living area: the median of" in texts(page)
    number(page, "Bedrooms").set_value(5.0).run()
    assert "Bathrooms, Lot size, Living area: the median of" in texts(page)
    box(page, "State").select("Ohio").run()
    assert number(page, "Bedrooms").value == 5
    assert number(page, "Living area").value != size


@pytest.mark.parametrize(
    ("label", "value", "words"),
    [
        ("Bedrooms", 21.0, "Bedrooms must be 0 to 20, got 21."),
        ("Living area", -1.0, "Living area must be 1 to 50,000 sq ft, got -1."),
    ],
)
def test_what_is_wrong_stands_at_once_by_its_field_and_nothing_can_be_sent(
    open_console: Open, filled_folder: Path, label: str, value: float, words: str
) -> None:
    page = open_console(filled_folder, "predict")
    assert not button(page, "Show the price").disabled
    number(page, label).set_value(value).run()
    assert words in texts(page)
    assert f"First mend: {label}." in texts(page)
    assert button(page, "Show the price").disabled
    assert stored() == []


def test_a_city_that_nobody_knows_is_priced_and_said(open_console: Open, filled_folder: Path) -> None:
    open_console(filled_folder, "predict")
    row = {"state": "Texas", "city": "Foo", "house_size": 1800, "bed": 3, "bath": 2, "acre_lot": 0.2, "status": "sold"}
    [given], _ = explain_rows(process.the_predictor(), [row], "page", "ab12")
    page = follow(link_of(given))
    assert not page.exception
    said = texts(page)
    assert "New: no stored listing has it." in said
    assert "City “Foo” is not known to the model: the price leans on State “Texas” instead." in said
    assert "Not given: Broker, ZIP code, Last sold. The price leans on the rest." in said


def test_an_emptied_number_is_not_given_and_is_not_priced_as_zero(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "predict")
    for label in ("Lot size", "Living area"):
        number(page, label).set_value(None).run()
    assert not button(page, "Show the price").disabled
    button(page, "Show the price").click().run()
    assert not page.exception
    assert "Not given: Broker, Lot size, City, ZIP code, Living area, Last sold." in texts(page)
    [row] = stored()
    assert row["acre_lot"] is None
    assert row["house_size"] is None
    other = follow(link_in(page))
    assert not other.exception
    assert number(other, "Living area").value is None


def test_a_price_says_that_the_form_was_changed_since(open_console: Open, filled_folder: Path) -> None:
    words = "The form was changed since"
    page = open_console(filled_folder, "predict")
    button(page, "Show the price").click().run()
    size = number(page, "Living area").value
    assert words not in texts(page)
    number(page, "Living area").set_value(size + 500).run()
    assert words in texts(page)
    number(page, "Living area").set_value(size).run()
    assert words not in texts(page)
    other = follow(link_in(page))
    assert words not in texts(other)
    box(other, "State").select("Ohio").run()
    assert words in texts(other)
    button(other, "Show the price").click().run()
    assert not other.exception
    assert words not in texts(other)


def test_comparable_rows_come_with_why_and_what_if_moves_the_price(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "predict")
    box(page, "City").select("Town 4").run()
    button(page, "Show the price").click().run()
    assert not page.exception
    lines = [str(part.value) for part in page.markdown if "against yours" in str(part.value)]
    assert len(lines) == 5
    assert all("Town 4" in line and "same city" in line for line in lines)
    assert "Difference $ 0" in texts(page)
    slider = next(found for found in page.slider if found.label.startswith("Living area"))
    slider.set_value(slider.max).run()
    assert not page.exception
    assert "Difference $ 0" not in texts(page)
    assert len(stored()) == 1


def test_a_link_that_names_no_price_says_so_and_shows_the_form(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "predict", {"request": "1.nobody"})
    assert not page.exception
    assert "There is no price under this link" in texts(page)
    assert button(page, "Show the price")


def test_a_link_followed_by_another_reader_says_when_and_by_which_version(
    open_console: Open, filled_folder: Path
) -> None:
    page = open_console(filled_folder, "predict")
    number(page, "Living area").set_value(2222.0).run()
    button(page, "Show the price").click().run()
    [row] = stored()
    assert link_in(page) == f"{row['id']}.{row['request_id']}"
    price = next(metric.value for metric in page.metric if metric.label == "Price")
    other = follow(link_in(page))
    assert not other.exception
    said = texts(other)
    assert "This price was given on" in said
    assert "The same version is in production." in said
    assert re.search(r"The typical price of a listing is \$ [\d,]+\.", said)
    assert re.search(r"- .+ \(.+\): (adds|takes off) \$ [\d,.]+", said)
    assert re.search(r"- \d+ more features together: (adds|takes off) \$ [\d,.]+", said)
    assert next(metric.value for metric in other.metric if metric.label == "Price") == price
    assert number(other, "Living area").value == 2222
    assert len(stored()) == 1


def link_in(page: AppTest) -> str:
    found = page.query_params["request"]
    return str(found[0] if isinstance(found, list) else found)
