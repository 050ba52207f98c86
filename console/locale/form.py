"""How numbers and dates are written where a reader lives. English is written here; Babel knows the others."""

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

ENGLISH = "en"


@dataclass(frozen=True)
class Form:
    """The signs of a locale; ``sign_first`` says whether a currency's sign stands before its number.

    ``calendar`` is the form of a date in a field, as Streamlit names it.
    """

    locale: str = ENGLISH
    decimal: str = "."
    group: str = ","
    sign_first: bool = True
    calendar: str = "YYYY-MM-DD"

    def numerals(self, text: str) -> str:
        """A number as Python writes it (``-1,234.5``), with this locale's signs and a true minus."""
        signs: dict[str, str | int | None] = {",": self.group, ".": self.decimal, "-": "−"}
        return text.translate(str.maketrans(signs))

    def with_sign(self, sign: str, number: str) -> str:
        """An amount: a currency's sign on its side of the number."""
        return f"{sign} {number}" if self.sign_first else f"{number} {sign}"

    def day(self, at: date) -> str:
        """A date."""
        if self.locale == ENGLISH:
            return f"{at:%Y-%m-%d}"
        from babel.dates import format_date

        return format_date(at, "medium", self.locale)

    def moment(self, at: datetime) -> str:
        """Date and time to the minute."""
        return f"{self.day(at)} {at:%H:%M}"


@lru_cache(maxsize=64)
def form_of(tag: str) -> Form:
    """The form of a language tag such as ``es`` or ``es-CO``; of its language where the region is unknown."""
    language = tag.partition("-")[0]
    if language == ENGLISH:
        return Form()
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        locale = Locale(language)
    signs = locale.number_symbols["latn"]
    sign_first = locale.currency_formats["standard"].pattern.startswith("¤")
    day = locale.date_formats["short"].pattern.lower()
    calendar = "DD/MM/YYYY" if day.startswith("d") else "MM/DD/YYYY" if day.startswith("m") else "YYYY/MM/DD"
    return Form(str(locale), signs["decimal"], signs["group"], sign_first, calendar)
