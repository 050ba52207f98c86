"""Answers and problems as files that a spreadsheet opens without running anything in them."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time
from typing import Any

import numpy as np

from core.prediction.files.answering import REASONS, Part, Problem
from core.prediction.files.table import Table

# A cell that begins with one of these is a formula to a spreadsheet (OWASP, CSV injection).
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
# Before the file's own columns, where they are seen first, and after them.
FIRST = ("line", "prediction", "low", "high", "unknown", "missing")
LAST = (
    *("version", "id", "request_id"),
    *(name for number in range(1, REASONS + 1) for name in (f"reason_{number}", f"reason_{number}_part")),
)


def answer_header(table: Table) -> list[str]:
    """The columns of the answers: line, price, range and what they do not lean on, the file's own, then the rest.

    A column of the file that is called as one of ours is marked: a file of answers may come back for new ones.
    """
    ours = {*FIRST, *LAST}
    own = [f"{name} (file)" if name in ours else str(harmless(name)) for name in table.header]
    return [*FIRST, *own, *LAST]


def answer_rows(table: Table, parts: Iterable[Part]) -> Iterable[list[Any]]:
    """A line for each row that was answered, in the file's order."""
    for part in parts:
        keys: Sequence[int | None] = part.keys if part.keys is not None else [None] * len(part.places)
        asked = zip(part.places.tolist(), _prices(part), part.unknown, part.missing, keys, _reasons(part), strict=True)
        for place, price, unknown, missing, key, reasons in asked:
            own = map(_cell, table.rows[place])
            # "" where it is not stored: the request's id would lead nowhere.
            stored = [key, part.request_id] if key is not None else ["", ""]
            yield [table.lines[place], *price, unknown, missing, *own, part.version, *stored, *reasons]


def problem_rows(problems: Iterable[Problem], tell: Callable[[str], str]) -> Iterable[list[Any]]:
    """A line for each bad field: the file's line, what is wrong as ``tell`` says it, column, and value."""
    for problem in problems:
        yield [problem.line, harmless(tell(problem.detail)), problem.column, harmless(problem.value)]


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as CSV that Excel reads as UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def as_excel(header: Sequence[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """Rows as an Excel file; takes some ten times as long as CSV."""
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook(write_only=True)
    sheet = book.create_sheet("Answers")
    for row in (header, *rows):
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", cell) if isinstance(cell, str) else cell for cell in row])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def harmless(value: Any) -> Any:
    """A text that a spreadsheet would run, with an apostrophe before it; a number stays one, also as a text."""
    if not isinstance(value, str) or not value.startswith(FORMULAS):
        return value
    try:
        float(value)
    except ValueError:
        return f"'{value}"
    return value


def _cell(value: Any) -> Any:
    """A cell of the file as it comes back: a spreadsheet's date, which it holds as a time at midnight, as a date."""
    if isinstance(value, datetime):
        return value.date() if value.time() == time() else value
    return harmless(value)


def _prices(part: Part) -> Iterable[tuple[Any, ...]]:
    priced, count = part.priced, len(part.places)
    low, high = ([None] * count,) * 2 if priced.ranges is None else np.round(priced.ranges, 2).T.tolist()
    return zip(np.round(priced.values, 2).tolist(), low, high, strict=True)


def _reasons(part: Part) -> Iterable[list[Any]]:
    """The largest reasons of each row (n) and their parts in turn, "" where there are fewer."""
    priced, count = part.priced, len(part.places)
    width = priced.parts.shape[1]
    if not width:
        return ([""] * (2 * REASONS) for _ in range(count))
    blank = [""] * (2 * (REASONS - width))
    found = zip(priced.reasons.tolist(), np.round(priced.parts, 2).tolist(), strict=True)
    return ([*(cell for pair in zip(names, parts, strict=True) for cell in pair), *blank] for names, parts in found)
