"""Collects every text of the code and of the contracts into a catalogue, and says what a catalogue lacks."""

import io
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from babel.messages import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po

from console.locale.catalogue import PLACEHOLDER, STORED, catalogue_path
from core.settings import Settings

ROOT = Path(__file__).parents[2]
SHOWN_AT_ONCE = {"_": None, "plural": (1, 2)}
MADE_TO_BE_STORED = {"sentence": None}
CONTRACT_KEYS = ("title", "row_noun", "label", "unit", "help", "reason")
Text = str | tuple[str, ...]


def collect() -> Catalog:
    """Every text that a reader may see, with the files that it stands in."""
    catalog = Catalog(charset="utf-8")
    for path in sorted(path for folder in ("core", "console", "pages") for path in (ROOT / folder).rglob("*.py")):
        for keywords, notes in ((SHOWN_AT_ONCE, []), (MADE_TO_BE_STORED, [STORED])):
            for _line, message, _comments, _context in extract_from_file("python", path, keywords=keywords):
                _add(catalog, message, path, notes)
    for path in sorted((ROOT / "core" / "contracts").glob("*.toml")):
        for text in contract_words(tomllib.loads(path.read_text(encoding="utf-8"))):
            _add(catalog, text, path, [STORED])
    for field in Settings.model_fields.values():
        _add(catalog, field.description or "", ROOT / "core" / "settings.py", [STORED])
    return catalog


def contract_words(content: Any) -> Iterator[str]:
    """The words in a contract's tables, at any depth."""
    if isinstance(content, dict):
        yield from (content[key] for key in CONTRACT_KEYS if isinstance(content.get(key), str))
        yield from content.get("options", [])
    children: Iterable[Any] = content.values() if isinstance(content, dict) else content
    for child in children:
        if isinstance(child, dict | list):
            yield from contract_words(child)


def read(language: str) -> Catalog:
    """A language's catalogue as it stands in its file."""
    with catalogue_path(language).open("rb") as file:
        return read_po(file, language)


def update(language: str) -> Catalog:
    """Put new texts into a language's file and take out those that are gone; its head and translations stay."""
    path, catalog = catalogue_path(language), read(language)
    head = path.read_text(encoding="utf-8").partition("\n\n")[0].strip()
    catalog.update(collect(), no_fuzzy_matching=True)
    body = io.BytesIO()
    write_po(body, catalog, width=110, omit_header=True, sort_output=True, include_lineno=False, ignore_obsolete=True)
    path.write_text(f"{head}\n\n{body.getvalue().decode().strip()}\n", encoding="utf-8")
    return read(language)


def faults(catalog: Catalog, collected: Catalog) -> list[str]:
    """A sentence for each text that is missing, gone from the code, untranslated, fuzzy, or filled differently."""
    named, known = _texts(collected), _texts(catalog)
    found = [f"not in the catalogue: {text!r}" for text in named if text not in known]
    found += [f"no longer in the code: {text!r}" for text in known if text not in named]
    return found + [sentence for message in known.values() for sentence in _faults_of(message, catalog.num_plurals)]


def _add(catalog: Catalog, text: Text, path: Path, notes: list[str]) -> None:
    if text:
        catalog.add(text, locations=[(str(path.relative_to(ROOT)), 1)], auto_comments=notes)


def _texts(catalog: Catalog) -> dict[Text, Message]:
    return {_text(message): message for message in catalog if message.id}


def _text(message: Message) -> Text:
    """Its English text, of a plural one both forms."""
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _faults_of(message: Message, forms: int) -> Iterator[str]:
    texts = [message.string] if isinstance(message.string, str) else list(message.string or ())
    if not all(texts) or len(texts) != (forms if message.pluralizable else 1):
        yield f"not translated: {message.id!r}"
        return
    if message.fuzzy:
        yield f"fuzzy: {message.id!r}"
    own = _text(message)
    wanted = [_placeholders(text) for text in ((own,) if isinstance(own, str) else own)]
    if any(_placeholders(text) not in wanted for text in texts):
        yield f"other placeholders: {message.id!r}"


def _placeholders(text: str) -> Counter[str]:
    return Counter(match[0] for match in PLACEHOLDER.finditer(text))
