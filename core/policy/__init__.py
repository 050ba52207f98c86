"""When to train and what to promote: pure functions that return their reason."""

from core.policy.barring import BY_HAND, barred_twins, barred_versions
from core.policy.evidence import batch_findings, holds, live_findings, profile_findings
from core.policy.promotion import changes_of, gain, not_kept, should_promote
from core.policy.promotion_rules import (
    LOWER_IS_BETTER,
    better_by,
    judge,
    rules_from_plain,
    rules_to_plain,
    segment_name,
    stated_rules,
)
from core.policy.retention import collections_to_empty, versions_to_remove
from core.policy.rule_words import change_words, fault, finding_words, limit_words, rule_name
from core.policy.rules import PROFILE_KINDS, RULE_KINDS, RuleKind, rule_keys
from core.policy.training import judge_again, live_words, should_train
from core.policy.words import METRIC_LABELS, STATISTIC_LABELS, describe, difference_change, difference_words, percent

__all__ = [
    "BY_HAND",
    "LOWER_IS_BETTER",
    "METRIC_LABELS",
    "PROFILE_KINDS",
    "RULE_KINDS",
    "STATISTIC_LABELS",
    "RuleKind",
    "barred_twins",
    "barred_versions",
    "batch_findings",
    "better_by",
    "change_words",
    "changes_of",
    "collections_to_empty",
    "describe",
    "difference_change",
    "difference_words",
    "fault",
    "finding_words",
    "gain",
    "holds",
    "judge",
    "judge_again",
    "limit_words",
    "live_findings",
    "live_words",
    "not_kept",
    "percent",
    "profile_findings",
    "rule_keys",
    "rule_name",
    "rules_from_plain",
    "rules_to_plain",
    "segment_name",
    "should_promote",
    "should_train",
    "stated_rules",
    "versions_to_remove",
]
