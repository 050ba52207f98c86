"""The verdict on a comparison."""

from dataclasses import dataclass

from console.drift.comparison import Comparison
from console.language import _, plural, told
from core.drift import is_sure
from core.policy import describe


@dataclass(frozen=True)
class Verdict:
    """The answer first: ``tone`` as ``widgets.verdict`` has them, one line, and why."""

    tone: str
    headline: str
    detail: str


def verdict(comparison: Comparison) -> Verdict:
    """Whether the batch asks for a training, by how much, and how sure that is."""
    report, detail = comparison.report, [against(comparison)]
    if report.exceeded:
        detail += [_doubt(comparison)]
        tone, headline = "change", _over(comparison)
    elif report.largest:
        found = told(describe(report.largest, comparison.contract))
        tone, headline = "well", _("Within its limits: the largest change is {change}", change=found)
    else:
        tone, headline = "well", _("Within its limits: nothing could be compared")
    if comparison.decision and not comparison.decides:
        detail.append(told(comparison.decision.decision.reason))
    return Verdict(tone, headline, " ".join(filter(None, detail)))


def against(comparison: Comparison) -> str:
    """What the batch was compared with, and whether that decides."""
    said = _("Compared with {reference}.", reference=told(comparison.report.reference_label))
    return f"{said} {_('This reference decides.') if comparison.decides else _('For comparison only.')}"


def _over(comparison: Comparison) -> str:
    report = comparison.report
    change = told(describe(report.exceeded[0], comparison.contract))
    numbers = {"change": change, "over": len(report.exceeded), "compared": len(report.measurements)}
    if comparison.decides:
        return _("Retrain: {change}, {over} of {compared} over their limits", **numbers)
    return _("Over the limit: {change}, {over} of {compared} over their limits", **numbers)


def _doubt(comparison: Comparison) -> str:
    """How many of the exceeded limits chance could have exceeded; "" where none."""
    exceeded = comparison.report.exceeded
    doubtful = sum(is_sure(measurement, comparison.interval(measurement)) is False for measurement in exceeded)
    if not doubtful:
        return ""
    if doubtful == len(exceeded):
        return plural("It could be chance.", "Each of the {count} could be chance.", doubtful)
    return plural("{count} of them could be chance.", "{count} of them could be chance.", doubtful)
