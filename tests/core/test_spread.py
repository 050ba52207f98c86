"""The parts of a calculation in this process: in order, a few at once, and no more than was asked for."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.training.spread import MOST_AT_ONCE, here


def counted(taken: list[int], count: int) -> Iterator[int]:
    for number in range(count):
        taken.append(number)
        yield number


@given(st.integers(0, 12))
def test_results_come_in_the_order_of_the_items(count: int) -> None:
    assert list(here(lambda shared, item: shared * item, 3, range(count))) == [3 * number for number in range(count)]


@given(st.integers(1, 12), st.integers(1, 12))
def test_no_item_is_taken_before_it_can_be_worked_on(count: int, asked: int) -> None:
    taken: list[int] = []
    with closing(here(lambda _shared, item: item, None, counted(taken, count))) as found:
        for _ in range(min(asked, count)):
            next(found)
    assert len(taken) <= min(count, asked + MOST_AT_ONCE - 1)


def test_what_goes_wrong_is_raised_where_its_result_is_asked_for() -> None:
    found = here(lambda _shared, item: 1 // item, None, [1, 0, 1])
    assert next(found) == 1
    with pytest.raises(ZeroDivisionError):
        next(found)
