"""A raw database with its tables, on SQLite and on MySQL."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from core import store
from core.contract import Contract


@pytest.fixture
def raw(database_urls: tuple[str, str], contract: Contract) -> Iterator[Engine]:
    engine = store.open_engine(database_urls[0])
    store.migrate(engine, "raw", contract)
    yield engine
    engine.dispose()
