"""What rules look at, measured from a batch and from profiles."""

from collections.abc import Iterator

from core import drift
from core.policy.rules import fired
from core.records import Batch, Finding, LiveQuality, Profile, RuleKey, Rules

# The rule of each metric of the live error.
LIVE_RULES = {"median_ape": "live_ape", "mae": "live_mae"}


def batch_findings(batch: Batch, usual: float | None) -> tuple[Finding, ...]:
    """What the counts of a batch say; ``usual`` is how many rows the feed usually sends, None where nobody knows."""
    received, rejected = float(batch.rows_received), float(batch.rows_rejected)
    share = rejected / max(received, 1.0)
    found = [
        Finding(RuleKey("least_rows"), float(batch.rows_clean), received, float(batch.rows_clean)),
        Finding(RuleKey("most_rejected"), share, received, rejected),
        Finding(RuleKey("rejected"), share, received, rejected),
    ]
    if usual:
        found += [Finding(RuleKey(kind), received / usual, usual, received) for kind in ("few_rows", "many_rows")]
    return tuple(found)


def holds(batch: Batch, rules: Rules) -> bool:
    """Whether a batch is too small or too broken to judge, by the rules on its counts."""
    return bool(fired(batch_findings(batch, None), rules, holds=True))


def live_findings(quality: LiveQuality) -> tuple[Finding, ...]:
    """By how much the live error of the version in production is surely above the one on its holdout: nothing below the
    least number of true values, nor where it may be chance."""
    if quality.status == "few":
        return ()
    return tuple(
        Finding(
            RuleKey(LIVE_RULES[each.metric]),
            each.excess,
            each.holdout or 0.0,
            each.live,
            each.low,
            each.high,
            quality.count,
        )
        for each in quality.errors
        if each.metric in LIVE_RULES and each.is_worse and each.excess is not None
    )


def profile_findings(reference: Profile, batch: Profile) -> tuple[Finding, ...]:
    """What a batch's own rows say beside the reference's; nothing where one of them has no rows."""
    if not (reference.rows and batch.rows):
        return ()
    return (*_missing(reference, batch), *_new_categories(reference, batch), *_stability(reference, batch))


def _missing(reference: Profile, batch: Profile) -> Iterator[Finding]:
    before, now = _missing_rates(reference), _missing_rates(batch)
    for column in before.keys() & now.keys():
        yield Finding(RuleKey("missing", column), now[column] - before[column], before[column], now[column])


def _missing_rates(profile: Profile) -> dict[str, float]:
    missing = {name: numbers.missing for name, numbers in profile.numbers.items()}
    missing |= {name: profile.rows - sum(counts.values()) for name, counts in profile.categories.items()}
    return {name: count / profile.rows for name, count in missing.items()}


def _new_categories(reference: Profile, batch: Profile) -> Iterator[Finding]:
    for column, counts in batch.categories.items():
        known = reference.categories.get(column)
        if known:
            fresh = sum(count for name, count in counts.items() if name not in known)
            yield Finding(RuleKey("new_category", column), fresh / batch.rows)


def _stability(reference: Profile, batch: Profile) -> Iterator[Finding]:
    for column, numbers in batch.numbers.items():
        value = drift.number_stability(reference.numbers[column], numbers) if column in reference.numbers else None
        if value is not None:
            yield Finding(RuleKey("stability", column), value)
    for column, counts in batch.categories.items():
        known = reference.categories.get(column)
        if known and counts:
            yield Finding(RuleKey("stability", column), drift.category_stability(known, counts))
