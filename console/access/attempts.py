"""Wrong passwords, and how long the next try has to wait."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class _Failures:
    count: int
    last: float


class Attempts:
    """Wrong passwords by client: after ``FREE`` of them each further one doubles the time to wait, in seconds."""

    FREE = 5
    LONGEST = 900.0
    CLIENTS = 1000

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()

    def seconds_to_wait(self, client: str) -> float:
        """How long a client's attempts are refused, right or wrong."""
        failures = self._failures.get(client)
        if failures is None or failures.count < self.FREE:
            return 0.0
        pause = min(self.LONGEST, 2.0 ** min(failures.count - self.FREE, 20))
        return max(0.0, failures.last + pause - self._clock())

    def note_failure(self, client: str) -> None:
        """Count a wrong password; the clients that failed longest ago are forgotten first."""
        failures = self._failures.pop(client, _Failures(0, 0.0))
        self._failures[client] = _Failures(failures.count + 1, self._clock())
        while len(self._failures) > self.CLIENTS:
            self._failures.popitem(last=False)

    def forget(self, client: str) -> None:
        """A right password clears the count."""
        self._failures.pop(client, None)
