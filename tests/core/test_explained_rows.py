"""Cohorts, interactions, agreement, and the words of a change, on reasons that are made up."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as some

from core.explanation import (
    CONDITIONS,
    KINDS,
    agreement,
    divide,
    importance,
    importance_changes,
    importances,
    interactions,
    leaning,
    levels,
    order_rows,
    same_rows,
    take,
)
from core.records import Explanation, StoredReasons

FEATURES = ("size", "state", "age")


def made(rows: int = 400, seed: int = 1) -> StoredReasons:
    """In state "b" the state matters most, elsewhere the size; the size counts double where the house is new."""
    random = np.random.default_rng(seed)
    size, age = random.uniform(50, 300, rows), random.uniform(0, 1, rows)
    state = np.array(["a", "b", "c"], dtype=object)[random.integers(0, 3, rows)]
    parts = np.column_stack(
        [
            (size - 175) * np.where(age < 0.5, 2.0, 1.0),
            np.where(state == "b", 500.0, -10.0) + random.normal(0, 1, rows),
            random.normal(0, 5, rows),
        ]
    )
    base = np.full(rows, 1000.0)
    data = pd.DataFrame({"size": size, "state": state, "age": age})
    explanation = Explanation(FEATURES, base, parts, data, base + parts.sum(axis=1))
    return StoredReasons(
        explanation,
        keys=random.permutation(10_000)[:rows].astype(np.int64),
        target=explanation.predictions + random.normal(0, 20, rows),
        segments=state.astype(str),
        batches=random.integers(1, 4, rows),
        version=1,
    )


SEEDS = some.integers(0, 10_000)
SIZES = some.integers(1, 60)


@given(seed=SEEDS, rows=SIZES, kind=some.sampled_from(KINDS))
def test_cohorts_part_the_rows(seed: int, rows: int, kind: str) -> None:
    stored = made(rows, seed)
    division = divide(stored, kind)
    counts = [int((division.places == place).sum()) for place in range(len(division.segments))]
    assert counts == [segment.rows for segment in division.segments]
    assert (division.places < len(counts)).all()
    if kind != "cohort":
        assert sum(counts) == rows


@given(seed=SEEDS, rows=some.integers(2, 80))
def test_the_importance_of_all_rows_is_the_mean_of_that_of_the_cohorts(seed: int, rows: int) -> None:
    stored = made(rows, seed)
    division = divide(stored, "batch")
    weights = np.array([segment.rows for segment in division.segments]) / rows
    overall = importance(stored.explanation)
    assert (importances(stored, division).mul(weights, axis=0).sum() - overall).abs().max() < 1e-9


def test_in_each_cohort_its_own_feature_comes_first() -> None:
    stored = made()
    sizes = importances(stored, divide(stored, "cohort"))
    assert sizes.idxmax(axis=1).to_dict() == {"a": "size", "b": "state", "c": "size"}
    assert list(sizes.columns) == list(importance(stored.explanation).index)


def test_of_cohorts_with_few_rows_nothing_is_said() -> None:
    stored = made(8)
    assert divide(stored, "cohort").segments == ()


def test_rows_are_taken_with_all_that_belongs_to_them() -> None:
    stored = made()
    some_rows = take(stored, stored.segments == "b")
    assert set(some_rows.explanation.data["state"]) == {"b"}
    assert len(some_rows) == len(some_rows.explanation.base) == (stored.segments == "b").sum()
    place = int(np.flatnonzero(stored.segments == "b")[2])
    assert some_rows.keys[2] == stored.keys[place]
    assert take(stored, np.array([place])).explanation.values[0] == pytest.approx(some_rows.explanation.values[2])


def test_the_strongest_interaction_is_found_among_numbers_and_texts() -> None:
    stored = made()
    found = interactions(stored.explanation, "size")
    assert found.index[0] == "age"
    assert found["age"] > 0.5 > 0.1 > found["state"]
    assert set(interactions(stored.explanation, "state").index) == {"size", "age"}


def test_parts_that_nothing_else_tells_of_have_no_interaction() -> None:
    stored = made()
    values = stored.explanation.values.copy()
    values[:, 0] = np.round(stored.explanation.data["size"] / 25)
    data = stored.explanation.data.assign(size=values[:, 0])
    plain = replace(stored.explanation, values=values, data=data)
    assert interactions(plain, "size").max() == pytest.approx(0, abs=0.06)
    alone = replace(plain, features=("size",), values=values[:, :1], data=data[["size"]])
    assert interactions(alone, "size").empty


@given(seed=SEEDS, rows=SIZES, feature=some.sampled_from(FEATURES))
def test_shares_and_levels_lie_between_0_and_1(seed: int, rows: int, feature: str) -> None:
    explanation = made(rows, seed).explanation
    found = interactions(explanation, feature)
    assert ((found >= 0) & (found <= 1 + 1e-9)).all()
    level = levels(explanation, feature)
    assert ((level >= 0) & (level <= 1)).all()


def test_texts_are_ordered_by_their_part_and_missing_numbers_lie_in_the_middle() -> None:
    explanation = made().explanation
    states = pd.Series(levels(explanation, "state")).groupby(explanation.data["state"]).mean()
    assert states.idxmax() == "b"
    gaps = replace(explanation, data=explanation.data.assign(size=np.nan))
    assert set(levels(gaps, "size")) == {0.5}


@pytest.mark.parametrize("condition", list(CONDITIONS))
def test_rows_come_in_the_order_of_a_condition(condition: str) -> None:
    stored = made(50)
    order = order_rows(stored, condition)
    assert sorted(order) == list(range(50))
    errors = np.abs(stored.explanation.predictions - stored.target)
    first = {"error": errors.argmax(), "cheapest": stored.target.argmin(), "dearest": stored.target.argmax()}
    assert order[0] == first.get(condition, 0)
    in_b = order_rows(stored, condition, "b")
    assert list(in_b) == [place for place in order if stored.segments[place] == "b"]


@given(seed=SEEDS, rows=SIZES)
def test_a_version_agrees_with_itself(seed: int, rows: int) -> None:
    explanation = made(rows, seed).explanation
    found = agreement(explanation, explanation)
    assert found.correlation == pytest.approx(1)
    assert found.same_first.all()
    assert (found.difference == 0).all()


@given(one=SEEDS, other=SEEDS, rows=SIZES)
def test_agreement_has_no_direction_but_the_difference(one: int, other: int, rows: int) -> None:
    first, second = made(rows, one).explanation, made(rows, other).explanation
    forth, back = agreement(first, second), agreement(second, first)
    assert forth.correlation == pytest.approx(back.correlation)
    assert (np.abs(forth.correlation) <= 1).all()
    assert (forth.same_first == back.same_first).all()
    assert (forth.difference == -back.difference).all()
    assert (np.diff(np.abs(forth.difference[forth.worst_first()])) <= 0).all()


def test_a_feature_that_one_version_does_not_read_has_no_part_there() -> None:
    whole = made().explanation
    lean = replace(whole, features=("age", "size"), values=whole.values[:, [2, 0]], data=whole.data[["age", "size"]])
    found = agreement(whole, lean)
    at_state = np.abs(whole.values).argmax(axis=1) == 1
    assert (found.same_first == ~at_state).all()
    changes = importance_changes(lean, whole)
    assert changes.loc["state", "before"] == 0
    assert np.isnan(changes.loc["state", "place_before"])


def test_a_row_without_any_part_has_no_correlation() -> None:
    explanation = made(3).explanation
    still = replace(explanation, values=np.zeros_like(explanation.values))
    assert np.isnan(agreement(explanation, still).correlation).all()


@given(seed=SEEDS, rows=SIZES, kept=some.integers(0, 60))
def test_the_same_rows_are_found_by_their_keys_in_the_order_of_the_first(seed: int, rows: int, kept: int) -> None:
    stored = made(rows, seed)
    order = np.random.default_rng(seed).permutation(rows)[:kept]
    one, other = same_rows(stored, take(stored, order))
    assert (one.keys == other.keys).all()
    assert list(one.keys) == [key for key in stored.keys if key in set(stored.keys[order])]
    assert one.target == pytest.approx(other.target)


def test_changes_of_importance_are_ranked_by_their_size() -> None:
    before = made().explanation
    values = before.values.copy()
    values[:, 2] *= 100
    changes = importance_changes(before, replace(before, values=values), most=None)
    assert changes.index[0] == "age"
    assert changes.loc["age", ["place_before", "place_after"]].tolist() == [3, 1]
    assert changes["change"].abs().is_monotonic_decreasing
    assert changes["change"].sum() == pytest.approx(0, abs=1e-12)


NAMES = some.lists(some.sampled_from("abcdefgh"), unique=True, max_size=6)


@given(before=NAMES, after=NAMES)
def test_what_came_first_is_said_where_it_is_another(before: list[str], after: list[str]) -> None:
    said = leaning(before, after)
    assert [name for name, _was in said] == after[:3]
    for place, (name, was) in enumerate(said):
        old = before[place] if place < min(3, len(before)) else None
        assert was == (old if old != name else None)
    assert all(was is None for _name, was in leaning(after, after))
