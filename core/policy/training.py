"""When to train, and when to hold a batch that cannot be judged."""

from collections.abc import Sequence
from dataclasses import replace

from core.contract import Contract
from core.policy.evidence import live_findings
from core.policy.rule_words import finding_words
from core.policy.rules import fired
from core.policy.words import describe
from core.records import Decision, DriftReport, Evidence, Finding, LiveQuality, Rules
from core.words import sentence

Fired = Sequence[tuple[Finding, float]]


def should_train(evidence: Evidence, rules: Rules, contract: Contract, is_released: bool = False) -> Decision:
    """Hold a batch that is too small or too broken to judge; otherwise train where nothing is in production yet, or
    where a statistic is over its limit or another rule fires. The reason names every rule that fired, ``numbers`` holds
    each.

    A statistic counts as over its limit where the report says so. A batch that an operator released is not held again.
    """
    holding = [] if is_released else fired(evidence.findings, rules, holds=True)
    if holding:
        return Decision(False, _said(holding, contract), {"fired": _numbers_of(holding)}, held=True)
    if not evidence.has_production:
        return Decision(True, sentence("Nothing was in production yet, so a first model is trained."), {})
    others = fired(evidence.findings, rules, holds=False)
    numbers = _numbers(evidence.report, others)
    changes = _changes(evidence.report, contract)
    if changes or others:
        return Decision(True, " ".join(part for part in (changes, _said(others, contract)) if part), numbers)
    return Decision(False, _quiet(evidence.report, contract), numbers)


def judge_again(evidence: Evidence, rules: Rules, contract: Contract, is_released: bool = False) -> Decision:
    """What would have been decided with other rules: the changes are held against these limits, not the report's."""
    report = evidence.report and with_limits(evidence.report, rules)
    return should_train(replace(evidence, report=report), rules, contract, is_released)


def with_limits(report: DriftReport, rules: Rules) -> DriftReport:
    """A report as it would have been with other limits. A change that is no number stays as it was judged."""
    measurements = []
    for measured in report.measurements:
        limit = rules.limit_of(measured.column, measured.statistic)
        exceeded = measured.exceeded if measured.change is None else abs(measured.change) > limit
        measurements.append(replace(measured, limit=limit, exceeded=exceeded))
    return replace(report, measurements=tuple(measurements))


def live_words(quality: LiveQuality | None, rules: Rules, contract: Contract) -> str:
    """How far the live error of the version in production is over its limits, in words; "" where it is not."""
    return _said(fired(live_findings(quality), rules, holds=False), contract) if quality else ""


def _changes(report: DriftReport | None, contract: Contract) -> str:
    """Every statistic over its limit, the largest change first; "" where there is none."""
    exceeded = report.exceeded if report else ()
    if report is None or not exceeded:
        return ""
    first = sentence(
        "Against {reference}: {change}, {count} of {all} over their limits.",
        reference=report.reference_label,
        change=describe(exceeded[0], contract),
        count=len(exceeded),
        all=len(report.measurements),
    )
    rest = [sentence("Also {change}.", change=describe(measured, contract)) for measured in exceeded[1:]]
    return " ".join([first, *rest])


def _said(found: Fired, contract: Contract) -> str:
    return " ".join(finding_words(finding, limit, contract) for finding, limit in found)


def _quiet(report: DriftReport | None, contract: Contract) -> str:
    if report is None:
        return sentence("There is nothing to compare this batch with yet.")
    label, largest = report.reference_label, report.largest
    if largest is None:
        return sentence(
            "No statistic is over its limit against {reference}: no column could be compared.", reference=label
        )
    return sentence(
        "No statistic is over its limit against {reference}: the largest change is {change}.",
        reference=label,
        change=describe(largest, contract),
    )


def _numbers(report: DriftReport | None, others: Fired) -> dict[str, object]:
    numbers: dict[str, object] = {"fired": _numbers_of(others)} if others else {}
    if report is None:
        return numbers
    return numbers | {
        "reference": report.reference,
        "exceeded": len(report.exceeded),
        "compared": len(report.measurements),
        "changes": {f"{m.column}_{m.statistic}": m.change for m in report.exceeded},
    }


def _numbers_of(found: Fired) -> list[dict[str, object]]:
    return [
        {"rule": finding.key.kind, "column": finding.key.column, "value": finding.value, "limit": limit}
        | _estimated(finding)
        for finding, limit in found
    ]


def _estimated(finding: Finding) -> dict[str, object]:
    """What an estimate rests on."""
    if not finding.count:
        return {}
    ends = {"low": finding.low, "high": finding.high}
    return {"now": finding.now, "before": finding.before, **ends, "count": finding.count}
