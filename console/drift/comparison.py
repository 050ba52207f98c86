"""The facts of a comparison, together."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from core.contract import Contract
from core.records import (
    STATISTICS,
    Batch,
    ChangeInterval,
    DriftReport,
    Examination,
    Measurement,
    Profile,
    StoredDecision,
    severity,
)


@dataclass(frozen=True)
class Comparison:
    """A batch against one reference.

    ``reports`` are those against every reference, ``deciding`` is the reference that trainings follow. ``profiles`` (of
    the reference, and of what was compared with it) and ``examination`` are None where they are no longer stored.
    ``changes`` has one row a batch, column and statistic, ``labels`` names the batches in it.
    """

    contract: Contract
    batch: Batch
    reports: Mapping[str, DriftReport]
    reference: str
    deciding: str
    decision: StoredDecision | None
    profiles: tuple[Profile, Profile] | None
    examination: Examination | None
    changes: pd.DataFrame
    labels: Mapping[int, str]

    @property
    def report(self) -> DriftReport:
        return self.reports[self.reference]

    @property
    def decides(self) -> bool:
        return self.reference == self.deciding

    @property
    def columns(self) -> list[str]:
        return columns_by_severity(self.report)

    def measurements(self, column: str) -> list[Measurement]:
        """A column's statistics, in their usual order."""
        found = [measurement for measurement in self.report.measurements if measurement.column == column]
        return sorted(found, key=lambda measurement: STATISTICS.index(measurement.statistic))

    def worst(self, column: str) -> Measurement:
        """The column's statistic that is furthest over its limit, or nearest to it."""
        return max(self.measurements(column), key=severity)

    def interval(self, measurement: Measurement) -> ChangeInterval | None:
        """The interval of a change; None where there is none."""
        if self.examination is None:
            return None
        return self.examination.numbers[measurement.column].intervals[measurement.statistic]

    def history(self, column: str, statistic: str) -> pd.DataFrame:
        """A statistic's change in every batch."""
        changes = self.changes
        return changes[(changes["column_name"] == column) & (changes["statistic"] == statistic)]


def columns_by_severity(report: DriftReport) -> list[str]:
    """The compared columns, the one furthest over its limit first."""
    worst: dict[str, float] = {}
    for measurement in report.measurements:
        worst[measurement.column] = max(worst.get(measurement.column, 0.0), severity(measurement))
    return sorted(worst, key=lambda name: -worst[name])
