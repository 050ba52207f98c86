"""Numbers that a spreadsheet wrote with commas: read where they can be meant in one way only, and that is said."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.contract import Contract
from core.prediction.files.table import Table
from core.words import sentence

# What follows the mark is no group of three digits, or what stands before it cannot have one behind it.
COMMA_DECIMAL = re.compile(r"[+-]?(?:\d*,(?:\d{1,2}|\d{4,})|(?:0?|\d{4,}),\d+|\d{1,3}(?:\.\d{3})+,\d+)")
POINT_DECIMAL = re.compile(r"[+-]?(?:\d*\.(?:\d{1,2}|\d{4,})|(?:0?|\d{4,})\.\d+)")
COMMA_THOUSANDS = re.compile(r"[+-]?\d{1,3}(?:(?:,\d{3}){2,}|(?:,\d{3})+\.\d*)")
COMMA_NUMBER = re.compile(r"[+-]?(?:\d*|\d{1,3}(?:\.\d{3})+),\d+")
POINT_OF_EITHER = re.compile(r"[+-]?\d{1,3}(?:\.\d{3})+")


@dataclass(frozen=True)
class Decimals:
    """How the numbers of a file are written: is a comma of decimals, is a point, and has any of them a comma?"""

    is_comma: bool
    is_point: bool
    has_commas: bool

    @property
    def note(self) -> str:
        """What is said to the reader; "" where numbers are written as everywhere else."""
        if not (self.is_comma and self.has_commas):
            return ""
        return sentence("The numbers of this file are read with decimal commas: 0,25 is a quarter.")

    def read(self, value: Any) -> Any:
        """A cell of a column of numbers; where it is a number with a decimal comma, with a point in its place."""
        text = value.strip() if isinstance(value, str) else ""
        if not (self.is_comma and COMMA_NUMBER.fullmatch(text)):
            return value
        return text.replace(".", "").replace(",", ".")

    def is_unclear(self, value: Any) -> bool:
        """Whether a cell may mean one number or another: 1,800 is 1.8, or a thousand times as much."""
        if not isinstance(value, str) or ("." if self.is_comma else ",") not in value:
            return False
        text = value.strip()
        if self.is_comma:
            return not self.is_point and bool(POINT_OF_EITHER.fullmatch(text)) and not POINT_DECIMAL.fullmatch(text)
        return bool(COMMA_NUMBER.fullmatch(text) or COMMA_THOUSANDS.fullmatch(text))


def decimals_of(table: Table, columns: Mapping[str, int], contract: Contract) -> Decimals:
    """How a table writes the numbers of those of its ``columns`` that the contract has as numbers.

    A comma is of decimals where one of them can be nothing else, or where it is not what parts the columns but a
    semicolon is; and where none of them can only be of thousands.
    """
    places = [place for name, place in columns.items() if contract[name].is_number]
    texts = [row[place].strip() for row in table.rows for place in places if isinstance(row[place], str)]
    has_comma = [text for text in texts if "," in text]
    commas = [text for text in has_comma if COMMA_NUMBER.fullmatch(text) or COMMA_THOUSANDS.fullmatch(text)]
    is_proved = table.delimiter == ";" or any(COMMA_DECIMAL.fullmatch(text) for text in commas)
    return Decimals(
        is_comma=is_proved and not any(COMMA_THOUSANDS.fullmatch(text) for text in commas),
        is_point=any(POINT_DECIMAL.fullmatch(text) for text in texts if "." in text),
        has_commas=bool(commas),
    )
