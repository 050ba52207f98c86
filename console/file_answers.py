"""A reader's file through the version in production: what the page keeps of it, and the files that it hands back."""

import csv
import io
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import islice
from uuid import uuid4

from console import process
from console.language import _, told
from core.prediction.files import (
    Part,
    Problem,
    answer_header,
    answer_rows,
    answer_table,
    as_csv,
    as_excel,
    problem_rows,
    read_table,
)

SHOWN = 50
NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?")
DATE = re.compile(r"\d{4}-\d\d-\d\d")
OnPart = Callable[[int, int], None]


@dataclass(frozen=True)
class FileAnswer:
    """The answers to a file and its problems, each as a CSV file, and how it went.

    The problems are in the language of who asked, the names of the answers' columns are those of the API.
    """

    name: str
    request_id: str
    version: int
    rows: int
    refused: int
    is_stored: bool
    seconds: float
    answers: bytes
    problems: bytes

    @property
    def answered(self) -> int:
        return self.rows - self.refused


def answer_file(name: str, content: bytes, columns: Mapping[str, int], by: str, on_part: OnPart) -> FileAnswer:
    """Answer every row of a file that somebody sent; ``on_part(done, rows)`` is told how far it is.

    Raises InputError where the file cannot be read, RegistryError or StoreError where no version can answer.
    """
    began, request_id = time.perf_counter(), uuid4().hex
    table = read_table(name, content)
    parts: list[Part] = []
    for part in answer_table(process.the_predictor(), table, columns, request_id, by):
        parts.append(part)
        on_part(part.done, len(table))
    problems: list[Problem] = [problem for part in parts for problem in part.problems]
    return FileAnswer(
        name=name,
        request_id=request_id,
        version=parts[0].version,
        rows=len(table),
        refused=len({problem.line for problem in problems}),
        is_stored=all(part.is_stored for part in parts),
        seconds=time.perf_counter() - began,
        answers=as_csv(answer_header(table), answer_rows(table, parts)),
        problems=as_csv(_problem_header(), problem_rows(problems, told)),
    )


def _problem_header() -> list[str]:
    return [_("Line"), _("What is wrong"), _("Column"), _("Value")]


def first_lines(content: bytes) -> list[dict[str, str]]:
    """The first lines of a CSV file of ours, for a look at it."""
    return list(islice(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))), SHOWN))


def excel_of(content: bytes) -> bytes:
    """A CSV file of ours as an Excel file: numbers and dates as such; a code with zeros before it stays a text."""
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig")))
    return as_excel(header, (map(_typed, row) for row in rows))


def _typed(cell: str) -> float | date | str:
    if NUMBER.fullmatch(cell):
        return float(cell)
    try:
        return date.fromisoformat(cell) if DATE.fullmatch(cell) else cell
    except ValueError:
        return cell
