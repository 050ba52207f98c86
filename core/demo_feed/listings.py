"""Generated listings.

Everything about real estate that the demo feed knows is here, in ``population``, ``places`` and ``listings.toml``.

A listing is drawn from one population and kept where its batch has room for it. Each batch has random numbers of its
own, so that it is made without the others.
"""

from dataclasses import replace
from typing import Any

import numpy as np

from core.demo_feed.places import Ints, make_places
from core.demo_feed.population import COLUMNS, Columns, Plan, draw, make_plans, sell

BATCH, SOLD_AGAIN = 1, 2
SHARE_SOLD_AGAIN = 0.069
JUNK_SHARE = 0.0005
RARE_SHARE = 0.00003
EXTREME_VARIANCE = 2.3e12


class Listings:
    """The batches of generated listings: the same seed and scale give the same rows."""

    def __init__(self, seed: int, scale: float) -> None:
        self.seed = seed
        self.plans = make_plans(scale)
        self.places = make_places(seed)

    def __len__(self) -> int:
        return len(self.plans)

    def rows(self, number: int) -> list[dict[str, Any]]:
        """The rows of a batch as the feed sends them: numbers are floats."""
        plan, random = self.plans[number], np.random.default_rng([self.seed, BATCH, number])
        listings = self._offer_and_sell(plan, random) if plan.status == "both" else self._gather(plan, random)
        if plan.junk:
            _add_junk(listings, plan, random)
        values = zip(*(listings[name].tolist() for name in COLUMNS), strict=True)
        return [dict(zip(COLUMNS, row, strict=True)) for row in values]

    def _offer_and_sell(self, plan: Plan, random: np.random.Generator) -> Columns:
        """A batch in which some houses are for sale and, further on, sold."""
        again = round(plan.rows * SHARE_SOLD_AGAIN)
        fresh = draw(replace(plan, rows=plan.rows - again), self.places, random)
        chosen = random.choice(plan.rows - again, again, replace=False)
        fresh["status"][chosen] = "for_sale"
        sold = sell({name: values[chosen] for name, values in fresh.items()}, plan, random)
        place = random.random(plan.rows - again)
        later = place[chosen] + (1 - place[chosen]) * random.random(again)
        return _join([fresh, sold], np.argsort(np.concatenate([place, later])))

    def _gather(self, plan: Plan, random: np.random.Generator) -> Columns:
        """A batch of one status: houses of its own, and those that it shares with the batch of sold ones."""
        early = [other for other in self.plans if other.number < self._sold.number]
        if plan.status == "sold":
            offered = _join([self._sold_later(other) for other in early])
            shared = sell(offered, plan, np.random.default_rng([self.seed, SOLD_AGAIN, plan.number]))
        else:
            shared = self._sold_later(plan)
        own = draw(replace(plan, rows=plan.rows - len(shared["price"])), self.places, random)
        return _join([own, shared], random.permutation(plan.rows))

    def _sold_later(self, plan: Plan) -> Columns:
        """The houses that are for sale in this early batch and sold in the batch of sold ones."""
        early = sum(other.rows for other in self.plans[: self._sold.number])
        count = int(self._sold.rows * SHARE_SOLD_AGAIN * plan.rows / early)
        random = np.random.default_rng([self.seed, SOLD_AGAIN, plan.number])
        return draw(replace(plan, rows=count), self.places, random)

    @property
    def _sold(self) -> Plan:
        return next(plan for plan in self.plans if plan.status == "sold")


def _join(parts: list[Columns], order: Ints | None = None) -> Columns:
    joined = {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}
    return joined if order is None else {name: values[order] for name, values in joined.items()}


def _add_junk(listings: Columns, plan: Plan, random: np.random.Generator) -> None:
    """Put in the few bad values that such data has, each in rows of its own choosing."""
    count = len(listings["price"])

    def some(share: float) -> Ints:
        return random.integers(0, count, max(1, round(count * share)))

    if plan.price[0] <= 1000:
        rows = some(JUNK_SHARE)
        listings["price"][rows] = random.integers(1, 1001, len(rows))
    for name in ("bed", "bath"):
        rows = some(JUNK_SHARE / 2)
        listings[name][rows] = random.integers(21, 40, len(rows))
    if plan.huge:
        rows = some(RARE_SHARE)
        listings["house_size"][rows] = random.integers(90_000, 150_000, len(rows))
    if plan.extreme:
        # One price carries the batch's spread, as in the data: the larger the batch, the larger it must be.
        listings["price"][some(0.0)] = min(plan.price[1], np.round(np.sqrt(EXTREME_VARIANCE * count), -5))
    listings["prev_sold_date"][some(JUNK_SHARE / 4)] = "0000-00-00"
    rows = some(JUNK_SHARE / 4)
    for values in listings.values():
        values[rows] = values[rows - 1]
