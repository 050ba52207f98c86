"""What all tests share: the contract, rows to feed it with, and databases of both kinds."""

import os
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pymysql
import pytest

from core import store
from core.contract import Contract, load_contract
from core.tables import RowTables

pytest_plugins = ["tests.required"]

MYSQL = os.environ.get("TEST_MYSQL_URL", "mysql+pymysql://root@127.0.0.1:3306")
REAL_DATA = Path(__file__).parents[2] / "shared" / "data"
STATES = ("Texas", "Ohio", "Maine", "California")
NOON = datetime(2026, 5, 3, 12, tzinfo=UTC)


def listings(count: int, seed: int = 1, price: float = 200_000.0, **fixed: Any) -> list[dict[str, Any]]:
    """Rows as the feed sends them: prices that follow the size, a few thousand distinct houses."""
    random = np.random.default_rng(seed)
    size = random.integers(600, 4000, count)
    prices = price * (size / 1800) ** 0.7 * random.lognormal(0, 0.2, count)
    rows = []
    for number in range(count):
        place = int(random.integers(0, 40))
        row = {
            "brokered_by": float(random.integers(1, 60)),
            "status": "for_sale" if random.random() < 0.5 else "sold",
            "price": float(round(prices[number])),
            "bed": float(random.integers(1, 6)),
            "bath": float(random.integers(1, 4)),
            "acre_lot": float(round(random.lognormal(-1, 1), 2)),
            "street": float(random.integers(1, 2_000_000)),
            "city": f"Town {place}",
            "state": STATES[place % len(STATES)],
            "zip_code": float(1000 + place),
            "house_size": float(size[number]),
            "prev_sold_date": f"20{int(random.integers(0, 22)):02d}-0{int(random.integers(1, 10))}-15",
        }
        rows.append(row | fixed)
    return rows


class Clock:
    """A clock that a test sets; each look moves it on by a second."""

    def __init__(self, start: datetime = NOON) -> None:
        self.time = start

    def __call__(self) -> datetime:
        self.time += timedelta(seconds=1)
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def contract() -> Contract:
    return load_contract("real_estate")


@pytest.fixture
def tables(contract: Contract) -> RowTables:
    return RowTables(contract)


@pytest.fixture(scope="session")
def real_listings() -> pd.DataFrame:
    """12,886 real listings; only where they lie beside the checkout."""
    path = REAL_DATA / "realtor_head.csv"
    if not path.exists():
        pytest.skip("the real listings are not beside this checkout (their licence keeps them out of it)")
    return pd.read_csv(path, dtype={"zip_code": str})


@pytest.fixture(params=["sqlite", pytest.param("mysql", marks=pytest.mark.mysql)])
def database_urls(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """The addresses of an empty raw and an empty clean database, on SQLite and on MySQL."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'raw.db'}", f"sqlite:///{tmp_path / 'clean.db'}"
        return
    with mysql_databases("raw", "clean") as (raw, clean):
        yield raw, clean


class mysql_databases:  # noqa: N801 - used as a function
    """Fresh databases on the MySQL-compatible server, dropped afterwards; skips where none answers."""

    def __init__(self, *names: str) -> None:
        self.names = [f"test_{name}_{uuid.uuid4().hex[:10]}" for name in names]

    def __enter__(self) -> list[str]:
        self._run("CREATE DATABASE {} CHARACTER SET utf8mb4")
        return [f"{MYSQL}/{name}" for name in self.names]

    def __exit__(self, *_: object) -> None:
        self._run("DROP DATABASE IF EXISTS {}")

    def _run(self, statement: str) -> None:
        url = store.open_engine(MYSQL).url
        try:
            connection = pymysql.connect(
                host=url.host, port=url.port or 3306, user=url.username, password=str(url.password or "")
            )
        except pymysql.err.OperationalError as error:
            pytest.skip(f"no MySQL-compatible server answers at {url.host}:{url.port}: {error}")
        with connection, connection.cursor() as cursor:
            for name in self.names:
                cursor.execute(statement.format(name))
