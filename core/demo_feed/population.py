"""The population of generated listings: place, size, rooms, land, and a price that follows from them."""

from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.demo_feed.places import Floats, Ints, Places, tables

Columns = dict[str, NDArray[Any]]
COLUMNS = (
    *("brokered_by", "status", "price", "bed", "bath", "acre_lot"),
    *("street", "city", "state", "zip_code", "house_size", "prev_sold_date"),
)
CHUNK = 100_000
# Normal scores of size, bedrooms, bathrooms and land: how far each goes with the others.
TOGETHER = np.linalg.cholesky(
    [[1.00, 0.68, 0.82, 0.30], [0.68, 1.00, 0.64, 0.06], [0.82, 0.64, 1.00, 0.26], [0.30, 0.06, 0.26, 1.00]]
)
BED_SHARES = (0.03, 0.16, 0.40, 0.255, 0.085, 0.04, 0.016, 0.008, 0.006)
BATH_SHARES = (0.20, 0.43, 0.235, 0.09, 0.03, 0.009, 0.004, 0.002)
MIDDLE_LN_SIZE, SIZE_SPREAD = 7.50, 0.50
MIDDLE_LN_LAND = -1.45
LEVEL, RESIDUAL = 0.10, 0.21
BROKERS_OF_A_TOWN, NATIONAL_BROKERS = 4, 40


@dataclass(frozen=True)
class Plan:
    """A batch as ``listings.toml`` describes it, with its number and its size at a scale."""

    number: int
    rows: int
    status: str
    price: tuple[float, float]
    house_size: tuple[float, float]
    tilt: float
    only: str = ""
    without: str = ""
    junk: bool = True
    huge: bool = False
    extreme: bool = False


def make_plans(scale: float) -> list[Plan]:
    """The batches of a collection at a scale in (0, 1]."""
    entries = enumerate(tables()["batches"])
    return [Plan(number, **{**entry, "rows": max(1, round(entry["rows"] * scale))}) for number, entry in entries]


def draw(plan: Plan, places: Places, random: np.random.Generator) -> Columns:
    """``plan.rows`` listings of the population that have their place in the batch."""
    weights = _weights(plan, places)
    parts, missing = [_draw_some(0, plan, places, weights, random)], plan.rows
    while missing > 0:
        part = _draw_some(min(CHUNK, 1000 + missing * 4), plan, places, weights, random)
        parts.append({name: values[:missing] for name, values in part.items()})
        missing -= len(parts[-1]["price"])
    return {name: np.concatenate([part[name] for part in parts]) for name in COLUMNS}


def sell(listings: Columns, plan: Plan, random: np.random.Generator) -> Columns:
    """The same houses, sold: mostly at the price that was asked."""
    count = len(listings["price"])
    factors = np.where(random.random(count) < 0.75, 1.0, random.lognormal(-0.01, 0.04, count))
    prices = np.clip(np.round(listings["price"] * factors, -2), *plan.price)
    status = np.full(count, "sold", dtype=object)
    return {**listings, "status": status, "price": prices, "prev_sold_date": _dates(status, random)}


def _weights(plan: Plan, places: Places) -> Floats:
    """How often (z,) each ZIP code is drawn."""
    counts = {"for_sale": places.for_sale, "sold": places.sold, "both": places.for_sale + places.sold}[plan.status]
    names = np.array(places.states)[places.state]
    allowed = (names == plan.only) if plan.only else (names != plan.without)
    weights: Floats = counts * allowed / (counts @ allowed)
    return weights


def _draw_some(count: int, plan: Plan, places: Places, weights: Floats, random: np.random.Generator) -> Columns:
    """Of ``count`` listings those that the batch takes."""
    zips = random.choice(len(weights), count, p=weights)
    scores = random.standard_normal((count, 4)) @ TOGETHER.T
    sizes = MIDDLE_LN_SIZE + places.size[zips] + SIZE_SPREAD * scores[:, 0]
    beds, baths = _rooms(scores[:, 1], BED_SHARES), _rooms(scores[:, 2], BATH_SHARES)
    land = MIDDLE_LN_LAND + 0.85 * scores[:, 3] + 0.24 * np.maximum(scores[:, 3], 0) ** 2
    brokers, broker_effects = _brokers(places.town[zips], random)
    hedonic = 0.78 * (sizes - MIDDLE_LN_SIZE) - 0.12 * (beds - 3.3) + 0.31 * (baths - 2.5)
    ln_price = LEVEL + places.price[zips] + hedonic + 0.11 * (land - MIDDLE_LN_LAND) + broker_effects
    ln_price += RESIDUAL * places.spread[zips] * random.standard_t(6, count) * np.sqrt(2 / 3)
    fits = _fits(plan, ln_price, np.exp(sizes), random)
    zips, status = zips[fits], _status(plan, zips[fits], places, random)
    return {
        "brokered_by": brokers[fits],
        "status": status,
        "price": _round_prices(np.exp(ln_price[fits]), plan, random),
        "bed": beds[fits],
        "bath": baths[fits],
        "acre_lot": np.clip(np.round(np.exp(land[fits]), 2), 0.01, 5000.0),
        "street": random.integers(1, 2_001_358, len(zips)).astype(np.float64),
        "city": places.city[zips],
        "state": np.array(places.states, dtype=object)[places.state[zips]],
        "zip_code": places.zip_code[zips],
        "house_size": np.clip(np.round(np.exp(sizes[fits])), *plan.house_size),
        "prev_sold_date": _dates(status, random),
    }


def _fits(plan: Plan, ln_price: Floats, size: Floats, random: np.random.Generator) -> NDArray[np.bool_]:
    """Which listings (n,) the batch takes: those within its bounds, the more often the further along its tilt."""
    (low, high), (smallest, largest) = np.log(plan.price), plan.house_size
    inside = (ln_price >= low) & (ln_price <= high) & (size >= smallest) & (size <= largest)
    turn = min(high, np.log(3e6)) if plan.tilt > 0 else max(low, np.log(6e4))
    fits: NDArray[np.bool_] = inside & (np.log(random.random(len(size))) < plan.tilt * (ln_price - turn))
    return fits


def _rooms(scores: Floats, shares: tuple[float, ...]) -> Floats:
    """Numbers of rooms (n,) from 1 with these shares, the higher the score the more."""
    edges = [NormalDist().inv_cdf(share) for share in np.cumsum(shares)[:-1]]
    return np.searchsorted(edges, scores).astype(np.float64) + 1


def _brokers(town: Ints, random: np.random.Generator) -> tuple[Floats, Floats]:
    """The code (n,) of a broker of the town or of the whole country, and what it adds to ln(price)."""
    local = NATIONAL_BROKERS + town * BROKERS_OF_A_TOWN + random.integers(0, BROKERS_OF_A_TOWN, len(town))
    national = random.integers(0, NATIONAL_BROKERS, len(town))
    broker = np.where(random.random(len(town)) < 0.15, national, local)
    return (broker * 7919 % 110_143).astype(np.float64), 0.06 * np.sin(broker * 12.9898)


def _status(plan: Plan, zips: Ints, places: Places, random: np.random.Generator) -> NDArray[np.object_]:
    if plan.status != "both":
        return np.full(len(zips), plan.status, dtype=object)
    sold = places.sold[zips] / (places.sold[zips] + places.for_sale[zips])
    return np.where(random.random(len(zips)) < sold, "sold", "for_sale").astype(object)


def _round_prices(prices: Floats, plan: Plan, random: np.random.Generator) -> Floats:
    """Prices as people write them: whole thousands, or a hundred below."""
    below = random.choice([0.0, 100.0, 500.0, 1.0], len(prices), p=[0.64, 0.28, 0.05, 0.03])
    rounded: Floats = np.clip(np.round(prices, -3) - below, *plan.price)
    return rounded


def _dates(status: NDArray[np.object_], random: np.random.Generator) -> NDArray[np.object_]:
    """Days of the last sale: months ago for what was sold, years ago for what is for sale."""
    years = np.where(status == "sold", random.random(len(status)) * 0.6, random.gamma(1.6, 9.0, len(status)))
    days = np.datetime64("2022-04-15") - (np.minimum(years, 120.0) * 365.25).astype("timedelta64[D]")
    return days.astype(str).astype(object)
