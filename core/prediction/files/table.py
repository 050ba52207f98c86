"""A CSV or Excel file as a table: bounded in size before it is read, and nothing in it is ever run."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from zipfile import BadZipFile, ZipFile

from core.contract import Column, Contract
from core.errors import InputError
from core.words import sentence

MOST_ROWS = 200_000
MOST_COLUMNS = 200
# What an Excel file, which is an archive, may unfold to.
UNFOLDED_BYTES = 400 * 1024 * 1024
DELIMITERS = ",;\t|"
FIRST_LINE = re.compile(r"[^\r\n]{0,65536}")
# What no text has: control characters but for the white ones and the end of a DOS file, and bytes of no letter.
NO_TEXT = re.compile("[\0-\x08\x0e-\x19\x1b-\x1f\ufffd]")
# How far a sheet that is not read is looked into.
SHEET_ROWS = 20


@dataclass(frozen=True)
class Table:
    """What a file holds: the names in its first line, and its rows (n) with as many values each.

    ``lines`` (n,) are the rows' places in the file, as a spreadsheet counts them: the first line is 1. ``notes`` are
    sentences on what was not read; ``delimiter`` is what parts the columns of a CSV file.
    """

    header: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    lines: list[int]
    notes: tuple[str, ...] = ()
    delimiter: str = ""

    def __len__(self) -> int:
        return len(self.rows)


def read_table(name: str, content: bytes) -> Table:
    """The table of a file; raises InputError, in one sentence, where it is no CSV or Excel file or holds too much."""
    if name.lower().endswith(".xlsx"):
        notes: list[str] = []
        return replace(_table(_excel_lines(content, notes)), notes=tuple(notes))
    if name.lower().endswith((".csv", ".txt", ".tsv")):
        text = _decoded(content)
        delimiter = _delimiter(text)
        return replace(_table(_csv_lines(text, delimiter)), delimiter=delimiter)
    raise InputError(sentence("The file must be a CSV (.csv) or an Excel file (.xlsx), got {name}.", name=name[:80]))


def match_columns(header: Sequence[str], contract: Contract) -> dict[str, int]:
    """For each input that the header names, and for the target, its place there: by the contract's name, or its label
    with or without unit.

    Capitals, spaces and underscores do not matter. Of two columns that name the same input the first counts.
    """
    names = {
        _plain(name): column.name
        for column in contract.columns
        for name in (column.label_with_unit, column.label, column.name)
    }
    found: dict[str, int] = {}
    for place, title in enumerate(header):
        name = names.get(_plain(title))
        if name is not None:
            found.setdefault(name, place)
    return found


def titles(contract: Contract) -> tuple[Column, ...]:
    """The columns that a file may hold: those that the model reads first, and last the target, which is true."""
    others = (column for column in contract.inputs if not column.feature)
    return (*contract.features, *others, contract.target_column)


def _table(lines: Iterable[Sequence[Any]]) -> Table:
    numbered = ((place, row) for place, row in enumerate(lines, start=1) if any(_is_given(value) for value in row))
    first = next(numbered, None)
    if first is None:
        raise InputError(sentence("The file is empty: its first line must have the names of the columns."))
    last = max(place for place, value in enumerate(first[1]) if _is_given(value))
    header = tuple(str(value).strip() if _is_given(value) else "" for value in first[1][: last + 1])
    if len(header) > MOST_COLUMNS:
        raise InputError(sentence("The file must have at most {most} columns.", most=MOST_COLUMNS))
    _refuse_double_names(header)
    width, places, rows = len(header), [], []
    for place, row in islice(numbered, MOST_ROWS + 1):
        if any(_is_given(value) for value in row[width:]):
            raise InputError(
                sentence(
                    "Line {line} has more cells than the first line has names: name every column, and put a text that "
                    "has the mark between the columns in it into quotation marks.",
                    line=place,
                )
            )
        places.append(place)
        rows.append((*row[:width], *[None] * (width - len(row))))
    if len(rows) > MOST_ROWS:
        raise InputError(sentence("The file must have at most {most:,} rows.", most=MOST_ROWS))
    if not rows:
        raise InputError(sentence("The file has no rows below the names of its columns."))
    return Table(header, rows, places)


def _refuse_double_names(header: Sequence[str]) -> None:
    counted = Counter(_plain(name) or name for name in header if name)
    for name in header:
        if name and counted[_plain(name) or name] > 1:
            raise InputError(sentence("Two columns have the name {name}: give each its own, or remove one.", name=name))


def _delimiter(text: str) -> str:
    try:
        return csv.Sniffer().sniff(FIRST_LINE.match(text)[0], DELIMITERS).delimiter  # type: ignore[index]
    except csv.Error:
        return csv.excel.delimiter


def _csv_lines(text: str, delimiter: str) -> Iterator[Sequence[Any]]:
    width, line = 0, 0
    try:
        # As the file has them, line ends are what the csv module wants: an old Mac's too.
        for line, row in enumerate(csv.reader(io.StringIO(text, ""), delimiter=delimiter, strict=True), 1):
            width = width or len(row)
            if _has_swallowed_lines(row, width, delimiter):
                raise _unclosed(line)
            yield row
    except csv.Error as error:
        if "field limit" not in str(error):
            raise _unclosed(line + 1) from None
        raise InputError(
            sentence("Line {line} has a text that is too long for a cell of a table.", line=line + 1)
        ) from None


def _has_swallowed_lines(row: Sequence[str], width: int, delimiter: str) -> bool:
    """Whether a text that goes over several lines holds rows of the table: its quotation mark was closed by another."""
    broken = [cell for cell in row if "\n" in cell or "\r" in cell]
    inner = (line for cell in broken for line in cell.splitlines()[1:])
    return bool(broken) and (
        len(row) < width or (width > 2 and any(line.count(delimiter) == width - 1 for line in inner))
    )


def _unclosed(line: int) -> InputError:
    return InputError(
        sentence(
            "In line {line} a text in quotation marks does not end where it should: write a quotation mark that "
            "belongs to a text twice, or remove it.",
            line=line,
        )
    )


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 that says so (Excel's "Unicode text"), or what older spreadsheets write in western Europe."""
    is_wide = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = content.decode("utf-16" if is_wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if NO_TEXT.search(text):
        raise InputError(
            sentence("The file holds no text: save it as CSV or as an Excel file (.xlsx) in the program that made it.")
        )
    return text


def _excel_lines(content: bytes, notes: list[str]) -> Iterator[Sequence[Any]]:
    """The rows of the first sheet: the values that were saved with it; formulas are not worked out.

    ``notes`` gets a sentence where other sheets hold something too.
    """
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _check_unfolded(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            first, *others = book.worksheets
            if any(_holds_something(sheet) for sheet in others):
                notes.append(
                    sentence("The file has several sheets: only the first one, {name}, is read.", name=first.title)
                )
            yield from first.iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)
        finally:
            book.close()
    except (InvalidFileException, BadZipFile, KeyError, ValueError, IndexError, AttributeError, SyntaxError) as error:
        raise InputError(sentence("The file is no Excel file that can be read.")) from error


def _holds_something(sheet: Any) -> bool:
    return any(_is_given(value) for row in sheet.iter_rows(values_only=True, max_row=SHEET_ROWS) for value in row)


def _check_unfolded(content: bytes) -> None:
    try:
        with ZipFile(io.BytesIO(content)) as archive:
            size = sum(entry.file_size for entry in archive.infolist())
    except BadZipFile as error:
        raise InputError(sentence("The file is no Excel file that can be read.")) from error
    if size > UNFOLDED_BYTES:
        most = UNFOLDED_BYTES // 1024**2
        raise InputError(sentence("The Excel file unfolds to more than {most} MB: it is not read.", most=most))


def _is_given(value: Any) -> bool:
    return value is not None and (not isinstance(value, str) or bool(value.strip()))


def _plain(title: str) -> str:
    return "".join(letter for letter in title.casefold() if letter.isalnum())
