"""What is shown of one version, or of two beside each other."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.records import StoredReasons


@dataclass(frozen=True)
class Shown:
    """What the page shows of one or two versions.

    ``found`` holds by version the rows of the cohort, of two versions those that both have; ``whole`` the same of all
    cohorts. ``rows`` are the first version's own rows of the cohort and ``numbers`` what a reader knows them by: their
    places among all that were explained. ``kind`` says by what the rows are parted, ``part`` names the cohort, "" for
    all rows. ``other`` is the second version also where no row is shared.
    """

    found: Mapping[int, StoredReasons]
    whole: Mapping[int, StoredReasons]
    rows: StoredReasons
    numbers: NDArray[np.int64]
    kind: str
    part: str
    other: int | None = None

    @property
    def version(self) -> int:
        return next(iter(self.found))

    @property
    def first(self) -> StoredReasons:
        """What ``found`` holds of the first version."""
        return self.found[self.version]

    @property
    def are_two(self) -> bool:
        return len(self.found) == 2

    def shared_numbers(self) -> NDArray[np.int64]:
        """The numbers (n,) of the rows in ``found``."""
        return self.numbers[np.isin(self.rows.keys, self.found[self.version].keys)]
