"""When to train and what to promote: pure functions that return their reason."""

from core.policy.evidence import batch_findings, profile_findings
from core.policy.promotion import LOWER_IS_BETTER, gain, should_promote
from core.policy.retention import collections_to_empty, versions_to_remove
from core.policy.rule_words import change_words, fault, finding_words, limit_words, rule_name
from core.policy.rules import PROFILE_KINDS, RULE_KINDS, RuleKind, rule_keys
from core.policy.training import judge_again, should_train
from core.policy.words import METRIC_LABELS, STATISTIC_LABELS, describe, percent

__all__ = [
    "LOWER_IS_BETTER",
    "METRIC_LABELS",
    "PROFILE_KINDS",
    "RULE_KINDS",
    "STATISTIC_LABELS",
    "RuleKind",
    "batch_findings",
    "change_words",
    "collections_to_empty",
    "describe",
    "fault",
    "finding_words",
    "gain",
    "judge_again",
    "limit_words",
    "percent",
    "profile_findings",
    "rule_keys",
    "rule_name",
    "should_promote",
    "should_train",
    "versions_to_remove",
]
