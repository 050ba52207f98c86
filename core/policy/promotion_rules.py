"""The rules of a promotion, one by one."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from core.errors import InputError
from core.policy.words import METRIC_LABELS, difference_words
from core.records import Comparison, Difference, Guard, PromotionRules, Ruling, Segment
from core.settings import Settings
from core.words import sentence

LOWER_IS_BETTER = {"rmse": True, "mae": True, "median_ape": True, "r2": False, "within_10": False, "within_20": False}

# The share of true values that shall lie inside their range, as core.training.interval calibrates it.
AIMED_AT = 0.8


def stated_rules(settings: Settings) -> PromotionRules:
    """The rules as the settings state them: those in force until somebody changes them."""
    return PromotionRules(
        metric=settings.promotion_metric,
        min_gain=settings.promotion_min_gain,
        needs_interval=settings.promotion_needs_interval,
        guards=tuple(Guard(metric, limit) for metric, limit in settings.promotion_guards.items()),
        segment_limit=settings.promotion_segment_limit or None,
        mode=settings.promotion_mode,
    )


def rules_to_plain(rules: PromotionRules) -> dict[str, Any]:
    """Rules as JSON holds them."""
    return asdict(rules)


def rules_from_plain(content: Mapping[str, Any]) -> PromotionRules:
    """The rules of ``rules_to_plain``; raises InputError, one sentence a field, for what cannot be a rule."""
    guards = tuple(Guard(**guard) for guard in content["guards"])
    rules = PromotionRules(**{**content, "guards": guards})
    problems = dict(_problems(rules))
    if problems:
        raise InputError(" ".join(problems.values()), problems)
    return rules


def judge(comparison: Comparison, rules: PromotionRules) -> tuple[Ruling, ...]:
    """Each rule with its numbers and whether the challenger keeps it."""
    own = comparison.of(rules.metric)
    found = [_on_gain(own, rules)]
    if rules.needs_interval:
        found.append(_on_interval(own, rules.metric))
    found += [_on_guard(comparison.of(guard.metric), guard) for guard in rules.guards]
    if rules.segment_limit is not None:
        found.append(_on_segments(comparison, rules.segment_limit, rules.segment_rows))
    return tuple(found)


def better_by(difference: Difference) -> float:
    """How much better the challenger is, as a share of the champion's value; negative where it is worse.

    Of the share of true values inside their range: how much nearer to the share that is aimed at.
    """
    if difference.metric == "interval_coverage":
        return abs(difference.champion - AIMED_AT) - abs(difference.challenger - AIMED_AT)
    if difference.metric == "interval_width":
        return -difference.change
    return -difference.change if LOWER_IS_BETTER[difference.metric] else difference.change


def _on_gain(own: Difference | None, rules: PromotionRules) -> Ruling:
    if own is None:
        return _unknown("gain", rules.metric)
    words, won = difference_words(own), better_by(own)
    if rules.min_gain > 0:
        said = sentence(
            "{change}: at least {share} better is asked for.", change=words, share=_share(rules.min_gain, rules.metric)
        )
    else:
        said = sentence("{change}: better is asked for.", change=words)
    return Ruling("gain", own.metric, won > 0 and won >= rules.min_gain, said)


def _on_interval(own: Difference | None, metric: str) -> Ruling:
    label = METRIC_LABELS[metric]
    if own is None:
        return _unknown("interval", metric)
    if own.low is None or own.high is None:
        said = sentence("The holdout has too few properties for an interval of {metric}.", metric=label)
    elif own.is_none:
        said = sentence("Both versions have the same {metric}, whatever rows are drawn.", metric=label)
    elif own.excludes_zero and better_by(own) < 0:
        said = sentence("The interval of {metric} excludes zero on the worse side.", metric=label)
    elif own.excludes_zero:
        said = sentence("The interval of {metric} excludes zero.", metric=label)
    else:
        said = sentence("The interval of {metric} includes zero: the difference may be chance.", metric=label)
    return Ruling("interval", metric, own.excludes_zero and better_by(own) > 0, said)


def _on_guard(own: Difference | None, guard: Guard) -> Ruling:
    if own is None:
        return _unknown("guard", guard.metric)
    said = sentence(
        "{change}: at most {share} worse is allowed.",
        change=difference_words(own),
        share=_share(guard.most_worse, guard.metric),
    )
    return Ruling("guard", guard.metric, better_by(own) >= -guard.most_worse, said)


def _on_segments(comparison: Comparison, limit: float, least_rows: int) -> Ruling:
    counted = [each for each in comparison.segments if each.segment.rows >= least_rows]
    if not counted:
        said = sentence("No segment has {rows} rows, so none was looked at.", rows=f"{least_rows:,}")
        return Ruling("segments", "mae", True, said)
    worst = max(counted, key=lambda each: each.difference.change)
    said = sentence(
        "{change} in {name}, the worst of {count} segments: at most {share} worse is allowed.",
        change=difference_words(worst.difference),
        name=segment_name(worst.segment),
        count=len(counted),
        share=_share(limit, "mae"),
    )
    return Ruling("segments", "mae", worst.difference.change <= limit, said)


def segment_name(segment: Segment) -> str:
    """A segment in words: ``Texas (1,204 rows)``, ``true values 90,000 – 140,000 (2,011 rows)``."""
    rows = f"{segment.rows:,}"
    if segment.kind == "band":
        return sentence("true values {band} ({rows} rows)", band=segment.name, rows=rows)
    return sentence("{name} ({rows} rows)", name=segment.name or "–", rows=rows)


def _share(share: float, metric: str) -> str:
    return f"{share:g}" if metric == "r2" else f"{share * 100:g} %"


def _unknown(kind: str, metric: str) -> Ruling:
    said = sentence("{metric} is not known of both versions.", metric=METRIC_LABELS[metric])
    return Ruling(kind, metric, False, said)


def _problems(rules: PromotionRules) -> Iterator[tuple[str, str]]:
    if rules.metric not in LOWER_IS_BETTER or any(guard.metric not in LOWER_IS_BETTER for guard in rules.guards):
        yield "metric", sentence("A metric must be one of {names}.", names=", ".join(LOWER_IS_BETTER))
    if not 0 <= rules.min_gain < 1:
        yield "min_gain", "The least gain must be 0 to less than 100 %."
    if any(not 0 <= guard.most_worse < 1 for guard in rules.guards):
        yield "guards", "A guard must allow 0 to less than 100 %."
    if len({guard.metric for guard in rules.guards}) < len(rules.guards):
        yield "guards", "A metric must have one guard at most."
    if rules.segment_limit is not None and not 0 < rules.segment_limit < 10:
        yield "segment_limit", "The limit of a segment must lie above 0 and below 1,000 %."
    if rules.segment_rows < 30:
        yield "segment_rows", "A segment must have 30 rows at least to count."
    if rules.mode not in ("automatic", "approval"):
        yield "mode", sentence("The mode must be automatic or approval, got {mode!r}.", mode=rules.mode)
