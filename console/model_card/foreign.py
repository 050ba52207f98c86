"""The card of a version that another program registered: what is known of it, and what nobody noted."""

from collections.abc import Iterator

from console.drift import Verdict
from console.drift.tables import Table
from console.formats import METRICS, metric_value, moment_with_zone
from console.language import _, told
from console.model_card import tables
from console.model_card.facts import Facts
from console.report.parts import Part
from core.registry.registry import SOURCE_TAG, USER_TAG


def foreign_headline(facts: Facts) -> Verdict:
    """What it is and how far it misses the holdout, or why that is not known."""
    if facts.problem:
        said = _("Version {number} (another program's) could not be scored", number=facts.version.number)
        return Verdict("trouble", said, told(facts.problem))
    value = metric_value("median_ape", facts.holdout.get("median_ape"), facts.contract)
    named = {"number": facts.version.number, "metric": METRICS["median_ape"].label, "value": value}
    said = _("Version {number} (another program's): {metric} {value} on today's holdout", **named)
    return Verdict("wait", said, _("Nobody noted what it was trained on."))


def foreign_parts(facts: Facts) -> Iterator[Part]:
    """The parts below the headline."""
    yield Part(_("Limits of use"), words=list(_limits(facts)))
    yield Part(_("Metrics"), tables=(_metrics(facts),))
    yield Part(_("Columns that it reads"), words=_no_columns(facts), tables=(_columns(facts),))
    yield Part(_("Where it comes from"), tables=(_origin(facts),))
    yield Part(_("Parameters"), tables=(_noted(facts),))
    yield Part(_("To train it again"), words=[not_again()])


def not_again() -> str:
    """Why it cannot be trained again from its card."""
    return _("Nobody noted its batches and its plan: only the program that made it can train it again.")


def _limits(facts: Facts) -> Iterator[str]:
    yield _(
        "Nobody noted which rows it was trained on: rows of the holdout may be among them, and its error there is then "
        "smaller than on rows that it never saw."
    )
    yield _("It gives no range with its values, and no text is known to be new to it.")
    if missing := [name for name in facts.schema or {} if name not in facts.contract.feature_names]:
        yield _("It reads columns that the contract does not have: {missing}.", missing=", ".join(missing))


def _metrics(facts: Facts) -> Table:
    """Each metric of it and of the versions beside it on today's holdout, and in use where true values are known."""
    columns = {facts.version.number: facts.holdout, **facts.others}
    return [
        {
            _("Metric"): METRICS[name].label,
            **{
                _("Version {number}", number=n): metric_value(name, v.get(name), facts.contract)
                for n, v in columns.items()
            },
            **tables.in_use(facts, name),
        }
        for name in METRICS
    ]


def _no_columns(facts: Facts) -> list[str]:
    return [] if facts.schema else [_("It does not say which columns it reads.")]


def _columns(facts: Facts) -> Table:
    contract = facts.contract
    return [
        {
            _("Column"): contract[name].label if name in contract else name,
            _("Name"): name,
            _("Type"): kind,
            _("In the contract"): _("yes") if name in contract.feature_names else _("no"),
        }
        for name, kind in (facts.schema or {}).items()
    ]


def _origin(facts: Facts) -> Table:
    tags = facts.version.tags
    found = {
        _("Registered"): moment_with_zone(facts.version.created_at, facts.zone),
        _("Registered by"): tags.get(USER_TAG, "") or _("not noted"),
        _("Program"): tags.get(SOURCE_TAG, "") or _("not noted"),
        _("Run in MLflow"): facts.version.mlflow_run or _("none"),
    }
    return [{_("What"): name, _("Value"): value} for name, value in found.items()]


def _noted(facts: Facts) -> Table:
    """What its run noted, in its own words: no one says what was measured on which rows."""
    noted = {**facts.version.parameters, **{name: f"{value:.6g}" for name, value in facts.version.metrics.items()}}
    return [{_("Parameter"): name, _("Value"): value} for name, value in noted.items()]
