"""The worker: does what is due and what is queued, one run at a time.

Exit codes: 0 the cycles ended with any verdict (or the worker was asked to stop), 1 a step failed, 2 wrong settings or
arguments, 3 another worker holds the lease.
"""

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Sequence

from core.errors import ConsoleError, ContractError, LeaseHeld, SettingsError
from core.logs import start_log
from core.loop.worker import Worker
from core.settings import prepare_data_dir, read_settings

logger = logging.getLogger("worker")
FAILED, WRONG, HELD = 1, 2, 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the worker; its exit code."""
    options = _parse(arguments)
    try:
        settings = read_settings()
        prepare_data_dir(settings)
        start_log(settings.log_level)
        stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stop.set())
        worker = Worker.open(settings, stop, ends_with_parent=options.with_parent)
        if options.cycles is None:
            worker.serve()
            return 0
        return 0 if worker.run_cycles(options.cycles) else FAILED
    except (SettingsError, ContractError) as error:
        sys.stderr.write(f"{error}\n")
        return WRONG
    except LeaseHeld as error:
        sys.stderr.write(f"{error}\n")
        return HELD
    except ConsoleError as error:
        logger.error("%s", error)
        return FAILED


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Runs what is due and what is queued, one run at a time.")
    how_many = parser.add_mutually_exclusive_group()
    how_many.add_argument("--once", dest="cycles", action="store_const", const=1, help="one cycle now, then end")
    how_many.add_argument("--cycles", type=_positive, metavar="N", help="N cycles one after the other, then end")
    parser.add_argument("--with-parent", action="store_true", help="end when the process that started this one ends")
    return parser.parse_args(arguments)


def _positive(text: str) -> int:
    if not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, got {text!r}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
