"""A card as JSON."""

import json
from dataclasses import asdict
from typing import Any

from core.errors import RegistryError
from core.records import Card, FeatureSeen, SegmentScore
from core.words import sentence

# Raised where a field changes its meaning or goes.
SCHEMA = "model-card/1"


def card_to_bytes(card: Card) -> bytes:
    """A card as a JSON text: some 60 KB, whatever the number of rows."""
    return json.dumps({"schema": SCHEMA, **asdict(card)}).encode()


def card_from_bytes(content: bytes) -> Card:
    """The inverse of ``card_to_bytes``; raises RegistryError where the bytes are something else."""
    try:
        found: dict[str, Any] = json.loads(content)
        if found.pop("schema") != SCHEMA:
            raise ValueError(f"it is no {SCHEMA}")
        features = tuple(FeatureSeen(**{**each, "frequent": _pairs(each["frequent"])}) for each in found["features"])
        segments = tuple(SegmentScore(**each) for each in found["segments"])
        series = {name: tuple(found[name]) for name in ("edges", "counts", "actual", "predicted")}
        sparse = _pairs(found["sparse"])
        return Card(**{**found, **series, "features": features, "segments": segments, "sparse": sparse})
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise RegistryError(sentence("The stored card of a version cannot be read: {error}.", error=error)) from error


def _pairs(found: list[list[Any]]) -> tuple[tuple[str, int], ...]:
    return tuple((str(name), int(rows)) for name, rows in found)
