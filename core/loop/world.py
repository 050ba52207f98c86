"""What the loop works with: the one place that wires settings to engines, registry and feed."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core import store
from core.contract import Contract, load_contract
from core.errors import FeedError
from core.feed import Feed, open_feed
from core.loop.clock import Clock, now
from core.registry import Registry, open_registry
from core.settings import Settings
from core.tables import RowTables
from core.words import sentence

if TYPE_CHECKING:
    from sqlalchemy import Engine


@dataclass(frozen=True)
class Loop:
    """The world that the steps work in. ``feed`` is None where a process does not fetch."""

    settings: Settings
    contract: Contract
    tables: RowTables
    raw: "Engine"
    clean: "Engine"
    registry: Registry
    feed: Feed | None
    clock: Clock

    def the_feed(self) -> Feed:
        """The feed; raises FeedError where none is configured."""
        if self.feed is None:
            raise FeedError(
                sentence("No feed is configured: set FEED_URL to its address; python -m core.demo_feed starts one.")
            )
        return self.feed


def open_loop(settings: Settings, clock: Clock = now) -> Loop:
    """Open the databases, bring their tables up to date, and wire everything together.

    Raises ContractError for a wrong contract and StoreError for a database that cannot be used.
    """
    contract = load_contract(settings.contract)
    raw, clean = store.open_engine(settings.raw_url), store.open_engine(settings.clean_url)
    store.migrate(raw, "raw", contract)
    store.migrate(clean, "clean", contract)
    return Loop(
        settings=settings,
        contract=contract,
        tables=RowTables(contract),
        raw=raw,
        clean=clean,
        registry=open_registry(settings),
        feed=open_feed(settings, settings.feed_url) if settings.feed_url else None,
        clock=clock,
    )


def commit_id(settings: Settings) -> str:
    """The commit of the code that runs: GIT_COMMIT, or git's own word, or ``unknown``."""
    if settings.git_commit:
        return settings.git_commit
    root = Path(__file__).parents[2]
    try:
        found = subprocess.run(["git", "rev-parse", "HEAD"], cwd=root, capture_output=True, text=True, check=True)  # noqa: S607
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return found.stdout.strip()
