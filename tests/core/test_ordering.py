"""What a training may be asked for."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.loop.ordering import MOST_SECONDS, order_of
from core.records import Run, TrainingOrder
from core.training import FAMILIES


def asked(**parameters: Any) -> Run:
    return Run(1, "training", "running", "operator", "ann", datetime(2026, 1, 1, tzinfo=UTC), parameters)


def test_an_empty_order_leaves_all_to_the_settings() -> None:
    assert order_of(asked(), "asked for") == TrainingOrder("asked for")


def test_every_part_of_an_order_is_read() -> None:
    order = order_of(asked(reason="spring", batches=[3, 1], seconds=20, draws=4, families=["linear"], seed=0))
    assert order == TrainingOrder("spring", (1, 3), 20.0, 4, ("linear",), 0)


@given(st.floats(0.001, MOST_SECONDS), st.lists(st.sampled_from(sorted(FAMILIES)), unique=True))
def test_any_budget_and_any_families_may_be_asked_for(seconds: float, families: list[str]) -> None:
    order = order_of(asked(seconds=seconds, families=families), "why not")
    assert order.seconds == seconds
    assert order.families == tuple(families)


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"seconds": 0}, "The time budget of a training must be more than 0 s and at most 7 days, got 0."),
        ({"seconds": float("nan")}, "The time budget of a training must be more than 0 s and at most 7 days, got nan."),
        ({"seconds": "20"}, "The time budget of a training must be more than 0 s and at most 7 days, got '20'."),
        ({"draws": 0}, "For a training the number of parameter sets must be a whole number from 1 to 1000, got 0."),
        (
            {"draws": True},
            "For a training the number of parameter sets must be a whole number from 1 to 1000, got True.",
        ),
        ({"batches": 4}, "The batches of a training must be a list, got 4."),
        ({"families": ["forest"]}, f"A family must be one of {', '.join(FAMILIES)}, got 'forest'."),
    ],
)
def test_a_wrong_order_is_refused_in_one_sentence(parameters: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as caught:
        order_of(asked(**parameters))
    assert str(caught.value) == sentence
