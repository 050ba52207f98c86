"""A file with many rows on the page: matched, answered, handed back."""

import io
from datetime import datetime
from pathlib import Path

import openpyxl
import pytest

from console import process, state
from console.file_answers import FileAnswer, answer_file, excel_of, first_lines
from console.language import speaking
from core import store
from core.prediction.files import MOST_ROWS
from tests.pages.conftest import Open, button, texts

FILE = b"""Bedrooms,bath,house_size,city,state,zip_code,notes
3,2,1800,Town 4,Texas,01004,=1+1
2,1,900,Town 7,Maine,1007,x
many,2,1800,Town 4,Texas,01004,y
"""


def upload(open_console: Open, folder: Path, content: bytes, name: str = "mine.csv"):  # type: ignore[no-untyped-def]
    page = open_console(folder, "predict")
    page.query_params["asked"] = "many"
    page.run()
    page.file_uploader[0].upload(name, content, "text/csv")
    return page.run()


def test_a_file_is_answered_row_by_row_and_its_problems_are_named(open_console: Open, filled_folder: Path) -> None:
    page = upload(open_console, filled_folder, FILE)
    button(page, "Predict 3 rows").click()
    page.run()
    assert not page.exception
    assert "2 rows have a price" in texts(page)
    assert "1 row was refused." in texts(page)
    found = page.session_state[state.FILE_ANSWER][1]
    assert isinstance(found, FileAnswer)
    assert [row["line"] for row in first_lines(found.answers)] == ["2", "3"]
    assert [(row["Line"], row["Column"]) for row in first_lines(found.problems)] == [("4", "bed")]
    with store.reading(process.the_world().raw) as connection:
        kept = store.list_predictions(connection, tables=process.the_world().tables, limit=3)
    assert {row["request_id"] for row in kept} == {found.request_id}
    assert {row["channel"] for row in kept} == {"file"}


def test_a_file_whose_columns_nobody_knows_can_be_matched_by_hand(open_console: Open, filled_folder: Path) -> None:
    page = upload(open_console, filled_folder, b"a,b\n1800,3\n")
    assert "No column of this file is known." in texts(page)
    page.selectbox(key="many_house_size").select(0)
    page.run()
    button(page, "Predict 1 row").click()
    page.run()
    assert "1 row has a price" in texts(page)
    with store.reading(process.the_world().raw) as connection:
        kept = store.list_predictions(connection, tables=process.the_world().tables, limit=1)
    assert kept[0]["request"] == {"house_size": "1800"}


@pytest.mark.parametrize(("content", "words"), [(b"", "is empty"), (b"bed\n", "no rows")])
def test_a_file_that_cannot_be_read_says_why(
    open_console: Open, filled_folder: Path, content: bytes, words: str
) -> None:
    page = upload(open_console, filled_folder, content)
    assert words in texts(page)
    assert not [found for found in page.button if "Predict" in found.label]


def test_what_of_a_file_is_not_read_is_said_before_it_is_answered(open_console: Open, filled_folder: Path) -> None:
    book, content = openpyxl.Workbook(), io.BytesIO()
    book.active.append(["bed"])
    book.active.append([3])
    book.create_sheet("More").append(["bed"])
    book.save(content)
    page = upload(open_console, filled_folder, content.getvalue(), "mine.xlsx")
    assert "only the first one, Sheet, is read" in texts(page)
    assert button(page, "Predict 1 row")


def test_decimal_commas_are_said(open_console: Open, filled_folder: Path) -> None:
    page = upload(open_console, filled_folder, b"bed;acre_lot\n3;0,25\n")
    assert "are read with decimal commas: 0,25 is a quarter." in texts(page)


def test_the_problems_are_in_the_readers_language(open_console: Open, filled_folder: Path) -> None:
    open_console(filled_folder, "predict")
    with speaking("es-ES"):
        found = answer_file("a.csv", b"bed,city\nmany,Town 4\n", {"bed": 0, "city": 1}, "operator", lambda *_: None)
    [problem] = first_lines(found.problems)
    assert list(problem) == ["Línea", "Qué está mal", "Columna", "Valor"]
    assert problem["Qué está mal"].startswith("Dormitorios (bed) debe ser un número")


def test_answers_as_excel_have_numbers_and_dates_where_they_are(tmp_path: Path) -> None:
    path = tmp_path / "answers.xlsx"
    text = "line,zip_code,notes,prediction,sold,odd\n2,01004,'=1+1,-1234.5,2020-01-31,2020-13-31\n"
    path.write_bytes(excel_of(text.encode("utf-8-sig")))
    sheet = openpyxl.load_workbook(path).active
    assert [cell.value for cell in sheet[2]] == [
        2,
        "01004",
        "'=1+1",
        -1234.5,
        datetime.fromisoformat("2020-01-31"),
        "2020-13-31",
    ]
    assert sheet.max_row < MOST_ROWS
