"""Listings of a batch that tell the true value of a prediction that waits for one."""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.contract import Contract
from core.live.honesty import OTHER_HOME, UNCLEAR, Trained, reasons
from core.records import BATCH, Answered, Batch, Truth

# By how much two numbers of one home may differ: one is typed by a person, or rounded.
TOLERANCE = 0.05


def match(
    waiting: Sequence[Answered],
    listings: pd.DataFrame,
    homes: NDArray[np.int64],
    batch: Batch,
    trained: Callable[[int], Trained | None],
    contract: Contract,
) -> list[tuple[Answered, Truth]]:
    """Each prediction whose home is among a batch's listings (n rows by row number, ``homes`` (n,) their hashes), with
    the true value that they tell and why it does not count.

    Of a home's listings those are taken whose numbers are the ones that were asked with; where no listing is like that
    somebody asked about another state of the home. ``trained`` gives the homes that a version was trained on.
    """
    wanted = np.isin(homes, np.array([entry.home for entry in waiting if entry.home is not None], dtype=np.int64))
    places: dict[int, list[int]] = {}
    for place in np.flatnonzero(wanted).tolist():
        places.setdefault(int(homes[place]), []).append(place)
    met = [entry for entry in waiting if entry.home in places]
    dishonest = _dishonest(met, trained, contract)
    return [(entry, _truth(entry, listings.iloc[places[entry.home or 0]], batch, dishonest, contract)) for entry in met]


def _dishonest(met: Sequence[Answered], trained: Callable[[int], Trained | None], contract: Contract) -> dict[int, str]:
    """Why predictions are no honest test of their version, by their key."""
    found: dict[int, str] = {}
    for version in {entry.version for entry in met}:
        own = [entry for entry in met if entry.version == version]
        told = reasons([entry.home for entry in own], lambda version=version: trained(version), contract)  # type: ignore[misc]
        found |= {entry.id: reason for entry, reason in zip(own, told, strict=True)}
    return found


def _truth(entry: Answered, listed: pd.DataFrame, batch: Batch, dishonest: dict[int, str], contract: Contract) -> Truth:
    alike = listed[_is_alike(entry, listed, contract)]
    taken = alike if len(alike) else listed
    prices = taken[contract.target].to_numpy(dtype=np.float64)
    value = float(np.median(prices))
    reason = dishonest[entry.id]
    if not reason and not len(alike):
        reason = OTHER_HOME
    elif not reason and prices.max() - prices.min() > TOLERANCE * abs(value):
        reason = UNCLEAR
    return Truth(value, BATCH, batch.received_at, "worker", reason, batch.id, int(taken.index[0]))


def _is_alike(entry: Answered, listed: pd.DataFrame, contract: Contract) -> NDArray[np.bool_]:
    """Which listings (n,) have the numbers that were asked with; one that is missing on a side is no difference."""
    alike = np.ones(len(listed), dtype=bool)
    for column in contract.features:
        given = entry.inputs.get(column.name)
        if column.is_number and isinstance(given, (int, float)):
            values = listed[column.name].to_numpy(dtype=np.float64)
            alike &= np.isnan(values) | (np.abs(values - given) <= TOLERANCE * np.abs(values))
    return alike
