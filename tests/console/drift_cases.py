"""Comparisons to show: a batch against the one before it, all that a page or a report knows of them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from console.drift import Comparison
from core.checks import check_rows
from core.contract import Contract
from core.drift import compare, examine, merge_profiles, profile_rows
from core.records import Batch, Decision, DriftReport, Profile, StoredDecision
from tests.conftest import NOON, listings

LIMIT = 0.15


def profile(contract: Contract, rows: int = 300, **changed: Any) -> Profile:
    return profile_rows(check_rows(listings(rows, **changed), contract).accepted, contract)


def comparison(
    contract: Contract, before: Profile, now: Profile, reference: str = "previous", deciding: str = "previous"
) -> Comparison:
    """Of two profiles; ``accumulated`` adds the one before to the one now."""
    whole = merge_profiles(before, now)
    reports = {
        "previous": report(contract, before, now, "previous"),
        "accumulated": report(contract, before, whole, "accumulated"),
    }
    is_whole = reference == "accumulated"
    return Comparison(
        contract=contract,
        batch=Batch(2, 1, 1, "h", NOON, now.rows + 2, now.rows, 2, 0, now.rows),
        reports=reports,
        reference=reference,
        deciding=deciding,
        decision=StoredDecision(1, 2, "train", NOON, Decision(True, "Against the previous batch: dearer.", {})),
        profiles=(before, whole if is_whole else now),
        examination=examine(before, whole if is_whole else now, contract, now if is_whole else None),
        changes=changes(reports[reference]),
        labels={1: "1·0", 2: "1·1"},
    )


def report(contract: Contract, before: Profile, now: Profile, reference: str) -> DriftReport:
    return compare(before, now, contract, lambda *_: LIMIT, reference, "the previous batch (collection 1, batch 0)")


def changes(found: DriftReport) -> pd.DataFrame:
    rows: list[Mapping[str, Any]] = [
        {
            "batch_id": 2,
            "column_name": m.column,
            "statistic": m.statistic,
            "relative_change": m.change,
            "limit_value": m.limit,
            "exceeded": m.exceeded,
        }
        for m in found.measurements
    ]
    return pd.DataFrame(rows)
