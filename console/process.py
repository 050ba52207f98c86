"""What a process of the console has once, for pages and API alike: settings, access, world, predictor, services.

Each is made on first use and kept; one that could not be made is tried again on the next use. ``streamlit run`` loads
console/app.py under another name than the pages would, so what both share must live here and not there.
"""

import threading
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING

from console.access import Access, open_access
from core.contract import Contract, load_contract
from core.settings import Settings, read_settings

if TYPE_CHECKING:
    from core.loop import Loop
    from core.prediction import Predictor

_making = threading.RLock()


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


@lru_cache(maxsize=1)
def the_services() -> Services:
    """What the embedded processes of this console are up to."""
    return Services()


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
def _predictor() -> "Predictor":
    from core.prediction import open_predictor

    return open_predictor(the_world())
