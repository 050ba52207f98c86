"""The tables of a card: heading to text, row by row."""

import json
from collections.abc import Iterator

from console.codes import word
from console.drift.tables import Table
from console.formats import METRICS, amount, count, metric_value, moment_with_zone, share, signed_amount
from console.language import _, plural, told
from console.model_card.facts import Facts
from core.cleaning import from_features
from core.records import Card, FeatureSeen, SegmentScore

NAMED = 5


def origin(facts: Facts) -> Table:
    """Why it was trained, on what, by which code: the lineage down to batches and commit."""
    tags = facts.version.tags
    rows = ", ".join(f"{word(name)} {count(found)}" for name, found in facts.rows.items())
    found = {
        _("Reason"): told(tags.get("reason", "")),
        _("Cause"): word(tags.get("cause", "")),
        _("Trained"): moment_with_zone(facts.version.created_at, facts.zone),
        _("Batches"): ", ".join(f"{told(label)} ({_('key')} {key})" for key, label in facts.batches.items()),
        _("Rows by split"): rows,
        _("Fingerprint of the rows"): tags.get("fingerprint", ""),
        _("Commit of the code"): tags.get("commit", ""),
        _("Ran on"): told(tags.get("ran_on", "")),
        _("Run of the console"): tags.get("console_run", ""),
        _("Run in MLflow"): facts.version.mlflow_run,
    }
    return [{_("What"): name, _("Value"): value} for name, value in found.items() if value]


def search(facts: Facts) -> Table:
    """What was searched, and the parameters that were chosen."""
    plan = json.loads(facts.version.tags.get("plan", "{}"))
    found = {
        _("Family"): word(facts.version.tags.get("family", "")),
        _("Families searched"): ", ".join(word(name) for name in plan.get("families", [])) or _("All that there are"),
        _("Parameter sets tried"): count(facts.tried),
        _("Seed"): facts.version.tags.get("seed", ""),
    }
    return [{_("Parameter"): name, _("Value"): value} for name, value in {**found, **facts.parameters}.items()]


def metrics(facts: Facts) -> Table:
    """Each metric on the validation rows, on the test rows of the training, on the holdout as it is today, and in use
    with its 95 % interval where true values of its prices are known."""
    sides = {
        _("Test rows"): facts.metrics("test"),
        _("Holdout today"): facts.holdout,
        _("Validation rows"): facts.metrics("validation"),
    }
    return [
        {
            _("Metric"): METRICS[name].label,
            **{side: metric_value(name, values.get(name), facts.contract) for side, values in sides.items()},
            **in_use(facts, name),
        }
        for name in METRICS
    ]


def in_use(facts: Facts, metric: str) -> dict[str, str]:
    """A metric on true values of the prices that the version gave, under its heading; none where there are none."""
    if facts.live is None or not facts.live.count:
        return {}
    heading = plural("In use ({count} true value)", "In use ({count} true values)", facts.live.count)
    found = facts.live.of(metric)
    if found is None:
        return {heading: metric_value(metric, None, facts.contract)}
    live, low, high = (metric_value(metric, value, facts.contract) for value in (found.live, found.low, found.high))
    return {heading: _("{value} ({low} to {high})", value=live, low=low, high=high)}


def segments(facts: Facts, card: Card, kind: str) -> Table:
    """The metrics of each segment on the test rows."""
    contract = facts.contract
    title = contract[contract.segment].label if kind == "cohort" else contract.target_column.label_with_unit

    def row(part: SegmentScore) -> dict[str, str]:
        shown = {METRICS[name].label: metric_value(name, part.metrics.get(name), contract) for name in SHOWN}
        bias = signed_amount(part.bias, contract.target_column.unit)
        return {title: part.name or "–", _("Rows"): count(part.rows), **shown, _("Bias"): bias}

    return [row(part) for part in card.of(kind)]


SHOWN = ("median_ape", "mae", "rmse", "within_10")


def features(facts: Facts, card: Card) -> Table:
    """What the train rows hold of each column that the model reads."""
    return [
        {
            _("Column"): facts.contract[seen.name].label if seen.name in facts.contract else seen.name,
            _("In the train rows"): "; ".join(_holds(facts, seen)),
            _("Missing"): share(seen.missing),
        }
        for seen in card.features
    ]


def _holds(facts: Facts, seen: FeatureSeen) -> Iterator[str]:
    if seen.distinct:
        yield _("{count} texts", count=count(seen.distinct))
        named = ", ".join(f"{name} ({count(rows)})" for name, rows in seen.frequent[:NAMED])
        yield _("most often {names}", names=named)
    elif seen.low is not None:
        low, high = (_value(facts, seen.name, value) for value in (seen.low, seen.high))
        yield _("{low} to {high}", low=low, high=high)
    else:
        yield _("no value")


def _value(facts: Facts, name: str, value: float | None) -> str:
    shown = from_features({name: value}, facts.contract)[name]
    unit = facts.contract[name].unit if name in facts.contract else ""
    return amount(shown, unit) if isinstance(shown, float) else str(shown)
