"""The kinds of rules: what each looks at, and when it fires."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from core.contract import Column, Contract
from core.records import STATISTICS, Finding, RuleKey, Rules
from core.words import sentence


@dataclass(frozen=True)
class RuleKind:
    """``scope``: what there is one rule for. ``is_least``: it fires below its limit. ``unit``, ``low`` and ``high``:
    how a limit is shown, and between what it must lie as shown; one in % or points is stored as a share.
    ``holds``: it holds the batch where others have a model trained. ``zero_is_off``: a limit of 0 turns it off."""

    scope: Literal["statistic", "column", "category", "batch"]
    label: str
    unit: Literal["%", "points", "rows", ""]
    low: float
    high: float
    help: str
    is_least: bool = False
    holds: bool = False
    zero_is_off: bool = False

    @property
    def scale(self) -> float:
        return 100.0 if self.unit in ("%", "points") else 1.0


RULE_KINDS: Mapping[str, RuleKind] = {
    "change": RuleKind(
        "statistic",
        sentence("Change over"),
        "%",
        0.01,
        1e6,
        sentence("Train where a statistic moved by more than this, up or down, relative to the reference."),
    ),
    "missing": RuleKind(
        "column",
        sentence("Missing rises by more than"),
        "points",
        0.0,
        100.0,
        sentence("Train where the share of rows without a value is higher than in the reference by more than this."),
    ),
    "new_category": RuleKind(
        "category",
        sentence("New values in more than"),
        "%",
        0.0,
        100.0,
        sentence("Train where more of the rows than this have a value that the reference does not know."),
    ),
    "stability": RuleKind(
        "column",
        sentence("PSI over"),
        "",
        0.0,
        1000.0,
        sentence(
            "Train where the population stability index is over this: 0 is the same distribution, 0.1 a small shift, "
            "0.25 a large one."
        ),
    ),
    "few_rows": RuleKind(
        "batch",
        sentence("Batch size under, of the usual"),
        "%",
        0.0,
        100.0,
        sentence("Train where a batch is smaller than this share of the usual one, the median of up to 12 before it."),
        is_least=True,
    ),
    "many_rows": RuleKind(
        "batch",
        sentence("Batch size over, of the usual"),
        "%",
        100.0,
        1e6,
        sentence("Train where a batch is larger than this share of the usual one, the median of up to 12 before it."),
    ),
    "rejected": RuleKind(
        "batch",
        sentence("Rejected rows over"),
        "%",
        0.0,
        100.0,
        sentence("Train where more of the rows than this were rejected by the checks."),
    ),
    "live_ape": RuleKind(
        "batch",
        sentence("Live median error above the holdout's by more than"),
        "%",
        0.0,
        1e6,
        sentence(
            "Train where the median error of the version in production on true values of its own predictions is higher "
            "than on its holdout by more than this, and not by chance. 0 turns it off."
        ),
        zero_is_off=True,
    ),
    "live_mae": RuleKind(
        "batch",
        sentence("Live MAE above the holdout's by more than"),
        "%",
        0.0,
        1e6,
        sentence(
            "The same for the mean absolute error, which also rises where people ask about dearer homes than the "
            "holdout has. 0 turns it off."
        ),
        zero_is_off=True,
    ),
    "least_rows": RuleKind(
        "batch",
        sentence("Hold with usable rows under"),
        "rows",
        0.0,
        1e9,
        sentence("Hold a batch with fewer usable rows than this: too small to judge. 0 holds none."),
        is_least=True,
        holds=True,
    ),
    "most_rejected": RuleKind(
        "batch",
        sentence("Hold with rejected rows over"),
        "%",
        0.0,
        100.0,
        sentence("Hold a batch of which more rows than this were rejected: too broken to judge. 100 holds none."),
        holds=True,
    ),
}
# Kinds that are judged on profiles: only where one of these is on must the profiles be read.
PROFILE_KINDS = frozenset({"missing", "new_category", "stability"})


def rule_keys(contract: Contract) -> Iterator[RuleKey]:
    """Every rule that there can be, kind by kind and column by column."""
    for kind, about in RULE_KINDS.items():
        if about.scope == "batch":
            yield RuleKey(kind)
        for column in contract.columns:
            if about.scope == "statistic" and column.drift:
                yield from (RuleKey(kind, column.name, statistic) for statistic in STATISTICS)
            elif (about.scope == "column" and _is_profiled(column)) or (
                about.scope == "category" and column.kind == "category"
            ):
                yield RuleKey(kind, column.name)


def fired(findings: Iterable[Finding], rules: Rules, holds: bool) -> list[tuple[Finding, float]]:
    """The findings over (or under) their limits, each with its limit: of the rules that hold, or of the others."""
    limits = ((finding, rules.limit(finding.key)) for finding in findings)
    return [
        (finding, limit)
        for finding, limit in limits
        if limit is not None and RULE_KINDS[finding.key.kind].holds == holds and _fires(finding, limit)
    ]


def _fires(finding: Finding, limit: float) -> bool:
    if RULE_KINDS[finding.key.kind].zero_is_off and limit == 0:
        return False
    return finding.value < limit if RULE_KINDS[finding.key.kind].is_least else finding.value > limit


def _is_profiled(column: Column) -> bool:
    return column.is_number or column.kind == "category"
