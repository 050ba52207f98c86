"""One value against its column: what it is read as, or why it cannot be."""

import math
from collections.abc import Callable
from datetime import date
from typing import Any

from core.contract import Column
from core.words import sentence


def read_number(raw: Any, _: Column) -> float | None:
    """A finite number; None where missing. Raises ValueError with the rest of a sentence."""
    if is_missing(raw):
        return None
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        raise ValueError(broken(sentence("must be a number"), short(raw)))
    try:
        number = float(raw)
    except (ValueError, OverflowError):
        raise ValueError(broken(sentence("must be a number"), short(raw))) from None
    if not math.isfinite(number):
        raise ValueError(broken(sentence("must be a finite number"), short(raw)))
    return number


def read_category(raw: Any, column: Column) -> str | None:
    """A text without space around it, whatever it says; None where missing."""
    if is_missing(raw):
        return None
    if not isinstance(raw, str):
        raise ValueError(broken(sentence("must be a text"), short(raw)))
    return _fitting(raw.strip(), column)


def read_identifier(raw: Any, column: Column) -> str | None:
    """Codes come as text or as floats; 6016.0, "6016" and "06016" are one five-digit code."""
    if is_missing(raw):
        return None
    if isinstance(raw, bool) or not isinstance(raw, (int, float, str)):
        raise ValueError(broken(sentence("must be a code"), short(raw)))
    if isinstance(raw, float):
        if not raw.is_integer():
            raise ValueError(broken(sentence("must be a whole number or a text"), short(raw)))
        raw = int(raw)
    text = str(raw).strip().removesuffix(".0")
    if text.isascii() and text.isdigit():
        text = str(int(text)).zfill(column.digits) if len(text) < 4000 else text
    return _fitting(text, column)


def read_date(raw: Any, _: Column) -> str | None:
    """An ISO date; None where missing."""
    if is_missing(raw):
        return None
    try:
        return date.fromisoformat(str(raw).strip()[:10]).isoformat()
    except ValueError:
        raise ValueError(broken(sentence("must be a date such as 2024-05-31"), short(raw))) from None


READERS: dict[str, Callable[[Any, Column], Any]] = {
    "number": read_number,
    "category": read_category,
    "identifier": read_identifier,
    "date": read_date,
}


def is_missing(raw: Any) -> bool:
    """Whether a value stands for none: null, NaN, or a text of nothing but space."""
    return raw is None or (isinstance(raw, float) and math.isnan(raw)) or (isinstance(raw, str) and not raw.strip())


def broken(rule: str, got: object) -> str:
    """What is wrong with a value: the rule, which is a sentence of its own, and what came instead."""
    return sentence("{rule}, got {value}", rule=rule, value=got)


def short(value: Any) -> str:
    """A value as a reason shows it, in at most 60 characters."""
    try:
        is_figure = isinstance(value, float) or (isinstance(value, int) and abs(value) < 10**15)
        text = f"{value:.15g}" if is_figure and not isinstance(value, bool) else repr(value)
    except RecursionError:
        return sentence("a value nested too deeply to show")
    return text if len(text) <= 60 else f"{text[:57]}..."


def _fitting(text: str, column: Column) -> str:
    if len(text) > column.length:
        raise ValueError(broken(sentence("must have at most {length} characters", length=column.length), len(text)))
    if "\0" in text:
        # It ends a text for NumPy, so that a model would take two of them for one.
        raise ValueError(broken(sentence("must have no NUL character"), short(text)))
    if not text.isascii():
        _refuse_half_characters(text)
    return text


def _refuse_half_characters(text: str) -> None:
    """JSON can spell one half of a character that takes two; no database takes it."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(broken(sentence("must be whole characters"), short(text))) from None
