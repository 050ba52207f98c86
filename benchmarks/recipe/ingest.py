"""The recipe's cycle: everything is read back, described and written again for every batch."""

import time
from typing import Any

import numpy as np
import pandas as pd
import requests
from sqlalchemy import Engine, create_engine

from benchmarks.listings import received
from benchmarks.world import SEEDED_AT_ONCE

WATCHED = ["price", "bed", "bath", "acre_lot", "house_size"]
READ = ["bed", "bath", "acre_lot", "house_size", "state"]
STATISTICS = ["mean", "std", "50%", "75%"]
LIMIT = 0.15


def fill(raw_url: str, rows: int) -> dict[str, Any]:
    """Put ``rows`` rows where earlier batches would have left them."""
    engine = create_engine(raw_url)
    done = 0
    while done < rows:
        count = min(SEEDED_AT_ONCE, rows - done)
        _append(engine, received(count, seed=done))
        done += count
    return {"rows": done}


def take_batch(feed_url: str, raw_url: str, clean_url: str) -> dict[str, Any]:
    """One cycle: GET, read back, concat, compare, replace, clean, split, write."""
    began = time.perf_counter()
    raw, clean = create_engine(raw_url), create_engine(clean_url)
    batch = pd.DataFrame(requests.get(f"{feed_url}/data", timeout=600).json()["data"])
    before = pd.read_sql("SELECT * FROM real_estate", raw)
    after = pd.concat([before, batch]).drop_duplicates()
    _compare(before, after).to_sql("data_comp", raw, if_exists="append", index=False)
    after.to_sql("real_estate", raw, if_exists="replace", index=False)
    kept = after.dropna(subset=WATCHED)
    kept = kept[kept["price"] > 1000]
    kept.to_sql("real_estate", clean, if_exists="replace", index=False)
    _split(kept, clean)
    return {"seconds": time.perf_counter() - began, "rows": len(batch)}


def _compare(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    first = before[WATCHED].describe().loc[STATISTICS]
    change = (after[WATCHED].describe().loc[STATISTICS] - first).abs() / first.abs()
    cells = {f"{column}_{name.strip('%')}": change.loc[name, column] for name in STATISTICS for column in WATCHED}
    return pd.DataFrame([{**cells, "retrain": int((change > LIMIT).any().any())}])


def _split(rows: pd.DataFrame, engine: Engine) -> None:
    """Features and targets of train and validation, and the test rows: five tables."""
    places = np.random.default_rng(7).random(len(rows))
    train, validation, test = rows[places < 0.6], rows[(places >= 0.6) & (places < 0.8)], rows[places >= 0.8]
    for name, part in (("train", train), ("validation", validation)):
        part[READ].to_sql(f"x_{name}", engine, if_exists="replace", index=False)
        part[["price"]].to_sql(f"y_{name}", engine, if_exists="replace", index=False)
    test[[*READ, "price"]].to_sql("test", engine, if_exists="replace", index=False)


def _append(engine: Engine, rows: pd.DataFrame) -> None:
    """As ``to_sql`` would, but by the driver's own executemany: filling is not what is measured."""
    rows.head(0).to_sql("real_estate", engine, if_exists="append", index=False)
    place = "?" if engine.dialect.name == "sqlite" else "%s"
    values = rows.astype(object).where(rows.notna(), None).itertuples(index=False, name=None)
    statement = f"INSERT INTO real_estate VALUES ({', '.join([place] * rows.shape[1])})"  # noqa: S608 - no value in it
    with engine.begin() as connection:
        connection.exec_driver_sql(statement, list(values))
