"""The reader's language: every text of a screen goes through ``_``, ``plural`` or ``told``.

The texts in the code are English and whole sentences with named placeholders; ``console/locale`` has the others. What
``core`` makes and stores stays English, and ``told`` shows it. Nothing that a cache keeps may have gone through here.
"""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from dataclasses import replace
from datetime import date
from functools import lru_cache
from string import Formatter
from typing import Any

from console.locale.catalogue import Catalogue, read_catalogue
from console.locale.form import ENGLISH, Form, form_of
from core.contract import Contract

COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600
# No sentence is longer; what a program sent may be.
LONGEST = 2000
LANGUAGES = {ENGLISH: "English", "es": "Español"}
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)
_NUMBER = re.compile(r"([+−-]?)(\W )?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)( %)?")
# A number that no other is joined to, as in an address; and a text that ends in what changed by how much.
_FRACTION = re.compile(r"(?<![\d.,])(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+\.\d+)(?![\d.])")
_CHANGE = re.compile(r"(.*?\w\W{0,2}) ([+−]\d[^A-Za-z]*)")
# What a check says: whose value it is, with its name in brackets where a form has a label, and what it must be.
_MUST = re.compile(
    r"(?P<name>[a-z0-9_]+|[^.;:]+?(?= \())(?P<code>(?: \(\w+\))?) (?P<rest>must .*?)(?P<end>\.?)", re.DOTALL
)
_MEASURE = re.compile(r"([+−-]?\d[\d,.]*) ([^\d\s%].*)")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def speak(tag: str | None) -> None:
    """From here on the texts of this run are in the language of ``tag``, such as ``es`` or ``es-CO``."""
    _spoken.set(tag)


@contextmanager
def speaking(tag: str) -> Iterator[None]:
    """Within the block texts are in the language of ``tag``."""
    before = _spoken.set(tag)
    try:
        yield
    finally:
        _spoken.reset(before)


def tag() -> str:
    """The reader's language tag. Where nobody said so (callbacks and fragments run in threads of their own), the
    session is asked."""
    spoken = _spoken.get()
    if spoken is not None:
        return spoken
    from console import state

    return state.language_tag()


def current() -> str:
    """The reader's language: a key of LANGUAGES."""
    return language_of(tag())


def form() -> Form:
    """How numbers and dates are written for the reader."""
    return form_of(tag())


def choose(chosen: str | None, wanted: Iterable[str]) -> str:
    """The tag to speak: of the language ``chosen``, otherwise of the first ``wanted`` that there is, else English.

    ``wanted`` are tags such as ``es-CO``, the dearest first; their region decides how numbers are written.
    """
    known = [tag for tag in wanted if language_of(tag) in LANGUAGES]
    if chosen in LANGUAGES:
        return next((tag for tag in known if language_of(tag) == chosen), chosen)
    return known[0] if known else ENGLISH


def accepted(header: str) -> list[str]:
    """The tags of an Accept-Language header, the dearest first (RFC 9110, 12.5.4)."""
    weighed = []
    for part in header.split(","):
        found, _sign, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), found))
        except ValueError:
            continue
    return [found for weight, found in sorted(weighed, key=lambda entry: entry[0]) if found and weight < 0]


def language_of(tag: str) -> str:
    """The language of a tag: ``es`` of ``es-CO``."""
    return tag.partition("-")[0].lower()


def _(message: str, /, **values: Any) -> str:
    """``message`` in the reader's language, its placeholders filled.

    A number with a format (``{rows:,}``, ``{size:.1f}``) is written in the reader's form; without one as it is.
    """
    catalogue = _catalogue()
    return _filled(catalogue.get(message) if catalogue else message, values)


def plural(one: str, many: str, count: int, /, **values: Any) -> str:
    """``one`` or ``many``, as the reader's language counts; ``{count}`` is the count, in the reader's form."""
    catalogue = _catalogue()
    message = catalogue.get_plural(one, many, count) if catalogue else one if count == 1 else many
    return _filled(message, {"count": form().numerals(f"{count:,}"), **values})


def told(sentence: str) -> str:
    """A sentence that ``core`` made and stored in English, in the reader's language.

    What fills its template is told too, numbers in the reader's form. A text of nobody's template stays as it is.
    """
    if current() == ENGLISH or not 0 < len(sentence) <= LONGEST:
        return sentence
    return _told(sentence, current(), tag())


def told_contract(contract: Contract) -> Contract:
    """The contract with its words in the reader's language; names and values stay."""
    return replace(
        contract,
        title=told(contract.title),
        row_noun=told(contract.row_noun),
        columns=tuple(
            replace(column, label=told(column.label), unit=told(column.unit), help=told(column.help))
            for column in contract.columns
        ),
        drops=tuple(replace(drop, reason=told(drop.reason)) for drop in contract.drops),
    )


@lru_cache(maxsize=8)
def catalogue_of(language: str) -> Catalogue:
    """A language's messages, read on first use."""
    return read_catalogue(language)


def _catalogue() -> Catalogue | None:
    language = current()
    return None if language == ENGLISH else catalogue_of(language)


@lru_cache(maxsize=4096)
def _told(sentence: str, language: str, tag: str) -> str:
    catalogue = catalogue_of(language)
    exact = catalogue.get(sentence)
    if exact != sentence:
        return exact
    if (number := _in_form(sentence, form_of(tag))) is not None:
        return number
    parts = re.split(r"(?<=\.) ", sentence)
    # Whole sentences first: a template that begins or ends with a placeholder would take its neighbours for its own.
    if len(parts) > 1 and all(catalogue.get(part) != part or catalogue.find(part) for part in parts):
        return " ".join(map(told, parts))
    if (checked := _MUST.fullmatch(sentence)) and (rest := told(checked["rest"])) != checked["rest"]:
        return f"{told(checked['name'])}{checked['code']} {rest}{checked['end']}"
    found = catalogue.find(sentence)
    if found is not None:
        template, values = found
        return _filled(catalogue.get(template), {name: _Text(told(value)) for name, value in values.items()})
    if (change := _CHANGE.fullmatch(sentence)) is not None:
        return f"{told(change[1])} {told(change[2])}"
    for end in (r"(?<=\.) ", r"(?<=;) "):
        parts = re.split(end, sentence)
        if len(parts) > 1:
            return " ".join(map(told, parts))
    return _told_small(sentence) if sentence[0] != sentence[0].lower() else sentence


def _told_small(sentence: str) -> str:
    """A sentence that begins with what elsewhere stands inside one."""
    small = sentence[0].lower() + sentence[1:]
    if small == sentence:  # a capital without a small letter, such as 𝐀
        return sentence
    found = told(small)
    return sentence if found == small else found[0].upper() + found[1:]


def _in_form(text: str, form: Form) -> str | None:
    """A number, an amount or a date in the reader's form; None for any other text."""
    if _DAY.fullmatch(text):
        with suppress(ValueError):
            return form.day(date.fromisoformat(text))
    if (measure := _MEASURE.fullmatch(text)) and (unit := told(measure[2])) != measure[2]:
        return f"{form.numerals(measure[1])} {unit}"
    found = _NUMBER.fullmatch(text)
    if not found:
        return _in_forms(text, form) if text and not any(map(str.isalpha, text)) else None
    minus, unit, size, percent = found.groups("")
    number = form.numerals(size)
    return form.numerals(minus) + (form.with_sign(unit.strip(), number) if unit else number) + percent


def _in_forms(text: str, form: Form) -> str:
    """Several numbers, such as a change with its interval; where commas are decimal, semicolons part them."""
    found = _FRACTION.sub(lambda number: form.numerals(number[0]), text)
    return found.replace(", ", "; ") if form.decimal == "," else found


class _Text(str):
    """A text that is ready: whatever format its placeholder asks for is kept from it."""

    def __format__(self, _spec: str) -> str:
        return str(self)


class _Filler(Formatter):
    def convert_field(self, value: Any, conversion: Any) -> Any:
        return value if isinstance(value, _Text) else super().convert_field(value, conversion)

    def format_field(self, value: Any, format_spec: str) -> str:
        text = format(value, format_spec)
        is_number = format_spec and isinstance(value, int | float)
        return form().numerals(text) if is_number else text


def _filled(message: str, values: dict[str, Any]) -> str:
    return _Filler().vformat(message, (), values) if values else message
