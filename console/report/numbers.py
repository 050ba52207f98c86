"""The numbers of a batch's report as JSON; docs/batch-report.schema.json says what each is."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson

from console.drift import Comparison
from core.contract import Contract
from core.drift import is_sure
from core.records import Batch, CategoryDrift, Examination, Measurement, NumberDrift, StoredDecision

# Raised where a field changes its meaning or goes; a new field leaves it as it is.
SCHEMA = "batch-report/1"


def numbers_json(comparisons: Sequence[Comparison], made_at: datetime) -> bytes:
    """Every number of the batch against each of the references, of which there is at least one."""
    first = comparisons[0]
    content = {
        "schema": SCHEMA,
        "made_at": made_at,
        "contract": {"name": first.contract.name, "target": first.contract.target},
        "batch": _batch(first.batch),
        "decision": _decision(first.decision),
        "deciding_reference": first.deciding,
        "comparisons": {comparison.reference: _comparison(comparison) for comparison in comparisons},
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)


def _batch(batch: Batch) -> dict[str, Any]:
    return {
        "id": batch.id,
        "collection": batch.collection,
        "number": batch.number,
        "received_at": batch.received_at,
        "rows_received": batch.rows_received,
        "rows_stored": batch.rows_stored,
        "rows_rejected": batch.rows_rejected,
        "rows_repeated": batch.rows_repeated,
        "rows_clean": batch.rows_clean,
    }


def _decision(found: StoredDecision | None) -> dict[str, Any] | None:
    if found is None:
        return None
    decided = found.decision
    return {"train": decided.yes, "held": decided.held, "reason": decided.reason, "at": found.at}


def _comparison(comparison: Comparison) -> dict[str, Any]:
    report = comparison.report
    return {
        "against": report.reference_label,
        "decides": comparison.decides,
        "compared": len(report.measurements),
        "exceeded": len(report.exceeded),
        "measurements": [_measurement(comparison, measurement) for measurement in report.measurements],
        "columns": _columns(comparison.examination, comparison.contract),
        "categories": _categories(comparison.examination),
    }


def _measurement(comparison: Comparison, measurement: Measurement) -> dict[str, Any]:
    interval = comparison.interval(measurement)
    return {
        "column": measurement.column,
        "statistic": measurement.statistic,
        "before": measurement.reference,
        "now": measurement.current,
        "change": measurement.change,
        "interval": [interval.low, interval.high] if interval else None,
        "limit": measurement.limit,
        "exceeded": measurement.exceeded,
        "sure": is_sure(measurement, interval),
        "note": measurement.note,
    }


def _columns(examination: Examination | None, contract: Contract) -> dict[str, Any]:
    def column(name: str, found: NumberDrift) -> dict[str, Any]:
        return {
            "unit": contract[name].unit,
            "stability_index": found.stability,
            "kolmogorov_smirnov": found.kolmogorov_smirnov,
            "wasserstein": found.wasserstein,
            "missing": [found.missing.before, found.missing.now],
        }

    return {name: column(name, found) for name, found in examination.numbers.items()} if examination else {}


def _categories(examination: Examination | None) -> dict[str, Any]:
    def category(found: CategoryDrift) -> dict[str, Any]:
        return {
            "stability_index": found.stability,
            "total_variation": found.total_variation,
            "new": dict(found.new),
            "vanished": dict(found.vanished),
            "missing": [found.missing.before, found.missing.now],
        }

    return {name: category(found) for name, found in examination.categories.items()} if examination else {}
