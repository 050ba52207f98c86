"""Answers and problems as files that a spreadsheet opens without running anything in them."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from core.prediction.files.answering import REASONS, Part, Problem
from core.prediction.files.table import Table

# A cell that begins with one of these is a formula to a spreadsheet (OWASP, CSV injection).
FORMULAS = ("=", "+", "-", "@", "\t", "\r")
RESULTS = (
    *("prediction", "low", "high", "version"),
    *(name for number in range(1, REASONS + 1) for name in (f"reason_{number}", f"reason_{number}_part")),
)
PROBLEM_HEADER = ("line", "column", "value", "problem")


def answer_header(table: Table) -> list[str]:
    """The columns of the answers: the line, the file's own, then price, range, version and the largest reasons."""
    return ["line", *map(harmless, table.header), *RESULTS]


def answer_rows(table: Table, parts: Iterable[Part]) -> Iterable[list[Any]]:
    """A line for each row that was answered, in the file's order."""
    for part in parts:
        for place, result in zip(part.places.tolist(), _results(part), strict=True):
            yield [table.lines[place], *map(harmless, table.rows[place]), *result]


def problem_rows(problems: Iterable[Problem]) -> Iterable[list[Any]]:
    """A line for each bad field."""
    for problem in problems:
        yield [problem.line, problem.column, harmless(problem.value), harmless(problem.detail)]


def as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Rows as CSV that Excel reads as UTF-8."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def as_excel(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
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


def _results(part: Part) -> Iterable[list[Any]]:
    priced, count = part.priced, len(part.places)
    low, high = ([None] * count,) * 2 if priced.ranges is None else np.round(priced.ranges, 2).T.tolist()
    blank = [""] * (2 * (REASONS - priced.parts.shape[1]))
    numbers = np.round(priced.parts, 2).tolist()
    reasons = zip(priced.reasons.tolist(), numbers, strict=True) if priced.parts.shape[1] else ()
    pairs = [[cell for pair in zip(names, parts, strict=True) for cell in pair] for names, parts in reasons]
    for place, value in enumerate(np.round(priced.values, 2).tolist()):
        yield [value, low[place], high[place], part.version, *(pairs[place] if pairs else ()), *blank]
