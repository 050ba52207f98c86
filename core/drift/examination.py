"""A comparison looked at more closely than the rule needs."""

from collections.abc import Mapping

from core.contract import Contract
from core.drift.distances import (
    category_stability,
    kolmogorov_smirnov,
    number_stability,
    total_variation,
    wasserstein,
)
from core.drift.intervals import change_intervals
from core.records import CategoryDrift, Examination, Missing, NumberDrift, NumberProfile, Profile


def examine(reference: Profile, current: Profile, contract: Contract, batch: Profile | None = None) -> Examination:
    """Intervals, distances and missing values of each drift column, and the shares of each category.

    ``batch`` is given where ``current`` holds the reference's rows too, as ``change_intervals`` says.
    """
    numbers = {
        column.name: _examine_number(reference, current, batch, column.name) for column in contract.drift_columns
    }
    categories = {name: _examine_category(reference, current, name) for name in current.categories}
    return Examination(numbers, categories)


def _examine_number(reference: Profile, current: Profile, batch: Profile | None, name: str) -> NumberDrift:
    before, now = reference.numbers[name], current.numbers[name]
    return NumberDrift(
        change_intervals(before, now, batch.numbers[name] if batch else None),
        number_stability(before, now),
        kolmogorov_smirnov(before, now),
        wasserstein(before, now),
        Missing(_missing(reference, before), _missing(current, now)),
    )


def _examine_category(reference: Profile, current: Profile, name: str) -> CategoryDrift:
    before, now = reference.categories.get(name, {}), current.categories[name]
    return CategoryDrift(
        category_stability(before, now),
        total_variation(before, now),
        _only_in(now, before),
        _only_in(before, now),
        Missing(_uncounted(reference, before), _uncounted(current, now)),
    )


def _missing(profile: Profile, numbers: NumberProfile) -> float:
    return numbers.missing / max(profile.rows, 1)


def _uncounted(profile: Profile, counts: Mapping[str, int]) -> float:
    return (profile.rows - sum(counts.values())) / max(profile.rows, 1)


def _only_in(first: Mapping[str, int], second: Mapping[str, int]) -> dict[str, int]:
    only = [(name, count) for name, count in first.items() if name not in second]
    return dict(sorted(only, key=lambda entry: (-entry[1], entry[0])))
