"""How many threads a calculation may use."""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any, Literal


def one_thread(api: Literal["openmp", "blas"] = "openmp") -> AbstractContextManager[Any]:
    """A single thread of OpenMP, or of the matrix library, inside the block.

    The threads of a fit wait for each other many times a tree, each time for the slowest. Where anything else runs on
    the machine that costs minutes (65 s and more in place of 7 s for 700,000 rows on two busy cores), for less than a
    halving where nothing does.
    """
    limited: AbstractContextManager[Any] = _controller().limit(limits=1, user_api=api)
    return limited


@cache
def _controller() -> Any:
    # Must see the libraries that it controls.
    import sklearn.ensemble  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
