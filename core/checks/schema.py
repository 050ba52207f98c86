"""What changed in the schema: columns that are missing, new, without values, or of another type."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.checks.values import is_missing
from core.contract import Column
from core.words import sentence

# The forms, as pandas infers them, that a whole column of each kind comes in.
USUAL_FORMS = {
    "number": {"floating", "integer", "mixed-integer-float", "empty"},
    "category": {"string", "empty"},
    "identifier": {"floating", "integer", "mixed-integer-float", "string", "empty"},
    "date": {"string", "empty"},
}
USUAL_TYPES = {
    "number": ("numbers",),
    "category": ("text",),
    "identifier": ("numbers", "text"),
    "date": ("text",),
}
MOST_NAMED = 20


@dataclass(frozen=True)
class SeenColumn:
    """How a column of the contract came: the rows without it, whether it has no value, and its values by type.

    ``types`` is left empty where the whole column came in a usual form.
    """

    column: Column
    absent: int
    is_empty: bool
    types: Counter[str]


def seen_column(kind: str, column: Column, raw: NDArray[np.object_], absent: int) -> SeenColumn:
    """How the values ``raw`` of a column came; ``kind`` is the form of them all, as pandas infers it."""
    is_usual = kind in USUAL_FORMS[column.kind]
    types = Counter() if is_usual else Counter(_type_name(value) for value in raw if not is_missing(value))
    return SeenColumn(column, absent, all(map(is_missing, raw)), types)


def schema_changes(seen: Sequence[SeenColumn], names: set[str], rows: int) -> tuple[str, ...]:
    """A sentence for each change; ``names`` are all columns that came with any of the ``rows``."""
    if not rows:
        return ()
    missing = [_absent(c.column.name, c.absent, rows) for c in seen if c.absent]
    new = sorted(names - {c.column.name for c in seen})
    extra = [sentence("column {column} is new", column=_printable(name)) for name in new[:MOST_NAMED]]
    rest = len(new) - MOST_NAMED
    more = [sentence("{count} more columns are new", count=f"{rest:,}")] if rest > 0 else []
    retyped = [_retyped(c, name, count) for c in seen for name, count in _strays(c)]
    empty = [
        sentence("column {column} has no values", column=c.column.name) for c in seen if c.absent < rows and c.is_empty
    ]
    return (*missing, *extra, *more, *retyped, *empty)


def _absent(name: str, count: int, rows: int) -> str:
    if count == rows:
        return sentence("column {column} is absent", column=name)
    counts = {"count": f"{count:,}", "rows": f"{rows:,}"}
    return sentence("column {column} is absent in {count} of {rows} rows", column=name, **counts)


def _strays(seen: SeenColumn) -> list[tuple[str, int]]:
    return [(name, count) for name, count in seen.types.items() if name not in USUAL_TYPES[seen.column.kind]]


def _retyped(seen: SeenColumn, found: str, count: int) -> str:
    usual, values = " or as ".join(USUAL_TYPES[seen.column.kind]), seen.types.total()
    words = {"column": seen.column.name, "found": found, "usual": usual}
    if count == values:
        return sentence("column {column} comes as {found}, not as {usual}", **words)
    counts = {"count": f"{count:,}", "values": f"{values:,}"}
    return sentence("column {column} comes as {found} in {count} of {values} values, not as {usual}", **words, **counts)


def _printable(name: str) -> str:
    return name[:60].encode("utf-8", "backslashreplace").decode()


def _type_name(value: Any) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, (int, float)):
        return "numbers"
    return "text" if isinstance(value, str) else "lists or objects"
