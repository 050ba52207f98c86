"""One row by hand: the form, its price with range and reasons, what is comparable, and what would change it."""

from console.widgets.price.one import one_price

__all__ = ["one_price"]
