"""Pages in another language than English: none of their texts is left behind."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages import Catalog
from google.protobuf.message import Message
from streamlit.testing.v1 import AppTest

from console import language, state
from console.locale.catalogue import Catalogue
from console.locale.extraction import collect
from console.navigation import PAGES
from tests.pages.conftest import Open, button

SCRIPTS = [entry.script for entry in PAGES]
# The pages with tabs: what says in the address which is open, and the names of all.
TABS = {
    "batches": ("batch_parts", ["columns", "volume", "stored", "rejected"]),
    "drift": ("drift_parts", ["columns", "categories", "references", "rules"]),
    "models": ("models_parts", ["ledger", "live", "charts", "two", "card", "rules"]),
    "predict": ("asked", ["one", "many"]),
    "settings": ("parts", ["settings", "contract", "retention"]),
}
# Fields of Streamlit's messages that no reader sees.
UNSEEN = {
    *("id", "icon", "url", "form_id", "key", "element_id", "page_script_hash", "url_pathname", "app_home", "type"),
    *("format", "color", "columns", "config", "selection_mode", "external_link", "page", "body_template", "theme"),
    *("language", "unit", "default", "min", "max", "query_string", "user_key", "root_container_key", "css_class"),
    *("autocomplete", "query_param_key"),
}
# Keys of a plotly figure that hold words.
WORDS_OF_FIGURES = ("text", "name", "x", "y", "hovertemplate", "hovertext", "ticktext", "categoryarray", "z")
# Marks of Markdown, HTML and plotly around the words.
MARKS = re.compile(r"<[^<>]*>|%\{[^{}]*\}|:material/\w+:|:\w+-badge|:small|https?://\S+|\\\\")
# What is data, a name or a unit, and so the same in every language.
DATA = re.compile(
    r"\b(?:[A-Z]+_[A-Z_]+|[a-z]+[0-9]*(?:_[a-z0-9]+)+|[0-9a-f]{12,}|[a-z_]+\.(?:db|py)|"
    r"Newtown|Town|Houston|Texas|Ohio|Maine|California|sold|price|bed|bath|street|city|state|status|"
    r"English|Español|SHAP|MLflow|MAE|RMSE|sqlite|members|family|seed|regularization|min|me)\b"
)
# Values of settings are what somebody wrote into the environment, contents what a feed sent.
UNTRANSLATED_COLUMNS = ("⟦Setting⟧", "⟦Value⟧", "⟦Content⟧")


@pytest.fixture
def bracketed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A language in which every text is the English one in brackets."""
    catalog = Catalog("es")
    for message in collect():
        if message.id:
            texts = message.id if isinstance(message.id, tuple) else (message.id,)
            strings = tuple(f"⟦{text}⟧" for text in texts)
            catalog.add(message.id, strings if len(strings) > 1 else strings[0], auto_comments=message.auto_comments)
    made = Catalogue(catalog)
    monkeypatch.setattr(language, "catalogue_of", lambda _language: made)
    monkeypatch.setattr(state, "language_tag", lambda: "es-CO")
    language._told.cache_clear()
    yield
    language._told.cache_clear()


@pytest.mark.parametrize("script", SCRIPTS)
@pytest.mark.parametrize("folder", ["empty_folder", "filled_folder"])
def test_no_text_is_left_in_english(
    bracketed: None, open_console: Open, request: pytest.FixtureRequest, folder: str, script: str
) -> None:
    page = open_console(request.getfixturevalue(folder), script, {"batch": "2"} if script == "batches" else {})
    assert not page.exception
    assert [text for text in seen(page) if words_outside(text)] == []


@pytest.mark.parametrize("script", TABS)
def test_no_text_of_any_tab_is_left_in_english(
    bracketed: None, open_console: Open, filled_folder: Path, script: str
) -> None:
    """An address that names a tab leads to the same one in every language."""
    page = open_console(filled_folder, script, {"batch": "2"} if script == "batches" else {})
    key, names = TABS[script]
    labels = [tab.label for tab in page.tabs][: len(names)]
    assert page.session_state[key] == labels[0]
    for name, label in list(zip(names, labels, strict=True))[1:]:
        page.query_params[key] = name
        page.run()
        assert not page.exception
        assert page.session_state[key] == label
        assert [text for text in seen(page) if words_outside(text)] == []


@pytest.mark.parametrize("view", ["rows", "feature", "cohorts", "versions", "row"])
def test_no_text_of_any_view_of_reasons_is_left_in_english(
    bracketed: None, open_console: Open, filled_folder: Path, view: str
) -> None:
    page = open_console(filled_folder, "explain", {"version": "2", "other": "1", "show": view})
    assert not page.exception
    assert [text for text in seen(page) if words_outside(text)] == []


def words_outside(text: str) -> str:
    """What of a text stands in no bracket and is no data."""
    depth, outside = 0, []
    for sign in MARKS.sub("", text):
        depth += {"⟦": 1, "⟧": -1}.get(sign, 0)
        if depth == 0:
            outside.append(sign)
    return " ".join(re.findall(r"[^\W\d_]{2,}", DATA.sub("", "".join(outside))))


def seen(page: AppTest) -> Iterator[str]:
    """Every text of a page."""
    for block in page._tree.children.values():
        for node in block:
            proto = getattr(node, "proto", None)
            if node.type == "html":
                continue
            if node.type in ("arrow_data_frame", "dataframe"):
                yield from texts_of_table(node.value)
            elif isinstance(proto, Message):
                yield from texts_of(proto)


def texts_of_table(frame: Any) -> Iterator[str]:
    yield from map(str, frame.columns)
    for name in set(frame.columns) - set(UNTRANSLATED_COLUMNS):
        yield from (value for value in frame[name] if isinstance(value, str))


def texts_of(message: Message) -> Iterator[str]:
    """The strings of a message, at any depth; of a figure those that are words."""
    for field, value in message.ListFields():
        if field.name == "spec":
            yield from words_of_figure(json.loads(value))
        elif field.name not in UNSEEN:
            values = value if isinstance(value, str | Message | bool | int | float | bytes) is False else [value]
            for entry in values if not hasattr(values, "items") else values.values():
                if isinstance(entry, str):
                    yield entry
                elif isinstance(entry, Message):
                    yield from texts_of(entry)


def words_of_figure(part: Any, is_word: bool = False) -> Iterator[str]:
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "customdata":
                yield from words_of_figure(shown_on_hover(part), True)
            elif key != "template":
                yield from words_of_figure(value, key in WORDS_OF_FIGURES)
    elif isinstance(part, list):
        for value in part:
            yield from words_of_figure(value, is_word)
    elif isinstance(part, str) and is_word:
        yield part


def shown_on_hover(trace: dict[str, Any]) -> list[Any]:
    """The values that go with the points of a trace, without those that only a click reads."""
    template = str(trace.get("hovertemplate", ""))
    places = {int(place) for place in re.findall(r"customdata\[(\d+)\]", template)}
    if "%{customdata}" in template:
        return list(trace["customdata"])
    return [entry[place] for entry in trace["customdata"] for place in places if isinstance(entry, list)]


def switch(page: AppTest):  # type: ignore[no-untyped-def]
    return next(group for group in page.button_group if group.key == "language_switch")


def script_of(page: AppTest) -> str:
    return next(found.proto.body for found in page.get("html") if "cookie" in found.proto.body)


def test_the_switch_changes_the_language_at_once_and_has_the_browser_keep_it(
    open_console: Open, empty_folder: Path
) -> None:
    page = open_console(empty_folder, "settings")
    assert page.title[0].value == "Settings"
    assert "if (false)" in script_of(page)
    switch(page).set_value("es").run()
    assert page.title[0].value == "Ajustes"
    assert 'if (true) document.cookie = "language=es;' in script_of(page)
    assert not page.exception


def test_a_click_speaks_the_readers_language_too(open_console: Open, empty_folder: Path) -> None:
    page = open_console(empty_folder, "batches")
    switch(page).set_value("es").run()
    button(page, "").click().run()
    assert "Se pidió el próximo lote." in page.toast[0].value
