"""Model cards: what is computed once, at a training, from rows that later may be gone."""

from core.cards.making import make_card
from core.cards.storing import card_from_bytes, card_to_bytes

__all__ = ["card_from_bytes", "card_to_bytes", "make_card"]
