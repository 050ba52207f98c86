"""Values as a reader knows them: amounts with their unit, shares in percent, times in the reader's zone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from console.language import _, form, plural, told
from core.contract import Contract
from core.policy import METRIC_LABELS
from core.words import sentence

MISSING = "–"


@dataclass(frozen=True)
class Metric:
    """A metric in words, English in the fields: ``kind`` is amount (the target's unit), share or plain."""

    name: str
    kind: str
    meaning: str

    @property
    def label(self) -> str:
        return told(self.name)

    @property
    def help(self) -> str:
        return told(self.meaning)


METRICS: Mapping[str, Metric] = {
    name: Metric(METRIC_LABELS[name], kind, meaning)
    for name, kind, meaning in (
        ("rmse", "amount", sentence("Root mean squared error: large misses count most. Lower is better.")),
        (
            "mae",
            "amount",
            sentence("Mean absolute error: by how much a prediction misses on average. Lower is better."),
        ),
        ("median_ape", "share", sentence("Half of all predictions miss by less than this. Lower is better.")),
        ("within_10", "share", sentence("Share of predictions that miss by at most 10 %. Higher is better.")),
        ("within_20", "share", sentence("Share of predictions that miss by at most 20 %. Higher is better.")),
        (
            "interval_coverage",
            "share",
            sentence("Share of true values inside the range given with them; 80 % is aimed at."),
        ),
        ("interval_width", "share", sentence("Mean width of the range against the prediction. Lower is better.")),
        ("r2", "plain", sentence("Share of the variance that is explained. Higher is better; 1 is perfect.")),
    )
}


def count(number: int) -> str:
    """``1,234``: how many, in the reader's form."""
    return form().numerals(f"{number:,}")


def amount(value: float | None, unit: str = "") -> str:
    """``$ 1,234``, ``1,800 sq ft``, ``0.25 acres``: a sign stands before its number, a word behind it."""
    if value is None or value != value:
        return MISSING
    size = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
    size = form().numerals(size)
    return form().with_sign(unit, size) if unit and not unit[0].isalpha() else f"{size} {unit}".strip()


def signed_amount(value: float, unit: str = "") -> str:
    """An amount with its sign: ``+$ 1,234`` or ``−$ 1,234``."""
    return f"{'−' if value < 0 else '+'}{amount(abs(value), unit)}"


def share(value: float | None, digits: int = 1) -> str:
    """``12.3 %``."""
    return MISSING if value is None or value != value else f"{form().numerals(f'{value * 100:,.{digits}f}')} %"


def metric_value(name: str, value: float | None, contract: Contract) -> str:
    """A metric with its unit."""
    kind = METRICS[name].kind if name in METRICS else "plain"
    if kind == "amount":
        return amount(value, contract.target_column.unit)
    return share(value) if kind == "share" else MISSING if value is None else form().numerals(f"{value:.3f}")


def without_password(address: str) -> str:
    """An address as it may be shown: without the name and password that it may hold."""
    return re.sub(r"//[^/@]*@", "//", address)


def span(seconds: float | None) -> str:
    """A length of time: ``0.4 s``, ``12 s``, ``3 min``, ``5 h``, ``2 days``."""
    if seconds is None:
        return MISSING
    if seconds < 9.95:
        return form().numerals(f"{max(seconds, 0.0):.1f} s")
    for limit, size, unit in ((90, 1, "s"), (5400, 60, "min"), (172_800, 3600, "h")):
        if seconds < limit:
            return f"{seconds / size:.0f} {unit}"
    return plural("{count} day", "{count} days", round(seconds / 86400))


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago, in words."""
    if at is None:
        return _("never")
    seconds = (now - at).total_seconds()
    return _("just now") if seconds < 10 else _("{span} ago", span=span(seconds))


def ahead(at: datetime | None, now: datetime) -> str:
    """How far ahead, in words."""
    if at is None:
        return _("off")
    seconds = (at - now).total_seconds()
    return _("due now") if seconds < 5 else _("in {span}", span=span(seconds))


def moment_with_zone(at: datetime, zone: tzinfo) -> str:
    """As ``moment``, with the name of the zone or its distance to UTC: for what leaves the page."""
    name = at.astimezone(zone).tzname() or ""
    return f"{moment(at, zone)} {name if name.isalpha() else 'UTC' + name}"


def moment(at: datetime | None, zone: tzinfo) -> str:
    """Date and time in the reader's zone and form, to the minute."""
    return MISSING if at is None else form().moment(at.astimezone(zone))
