"""The reader's language: which it is, and how texts, sentences, numbers and dates are told in it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from unittest.mock import patch

import pytest
from babel.messages import Catalog
from hypothesis import example, given
from hypothesis import strategies as st

from console import language
from console.charts.style import with_unit
from console.formats import ago, amount, moment, share, signed_amount, span
from console.language import _, accepted, choose, plural, speaking, told
from console.locale.catalogue import STORED, Catalogue, Pattern
from console.locale.form import form_of
from tests.conftest import NOON

SPANISH = {
    "Version {number} has {rows:,} rows": "La versión {number} tiene {rows:,} filas",
    ("{count} row", "{count} rows"): ("{count} fila", "{count} filas"),
}
STORED_SPANISH = {
    "Nothing was fetched.": "No se obtuvo nada.",
    "{column} mean {change} (limit {limit} %)": "media de {column} {change} (límite {limit} %)",
    "Against {reference}: {first}.": "Frente a {reference}: {first}.",
    "the previous batch": "el lote anterior",
    "Living area": "Superficie",
    "{words} on the same holdout.": "{words} sobre los mismos datos reservados.",
    "storing {rows:,} rows": "guardando {rows:,} filas",
}


@pytest.fixture
def spanish() -> Iterator[None]:
    catalog = Catalog("es")
    for text, translation in SPANISH.items():
        catalog.add(text, translation)
    for text, translation in STORED_SPANISH.items():
        catalog.add(text, translation, auto_comments=[STORED])
    language._told.cache_clear()
    with patch.object(language, "catalogue_of", lambda _code: Catalogue(catalog)), speaking("es"):
        yield
    language._told.cache_clear()


@pytest.mark.parametrize(
    "text", ["Back to the best", "Candidate to approve", "File is not a zip file", "Up to 5 of them"]
)
def test_what_a_person_wrote_is_not_taken_for_a_short_template(text: str) -> None:
    with speaking("es"):
        assert told(text) == text


def test_a_range_and_what_came_instead_are_told() -> None:
    with speaking("es"):
        found = told("Living area (house_size) must be 1 to 50,000 sq ft, got 0.")
        assert found == "Área habitable (house_size) debe estar en el rango válido (de 1 a 50.000 pies²; se recibió 0)."
        found = told("Living area must be 1 to 50,000 sq ft, got 100000.")
        assert found == "Área habitable debe estar en el rango válido (de 1 a 50.000 pies²; se recibió 100000)."
        assert told("must be a number, got 'many'") == "debe ser un número; se recibió 'many'"
        assert told("28,900 to 171,180 (295 rows)") == "de 28.900 a 171.180 (295 filas)"


def test_english_needs_no_catalogue() -> None:
    assert _("Version {number} has {rows:,} rows", number=1200, rows=1200) == "Version 1200 has 1,200 rows"
    assert plural("{count} row", "{count} rows", 1) == "1 row"
    assert plural("{count} row", "{count} rows", 1200) == "1,200 rows"
    assert told("Nothing was fetched.") == "Nothing was fetched."


def test_a_text_is_translated_and_its_numbers_written_in_the_readers_form(spanish: None) -> None:
    assert _("Version {number} has {rows:,} rows", number=1200, rows=1200) == "La versión 1200 tiene 1.200 filas"
    assert plural("{count} row", "{count} rows", 1) == "1 fila"
    assert plural("{count} row", "{count} rows", 1200) == "1.200 filas"
    assert _("in no catalogue") == "in no catalogue"


def test_a_stored_sentence_is_told_with_all_that_fills_it(spanish: None) -> None:
    assert told("Nothing was fetched.") == "No se obtuvo nada."
    assert told("storing 1,234 rows") == "guardando 1.234 filas"
    assert told("Against the previous batch: Living area mean +66.1 % (limit 15 %).") == (
        "Frente a el lote anterior: media de Superficie +66,1 % (límite 15 %)."
    )
    assert told("Living area −3.1 % [−4.0, −2.2]") == "Superficie −3,1 % [−4,0; −2,2]"
    assert told("Nothing was fetched. Nothing was fetched.") == "No se obtuvo nada. No se obtuvo nada."
    assert told("Against the previous batch: Living area. Nothing was fetched.") == (
        "Frente a el lote anterior: Superficie. No se obtuvo nada."
    )


@pytest.mark.parametrize(
    "text", ["", "an operator's own words", "http://127.0.0.1:8000/x", "2026-13-45", "\U0001d400", "x" * 5000]
)
def test_what_nobody_translated_is_shown_as_it_is(spanish: None, text: str) -> None:
    assert told(text) == text


@given(st.text(max_size=200))
@example("𝐀 capital without a small letter")
def test_no_text_is_too_odd_to_be_told(text: str) -> None:
    with speaking("es"):
        assert isinstance(told(text), str)


@given(st.from_regex(r"[a-z]{1,9}", fullmatch=True), st.integers(0, 10**9))
def test_a_pattern_finds_what_filled_its_template(name: str, rows: int) -> None:
    template = "{name} has {rows:,} rows, says {name}"
    found = Pattern(template).values(template.format(name=name, rows=rows))
    assert found == {"name": name, "rows": f"{rows:,}"}


def test_numbers_money_and_dates_are_in_the_readers_form() -> None:
    with speaking("es"):
        assert amount(1234.5, "$") == "1.234 $"
        assert signed_amount(-1500.0, "$") == "−1.500 $"
        assert amount(0.25, "acres") == "0,25 acres"
        assert share(-0.1234) == "−12,3 %"
        assert span(0.44) == "0,4 s"
        assert moment(NOON, UTC) == "3 may 2026 12:00"
    with speaking("es-CO"):
        assert amount(1234.5, "$") == "$ 1.234"
        assert moment(NOON, UTC) == "3/05/2026 12:00"
    with speaking("es-MX"):
        assert amount(1234.5, "$") == "$ 1,234"
    assert ago(NOON, NOON) == "just now"


def test_an_unknown_region_has_its_languages_form() -> None:
    assert form_of("es-ZZ").decimal == form_of("es").decimal == ","
    assert form_of("en-GB").day(date(2026, 5, 3)) == form_of("en").day(datetime(2026, 5, 3)) == "2026-05-03"  # noqa: DTZ001


@pytest.mark.parametrize(
    ("chosen", "wanted", "spoken"),
    [
        (None, ["es-CO"], "es-CO"),
        (None, ["fr-FR", "es", "en"], "es"),
        (None, ["fr-FR"], "en"),
        (None, [], "en"),
        ("es", ["en-US", "es-CO"], "es-CO"),
        ("es", ["en-US"], "es"),
        ("en", ["es-CO"], "en"),
        ("xx", ["es"], "es"),
    ],
)
def test_the_choice_comes_before_the_browsers_language(chosen: str | None, wanted: list[str], spoken: str) -> None:
    assert choose(chosen, wanted) == spoken


def test_the_weights_of_a_header_order_its_languages() -> None:
    assert accepted("en;q=0.3, es-CO, fr;q=0.8, de;q=0, it;q=x") == ["es-CO", "fr", "en"]
    assert accepted("") == []


def test_one_readers_language_is_not_anothers() -> None:
    with speaking("es"):
        with speaking("en"):
            assert language.current() == "en"
        assert language.current() == "es"
    assert language.current() == "en"


def test_an_axis_has_its_unit_on_the_readers_side() -> None:
    with speaking("es"):
        assert with_unit("$") == {"ticksuffix": " $"}
    with speaking("es-CO"):
        assert with_unit("$") == {"tickprefix": "$ "}
    assert with_unit("sq ft") == {"ticksuffix": " sq ft"}
