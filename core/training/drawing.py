"""Which parameter sets a search tries, and in which order: by its plan alone, and none of them twice."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import prod

import numpy as np

from core.records import SearchPlan
from core.training.families import CHOICES, DEFAULTS, FAMILIES, Parameters, draw


@dataclass(frozen=True)
class Draw:
    """A parameter set to be tried."""

    number: int
    family: str
    parameters: Parameters


def planned_draws(plan: SearchPlan) -> Iterator[Draw]:
    """Each family with its defaults, then random parameters of random families: a good one comes first.

    No set comes twice, so that there are fewer than ``plan.draws`` where the families have no more. A plan with more
    draws begins with those of one with fewer.
    """
    families = tuple(dict.fromkeys(plan.families or FAMILIES))
    random = np.random.default_rng(plan.seed)
    drawn: dict[str, list[Parameters]] = {family: [] for family in families}
    for number in range(1, plan.draws + 1):
        left = [family for family in families if len(drawn[family]) < count_sets(family)]
        if not left:
            return
        if number <= len(families):
            family = families[number - 1]
            parameters = DEFAULTS[family]
        else:
            family = left[int(random.integers(len(left)))]
            parameters = _another(family, drawn[family], random)
        drawn[family].append(parameters)
        yield Draw(number, family, parameters)


def count_draws(plan: SearchPlan) -> int:
    """How many sets a plan comes to, time aside."""
    families = dict.fromkeys(plan.families or FAMILIES)
    return min(plan.draws, sum(map(count_sets, families)))


def count_sets(family: str) -> int:
    """How many different parameter sets of a family there are."""
    choices = CHOICES[family]
    is_drawn = all(DEFAULTS[family][name] in options for name, options in choices.items())
    return prod(map(len, choices.values())) + (not is_drawn)


def _another(family: str, drawn: list[Parameters], random: np.random.Generator) -> Parameters:
    while (parameters := draw(family, random)) in drawn:
        pass
    return parameters
