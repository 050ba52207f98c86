"""A language's messages, and how a finished English sentence is found among them."""

import gettext
import io
import re
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages import Catalog

FOLDER = Path(__file__).parent
# What marks a message of ``core.words.sentence`` in a catalogue: such a text is looked for in what is stored.
STORED = "stored in English"
PLACEHOLDER = re.compile(r"\{(\w+)[^{}]*\}")
# Placeholders that stand for figures: without this, "{low} to {high}" would fit what a person wrote, "back to work".
FIGURES = frozenset({"low", "high", "range", "number", "count", "rows"})
A_FIGURE, A_TEXT = r"\W{0,3}\d.*?", ".*?"


def catalogue_path(language: str) -> Path:
    """The file of a language."""
    return FOLDER / language / "LC_MESSAGES" / "console.po"


def read_catalogue(language: str) -> "Catalogue":
    """A language's messages. Babel is loaded here: readers of English never come by."""
    from babel.messages.pofile import read_po

    with catalogue_path(language).open("rb") as file:
        return Catalogue(read_po(file, language))


class Catalogue:
    """Messages by their English text."""

    def __init__(self, catalog: "Catalog") -> None:
        from babel.messages.mofile import write_mo

        compiled = io.BytesIO()
        write_mo(compiled, catalog)
        compiled.seek(0)
        translations = gettext.GNUTranslations(compiled)
        self.get: Callable[[str], str] = translations.gettext
        self.get_plural: Callable[[str, str, int], str] = translations.ngettext
        stored = [str(message.id) for message in catalog if STORED in message.auto_comments]
        # The template that fixes most of a sentence is tried first.
        patterns = [Pattern(template) for template in stored if PLACEHOLDER.search(template)]
        self._patterns = sorted(patterns, key=lambda pattern: pattern.weight, reverse=True)

    def find(self, sentence: str) -> tuple[str, dict[str, str]] | None:
        """The template that a finished sentence was made from, and the texts that fill it; None for an unknown one."""
        for pattern in self._patterns:
            values = pattern.values(sentence)
            if values is not None:
                return pattern.template, values
        return None


class Pattern:
    """A template turned round: from a finished sentence to its values."""

    def __init__(self, template: str) -> None:
        self.template = template
        fixed = PLACEHOLDER.sub("", template)
        self.weight = (sum(map(str.isalpha, fixed)), len(fixed))
        pieces = PLACEHOLDER.split(template)
        self._fixed, self._names = pieces[::2], pieces[1::2]

    def values(self, sentence: str) -> dict[str, str] | None:
        """The texts of the placeholders where the sentence fits."""
        if not self.weight[0] or not (sentence.startswith(self._fixed[0]) and sentence.endswith(self._fixed[-1])):
            return None
        found = _compiled(tuple(self._fixed), tuple(self._names)).fullmatch(sentence)
        return found.groupdict() if found else None


@lru_cache(maxsize=1024)
def _compiled(fixed: tuple[str, ...], names: tuple[str, ...]) -> re.Pattern[str]:
    parts = [re.escape(fixed[0])]
    for place, (name, text) in enumerate(zip(names, fixed[1:], strict=True)):
        kind = A_FIGURE if name in FIGURES else A_TEXT
        parts += [f"(?P={name})" if name in names[:place] else f"(?P<{name}>{kind})", re.escape(text)]
    return re.compile("".join(parts), re.DOTALL)
