"""Placeholders of a message, filled in a reader's form."""

from collections.abc import Mapping
from string import Formatter
from typing import Any

from console.locale.form import Form


class Ready(str):
    """A text that is ready: whatever format its placeholder asks for is kept from it."""

    def __format__(self, _spec: str) -> str:
        return str(self)


class Filler(Formatter):
    """Fills placeholders; a number with a format is written in ``form``."""

    def __init__(self, form: Form) -> None:
        self.form = form

    def convert_field(self, value: Any, conversion: Any) -> Any:
        return value if isinstance(value, Ready) else super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> str:
        text = format(value, format_spec)
        return self.form.numerals(text) if format_spec and isinstance(value, int | float) else text


def filled(message: str, values: Mapping[str, Any], form: Form) -> str:
    """``message`` with its placeholders filled; as it is where there is nothing to fill in."""
    return Filler(form).vformat(message, (), values) if values else message
