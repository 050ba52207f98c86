"""Rows against the contract: what is accepted, what is rejected and why, what changed in the schema."""

from core.checks.categories import new_categories
from core.checks.digest import rules_digest
from core.checks.inputs import check_inputs, check_truth, problem_with
from core.checks.many import check_many_inputs
from core.checks.ranges import count_out_of_range, out_of_range
from core.checks.rows import check_rows, rule_of
from core.checks.values import READERS

__all__ = [
    "READERS",
    "check_inputs",
    "check_many_inputs",
    "check_rows",
    "check_truth",
    "count_out_of_range",
    "new_categories",
    "out_of_range",
    "problem_with",
    "rule_of",
    "rules_digest",
]
