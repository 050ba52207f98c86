"""What to promote."""

from collections.abc import Mapping, Sequence

from core.policy.words import METRIC_LABELS
from core.records import Decision, Ranked

LOWER_IS_BETTER = {"rmse": True, "mae": True, "median_ape": True, "r2": False, "within_10": False, "within_20": False}


def gain(metric: str, challenger: float, champion: float) -> float:
    """How much better the challenger is, relative to the champion; negative where it is worse."""
    difference = champion - challenger if LOWER_IS_BETTER[metric] else challenger - champion
    if champion == 0:
        return 0.0 if difference == 0 else float("inf") if difference > 0 else float("-inf")
    return difference / abs(champion)


def should_promote(ranked: Sequence[Ranked], production: int | None, metric: str, min_gain: float) -> Decision:
    """Promote the best version on the current holdout, where it beats the one in production by ``min_gain``.

    ``numbers["version"]`` is the best version whatever the answer.
    """
    scored = [version for version in ranked if metric in version.metrics]
    if not scored:
        return Decision(False, "No version could be scored on the current holdout.", {"version": None})
    best = _best(scored, metric)
    numbers: dict[str, object] = {"version": best.number, "metric": metric, "best": best.metrics[metric]}
    champion = next((version for version in ranked if version.number == production), None)
    if champion is None:
        return Decision(True, f"Version {best.number} is the best and nothing is in production yet.", numbers)
    if metric not in champion.metrics:
        reason = f"Version {champion.number} in production cannot be scored ({champion.problem})"
        return Decision(True, f"{reason}; version {best.number} is the best of the others.", numbers)
    return _beats(best, champion, metric, min_gain, numbers)


def _beats(best: Ranked, champion: Ranked, metric: str, min_gain: float, numbers: Mapping[str, object]) -> Decision:
    label = METRIC_LABELS[metric]
    if best.number == champion.number:
        return Decision(False, f"Version {champion.number} in production is still the best by {label}.", numbers)
    won = gain(metric, best.metrics[metric], champion.metrics[metric])
    numbers = {**numbers, "champion": champion.metrics[metric], "gain": won, "replaced": champion.number}
    words = f"Version {best.number} is {won * 100:.1f} % better than version {champion.number} by {label}"
    if won <= min_gain:
        return Decision(False, f"{words}; at least {min_gain * 100:g} % is asked for.", numbers)
    return Decision(True, f"{words} on the same holdout.", numbers)


def _best(scored: Sequence[Ranked], metric: str) -> Ranked:
    sign = 1 if LOWER_IS_BETTER[metric] else -1
    return min(scored, key=lambda version: (sign * version.metrics[metric], version.number))
