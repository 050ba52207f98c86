"""Rows to measure with: listings of the demo feed's whole population, as the feed sends them and as they are read."""

from functools import lru_cache
from typing import Any

import numpy as np
import orjson
import pandas as pd

from core.demo_feed.listings import COLUMNS, Plan, draw
from core.demo_feed.places import Places, make_places

CODES = {"brokered_by": "{:.0f}", "street": "{:.0f}", "zip_code": "{:05.0f}"}
LOWEST_PRICE, HIGHEST_PRICE, LARGEST_HOUSE = 1_001.0, 5e8, 50_000.0
SHARE_WITHOUT_DATE = 0.2


def received(count: int, seed: int) -> pd.DataFrame:
    """``count`` rows as the feed spells them; another seed gives other houses in the same places."""
    random = np.random.default_rng(seed)
    plan = Plan(0, count, "both", (LOWEST_PRICE, HIGHEST_PRICE), (1.0, LARGEST_HOUSE), tilt=0.0)
    frame = pd.DataFrame(draw(plan, _places(), random), columns=list(COLUMNS))
    frame["prev_sold_date"] = (
        frame["prev_sold_date"].astype(object).mask(random.random(count) < SHARE_WITHOUT_DATE, None)
    )
    return frame


def typed(count: int, seed: int) -> pd.DataFrame:
    """The same rows as ``core.checks`` reads them: codes are texts."""
    frame = received(count, seed)
    return frame.assign(**{name: _spelled(frame[name], form) for name, form in CODES.items()})


def answer(count: int, seed: int, number: int) -> bytes:
    """The body of the feed's answer with these rows."""
    frame = received(count, seed)
    names, columns = list(frame.columns), [_plain(frame[name]) for name in frame.columns]
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    return orjson.dumps({"group_number": 1, "batch_number": number, "data": rows})


@lru_cache(maxsize=1)
def _places() -> Places:
    return make_places(1)


def _spelled(codes: pd.Series, form: str) -> Any:
    places, distinct = pd.factorize(codes.to_numpy())
    return np.array([form.format(code) for code in distinct], dtype=object)[places]


def _plain(column: pd.Series) -> list[Any]:
    return [None if value is None or value != value else value for value in column.tolist()]
