"""How many threads a calculation may use."""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

# Below this many rows the threads of a fit wait for each other longer than they work.
ROWS_WORTH_THREADS = 20_000


def threads_for(rows: int) -> AbstractContextManager[Any]:
    """One thread inside the block where the rows are few, all of them otherwise.

    On a busy machine the threads of a small fit cost minutes: each tree makes them wait for each other many times.
    """
    limit = 1 if rows < ROWS_WORTH_THREADS else None
    limited: AbstractContextManager[Any] = _controller().limit(limits=limit, user_api="openmp")
    return limited


@cache
def _controller() -> Any:
    # Must see the libraries that it controls.
    import sklearn.ensemble  # noqa: F401
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()
