"""Whether stored reasons are those of the model that they are kept with."""

import numpy as np
from numpy.typing import NDArray

from core.explanation.reasons import adds_up, agrees
from core.records import StoredReasons
from core.words import sentence


def inner_problem(stored: StoredReasons, version: int) -> str:
    """Why the reasons cannot be those of the version, in a sentence; "" where they are whole and add up."""
    if stored.version != version:
        return sentence("They are those of version {other}.", other=stored.version)
    if not _fits(stored):
        return sentence("They do not have the same rows and features throughout.")
    explanation = stored.explanation
    off = ~adds_up(explanation.base, explanation.values, explanation.predictions)
    if off.any():
        return sentence(
            "Of {count} of {rows:,} rows they do not add up to the prediction.", count=int(off.sum()), rows=len(stored)
        )
    return ""


def outer_problem(stored: StoredReasons, now: NDArray[np.float64]) -> str:
    """That the model says something else ``now`` (n,) of the same rows, in a sentence; "" where it does not."""
    off = ~agrees(stored.explanation.predictions, now)
    if not off.any():
        return ""
    worst = float(np.abs(stored.explanation.predictions - now).max())
    return sentence(
        "The model now says something else of {count} of {rows:,} rows (off by up to {worst:,.6g}).",
        count=int(off.sum()),
        rows=len(stored),
        worst=worst,
    )


def _fits(stored: StoredReasons) -> bool:
    explanation, rows = stored.explanation, len(stored)
    sizes = {len(explanation.base), len(explanation.predictions), len(explanation.data), len(stored.target)}
    sizes |= {len(stored.segments), len(stored.batches), len(explanation.values)}
    names = tuple(map(str, explanation.data.columns))
    return rows > 0 and sizes == {rows} and explanation.features == names and explanation.values.shape[1] == len(names)
