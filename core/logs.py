"""What every process of the console writes to stderr."""

import logging

OURS = ("console", "core", "worker", "demo_feed")


def start_log(level: str) -> None:
    """Write our own log lines from ``level`` up, and those of libraries from WARNING up."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for name in OURS:
        logging.getLogger(name).setLevel(level)
