"""Where generated listings lie: the states, their towns and ZIP codes, and what a place does to a house."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
PLACES = 0
LISTINGS_IN_A_TOWN = 10.0  # in hundreds
MOST_TOWNS, MOST_ZIPS = 90, 3
ZIPS_OF_A_CITY = 12
SHARE_OF_THE_CITY = 0.12
MIDDLE_LN_PRICE, STATE_SPREAD = 12.69, 1.35
TOWN_SPREAD, ZIP_SPREAD = 0.52, 0.24


@dataclass(frozen=True)
class Places:
    """One entry a ZIP code in each array (z,).

    ``for_sale`` and ``sold`` are how many listings it has, ``price`` what it adds to ln(price), ``size`` to ln(size).
    """

    states: tuple[str, ...]
    state: Ints
    city: NDArray[np.object_]
    town: Ints
    zip_code: Floats
    for_sale: Floats
    sold: Floats
    price: Floats
    size: Floats
    spread: Floats


@cache
def tables() -> dict[str, Any]:
    """The tables of ``listings.toml``."""
    return tomllib.loads((Path(__file__).parent / "listings.toml").read_text(encoding="utf-8"))


def make_places(seed: int) -> Places:
    """The places of a seed: their names and codes are the same for every seed, what they do to a house is not."""
    names, effects = np.random.default_rng(PLACES), np.random.default_rng([seed, PLACES])
    content = tables()["states"]
    states = [dict(zip(content["columns"], row, strict=True)) for row in content["rows"]]
    parts = [_make_state(number, state, names, effects) for number, state in enumerate(states)]
    towns = np.cumsum([0, *(part["town"].max() + 1 for part in parts[:-1])])
    for part, offset in zip(parts, towns, strict=True):
        part["town"] = part["town"] + offset
    joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return Places(states=tuple(state["name"] for state in states), **joined)


def _make_state(
    number: int, state: dict[str, Any], names: np.random.Generator, effects: np.random.Generator
) -> dict[str, NDArray[Any]]:
    towns = int(np.clip((state["for_sale"] + state["sold"]) / LISTINGS_IN_A_TOWN, 2, MOST_TOWNS))
    town = np.repeat(np.arange(towns + 1), [ZIPS_OF_A_CITY, *names.integers(1, MOST_ZIPS + 1, towns)])
    share = _shares(town, names)
    town_effect, town_size = effects.normal(0, TOWN_SPREAD, towns + 1), effects.normal(0, 0.16, towns + 1)
    own, own_size = effects.normal(0, ZIP_SPREAD, len(town)), effects.normal(0, 0.08, len(town))
    place = (town_effect[town] + own) * state["spread"]
    return {
        "state": np.full(len(town), number),
        "city": np.array([state["city"], *_town_names(towns, names)], dtype=object)[town],
        "town": town,
        "zip_code": _zip_codes(state, len(town), names),
        "for_sale": share * state["for_sale"],
        "sold": share * state["sold"],
        "price": MIDDLE_LN_PRICE
        + STATE_SPREAD * (np.log(state["median_price"]) - MIDDLE_LN_PRICE)
        + place
        - place @ share,
        "size": 0.08 * place + town_size[town] + own_size,
        "spread": np.full(len(town), state["spread"]),
    }


def _shares(town: Ints, names: np.random.Generator) -> Floats:
    """The share (z,) of a state's listings in each ZIP code: the city has its own, the towns what is left."""
    weight = names.lognormal(0, 0.5, len(town))
    city = town == 0
    city_part, town_part = weight * city, weight * ~city
    share: Floats = SHARE_OF_THE_CITY * city_part / city_part.sum()
    share += (1 - SHARE_OF_THE_CITY) * town_part / town_part.sum()
    return share


def _town_names(count: int, names: np.random.Generator) -> list[str]:
    parts = tables()["towns"]
    everything = [beginning + end for beginning in parts["beginnings"] for end in parts["ends"]]
    return [everything[place] for place in names.choice(len(everything), count, replace=False)]


def _zip_codes(state: dict[str, Any], count: int, names: np.random.Generator) -> Floats:
    """Distinct codes (count,): the city's follow each other, the towns' lie anywhere in the state's range."""
    city = np.arange(state["city_zip"], state["city_zip"] + ZIPS_OF_A_CITY)
    free = np.setdiff1d(np.arange(state["zip_low"], state["zip_high"] + 1), city)
    others = names.choice(free, count - ZIPS_OF_A_CITY, replace=False)
    return np.concatenate([city, others]).astype(np.float64)
