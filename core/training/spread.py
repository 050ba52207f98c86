"""The seam at which the parts of a calculation are given out: one after the other here, or to other machines."""

from collections.abc import Callable, Generator, Iterable
from typing import Protocol, TypeVar

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Result = TypeVar("Result")


class Spread(Protocol):
    """Gives ``work(shared, item)`` for each item, in the order of the items.

    An item is taken no earlier than it can be worked on; closing the generator drops what was not begun.
    """

    def __call__(
        self, work: Callable[[Shared, Item], Result], shared: Shared, items: Iterable[Item]
    ) -> Generator[Result, None, None]: ...


def here(
    work: Callable[[Shared, Item], Result], shared: Shared, items: Iterable[Item]
) -> Generator[Result, None, None]:
    """Each item in this process, after the result of the one before was taken."""
    for item in items:
        yield work(shared, item)
