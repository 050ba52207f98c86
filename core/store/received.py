"""The rows of a batch on their way through a cycle: hashed once, cleaned once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import cleaning
from core.contract import Contract
from core.identity import both_hashes
from core.store.rows import Rows


@dataclass(frozen=True)
class Received:
    """Rows (n) of a batch with what the raw and the clean database both need; ``properties`` (n,) are hashes."""

    rows: Rows
    properties: NDArray[np.int64]

    def take(self, mask: NDArray[np.bool_]) -> "Received":
        """The rows (n,) that are marked."""
        return self if mask.all() else Received(self.rows.take(mask), self.properties[mask])

    @cached_property
    def clean(self) -> tuple[pd.Series, dict[str, int]]:
        """The split of each row that may be trained on, by its row number, and how many were left out for what."""
        return cleaning.clean_splits(self.rows.frame, self.rows.contract, self.properties)


def receive(frame: pd.DataFrame, contract: Contract) -> Received:
    """Typed rows, with the row number as their index, ready to be stored."""
    hashes, properties = both_hashes(frame, contract)
    return Received(Rows(frame, hashes, contract), properties)
