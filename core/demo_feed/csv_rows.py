"""The rows of a CSV file, cut into contiguous batches."""

import csv
import math
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, zip_longest
from pathlib import Path
from typing import Any

from core.contract import Contract
from core.errors import SettingsError
from core.words import sentence

HINT = sentence("set DEMO_FEED_CSV to a CSV file in UTF-8 whose first line names the contract's columns")


class CsvRows:
    """A CSV file as batches; it is read anew for each, so that no more than one lies in memory.

    Raises SettingsError, in one sentence, for a file that is no CSV or lacks a column of the contract.
    """

    def __init__(self, file: Path, contract: Contract, batches: int) -> None:
        self.file = file
        self._numbers = {column.name for column in contract.columns if column.is_number}
        self._codes = {column.name for column in contract.columns if column.kind == "identifier"}
        self._count = self._check(contract)
        self._batches = min(batches, self._count)

    def __len__(self) -> int:
        return self._batches

    def rows(self, number: int) -> list[dict[str, Any]]:
        """The rows of a batch: numbers are floats, an empty value is null."""
        start, stop = (self._count * place // self._batches for place in (number, number + 1))
        with self._open() as (names, lines):
            return [self._row(names, line) for line in islice(lines, start, stop)]

    def _check(self, contract: Contract) -> int:
        """How many rows there are; none may have more values than the first line has names."""
        try:
            with self._open() as (names, lines):
                missing = [name for name in contract.names if name not in names]
                if missing:
                    raise self._wrong(sentence("lacks the columns {missing}", missing=", ".join(missing)))
                count = 0
                for count, line in enumerate(lines, start=1):
                    if len(line) > len(names):
                        raise self._wrong(
                            sentence(
                                "has {values} values in row {row} and {names} names",
                                values=len(line),
                                row=count,
                                names=len(names),
                            )
                        )
        except OSError as error:
            raise self._wrong(sentence("cannot be read ({error})", error=error.strerror)) from error
        except (UnicodeDecodeError, csv.Error) as error:
            raise self._wrong(sentence("is no CSV in UTF-8 ({error})", error=error)) from error
        if not count:
            raise self._wrong(sentence("has no rows"))
        return count

    def _wrong(self, what: str) -> SettingsError:
        return SettingsError(
            sentence("The file of DEMO_FEED_CSV, {file}, {what}: {hint}.", file=self.file, what=what, hint=HINT)
        )

    @contextmanager
    def _open(self) -> Iterator[tuple[list[str], Iterator[list[str]]]]:
        """The names in the first line, and an iterator over the lines that hold anything."""
        with self.file.open(encoding="utf-8-sig", newline="") as text:
            lines = (line for line in csv.reader(text) if line)
            yield [name.strip() for name in next(lines, [])], lines

    def _row(self, names: list[str], line: list[str]) -> dict[str, Any]:
        """A row by name; what a short one lacks at its end is null."""
        return {name: self._value(name, text) for name, text in zip_longest(names, line, fillvalue="")}

    def _value(self, name: str, text: str) -> float | str | None:
        """A number as a float; a code as the float that it was written as, or else with its leading zeros."""
        if not text.strip():
            return None
        is_float = name in self._numbers or (name in self._codes and text.endswith(".0"))
        return _number(text) if is_float else text


def _number(text: str) -> float | str | None:
    """The finite number in a text, null for NaN, and the text itself where it is no number: the checks deal with it."""
    try:
        number = float(text)
    except ValueError:
        return text
    return None if math.isnan(number) else number if math.isfinite(number) else text
