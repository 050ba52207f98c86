"""A finished English sentence, told in another language: by the template that it was made from, piece by piece."""

import re

from console.locale.catalogue import Catalogue
from console.locale.figures import in_form
from console.locale.filling import Ready, filled
from console.locale.form import Form

# What a check says: whose value it is, with its name in brackets where a form has a label, and what it must be.
MUST = re.compile(
    r"(?P<name>[a-z0-9_]+|[^.;:]+?(?= \()|[^.;:()]+?)(?P<code>(?: \(\w+\))?) (?P<rest>must .*?)(?P<end>\.?)", re.DOTALL
)
MEASURE = re.compile(r"([+−-]?\d[\d,.]*) ([^\d\s%][^\d]*)")
# What changed, and by how much.
CHANGE = re.compile(r"(.*?\w\W{0,2}) ([+−]\d[^A-Za-z]*)")


class Teller:
    """Tells sentences by one catalogue, numbers in one form."""

    def __init__(self, catalogue: Catalogue, form: Form) -> None:
        self.catalogue = catalogue
        self.form = form

    def tell(self, sentence: str) -> str:
        """``sentence`` in the language of the catalogue; as it is where nothing of it is known."""
        exact = self.catalogue.get(sentence) if sentence else ""
        if exact != sentence or not sentence:
            return exact
        for way in (self._figures, self._whole_sentences, self._check, self._template, self._change, self._parts):
            found = way(sentence)
            if found is not None:
                return found
        return self._small(sentence)

    def _figures(self, text: str) -> str | None:
        measure = MEASURE.fullmatch(text)
        if measure and (unit := self.tell(measure[2])) != measure[2]:
            return f"{self.form.numerals(measure[1])} {unit}"
        return in_form(text, self.form)

    def _whole_sentences(self, text: str) -> str | None:
        """First: a template that begins or ends with a placeholder would take its neighbours for its own."""
        parts = re.split(r"(?<=\.) ", text)
        is_known = len(parts) > 1 and all(
            self.catalogue.get(part) != part or self.catalogue.find(part) for part in parts
        )
        return " ".join(map(self.tell, parts)) if is_known else None

    def _check(self, sentence: str) -> str | None:
        found = MUST.fullmatch(sentence)
        if found is None or (rest := self.tell(found["rest"])) == found["rest"]:
            return None
        return f"{self.tell(found['name'])}{found['code']} {rest}{found['end']}"

    def _template(self, sentence: str) -> str | None:
        found = self.catalogue.find(sentence)
        if found is None:
            return None
        template, values = found
        return filled(
            self.catalogue.get(template), {name: Ready(self.tell(value)) for name, value in values.items()}, self.form
        )

    def _change(self, text: str) -> str | None:
        found = CHANGE.fullmatch(text)
        return f"{self.tell(found[1])} {self.tell(found[2])}" if found else None

    def _parts(self, text: str) -> str | None:
        for end in (r"(?<=\.) ", r"(?<=;) "):
            parts = re.split(end, text)
            if len(parts) > 1:
                return " ".join(map(self.tell, parts))
        return None

    def _small(self, sentence: str) -> str:
        """A sentence that begins with what elsewhere stands inside one."""
        small = sentence[0].lower() + sentence[1:]
        # A capital may have no small letter, such as 𝐀.
        found = small if small == sentence else self.tell(small)
        return sentence if found == small else found[0].upper() + found[1:]
