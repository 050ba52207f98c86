"""Values as a reader knows them: amounts with their unit, shares in percent, times in the reader's zone."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from core.contract import Contract
from core.policy import METRIC_LABELS

MISSING = "–"


@dataclass(frozen=True)
class Metric:
    """A metric in words: ``kind`` is amount (the target's unit), share or plain."""

    label: str
    kind: str
    help: str


METRICS: Mapping[str, Metric] = {
    "rmse": Metric(
        METRIC_LABELS["rmse"], "amount", "Root mean squared error: large misses count most. Lower is better."
    ),
    "mae": Metric(
        METRIC_LABELS["mae"],
        "amount",
        "Mean absolute error: by how much a prediction misses on average. Lower is better.",
    ),
    "median_ape": Metric(
        METRIC_LABELS["median_ape"], "share", "Half of all predictions miss by less than this. Lower is better."
    ),
    "within_10": Metric(
        METRIC_LABELS["within_10"], "share", "Share of predictions that miss by at most 10 %. Higher is better."
    ),
    "within_20": Metric(
        METRIC_LABELS["within_20"], "share", "Share of predictions that miss by at most 20 %. Higher is better."
    ),
    "r2": Metric(
        METRIC_LABELS["r2"], "plain", "Share of the variance that is explained. Higher is better; 1 is perfect."
    ),
}


def amount(value: float | None, unit: str = "") -> str:
    """``$ 1,234``, ``1,800 sq ft``, ``0.25 acres``: a sign stands before its number, a word behind it."""
    if value is None or value != value:
        return MISSING
    size = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
    size = size.replace("-", "−")
    return f"{unit} {size}" if unit and not unit[0].isalpha() else f"{size} {unit}".strip()


def signed_amount(value: float, unit: str = "") -> str:
    """An amount with its sign: ``+$ 1,234`` or ``−$ 1,234``."""
    return f"{'−' if value < 0 else '+'}{amount(abs(value), unit)}"


def share(value: float | None, digits: int = 1) -> str:
    """``12.3 %``."""
    return MISSING if value is None or value != value else f"{value * 100:,.{digits}f} %".replace("-", "−")


def metric_value(name: str, value: float | None, contract: Contract) -> str:
    """A metric with its unit."""
    kind = METRICS[name].kind if name in METRICS else "plain"
    if kind == "amount":
        return amount(value, contract.target_column.unit)
    return share(value) if kind == "share" else MISSING if value is None else f"{value:.3f}"


def without_password(address: str) -> str:
    """An address as it may be shown: without the name and password that it may hold."""
    return re.sub(r"//[^/@]*@", "//", address)


def span(seconds: float | None) -> str:
    """A length of time: ``0.4 s``, ``12 s``, ``3 min``, ``5 h``, ``2 days``."""
    if seconds is None:
        return MISSING
    if seconds < 9.95:
        return f"{max(seconds, 0.0):.1f} s"
    for limit, size, unit in ((90, 1, "s"), (5400, 60, "min"), (172_800, 3600, "h")):
        if seconds < limit:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds / 86400:.0f} days"


def ago(at: datetime | None, now: datetime) -> str:
    """How long ago, in words."""
    if at is None:
        return "never"
    seconds = (now - at).total_seconds()
    return "just now" if seconds < 10 else f"{span(seconds)} ago"


def ahead(at: datetime | None, now: datetime) -> str:
    """How far ahead, in words."""
    if at is None:
        return "off"
    seconds = (at - now).total_seconds()
    return "due now" if seconds < 5 else f"in {span(seconds)}"


def moment(at: datetime | None, zone: tzinfo) -> str:
    """Date and time in the reader's zone, to the minute."""
    return MISSING if at is None else at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
