"""Python's cyclic garbage collector held back while a step makes objects by the million."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_paused() -> Iterator[None]:
    """No search for cycles in here; whether there was one before is so afterwards.

    A batch is a few values for each of hundreds of thousands of rows, none of them in a cycle, and the collector looks
    at them all again and again as they grow in number: a quarter of the time of the largest batch (measured).
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
