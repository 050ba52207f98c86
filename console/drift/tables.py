"""The tables of a comparison: heading to text, row by row, as the page and the report show them."""

from console.drift.comparison import Comparison
from console.drift.words import (
    certainty,
    change_with_interval,
    over_their_limits,
    reference_name,
    stability_text,
    statistic_name,
)
from console.formats import MISSING, amount, count, share
from console.language import _, form, told
from core.drift import quantiles
from core.policy import describe, percent
from core.records import Missing, NumberProfile

Table = list[dict[str, str]]
QUANTILES = (0.0, 0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99, 1.0)


def columns_table(comparison: Comparison) -> Table:
    """Every numeric column, the worst first: each statistic's change and its interval, distances, missing values."""
    return [_column_row(comparison, name) for name in comparison.columns]


def statistics_table(comparison: Comparison, name: str) -> Table:
    """A column's statistics before and now, the interval of each change, and how sure the verdict is."""
    unit = comparison.contract[name].unit
    return [
        {
            _("Statistic"): statistic_name(found.statistic),
            _("Change [95 % interval]"): change_with_interval(found, comparison.interval(found)),
            _("Verdict"): certainty(found, comparison.interval(found)),
            _("Before"): amount(found.reference, unit),
            _("Now"): amount(found.current, unit),
            _("Limit"): share(found.limit, 0),
        }
        for found in comparison.measurements(name)
    ]


def quantiles_table(comparison: Comparison, name: str) -> Table:
    """A column's quantiles before and now, from the smallest value to the largest."""
    if comparison.profiles is None:
        return []
    unit = comparison.contract[name].unit
    before, now = (_quantiles(profile.numbers[name]) for profile in comparison.profiles)
    return [
        {
            _("Quantile"): _quantile_name(place),
            _("Before"): amount(first, unit),
            _("Now"): amount(second, unit),
            _("Change"): _change(first, second),
        }
        for place, first, second in zip(QUANTILES, before, now, strict=True)
    ]


def references_table(comparison: Comparison) -> Table:
    """The verdict against each reference."""
    return [
        {
            _("Reference"): _("{reference} (decides)", reference=reference_name(name))
            if name == comparison.deciding
            else reference_name(name),
            _("Against"): told(report.reference_label),
            _("Over their limits"): over_their_limits(report),
            _("Largest change"): told(describe(report.largest, comparison.contract)) if report.largest else "",
        }
        for name, report in comparison.reports.items()
    ]


def categories_table(comparison: Comparison) -> Table:
    """Every category: distances, how many names are new or vanished, and missing values."""
    examination = comparison.examination
    return [
        {
            _("Column"): comparison.contract[name].label,
            _("Stability index"): stability_text(found.stability),
            _("Total variation"): _number(found.total_variation),
            _("New"): count(len(found.new)),
            _("Vanished"): count(len(found.vanished)),
            **_missing(found.missing),
        }
        for name, found in (examination.categories.items() if examination else ())
    ]


def _column_row(comparison: Comparison, name: str) -> dict[str, str]:
    column = comparison.contract[name]
    row = {_("Column"): column.label}
    changes = {
        statistic_name(found.statistic): change_with_interval(found, comparison.interval(found))
        for found in comparison.measurements(name)
    }
    if comparison.examination is None:
        return row | changes
    found = comparison.examination.numbers[name]
    distances = {
        _("Stability index"): stability_text(found.stability),
        _("Kolmogorov-Smirnov"): _number(found.kolmogorov_smirnov),
        _("Wasserstein"): amount(found.wasserstein, column.unit),
    }
    return row | distances | _missing(found.missing) | changes


def _missing(missing: Missing) -> dict[str, str]:
    return {_("Missing before"): share(missing.before), _("Missing now"): share(missing.now)}


def _number(value: float | None) -> str:
    return MISSING if value is None else form().numerals(f"{value:.2f}")


def _quantiles(profile: NumberProfile) -> list[float | None]:
    return [float(value) for value in quantiles(profile, QUANTILES)] if profile.count else [None] * len(QUANTILES)


def _quantile_name(place: float) -> str:
    names = {0.0: _("smallest"), 0.5: _("50 % (median)"), 1.0: _("largest")}
    return names.get(place) or share(place, 0)


def _change(before: float | None, now: float | None) -> str:
    if before is None or now is None or before == 0:
        return MISSING
    change = (now - before) / abs(before)
    return told(percent(change, 0 if abs(change) >= 1 else 1))
