"""Where each group stands in the feed: in memory, or in a file that outlives the process and may have several users."""

import fcntl
import json
import logging
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

logger = logging.getLogger(__name__)


class Positions:
    """The next batch of each group. With ``file``, all processes that share it hand out each batch once."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._lock = threading.Lock()
        self._known: dict[str, int] = {}

    def check(self) -> None:
        """Raises OSError where the file cannot be used."""
        with self._positions():
            pass

    def take(self, group: int, count: int, make: Callable[[int], bytes]) -> bytes | None:
        """What ``make`` gives for the group's next batch, which then counts as handed out; None after the last.

        Only one batch is made at a time. Raises OSError where the file cannot be used.
        """
        with self._positions() as positions:
            number = positions.get(str(group), 0)
            if number >= count:
                return None
            content = make(number)
            positions[str(group)] = number + 1
            return content

    def restart(self, group: int) -> None:
        """Begin again at batch 0."""
        with self._positions() as positions:
            positions[str(group)] = 0

    @contextmanager
    def _positions(self) -> Iterator[dict[str, int]]:
        """The positions, to change and, where nothing fails, to keep."""
        with self._lock:
            if self._file is None:
                yield self._known
                return
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.with_suffix(".lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                positions = _read(self._file)
                yield positions
                write_whole(self._file, json.dumps(positions))


def write_whole(file: Path, text: str) -> None:
    """Write a file so that a reader sees all of it or none."""
    part = file.with_name(f"{file.name}.{os.getpid()}.part")
    part.write_text(text, encoding="ascii")
    part.replace(file)


def _read(file: Path) -> dict[str, int]:
    """The positions in a file; none where there is no such file or somebody else wrote it."""
    try:
        content = json.loads(file.read_text(encoding="ascii"))
        return {str(int(group)): int(number) for group, number in content.items()}
    except FileNotFoundError:
        return {}
    except (ValueError, TypeError, AttributeError):
        logger.warning("%s does not hold the feed's positions; every group begins at batch 0", file)
        return {}
