"""A comparison in words."""

from collections.abc import Mapping

from console.drift.comparison import Comparison
from console.formats import MISSING, count, share
from console.language import _, form, plural, told
from core.drift import is_sure
from core.policy import STATISTIC_LABELS, percent
from core.records import ChangeInterval, DriftReport, Measurement
from core.words import sentence

REFERENCE_NAMES = {
    "previous": sentence("Previous batch"),
    "accumulated": sentence("Everything before"),
    "production": sentence("Production model's data"),
}
# Beyond this a cell says no more than that it is far beyond.
MOST_IN_A_CELL = 99.99
# By custom, from Siddiqi, Credit Risk Scorecards, 2006.
MODERATE, LARGE = 0.1, 0.25
NAMES_SHOWN = 12


def reference_name(reference: str) -> str:
    """A reference, short."""
    return told(REFERENCE_NAMES[reference])


def statistic_name(statistic: str) -> str:
    """A statistic, short."""
    return told(STATISTIC_LABELS[statistic])


def change_text(measurement: Measurement) -> str:
    """A change as it is shown in a cell."""
    if measurement.change is None:
        return _("from 0") if measurement.exceeded else _("no value")
    if measurement.change > MOST_IN_A_CELL:
        return f"> {_percent(MOST_IN_A_CELL, 0)}"
    return _percent(measurement.change, 0 if abs(measurement.change) >= 1 else 1)


def interval_text(interval: ChangeInterval) -> str:
    """The ends of an interval: ``[+3 %, +30 %]``."""
    digits = 0 if interval.high - interval.low >= 0.1 else 1
    return f"[{_percent(interval.low, digits)}, {_percent(interval.high, digits)}]"


def change_with_interval(measurement: Measurement, interval: ChangeInterval | None) -> str:
    """``+16.3 % [+3 %, +30 %]``, or the change alone."""
    change = change_text(measurement)
    return f"{change} {interval_text(interval)}" if interval else change


def certainty(measurement: Measurement, interval: ChangeInterval | None) -> str:
    """On which side of its limit a change is, and whether chance could have put it there."""
    doubtful = is_sure(measurement, interval) is False
    if measurement.exceeded:
        return _("over, could be chance") if doubtful else _("over its limit")
    if measurement.change is None:
        return told(measurement.note)
    return _("within, could be over") if doubtful else _("within its limit")


def stability_text(value: float | None) -> str:
    """A population stability index, and what is customarily said of it."""
    if value is None:
        return MISSING
    number = form().numerals(f"{value:.2f}")
    if value >= LARGE:
        return _("{index}, large", index=number)
    return _("{index}, moderate", index=number) if value >= MODERATE else number


def over_their_limits(report: DriftReport) -> str:
    """``3 of 20``."""
    return _("{over} of {compared}", over=len(report.exceeded), compared=len(report.measurements))


def how_sure(comparison: Comparison) -> str:
    """What the intervals are."""
    said = _("In brackets: where the change would lie in 95 % of cases, had chance drawn other rows of the same kind.")
    if comparison.reference == "accumulated":
        return " ".join([said, _("What was there before is taken as it is; only the batch is taken as drawn.")])
    return said


def missing_words(comparison: Comparison, name: str) -> list[str]:
    """Values missing in a numeric column, before and now."""
    if comparison.examination is None:
        return [_("The profiles of this comparison are no longer stored.")]
    missing = comparison.examination.numbers[name].missing
    return [_("Missing: {before} before, {now} now.", before=share(missing.before), now=share(missing.now))]


def new_and_vanished(comparison: Comparison, name: str) -> list[str]:
    """The categories of a column that are new, and those that vanished, by name."""
    if comparison.examination is None:
        return []
    found = comparison.examination.categories[name]
    new = plural("{count} new: {names}", "{count} new: {names}", len(found.new), names=names_with_rows(found.new))
    gone = names_with_rows(found.vanished)
    vanished = plural("{count} vanished: {names}", "{count} vanished: {names}", len(found.vanished), names=gone)
    return [new] * bool(found.new) + [vanished] * bool(found.vanished)


def names_with_rows(counts: Mapping[str, int]) -> str:
    """``Texas (12), Ohio (3) and 4 more``: the first dozen names, each with its rows."""
    named = ", ".join(f"{name} ({count(rows)})" for name, rows in list(counts.items())[:NAMES_SHOWN])
    rest = len(counts) - NAMES_SHOWN
    return _("{names} and {more} more", names=named, more=count(rest)) if rest > 0 else named


def _percent(share: float, digits: int) -> str:
    return told(percent(share, digits))
