"""How many threads a calculation may use."""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any


def one_thread() -> AbstractContextManager[Any]:
    """A single OpenMP thread inside the block.

    The threads of a fit wait for each other many times a tree, each time for the slowest. Where anything else runs on
    the machine that costs minutes (65 s and more in place of 7 s for 700,000 rows on two busy cores), for less than a
    halving where nothing does.
    """
    limited: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="openmp")
    return limited


@cache
def _controller() -> Any:
    # Must see the libraries that it controls.
    import sklearn.ensemble  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
