"""Which rows the page shows: all that were explained, or one cohort of them; of two versions those that both have."""

import numpy as np
from numpy.typing import NDArray

from console import data, state
from console.explaining.shown import Shown
from console.explaining.words import cohort_kind, cohort_name
from console.language import _
from console.widgets.pickers import pick
from core.explanation import KINDS, divide, same_rows, take
from core.records import StoredReasons

# Fewer rows say little of two versions.
LEAST_SHARED = 30


def choose_rows(version: int, stored: StoredReasons, other: int | None, beside: StoredReasons | None) -> Shown:
    """What the reader chose; ``beside`` are the reasons of the version ``other``."""
    kind, part, marked = _pick_part(stored)
    rows = take(stored, marked)
    found, whole = {version: rows}, {version: stored}
    if other is not None and beside is not None:
        pair, all_pairs = same_rows(rows, beside), same_rows(stored, beside)
        if len(all_pairs[0]) >= LEAST_SHARED and len(pair[0]):
            found, whole = (
                dict(zip((version, other), pair, strict=True)),
                dict(zip((version, other), all_pairs, strict=True)),
            )
    return Shown(found, whole, rows, np.flatnonzero(marked), kind or KINDS[0], part, other)


def _pick_part(stored: StoredReasons) -> tuple[str, str, NDArray[np.bool_]]:
    """By what the rows are parted ("" where not chosen), the name of the chosen part, and its rows (n,)."""
    contract, everything = state.contract(), np.ones(len(stored), dtype=np.bool_)
    kind = pick(
        _("Only rows by"),
        KINDS,
        "by",
        None,
        lambda each: cohort_kind(each, contract),
        placeholder=_("all rows"),
        width=190,
    )
    if kind is None:
        return "", "", everything
    labels = {batch.id: batch.label for batch in data.batches()}
    division = divide(stored, kind)
    segments = {segment.name: segment for segment in division.segments}

    def named(name: str) -> str:
        text = cohort_name(segments[name], contract, labels)
        return _("{name} · {rows:,} rows", name=text, rows=segments[name].rows)

    label = cohort_kind(kind, contract)
    chosen = pick(label, list(segments), "cohort", None, named, placeholder=_("all"), width=260)
    if chosen is None:
        return kind, "", everything
    place = list(segments).index(chosen)
    return kind, cohort_name(segments[chosen], contract, labels), division.places == place
