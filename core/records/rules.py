"""The rules that a batch is judged by: data, not code."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from core.records.drift import DriftReport

# What is on where nobody set anything: what holds a batch, and a version that surely fails those who ask it. Every rule
# that is not named here, nor a change, is off.
RULE_DEFAULTS: Mapping[str, float] = {"least_rows": 30.0, "most_rejected": 0.5, "live_ape": 0.5}


class RuleKey(NamedTuple):
    """Which rule: its kind (see ``core.policy.RULE_KINDS``), its column and its statistic; "" where it has none."""

    kind: str
    column: str = ""
    statistic: str = ""


@dataclass(frozen=True)
class Rules:
    """The limits in force: ``own`` are those that somebody set, ``change`` is the default of every change."""

    change: float
    own: Mapping[RuleKey, float]

    def limit(self, key: RuleKey) -> float | None:
        """The limit in force; None where the rule is off."""
        return self.own.get(key, self.default(key))

    def default(self, key: RuleKey) -> float | None:
        """The limit where nobody set one."""
        return self.change if key.kind == "change" else RULE_DEFAULTS.get(key.kind)

    def limit_of(self, column: str, statistic: str) -> float:
        """The limit of a statistic's change."""
        return self.own.get(RuleKey("change", column, statistic), self.change)

    def changed(self, changes: Mapping[RuleKey, float | None]) -> "Rules":
        """These rules with other limits; None puts a rule back to its default."""
        own = {key: limit for key, limit in self.own.items() if key not in changes}
        return replace(self, own=own | {key: limit for key, limit in changes.items() if limit is not None})


@dataclass(frozen=True)
class SetRule:
    """A limit that somebody set, and when."""

    key: RuleKey
    limit: float
    by: str
    at: datetime


@dataclass(frozen=True)
class Finding:
    """What a rule looks at: ``value`` is held against the limit, ``before`` and ``now`` are what it was made from (a
    share, an amount or a number of rows), 0 where it was made from nothing of the kind. ``low`` and ``high`` are the
    ends of the 95 % interval of ``now`` and ``count`` is what it rests on, where it is an estimate."""

    key: RuleKey
    value: float
    before: float = 0.0
    now: float = 0.0
    low: float | None = None
    high: float | None = None
    count: int = 0


@dataclass(frozen=True)
class Evidence:
    """All that a batch is judged on: the changes (None where there was nothing to compare) and the other findings."""

    has_production: bool
    report: DriftReport | None = None
    findings: tuple[Finding, ...] = ()
