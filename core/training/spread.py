"""The seam at which the parts of a calculation are given out: a few at once here, or to other machines."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol, TypeVar

Shared = TypeVar("Shared")
Item = TypeVar("Item")
Result = TypeVar("Result")
# More would hold each other up where they are in Python, and pages and the server want a core too.
MOST_AT_ONCE = 2


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
    """The items in this process, as many at once as it has cores, up to two: each fit keeps to a core of its own."""
    workers = min(os.cpu_count() or 1, MOST_AT_ONCE)
    under_way: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(workers, thread_name_prefix="fit")
    try:
        for item in items:
            under_way.append(pool.submit(work, shared, item))
            if len(under_way) == workers:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()
    finally:
        pool.shutdown(cancel_futures=True)
