"""SHAP values: 2,000 rows by ours, a row by the recipe's KernelExplainer, and the explain page on stored values."""

import time
from collections.abc import Iterator
from typing import Any

from benchmarks.bench import Bench
from benchmarks.console import running_console
from benchmarks.measuring import Found, in_child, median, repeated
from benchmarks.parts.models import labelled, reasons
from benchmarks.session import Session
from benchmarks.table import Line, at_most, times
from benchmarks.world import SQLITE, opened

# The console imports MLflow in the background once its first page is shown, at which a reader looks about as long.
SECONDS_TO_WARM = 12.0


def measure(bench: Bench) -> Iterator[Line]:
    """Milliseconds a row of both, and the time in which the explain page first opens, warm and at once."""
    sizes = bench.sizes
    world = bench.trained(SQLITE, sizes.accumulated)
    ours = repeated(
        lambda: in_child("benchmarks.parts.shap_values:ours", world=world.as_argument(), count=sizes.explained),
        sizes.runs,
    )
    recipe = repeated(
        lambda: in_child(
            "benchmarks.recipe.explain:explain",
            rows=sizes.kernel_rows,
            background=sizes.background,
            fitted_on=sizes.little,
        ),
        sizes.runs,
    )
    each = 1000 * median(ours) / sizes.explained
    yield Line("shap", f"a row, of {sizes.explained:,}", each, "ms", 1000 * median(recipe), times(100), len(ours))
    with running_console(world) as console, Session(console.port) as session:
        session.open("")
        time.sleep(SECONDS_TO_WARM)
        yield Line(
            "shap", "explain page on stored values, its first opening", session.open("explain"), "s", None, at_most(1.0)
        )
    with running_console(world) as console, Session(console.port) as session:
        session.open("")
        yield Line("shap", "the same right after the first page, while MLflow is imported", session.open("explain"))


def ours(world: dict[str, Any], count: int) -> Found:
    """The SHAP values of rows by the version in production; the second call, without what is loaded once."""
    loop = opened(world)
    model = loop.registry.load_model(loop.registry.production()).model
    parts = labelled(count * 8, 5, loop.contract)
    reasons(model, parts, 10)
    began = time.perf_counter()
    reasons(model, parts, count)
    return {"seconds": time.perf_counter() - began}
