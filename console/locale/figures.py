"""Numbers, amounts and dates inside English sentences, in a reader's form."""

import re
from contextlib import suppress
from datetime import date

from console.locale.form import Form

DAY = re.compile(r"\d{4}-\d\d-\d\d")
NUMBER = re.compile(r"([+−-]?)(\W )?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)( %)?")
# A number that no other is joined to, as it is in an address.
FRACTION = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?![\d.])")


def in_form(text: str, form: Form) -> str | None:
    """A number, an amount, a date, or several with no word between them; None for any other text."""
    if DAY.fullmatch(text):
        with suppress(ValueError):
            return form.day(date.fromisoformat(text))
    found = NUMBER.fullmatch(text)
    if found is None:
        return None if any(map(str.isalpha, text)) else _several(text, form)
    minus, sign, size, percent = found.groups("")
    number = form.numerals(size)
    return form.numerals(minus) + (form.with_sign(sign.strip(), number) if sign else number) + percent


def _several(text: str, form: Form) -> str:
    """Numbers such as a change with its interval; where commas are decimal, semicolons part them."""
    found = FRACTION.sub(lambda number: form.numerals(number[0]), text)
    return found.replace(", ", "; ") if form.decimal == "," else found
