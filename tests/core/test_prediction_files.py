"""Files with many rows: what is read of them, what is refused, and that nothing in them ever runs."""

import csv
import io
import zipfile
from datetime import datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from core.contract import Contract
from core.errors import InputError
from core.prediction.files import (
    MOST_ROWS,
    Table,
    answer_header,
    answer_rows,
    as_csv,
    as_excel,
    match_columns,
    read_table,
)
from core.prediction.files.answering import Part, Priced
from core.prediction.files.table import MOST_COLUMNS
from core.prediction.files.writing import FORMULAS, harmless


def excel(*rows: list[Any]) -> bytes:
    book, content = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(content)
    return content.getvalue()


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_is_read_whatever_spreadsheet_wrote_it(delimiter: str, encoding: str) -> None:
    text = delimiter.join(["bed", "city"]) + "\r\n" + delimiter.join(["3", "Peñíscola"]) + "\r\n\r\n"
    table = read_table("a.CSV", f"{text}{delimiter.join(['2', ''])}".encode(encoding))
    assert table.header == ("bed", "city")
    assert table.rows == [("3", "Peñíscola"), ("2", "")]
    assert table.lines == [2, 4]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_unicode_text_of_excel_and_line_ends_of_an_old_mac_are_read(encoding: str) -> None:
    table = read_table("a.txt", "bed\tcity\r3\tPeñíscola\r".encode(encoding))
    assert (table.header, table.rows) == (("bed", "city"), [("3", "Peñíscola")])


def test_a_short_line_is_filled_and_a_long_one_ends_in_nothing() -> None:
    assert read_table("a.csv", b"bed,bath\n1\n1,2, ,\n").rows == [("1", None), ("1", "2")]


def test_a_text_over_two_lines_is_one_cell() -> None:
    assert read_table("a.csv", b'notes,bed\n"one, two\nthree",3\n').rows == [("one, two\nthree", "3")]


def test_a_second_sheet_is_not_read_and_that_is_said() -> None:
    book, content = Workbook(), io.BytesIO()
    for row in (["bed"], [3]):
        book.active.append(row)
    book.create_sheet("Empty")
    book.save(content)
    assert read_table("a.xlsx", content.getvalue()).notes == ()
    book.create_sheet("More").append(["bed"])
    book.save(content)
    [note] = read_table("a.xlsx", content.getvalue()).notes
    assert note == "The file has several sheets: only the first one, Sheet, is read."


def test_excel_is_read_as_its_saved_values_and_formulas_stay_unsolved() -> None:
    table = read_table("a.xlsx", excel(["bed", "bath"], [3, "=1+1"], [None, None], [2.5, True]))
    assert table.header == ("bed", "bath")
    assert table.rows == [(3, None), (2.5, True)]
    assert table.lines == [2, 4]


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("a.pdf", b"x", "must be a CSV"),
        ("a.csv", b"", "is empty"),
        ("a.csv", b" ,\n\n", "is empty"),
        ("a.csv", b"bed,bath\n", "no rows"),
        ("a.csv", ("x," * (MOST_COLUMNS + 1)).encode() + b"y\n1\n", "columns"),
        ("a.csv", b"bed\n" + b"1\n" * (MOST_ROWS + 1), "200,000 rows"),
        ("a.csv", b'bed\n"' + b"x" * 200_000 + b'"\n', "Line 2 has a text that is too long"),
        ("a.csv", b"PK\x03\x04\x14\0\x06\0\r\x8d", "holds no text"),
        ("a.csv", bytes(range(128, 256)), "holds no text"),
        ("a.csv", "bed,city\n3,a\n".encode("utf-16-le"), "holds no text"),
        ("a.csv", b'bed,city\n3,"a\n4,b\n', "In line 2 a text in quotation marks"),
        ("a.csv", b'bed,city\n3,a\n4,"b\n5,"c"\n', "In line 3 a text in quotation marks"),
        ("a.csv", b'bed,city,state\n3,"a\n4,b,c\n5,"\n', "In line 2 a text in quotation marks"),
        ("a.csv", b'bed,city,state\n3,"a\n4,b,c\n5,",d\n', "In line 2 a text in quotation marks"),
        ("a.csv", b"bed,house_size\n3,1,800\n", "Line 2 has more cells"),
        ("a.csv", b"bed,city,Bed \n3,a,4\n", "Two columns have the name bed"),
        ("a.xlsx", b"not an archive", "no Excel file"),
        ("a.xlsx", b"PK\x05\x06" + b"\0" * 18, "no Excel file"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(name: str, content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words) as refused:
        read_table(name, content)
    assert str(refused.value).endswith(".")


def test_an_archive_that_unfolds_too_far_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.prediction.files.table.UNFOLDED_BYTES", 1024 * 1024)
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 2 * 1024 * 1024)
    with pytest.raises(InputError, match="unfolds to more than"):
        read_table("bomb.xlsx", content.getvalue())


def test_entities_of_an_excel_file_are_not_unfolded() -> None:
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>'
    content, book = io.BytesIO(), zipfile.ZipFile(io.BytesIO(excel(["bed"], [1])))
    with zipfile.ZipFile(content, "w") as archive:
        for entry in book.namelist():
            text = book.read(entry)
            archive.writestr(entry, bomb + text.partition(b"?>")[2] if entry == "xl/workbook.xml" else text)
    with pytest.raises(InputError, match="no Excel file"):
        read_table("a.xlsx", content.getvalue())


def test_columns_are_found_by_name_or_label(contract: Contract) -> None:
    header = ["Living area (sq ft)", "BED", "Zip Code", "price", "notes", "Bathrooms", "bath", "house_size"]
    assert match_columns(header, contract) == {"house_size": 0, "bed": 1, "zip_code": 2, "price": 3, "bath": 5}


def test_answers_that_come_back_as_a_file_keep_every_column_apart() -> None:
    header = answer_header(Table(("line", "bed", "prediction"), [(2, 3, 4.0)], [2]))
    assert header[:9] == [
        *("line", "prediction", "low", "high", "unknown", "missing"),
        *("line (file)", "bed", "prediction (file)"),
    ]
    assert len(set(header)) == len(header)


def test_a_date_of_a_spreadsheet_comes_back_as_a_date() -> None:
    priced = Priced(np.array([5.0]), None, np.zeros((0, 0), dtype=str), np.zeros((1, 0)))
    part = Part(1, 1, np.array([0]), priced, [""], [""], [9], "r", ())
    times = [datetime.fromisoformat(text) for text in ("2020-01-31", "2020-01-31T08:30")]
    table = read_table("a.xlsx", excel(["sold", "seen"], times))
    [row] = answer_rows(table, [part])
    assert [str(cell) for cell in row[6:8]] == ["2020-01-31", "2020-01-31 08:30:00"]


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_no_text_is_written_that_a_spreadsheet_would_run(text: str) -> None:
    written = harmless(text)
    assert written.removeprefix("'") == text.removeprefix("'")
    if written.startswith(FORMULAS):
        float(written)


def test_what_is_written_is_read_again_and_no_cell_is_a_formula() -> None:
    rows = [[1, harmless("=HYPERLINK(1)"), harmless("-5"), 'a,b\n"c"'], [2, harmless("@x"), 3.5, "\x07 bell"]]
    content = as_csv(["line", "a", "b", "c"], rows)
    assert list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[1][1] == "'=HYPERLINK(1)"
    assert content.startswith(b"\xef\xbb\xbf")
    sheet = load_workbook(io.BytesIO(as_excel(["line", "a", "b", "c"], rows))).active
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} == {"s", "n"}
    assert sheet["C3"].value == 3.5
