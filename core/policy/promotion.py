"""What to promote."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from types import MappingProxyType

from core.policy.promotion_rules import LOWER_IS_BETTER, judge
from core.policy.words import METRIC_LABELS
from core.records import Comparison, Decision, PromotionRules, Ranked, Ruling
from core.words import sentence


def gain(metric: str, challenger: float, champion: float) -> float:
    """How much better the challenger is, relative to the champion; negative where it is worse."""
    difference = champion - challenger if LOWER_IS_BETTER[metric] else challenger - champion
    if champion == 0:
        return 0.0 if difference == 0 else float("inf") if difference > 0 else float("-inf")
    return difference / abs(champion)


def should_promote(
    ranked: Sequence[Ranked],
    production: int | None,
    rules: PromotionRules,
    comparisons: Mapping[int, Comparison],
    barred: Collection[int] = (),
    twins: Mapping[int, int] = MappingProxyType({}),
) -> Decision:
    """Promote the best version on the current holdout that keeps every rule against the one in production.

    ``comparisons`` are those with the version in production, by challenger. A ``barred`` version, which a person took
    out of production or rejected, is left to people, and so are its ``twins``, the same models again.
    ``numbers["version"]`` is the version that is promoted or came nearest, ``numbers["rules"]`` what each rule found.
    """
    champion = _champion(ranked, production)
    scored = _best_first([each for each in ranked if rules.metric in each.metrics], rules.metric)
    left_out = [each for each in scored if each.number in barred or each.number in twins]
    free = [each for each in scored if each not in left_out]
    if not free:
        return Decision(False, _why_none(scored), {"version": None})
    if champion is None or rules.metric not in champion.metrics:
        best = free[0]
        numbers = {"version": best.number, "metric": rules.metric, "best": best.metrics[rules.metric]}
        return Decision(True, _first(best, champion), {**numbers, "replaced": production})
    own = champion.metrics[rules.metric]
    better = [each for each in free if gain(rules.metric, each.metrics[rules.metric], own) > 0]
    return _challenge(champion, better, rules, comparisons, left_out, twins)


def _champion(ranked: Sequence[Ranked], production: int | None) -> Ranked | None:
    if production is None:
        return None
    found = (version for version in ranked if version.number == production)
    return next(found, Ranked(production, problem=sentence("it is not registered any more")))


def _why_none(scored: Sequence[Ranked]) -> str:
    if not scored:
        return sentence("No version could be scored on the current holdout.")
    return sentence("People took out or rejected every version that could be scored.")


def _first(best: Ranked, champion: Ranked | None) -> str:
    """Why the best version is promoted where there is none to compare it with."""
    if champion is None:
        return sentence("Version {number} is the best and nothing is in production yet.", number=best.number)
    return sentence(
        "Version {champion} in production cannot be scored ({problem}). Version {number} is the best of the others.",
        champion=champion.number,
        problem=champion.problem.rstrip("."),
        number=best.number,
    )


def _challenge(
    champion: Ranked,
    better: Sequence[Ranked],
    rules: PromotionRules,
    comparisons: Mapping[int, Comparison],
    left_out: Sequence[Ranked],
    twins: Mapping[int, int],
) -> Decision:
    """The first of the ``better`` versions that keeps every rule, or why none does."""
    if not better:
        label = METRIC_LABELS[rules.metric]
        still = sentence(
            "Version {number} in production is still the best by {metric}.", number=champion.number, metric=label
        )
        words = [still, *_notes(left_out, champion, rules.metric, twins)]
        return Decision(False, " ".join(words), {"version": champion.number, "metric": rules.metric})
    found = {each.number: _judged(each.number, rules, comparisons) for each in better}
    kept = [each for each in better if all(ruling.passed for ruling in found[each.number])]
    chosen = (kept or better)[0]
    decision = bool(kept)
    pair = {"new": chosen.number, "old": champion.number}
    if decision:
        said = sentence("Version {new} keeps every rule against version {old} in production.", **pair)
    else:
        said = sentence("Version {new} does not keep every rule against version {old} in production.", **pair)
    words = [said, *_words(found[chosen.number]), *_notes(left_out, chosen, rules.metric, twins)]
    numbers = {
        "version": chosen.number,
        "metric": rules.metric,
        "best": chosen.metrics[rules.metric],
        "champion": champion.metrics[rules.metric],
        "gain": gain(rules.metric, chosen.metrics[rules.metric], champion.metrics[rules.metric]),
        "replaced": champion.number,
        "rules": [asdict(ruling) for ruling in found[chosen.number]],
        "failed": [number for number, rulings in found.items() if not all(ruling.passed for ruling in rulings)],
        "changes": changes_of(comparisons.get(chosen.number)),
    }
    return Decision(decision, " ".join(words), numbers)


def changes_of(comparison: Comparison | None) -> dict[str, tuple[float, float | None, float | None]]:
    """Change and interval by metric, as a decision and the ledger keep them."""
    found = comparison.differences if comparison else ()
    return {each.metric: (each.change, each.low, each.high) for each in found}


def not_kept(number: int, rules: PromotionRules, comparisons: Mapping[int, Comparison]) -> str:
    """The rules that a version does not keep against the one in production, in words; "" where it keeps every one."""
    return " ".join(_words([ruling for ruling in _judged(number, rules, comparisons) if not ruling.passed]))


def _judged(number: int, rules: PromotionRules, comparisons: Mapping[int, Comparison]) -> tuple[Ruling, ...]:
    if number in comparisons:
        return judge(comparisons[number], rules)
    return (Ruling("gain", rules.metric, False, sentence("It was not compared with the version in production.")),)


def _words(rulings: Sequence[Ruling]) -> list[str]:
    """What each rule found, a sentence each."""
    return [each.sentence if each.passed else sentence("Not kept: {rule}", rule=each.sentence) for each in rulings]


def _notes(left_out: Sequence[Ranked], chosen: Ranked, metric: str, twins: Mapping[int, int]) -> list[str]:
    """The better versions that people took out, so that nobody wonders why they are not chosen."""
    better = [each for each in left_out if gain(metric, each.metrics[metric], chosen.metrics[metric]) > 0]
    taken = next((each.number for each in better if each.number not in twins), None)
    said = sentence("Version {number} is better still, but a person took it out or rejected it.", number=taken)
    again = [
        sentence(
            "Version {number} is the same model as version {other}, which a person took out or rejected.",
            number=each.number,
            other=twins[each.number],
        )
        for each in better
        if each.number in twins
    ]
    return [*([] if taken is None else [said]), *again]


def _best_first(scored: Sequence[Ranked], metric: str) -> list[Ranked]:
    sign = 1 if LOWER_IS_BETTER[metric] else -1
    return sorted(scored, key=lambda version: (sign * version.metrics[metric], version.number))
