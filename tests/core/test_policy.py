"""Numbers in words."""

import pytest

from core.policy import percent


@pytest.mark.parametrize(
    ("share", "text"), [(0.1234, "+12.3 %"), (-0.08, "−8.0 %"), (0, "+0.0 %"), (12.5, "+1,250.0 %")]
)
def test_a_percentage_has_its_sign(share: float, text: str) -> None:
    assert percent(share) == text
