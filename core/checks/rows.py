"""Rows against the contract: what is accepted, what is rejected and why, what changed in the schema."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from operator import itemgetter
from typing import Any

import pandas as pd

from core.checks.columns import Reasons, Values, framed, objects, read_column
from core.checks.ranges import count_out_of_range
from core.checks.schema import SeenColumn, schema_changes, seen_column
from core.checks.values import broken, short
from core.contract import Column, Contract
from core.records import CheckedBatch, RejectedRow
from core.words import sentence

ABSENT: Any = object()


def check_rows(rows: Sequence[Any], contract: Contract) -> CheckedBatch:
    """Check rows as the feed sent them: objects by column name, or lists in the contract's order.

    A row is rejected for what cannot be what the contract says: a wrong type, an infinite number, a required column
    that is absent. A value that is null, or outside its range, is accepted; cleaning leaves such rows out of training.
    """
    reasons: Reasons = defaultdict(list)
    found, shapes = _as_objects(rows, contract, reasons)
    everywhere = frozenset.intersection(*map(frozenset, shapes)) if shapes else frozenset()
    columns: dict[str, Any] = {}
    seen: list[SeenColumn] = []
    for column in contract.columns:
        raw, absent = _pick(found, column, column.name in everywhere, reasons)
        kind = pd.api.types.infer_dtype(raw, skipna=True)
        columns[column.name] = read_column(kind, column, raw, reasons)
        seen.append(seen_column(kind, column, raw, absent))
    frame = framed(columns, contract.names)
    accepted = frame.drop(index=list(reasons)) if reasons else frame
    return CheckedBatch(
        accepted=accepted,
        rejected=tuple(RejectedRow(number, rows[number], tuple(reasons[number])) for number in sorted(reasons)),
        schema_changes=schema_changes(seen, {name for shape in shapes for name in shape}, len(rows)),
        out_of_range=count_out_of_range(accepted, contract),
    )


def rule_of(reason: str) -> str:
    """The rule that a reason is about, without the value that broke it."""
    return reason.partition(", got ")[0]


def _as_objects(
    rows: Sequence[Any], contract: Contract, reasons: Reasons
) -> tuple[Sequence[Mapping[str, Any]], set[tuple[str, ...]]]:
    """Every row as an object with clean keys, and which keys there are in which order.

    A row that is neither an object nor a list of the right length is rejected.
    """
    names, known = contract.names, frozenset(contract.names)
    if set(map(type, rows)) <= {dict}:
        shapes = set(map(tuple, rows))
        if all(known.issuperset(shape) for shape in shapes):
            return rows, shapes
    found = [
        row if type(row) is dict and row.keys() <= known else _as_object(row, number, names, reasons)
        for number, row in enumerate(rows)
    ]
    return found, set(map(tuple, found))


def _as_object(row: Any, number: int, names: Sequence[str], reasons: Reasons) -> Mapping[str, Any]:
    if isinstance(row, Mapping):
        return {str(key).strip(): value for key, value in row.items()}
    if not isinstance(row, (list, tuple)):
        reasons[number].append(broken(sentence("the row must be an object or a list"), short(row)))
    elif len(row) != len(names):
        reasons[number].append(broken(sentence("the row must have {count} values", count=len(names)), len(row)))
    else:
        return dict(zip(names, row, strict=True))
    return dict.fromkeys(names)


def _pick(
    rows: Sequence[Mapping[str, Any]], column: Column, is_everywhere: bool, reasons: Reasons
) -> tuple[Values, int]:
    """The column's values as they came, and how many are absent: None, which costs a row its place if required."""
    if is_everywhere:
        return objects(map(itemgetter(column.name), rows), len(rows)), 0
    raw = [row.get(column.name, ABSENT) for row in rows]
    absent = [number for number, value in enumerate(raw) if value is ABSENT]
    if column.required:
        for number in absent:
            reasons[number].append(sentence("{column} is absent", column=column.name))
    return objects((None if value is ABSENT else value for value in raw), len(raw)), len(absent)
