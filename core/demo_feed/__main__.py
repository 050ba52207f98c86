"""The demo feed as a program: ``python -m core.demo_feed``.

Exit codes: 0 asked to stop, 1 the address or a file cannot be used, 2 wrong settings, arguments or data.
"""

import argparse
import asyncio
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from core.contract import load_contract
from core.demo_feed.csv_rows import CsvRows
from core.demo_feed.listings import Listings
from core.demo_feed.population import COLUMNS
from core.demo_feed.positions import Positions, write_whole
from core.demo_feed.server import DemoFeed, Source
from core.errors import ContractError, SettingsError
from core.logs import start_log
from core.settings import Settings, read_settings
from core.words import sentence

FAILED, WRONG = 1, 2
SECONDS_TO_END = 0.7
logger = logging.getLogger("demo_feed")


class Server(uvicorn.Server):
    """Says where it listens, ends with its parent, and takes a signal as a wish and not as a failure."""

    def __init__(self, config: uvicorn.Config, port_file: Path | None, parent: int | None) -> None:
        super().__init__(config)
        self._port_file = port_file
        self._parent = parent

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        host, port = (sockets or [])[0].getsockname()[:2]
        if self._port_file is not None:
            self._port_file.parent.mkdir(parents=True, exist_ok=True)
            write_whole(self._port_file, str(port))
        logger.info("listening at http://%s:%s", host, port)

    async def on_tick(self, counter: int) -> bool:
        is_orphan = self._parent is not None and os.getppid() != self._parent
        return await super().on_tick(counter) or is_orphan

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        # A batch in the making is a thread that cannot be told to stop.
        last_word = threading.Timer(SECONDS_TO_END, os._exit, (0,))
        last_word.daemon = True
        last_word.start()
        await super().shutdown(sockets)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.handle_exit)
        yield


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until asked to stop; the exit code."""
    options = _parse(arguments)
    parent = os.getppid() if options.with_parent else None
    try:
        settings = read_settings()
        start_log(settings.log_level)
        feed = DemoFeed(open_source(settings), Positions(options.state))
    except (SettingsError, ContractError) as error:
        sys.stderr.write(f"{error}\n")
        return WRONG
    try:
        _serve(feed, options, parent)
    except OSError as error:
        sys.stderr.write(f"The demo feed cannot serve at {options.host}:{options.port}: {error}.\n")
        return FAILED
    return 0


def open_source(settings: Settings) -> Source:
    """The rows to hand out: those of DEMO_FEED_CSV, or generated listings.

    Raises SettingsError for a wrong file, and where the contract is not about listings and there is no file.
    """
    contract = load_contract(settings.contract)
    if settings.demo_feed_csv is not None:
        return CsvRows(settings.demo_feed_csv, contract, settings.demo_feed_batches)
    missing = [name for name in contract.names if name not in COLUMNS]
    if missing:
        raise SettingsError(
            sentence(
                "The demo feed generates real-estate listings, which lack {missing} of CONTRACT={contract}: set "
                "DEMO_FEED_CSV to a file with the contract's columns, or FEED_URL to a feed.",
                missing=", ".join(missing),
                contract=settings.contract,
            )
        )
    return Listings(settings.demo_feed_seed, settings.demo_feed_scale)


def _serve(feed: DemoFeed, options: argparse.Namespace, parent: int | None) -> None:
    feed.positions.check()
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    with socket.create_server((options.host, options.port), family=family) as listener:
        config = uvicorn.Config(feed.app(), log_config=None, access_log=False, lifespan="off")
        asyncio.run(Server(config, options.port_file, parent).serve(sockets=[listener]))


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m core.demo_feed", description="Serves generated listings, or a CSV file, as the feed does."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen at (default: %(default)s)")
    parser.add_argument("--port", type=_port, default=8000, help="0: a free one (default: %(default)s)")
    parser.add_argument("--port-file", type=Path, metavar="FILE", help="where the port is written once it listens")
    parser.add_argument("--state", type=Path, metavar="FILE", help="where the feed stands (default: in memory)")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    return parser.parse_args(arguments)


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65_535:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 65535, got {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
