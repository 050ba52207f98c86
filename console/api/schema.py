"""The schema of a request, made from the contract."""

from collections.abc import Callable
from typing import Any

from core.contract import Column, Contract

ROWS_IN_A_LIST = 1000
PROBLEM_JSON = "application/problem+json"
# What a number and a missing value look like where they come as a text.
NUMBER_TEXT = r"^\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?\s*$"
BLANK: dict[str, Any] = {"type": "string", "pattern": r"^\s*$"}
NULL: dict[str, Any] = {"type": "null"}


def request_body(contract: Contract) -> dict[str, Any]:
    """One row, or a list of rows; every field may be left out or null, and stands for a missing value then."""
    one = example(contract)
    examples = {
        "one": {"summary": f"One {contract.row_noun}", "value": one},
        "many": {"summary": "A list: all rows are checked before any is answered", "value": [one, {}]},
    }
    row = row_schema(contract)
    many = {"type": "array", "title": "A list", "items": row, "minItems": 1, "maxItems": ROWS_IN_A_LIST}
    content = {"schema": {"oneOf": [row, many]}, "examples": examples}
    return {"required": True, "content": {"application/json": content}}


def actual_body(contract: Contract) -> dict[str, Any]:
    """What is true of one stored price, or of a list of them."""
    from core.prediction.telling import MOST_KEY

    one = {
        "type": "object",
        "title": "True value",
        "additionalProperties": False,
        "required": [contract.target],
        "anyOf": [
            {"required": ["id"], "properties": {"id": {"type": "integer"}}},
            {"required": ["request_id"], "properties": {"request_id": {"type": "string", "minLength": 1}}},
        ],
        "properties": {
            "id": {
                "type": ["integer", "null"],
                "minimum": 1,
                "maximum": MOST_KEY,
                "description": "The key that the answer had.",
            },
            "request_id": {
                "type": ["string", "null"],
                "description": "The request's id, where it asked for one price alone.",
            },
            contract.target: _truth(contract, may_be_missing=False),
        },
    }
    examples = {"one": {"summary": "By the key of the stored price", "value": {"id": 1042, contract.target: 289_900.0}}}
    many = {"type": "array", "title": "A list", "items": one, "minItems": 1, "maxItems": ROWS_IN_A_LIST}
    content = {"schema": {"oneOf": [one, many]}, "examples": examples}
    return {"required": True, "content": {"application/json": content}}


def row_schema(contract: Contract) -> dict[str, Any]:
    """One row: an object with the inputs of the contract, and what is true where that is known."""
    return {
        "type": "object",
        "title": contract.row_noun.capitalize(),
        "additionalProperties": False,
        "properties": {column.name: _field(column) for column in contract.inputs} | {contract.target: _truth(contract)},
    }


def example(contract: Contract) -> dict[str, Any]:
    """A row of the contract's defaults."""
    return {column.name: column.default for column in contract.inputs if column.default is not None}


def without_plain_json(document: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document whose problems are problem details alone: FastAPI lists every model as plain JSON too."""
    for operations in document["paths"].values():
        for operation in operations.values():
            for answer in operation["responses"].values():
                if PROBLEM_JSON in (content := answer.get("content", {})):
                    content.pop("application/json", None)
    return document


def _truth(contract: Contract, *, may_be_missing: bool = True) -> dict[str, Any]:
    column = contract.target_column
    unit = f" In {column.unit}." if column.unit else ""
    said = f"What is true, where it is known: no input, kept beside the answer.{unit}"
    number, *others = _number(column)
    above_zero = {key: end for key, end in number.items() if key != "minimum"} | {
        "exclusiveMinimum": 0,
        **({"minimum": column.min} if column.min else {}),
    }
    kinds = [above_zero, *(others if may_be_missing else others[:1])]
    return _with_examples({"title": column.label, "description": said, "anyOf": kinds}, column)


def _field(column: Column) -> dict[str, Any]:
    unit = f" In {column.unit}." if column.unit and column.unit not in column.help else ""
    valid = f" Valid: {column.range_sentence()}." if column.range_sentence() else ""
    said = f"{column.help}{unit}{valid}".strip()
    return _with_examples({"title": column.label, "description": said, "anyOf": KINDS[column.kind](column)}, column)


def _number(column: Column) -> list[dict[str, Any]]:
    ends = {key: end for key, end in (("minimum", column.min), ("maximum", column.max)) if end is not None}
    return [{"type": "number", **ends}, {"type": "string", "pattern": NUMBER_TEXT}, BLANK, NULL]


def _date(_: Column) -> list[dict[str, Any]]:
    return [{"type": "string", "format": "date"}, BLANK, NULL]


def _category(column: Column) -> list[dict[str, Any]]:
    return [{"type": "string", "maxLength": column.length}, NULL]


def _identifier(column: Column) -> list[dict[str, Any]]:
    """Codes may come as whole numbers."""
    return [{"type": "string", "maxLength": column.length}, {"type": "integer"}, NULL]


def _with_examples(schema: dict[str, Any], column: Column) -> dict[str, Any]:
    examples = column.options or ([column.default] if column.default is not None else [])
    return schema | ({"examples": list(examples)} if examples else {})


KINDS: dict[str, Callable[[Column], list[dict[str, Any]]]] = {
    "number": _number,
    "category": _category,
    "identifier": _identifier,
    "date": _date,
}
