"""Metrics, statistics and changes in words."""

from core.contract import Contract
from core.records import Difference, Measurement
from core.words import sentence

METRIC_LABELS = {
    "rmse": sentence("RMSE"),
    "mae": sentence("MAE"),
    "median_ape": sentence("Median error"),
    "within_10": sentence("Within 10 %"),
    "within_20": sentence("Within 20 %"),
    "interval_coverage": sentence("Inside the range"),
    "interval_width": sentence("Width of the range"),
    "r2": sentence("R²"),
}

STATISTIC_LABELS = {
    "mean": sentence("mean"),
    "std": sentence("std"),
    "50": sentence("median"),
    "75": sentence("75 % quantile"),
}


def describe(measurement: Measurement, contract: Contract) -> str:
    """A change in words: ``Price mean +66.1 % (limit 15 %)``."""
    column, statistic = contract[measurement.column].label, measurement.statistic
    if measurement.change is None:
        name = STATISTIC_LABELS[statistic]
        return sentence("The {statistic} of {column}: {note}", statistic=name, column=column, note=measurement.note)
    values = {"column": column, "change": percent(measurement.change), "limit": f"{measurement.limit * 100:.4g}"}
    match statistic:
        case "mean":
            return sentence("{column} mean {change} (limit {limit} %)", **values)
        case "std":
            return sentence("{column} std {change} (limit {limit} %)", **values)
        case "50":
            return sentence("{column} median {change} (limit {limit} %)", **values)
        case _:
            return sentence("{column} 75 % quantile {change} (limit {limit} %)", **values)


def percent(share: float, digits: int = 1) -> str:
    """A signed percentage with a true minus sign: ``+12.3 %``."""
    return f"{share * 100:+,.{digits}f} %".replace("-", "−")


def difference_words(difference: Difference) -> str:
    """A metric's change with its interval: ``MAE −3.1 % [−4.0, −2.2]``, or ``MAE is the same``."""
    label = METRIC_LABELS[difference.metric]
    if difference.is_none:
        return sentence("{metric} is the same", metric=label)
    return f"{label} {difference_change(difference)}"


def difference_change(difference: Difference) -> str:
    """A change with its interval: ``−3.1 % [−4.0, −2.2]``, or ``the same``; R²: ``+0.012``.

    Small ones have more digits, and so have those of which an end would be written as zero.
    """
    if difference.is_none:
        return sentence("the same")
    found = [end for end in (difference.change, difference.low, difference.high) if end is not None]
    if difference.metric == "r2":
        first, *ends = (_signed(end, 3) for end in found)
        unit = ""
    else:
        shares = [end * 100 for end in found]
        is_large = max(map(abs, shares)) >= 1 and all(share == 0 or abs(share) >= 0.05 for share in shares)
        first, *ends = (_signed(share, 1 if is_large else 2) for share in shares)
        unit = " %"
    return f"{first}{unit} [{', '.join(ends)}]" if len(ends) == 2 else f"{first}{unit}"


def _signed(value: float, digits: int) -> str:
    """A number with a true sign, zero without one."""
    text = f"{value:+,.{digits}f}".replace("-", "−")
    return text if any(digit in text for digit in "123456789") else text[1:]
