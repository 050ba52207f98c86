"""The inbox: a folder of answers, whole ones alone, in the order of their arrival."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class Arrival:
    """An answer on its way in: nobody sees ``file`` before ``keep``."""

    file: IO[bytes]
    place: Path

    def keep(self) -> Path:
        """Give the whole answer its name; where it lies."""
        self.file.flush()
        os.fsync(self.file.fileno())
        Path(self.file.name).replace(self.place)
        return self.place


@dataclass(frozen=True)
class Inbox:
    """Files ``000007.json`` in ``folder``; those that are no batch lie in ``folder/refused``. Raises OSError."""

    folder: Path

    @property
    def refused(self) -> Path:
        return self.folder / "refused"

    def waiting(self) -> list[Path]:
        """The answers that nobody has settled, the oldest first."""
        return sorted(self.folder.glob("[0-9]*.json"))

    @contextmanager
    def arrival(self) -> Iterator[Arrival]:
        """A file for an answer; what is not kept when the context ends is deleted, as is what a killed one left."""
        self.refused.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob("*.part"):
            left.unlink(missing_ok=True)
        place = self.folder / f"{self._next_number():06d}.json"
        part = place.with_suffix(".part")
        try:
            with part.open("wb") as file:
                yield Arrival(file, place)
        finally:
            part.unlink(missing_ok=True)

    def refuse(self, path: Path) -> Path:
        """Put an answer aside so that it is not read again; where it lies now."""
        self.refused.mkdir(exist_ok=True)
        return path.replace(self.refused / path.name)

    def _next_number(self) -> int:
        taken = [int(path.stem) for path in (*self.waiting(), *self.refused.glob("[0-9]*.json"))]
        return max(taken, default=0) + 1
