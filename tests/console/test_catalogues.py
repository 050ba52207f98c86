"""Catalogues are complete: what the check finds wrong in one, and what it collects."""

import tomllib

import pytest
from babel.messages import Catalog

from console.language import LANGUAGES
from console.locale.catalogue import FIGURES, PLACEHOLDER, STORED, Catalogue, catalogue_path
from console.locale.extraction import collect, contract_words, faults


def catalogue(**more: object) -> Catalog:
    catalog = Catalog("es")
    catalog.add("{rows} rows", "{rows} filas", **more)
    catalog.add(("{count} row", "{count} rows"), ("{count} fila", "{count} filas"))
    return catalog


def test_a_complete_catalogue_has_no_faults() -> None:
    assert faults(catalogue(), catalogue()) == []


@pytest.mark.parametrize(
    ("text", "translation", "fault"),
    [
        ("{rows} rows", "", "not translated: '{rows} rows'"),
        ("{rows} rows", "{filas} filas", "other placeholders: '{rows} rows'"),
        ("gone", "ido", "no longer in the code: 'gone'"),
        (("{count} row", "{count} rows"), ("{count} fila", ""), "not translated: ('{count} row', '{count} rows')"),
        (
            ("{count} row", "{count} rows"),
            ("fila", "{count} filas"),
            "other placeholders: ('{count} row', '{count} rows')",
        ),
    ],
)
def test_each_fault_is_named(text: str | tuple[str, str], translation: str | tuple[str, str], fault: str) -> None:
    wrong = catalogue()
    wrong.delete(text)
    wrong.add(text, translation)
    assert faults(wrong, catalogue()) == [fault]


def test_a_fuzzy_or_missing_text_is_a_fault() -> None:
    assert faults(catalogue(flags=["fuzzy"]), catalogue()) == ["fuzzy: '{rows} rows'"]
    wanted = catalogue()
    wanted.add("new")
    assert faults(catalogue(), wanted) == ["not in the catalogue: 'new'"]


def test_the_texts_of_pages_core_and_contracts_are_collected() -> None:
    texts = {message.id for message in collect()}
    assert {"Overview", "Sign in", "Living area", "acres"} <= texts


def test_a_contracts_words_are_found_at_any_depth() -> None:
    content = tomllib.loads(
        'title = "T"\nname = "n"\n[[cleaning.drop]]\nreason = "R"\n[[columns]]\nlabel = "L"\nunit = ""'
    )
    assert list(contract_words(content)) == ["T", "R", "L", ""]


@pytest.mark.parametrize("language", set(LANGUAGES) - {"en"})
def test_every_language_has_its_catalogue(language: str) -> None:
    assert catalogue_path(language).exists()


def test_every_stored_sentence_is_found_again_by_its_own_template() -> None:
    collected = collect()
    catalogue = Catalogue(collected)
    lost = []
    for message in collected:
        if STORED in message.auto_comments and PLACEHOLDER.search(message.id):
            filled = PLACEHOLDER.sub(lambda found: f"{7 if found[1] in FIGURES else 'a'} {found[1]}", message.id)
            found = catalogue.find(filled)
            if found is None or found[0] != message.id:
                lost.append((message.id, found))
    assert lost == []
