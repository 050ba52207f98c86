"""What a card is made of."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Any

from core.contract import Contract
from core.records import Card, LiveQuality, Version
from core.training.search import CALIBRATION_ROWS, SEARCHED_ROWS


@dataclass(frozen=True)
class Facts:
    """A version with what was kept of its training; ``card`` is None of one that was trained by an earlier release.

    ``tried`` is the number of parameter sets, ``holdout`` its metrics on today's holdout, ``batches`` their labels by
    key, ``twins`` the versions trained on the same rows, ``order`` what trains it again, ``live`` how it does on true
    values of the prices that it gave. Of one that another program registered: ``schema`` is what it reads (a type by
    column), None where it does not say; ``problem`` is why it has no score, in an English sentence; ``others`` are the
    metrics on today's holdout of the versions beside it.
    """

    version: Version
    contract: Contract
    zone: tzinfo
    card: Card | None = None
    tried: int = 0
    holdout: Mapping[str, float] = field(default_factory=dict)
    batches: Mapping[int, str] = field(default_factory=dict)
    twins: tuple[Version, ...] = ()
    order: Mapping[str, Any] | None = None
    live: LiveQuality | None = None
    schema: Mapping[str, str] | None = None
    problem: str = ""
    others: Mapping[int, Mapping[str, float]] = field(default_factory=dict)

    @property
    def is_foreign(self) -> bool:
        """Whether another program registered it: nothing is known of its training."""
        return "plan" not in self.version.tags

    @property
    def rows(self) -> Mapping[str, int]:
        """Rows by split; none of a version that does not say."""
        try:
            found = json.loads(self.version.tags.get("rows", "{}"))
            return {str(name): int(rows) for name, rows in found.items()}
        except (ValueError, AttributeError, TypeError):
            return {}

    @property
    def fitted_rows(self) -> int:
        """How many rows the model was fitted on: all of train, and of validation what was not kept for its range."""
        train, validation = self.rows.get("train", 0), self.rows.get("validation", 0)
        kept = min(CALIBRATION_ROWS, validation // 2) if train > SEARCHED_ROWS else 0
        return train + validation - kept

    def metrics(self, split: str) -> dict[str, float]:
        """The metrics that the training noted on ``validation`` or ``test``."""
        start = f"{split}_"
        return {
            name.removeprefix(start): value for name, value in self.version.metrics.items() if name.startswith(start)
        }

    @property
    def parameters(self) -> dict[str, str]:
        """What the search chose."""
        other = {"family", "seed", *(f"{split}_rows" for split in ("train", "validation", "test"))}
        return {name: value for name, value in self.version.parameters.items() if name not in other}
