"""What a process of the console has once, for pages and API alike: settings, access, world, predictor, services.

Each is made on first use and kept; one that could not be made is tried again on the next use. ``streamlit run`` loads
console/app.py under another name than the pages would, so what both share must live here and not there.
"""

import gc
import logging
import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from console import language
from console.access import Access, open_access
from core.contract import Contract, load_contract
from core.errors import ConsoleError
from core.settings import Settings, read_settings

if TYPE_CHECKING:
    from console.api.metrics import Metrics
    from core.loop import Loop
    from core.prediction import Predictor

_making = threading.RLock()
logger = logging.getLogger(__name__)
SECONDS_BEFORE_WARMING = 3.0


@dataclass
class Services:
    """The processes that an embedded console started: the demo feed's address, and what is wrong by name."""

    feed_url: str | None = None
    problems: dict[str, str] = field(default_factory=dict)


def the_settings() -> Settings:
    """The settings; raises SettingsError for wrong values."""
    with _making:
        return _settings()


def the_contract() -> Contract:
    """The contract, without opening a database; raises ContractError."""
    with _making:
        return _contract()


@lru_cache(maxsize=16)
def contract_in(tag: str) -> Contract:
    """The contract with its words in the language of ``tag``."""
    with language.speaking(tag):
        return language.told_contract(the_contract())


def the_access() -> Access:
    """Who is signed in: ``the_access().user_of(st.context.cookies)`` is the user's name."""
    with _making:
        return _access()


def the_world() -> "Loop":
    """The world of the loop; raises ContractError or StoreError where it cannot be opened."""
    with _making:
        return _world()


def the_predictor() -> "Predictor":
    """The one predictor of this process, so that the model is in memory once."""
    with _making:
        return _predictor()


def the_metrics() -> "Metrics":
    """What this process answered, and what the store says, for Prometheus."""
    with _making:
        return _metrics()


@lru_cache(maxsize=1)
def the_services() -> Services:
    """What the embedded processes of this console are up to."""
    return Services()


@lru_cache(maxsize=1)
def warm_up() -> None:
    """Import what later pages need, in the background and once: the first page must not wait for it."""
    threading.Thread(target=_load_mlflow, name="warm-up", daemon=True).start()


def _load_mlflow() -> None:
    time.sleep(SECONDS_BEFORE_WARMING)
    # What is loaded now goes on when the database or MLflow is away later.
    for look in (lambda: the_predictor().serving(), lambda: the_world().registry.versions()):
        try:
            look()
        except ConsoleError as error:
            logger.info("what later pages need is not loaded: %s", error)
    settle()


def settle() -> None:
    """Take what is in memory now for good out of the search for what nobody uses any more.

    Streamlit makes that search after every run of a page, and no other thread runs meanwhile: with MLflow and pandas
    imported it took 0.15 s each time, for the page, for those beside it, and for who asked the API for a price.
    """
    gc.collect()
    gc.freeze()


def feed_url() -> str | None:
    """The address of the feed: FEED_URL, or the demo feed's once it has started."""
    return the_settings().feed_url or the_services().feed_url


@lru_cache(maxsize=1)
def _settings() -> Settings:
    return read_settings()


@lru_cache(maxsize=1)
def _contract() -> Contract:
    return load_contract(the_settings().contract)


@lru_cache(maxsize=1)
def _access() -> Access:
    return open_access(the_settings())


@lru_cache(maxsize=1)
def _world() -> "Loop":
    from core.loop import open_loop

    return open_loop(the_settings())


@lru_cache(maxsize=1)
def _metrics() -> "Metrics":
    from console.api.desk import read_gauges
    from console.api.metrics import Metrics
    from core.loop import now

    metrics = Metrics()
    metrics.watch(read_gauges, now)
    return metrics


@lru_cache(maxsize=1)
def _predictor() -> "Predictor":
    from core.prediction import open_predictor

    return open_predictor(the_world())
