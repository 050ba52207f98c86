"""One request for a prediction against the contract."""

from collections.abc import Mapping
from typing import Any

from core.checks.values import READERS, broken, short
from core.contract import Column, Contract
from core.errors import InputError
from core.words import sentence


def check_inputs(raw: Mapping[str, Any], contract: Contract) -> dict[str, Any]:
    """The typed values of one request for a prediction; an absent or null feature is None.

    Raises InputError with a sentence for each bad field: unknown, of the wrong type, outside its range.
    """
    problems = {
        str(name): sentence("{name} is no field of this form.", name=name) for name in raw if name not in contract
    }
    values: dict[str, Any] = {}
    for column in contract.inputs:
        try:
            values[column.name] = _check_input(column, raw.get(column.name))
        except ValueError as error:
            problems[column.name] = _problem(column, error)
    if problems:
        raise InputError(" ".join(problems.values()), problems)
    return values


def check_truth(raw: Any, contract: Contract) -> float | None:
    """What somebody says is the true value of the target, in its unit; None where it is absent or null.

    Raises InputError for what cannot be one: no number above 0, outside the target's range, or a placeholder to
    cleaning.
    """
    column = contract.target_column
    try:
        value = _check_input(column, raw)
        if value is not None:
            _refuse_placeholder(value, raw, contract)
    except ValueError as error:
        problem = _problem(column, error)
        raise InputError(problem, {column.name: problem}) from None
    return None if value is None else float(value)


def _refuse_placeholder(value: float, raw: Any, contract: Contract) -> None:
    if value <= 0:
        raise ValueError(broken(sentence("must be above 0 to be a true value"), repr(raw)))
    for drop in contract.drops:
        if drop.column == contract.target and drop.low <= value <= drop.high:
            raise ValueError(broken(sentence("must be a true value ({reason})", reason=drop.reason), repr(raw)))


def problem_with(column: Column, raw: Any) -> str:
    """What is wrong with the value of one field, for people: named by its label alone. "" where it is good."""
    try:
        _check_input(column, raw)
    except ValueError as error:
        return f"{column.label} {error}."
    return ""


def _problem(column: Column, error: ValueError) -> str:
    return f"{column.label} ({column.name}) {error}."


def _check_input(column: Column, raw: Any) -> Any:
    value = READERS[column.kind](raw, column)
    if value is None:
        return None
    low, high = (str(end) if column.kind == "date" and end is not None else end for end in (column.min, column.max))
    if (low is not None and value < low) or (high is not None and value > high):
        valid = f"{column.range_sentence()} {column.unit}".strip()
        raise ValueError(broken(sentence("must be {range}", range=valid), short(raw)))
    return value
