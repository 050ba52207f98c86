"""What a training was asked for: its parameters in the queue, checked before any row is read."""

import math
from typing import Any

from core.errors import InputError
from core.records import Run, TrainingOrder
from core.training import FAMILIES
from core.words import sentence

MOST_SECONDS = 7 * 86_400
MOST_DRAWS = 1000


def order_of(run: Run, reason: str = "") -> TrainingOrder:
    """The order in a run's parameters; ``reason`` where they name none.

    Raises InputError, in one sentence, for what cannot be meant.
    """
    given = run.parameters
    return TrainingOrder(
        reason=str(given.get("reason") or reason),
        batches=tuple(sorted(_whole(key, "a batch's key", 10**15) for key in _listed(given, "batches"))),
        seconds=None if given.get("seconds") is None else _seconds(given["seconds"]),
        draws=None
        if given.get("draws") is None
        else _whole(given["draws"], "the number of parameter sets", MOST_DRAWS),
        families=tuple(_family(name) for name in _listed(given, "families")),
        seed=None if given.get("seed") is None else _whole(given["seed"], "the seed", 2**31, least=0),
    )


def _listed(given: Any, name: str) -> list[Any]:
    found = given.get(name) or []
    if not isinstance(found, (list, tuple)):
        raise InputError(sentence("The {name} of a training must be a list, got {found!r}.", name=name, found=found))
    return list(found)


def _whole(value: Any, what: str, most: int, least: int = 1) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        words = "For a training {what} must be a whole number from {least} to {most}, got {value!r}."
        raise InputError(sentence(words, what=what, least=least, most=most, value=value))
    return value


def _whole_or_none(value: Any, what: str, most: int, least: int = 1) -> int | None:
    return None if value is None else _whole(value, what, most, least)


def _seconds(value: Any) -> float | None:
    if value is None:
        return None
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not 0 < value <= MOST_SECONDS:
        raise InputError(
            sentence(
                "The time budget of a training must be more than 0 s and at most 7 days, got {value!r}.", value=value
            )
        )
    return float(value)


def _family(name: Any) -> str:
    if name not in FAMILIES:
        names = ", ".join(FAMILIES)
        raise InputError(sentence("A family must be one of {names}, got {name}.", names=names, name=repr(name)))
    return str(name)
