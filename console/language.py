"""The reader's language: every text of a screen goes through ``_``, ``plural`` or ``told``.

The texts in the code are English and whole sentences with named placeholders; ``console/locale`` has the others. What
``core`` makes and stores stays English, and ``told`` shows it. Nothing that a cache keeps may have gone through here.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import lru_cache
from typing import Any

from console.locale.catalogue import Catalogue, read_catalogue
from console.locale.filling import filled
from console.locale.form import ENGLISH, Form, form_of
from console.locale.telling import Teller
from core.contract import Contract

COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600
# No sentence is longer; what a program sent may be.
LONGEST = 2000
LANGUAGES = {ENGLISH: "English", "es": "Español"}
_spoken: ContextVar[str | None] = ContextVar("spoken", default=None)


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
    return filled(catalogue.get(message) if catalogue else message, values, form())


def plural(one: str, many: str, count: int, /, **values: Any) -> str:
    """``one`` or ``many``, as the reader's language counts; ``{count}`` is the count, in the reader's form."""
    catalogue = _catalogue()
    message = catalogue.get_plural(one, many, count) if catalogue else one if count == 1 else many
    return filled(message, {"count": form().numerals(f"{count:,}"), **values}, form())


def told(sentence: str) -> str:
    """A sentence that ``core`` made and stored in English, in the reader's language.

    What fills its template is told too, numbers in the reader's form. A text of nobody's template stays as it is.
    """
    if current() == ENGLISH or not 0 < len(sentence) <= LONGEST:
        return sentence
    return _told(sentence, tag())


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
def _told(sentence: str, tag: str) -> str:
    return Teller(catalogue_of(language_of(tag)), form_of(tag)).tell(sentence)
