"""When to train."""

from core.contract import Contract
from core.policy.words import describe
from core.records import Decision, DriftReport


def should_train(report: DriftReport | None, has_production: bool, contract: Contract) -> Decision:
    """Train where nothing is in production yet, or where a statistic is over its limit."""
    if not has_production:
        return Decision(True, "Nothing was in production yet, so a first model is trained.", {})
    if report is None:
        return Decision(False, "There is nothing to compare this batch with yet.", {})
    numbers = _drift_numbers(report)
    exceeded = report.exceeded
    if not exceeded:
        largest = report.largest
        found = f"the largest change is {describe(largest, contract)}" if largest else "no column could be compared"
        return Decision(False, f"No statistic is over its limit against {report.reference_label}: {found}.", numbers)
    first = describe(exceeded[0], contract)
    rest = f", {len(exceeded)} of {len(report.measurements)} over their limits" if len(exceeded) > 1 else ""
    return Decision(True, f"Against {report.reference_label}: {first}{rest}.", numbers)


def _drift_numbers(report: DriftReport) -> dict[str, object]:
    return {
        "reference": report.reference,
        "exceeded": len(report.exceeded),
        "compared": len(report.measurements),
        "changes": {f"{m.column}_{m.statistic}": m.change for m in report.exceeded},
    }
