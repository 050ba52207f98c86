"""The schema of a request, made from the contract."""

from typing import Any

from core.contract import Column, Contract

ROWS_IN_A_LIST = 1000
# Codes may come as whole numbers: as large ones as have no more digits than the contract allows.
TYPES = {
    "number": ["number", "string"],
    "category": ["string"],
    "identifier": ["string", "integer"],
    "date": ["string"],
}


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
    one = {
        "type": "object",
        "title": "True value",
        "additionalProperties": False,
        "required": [contract.target],
        "properties": {
            "id": {"type": ["integer", "null"], "minimum": 1, "description": "The key that the answer had."},
            "request_id": {
                "type": ["string", "null"],
                "maxLength": 64,
                "description": "The request's id, where it asked for one price alone.",
            },
            contract.target: _truth(contract) | {"type": ["number", "string"]},
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


def _truth(contract: Contract) -> dict[str, Any]:
    column = contract.target_column
    said = (
        f"What is true, where it is known: no input, kept beside the answer. In {column.unit}." if column.unit else ""
    )
    found = _field(column)
    return {**found, "description": said or "What is true, where it is known: no input, kept beside the answer."}


def _field(column: Column) -> dict[str, Any]:
    unit = f" In {column.unit}." if column.unit else ""
    valid = f" Valid: {column.range_sentence()}." if column.range_sentence() else ""
    schema: dict[str, Any] = {
        "title": column.label,
        "type": [*TYPES[column.kind], "null"],
        "description": f"{column.help}{unit}{valid}".strip(),
    }
    if column.is_number:
        schema |= {key: end for key, end in (("minimum", column.min), ("maximum", column.max)) if end is not None}
    elif column.kind == "date":
        schema["format"] = "date"
    else:
        schema["maxLength"] = column.length
    examples = column.options or ([column.default] if column.default is not None else [])
    return schema | ({"examples": list(examples)} if examples else {})
