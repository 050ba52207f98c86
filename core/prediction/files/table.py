"""A CSV or Excel file as a table: bounded in size before it is read, and nothing in it is ever run."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
SAMPLE = 64 * 1024


@dataclass(frozen=True)
class Table:
    """What a file holds: the names in its first line, and its rows (n) with as many values each.

    ``lines`` (n,) are the rows' places in the file, as a spreadsheet counts them: the first line is 1.
    """

    header: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    lines: list[int]

    def __len__(self) -> int:
        return len(self.rows)


def read_table(name: str, content: bytes) -> Table:
    """The table of a file; raises InputError, in one sentence, where it is no CSV or Excel file or holds too much."""
    if name.lower().endswith(".xlsx"):
        return _table(_excel_lines(content))
    if name.lower().endswith((".csv", ".txt", ".tsv")):
        return _table(_csv_lines(content))
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
    width, places, rows = len(header), [], []
    for place, row in islice(numbered, MOST_ROWS + 1):
        places.append(place)
        rows.append((*row[:width], *[None] * (width - len(row))))
    if len(rows) > MOST_ROWS:
        raise InputError(sentence("The file must have at most {most:,} rows.", most=MOST_ROWS))
    if not rows:
        raise InputError(sentence("The file has no rows below the names of its columns."))
    return Table(header, rows, places)


def _csv_lines(content: bytes) -> Iterable[Sequence[Any]]:
    text = _decoded(content)
    try:
        dialect: Any = csv.Sniffer().sniff(text[:SAMPLE].partition("\n")[0], DELIMITERS)
    except csv.Error:
        dialect = csv.excel
    try:
        yield from csv.reader(io.StringIO(text), delimiter=dialect.delimiter)
    except csv.Error as error:
        raise InputError(sentence("The file is no valid CSV: {reason}.", reason=str(error))) from error


def _decoded(content: bytes) -> str:
    """UTF-8, or what older spreadsheets write in western Europe."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _excel_lines(content: bytes) -> Iterable[Sequence[Any]]:
    """The rows of the first sheet: the values that were saved with it; formulas are not worked out."""
    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    _check_unfolded(content)
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        try:
            yield from book.worksheets[0].iter_rows(values_only=True, max_col=MOST_COLUMNS + 1)
        finally:
            book.close()
    except (InvalidFileException, BadZipFile, KeyError, ValueError, IndexError, AttributeError, SyntaxError) as error:
        raise InputError(sentence("The file is no Excel file that can be read.")) from error


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
