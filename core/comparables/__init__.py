"""Rows that are comparable with one that somebody asks about: from its place, and near it in what is compared."""

from core.comparables.content import Part, columns_of, from_bytes, parts_of, rows_of
from core.comparables.nearest import ENOUGH_FOR_TYPICAL, nearest, spans, typical

__all__ = [
    "ENOUGH_FOR_TYPICAL",
    "Part",
    "columns_of",
    "from_bytes",
    "nearest",
    "parts_of",
    "rows_of",
    "spans",
    "typical",
]
