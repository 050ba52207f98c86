"""What may go: never a version that somebody relied on, never the rows of an open collection."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from core.policy import collections_to_empty, versions_to_remove
from core.records import Collection, Version

NOW = datetime(2026, 5, 3, tzinfo=UTC)


def version(number: int, made_here: bool = True) -> Version:
    return Version(number, f"run{number}", NOW, tags={"console_run": "1"} if made_here else {})


def test_the_newest_are_kept_and_those_ever_in_production() -> None:
    versions = [version(number) for number in (3, 1, 2, 5, 4)]
    assert versions_to_remove(versions, 2, {2}) == [1, 3]


def test_a_version_of_another_program_stays() -> None:
    assert versions_to_remove([version(1, made_here=False), version(2), version(3)], 1, set()) == [2]


@given(st.sets(st.integers(1, 60)), st.integers(0, 70), st.sets(st.integers(1, 60)))
def test_what_goes_is_old_and_was_never_relied_on(numbers: set[int], keep: int, protected: set[int]) -> None:
    gone = versions_to_remove([version(number) for number in numbers], keep, protected)
    kept = numbers - set(gone)
    assert not set(gone) & protected
    assert len(kept) >= min(keep, len(numbers))
    assert all(old < new for old in gone for new in sorted(numbers)[-keep:]) if keep else gone == []


@given(st.sets(st.integers(1, 60)), st.integers(1, 70), st.sets(st.integers(1, 60)))
def test_a_second_time_nothing_goes(numbers: set[int], keep: int, protected: set[int]) -> None:
    gone = versions_to_remove([version(number) for number in numbers], keep, protected)
    assert versions_to_remove([version(number) for number in numbers - set(gone)], keep, protected) == []


def test_rows_of_collections_closed_long_ago_go() -> None:
    opened = NOW - timedelta(days=100)
    found = [
        Collection(1, opened, NOW - timedelta(days=40), "first", rows_deleted_at=NOW),
        Collection(2, opened, NOW - timedelta(days=30), "second"),
        Collection(3, opened, NOW - timedelta(days=29), "third"),
        Collection(4, opened, None, "open"),
    ]
    assert collections_to_empty(found, 30, NOW) == [2]
    assert collections_to_empty(found, 0, NOW) == []
