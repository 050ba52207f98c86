"""What a step found, in one line for a reader."""

import pytest

from console.codes import values_in_words


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"rows": 1234, "is_new": True}, "rows: 1234, new: yes"),
        ({"metrics": {"mae": 61_694.606, "median_ape": 0.2084321}}, "metrics: mae 61,695; median_ape 0.2084"),
        ({"reason": "x" * 200}, f"reason: {'x' * 117}..."),
        ({}, ""),
    ],
)
def test_values_stand_in_a_line(values: dict[str, object], told: str) -> None:
    assert values_in_words(values) == told
