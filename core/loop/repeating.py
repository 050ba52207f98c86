"""The order that trains a version a second time."""

import json
from typing import Any

from core.loop.modelling import batches_of
from core.loop.ordering import MOST_SECONDS
from core.records import Version
from core.words import sentence


def order_again(version: Version, tried: int) -> dict[str, Any] | None:
    """The parameters of a training that repeats a version's: the same batches, families and seed, and as many
    parameter sets as were ``tried``, however long they take. None where the version does not say what it needs.

    Given the same code and the same stored rows, the fingerprint of the rows and the model are the same.
    """
    batches = batches_of(version)
    try:
        plan = json.loads(version.tags.get("plan", ""))
        seed, families = int(plan["seed"]), [str(name) for name in plan["families"]]
    except (ValueError, KeyError, TypeError):
        return None
    if not batches or not tried:
        return None
    reason = sentence("Trained again from the card of version {number}", number=version.number)
    return {
        "reason": reason,
        "batches": batches,
        "families": families,
        "seed": seed,
        "draws": tried,
        "seconds": MOST_SECONDS,
    }
