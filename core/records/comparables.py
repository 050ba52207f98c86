"""Rows beside which somebody's own is held."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Comparable:
    """A stored row near the one that was asked about: by the narrowest place that both are in, "" where all are in one.

    ``distance`` is 0 for rows that are alike in all that is compared, and 1 for such as are wholly different.
    """

    batch: int
    row_number: int
    level: str
    distance: float
    values: Mapping[str, Any]


@dataclass(frozen=True)
class Typical:
    """The medians of a place's quantities: ``level`` is the column that names the place, ``rows`` how many it has."""

    level: str
    rows: int
    values: Mapping[str, float]
