"""The verdict on a comparison."""

from dataclasses import dataclass

from console.drift.comparison import Comparison
from console.language import _, plural, told
from core.drift import is_sure
from core.policy import describe
from core.records import Decision


@dataclass(frozen=True)
class Verdict:
    """The answer first: ``tone`` as ``widgets.verdict`` has them, one line, and why."""

    tone: str
    headline: str
    detail: str


def verdict(comparison: Comparison) -> Verdict:
    """Whether the batch asks for a training, by how much, and how sure that is."""
    report, decided = comparison.report, comparison.decision.decision if comparison.decision else None
    reason = told(decided.reason) if decided else ""
    detail = [against(comparison), _doubt(comparison)]
    if comparison.decides and decided and decided.held:
        return Verdict("wait", _("Held, neither judged nor trained on"), _joined([reason, *detail]))
    if not comparison.decides:
        detail.append(reason)
    if report.exceeded:
        return Verdict("change", _over(comparison, decided), _joined(detail))
    if comparison.decides and decided and decided.yes:
        return Verdict("change", _("Retrain, though every change is within its limit"), _joined([reason, *detail]))
    if report.largest:
        found = told(describe(report.largest, comparison.contract))
        headline = _("Within its limits: the largest change is {change}", change=found)
    else:
        headline = _("Within its limits: nothing could be compared")
    return Verdict("well", headline, _joined(detail))


def against(comparison: Comparison) -> str:
    """What the batch was compared with, and whether that decides."""
    said = _("Compared with {reference}.", reference=told(comparison.report.reference_label))
    return _joined([said, _("This reference decides.") if comparison.decides else _("For comparison only.")])


def _over(comparison: Comparison, decided: Decision | None) -> str:
    report = comparison.report
    change = told(describe(report.exceeded[0], comparison.contract))
    numbers = {"change": change, "over": len(report.exceeded), "compared": len(report.measurements)}
    if comparison.decides and (decided is None or decided.yes):
        return _("Retrain: {change}, {over} of {compared} over their limits", **numbers)
    return _("Over the limit: {change}, {over} of {compared} over their limits", **numbers)


def _joined(sentences: list[str]) -> str:
    return " ".join(filter(None, sentences))


def _doubt(comparison: Comparison) -> str:
    """How many of the exceeded limits chance could have exceeded; "" where none."""
    exceeded = comparison.report.exceeded
    doubtful = sum(is_sure(measurement, comparison.interval(measurement)) is False for measurement in exceeded)
    if not doubtful:
        return ""
    if doubtful == len(exceeded):
        return plural("It could be chance.", "Each of the {count} could be chance.", doubtful)
    return plural("{count} of them could be chance.", "{count} of them could be chance.", doubtful)
