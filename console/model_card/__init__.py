"""The card of a version: the facts together, in words, tables and figures, as its page and its document show them."""

from console.model_card.document import card_html, card_json, card_markdown
from console.model_card.facts import Facts
from console.model_card.foreign import not_again
from console.model_card.parts import card_parts, headline

__all__ = ["Facts", "card_html", "card_json", "card_markdown", "card_parts", "headline", "not_again"]
