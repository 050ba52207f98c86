"""Finding a text in a column, alike on every database."""

from sqlalchemy import ColumnElement, func

ESCAPE = "!"


def holds(column: ColumnElement[str], text: str) -> ColumnElement[bool]:
    """Whether a column has ``text`` in it, sign by sign; upper and lower case are alike."""
    return func.lower(column).contains(func.lower(_literal(text)), escape=ESCAPE)


def _literal(text: str) -> str:
    for sign in (ESCAPE, "%", "_"):
        text = text.replace(sign, ESCAPE + sign)
    return text
