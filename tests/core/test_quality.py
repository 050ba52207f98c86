"""How good a batch is: figures by column, what is usual, what is said and what is not."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.checks import check_rows, rules_digest
from core.contract import load_contract
from core.drift import merge_profiles, profile_rows
from core.quality import column_facts, judge, usual_band
from core.quality.facts import count_extreme
from core.records import Batch, ColumnFacts, NumberProfile
from tests.conftest import NOON, listings

CONTRACT = load_contract("real_estate")
numbers = st.lists(st.none() | st.integers(-50, 50).map(float), min_size=1, max_size=40)


def facts_of(rows: list[Any], before: list[Any] | None = None) -> dict[str, ColumnFacts]:
    frame = check_rows(rows, CONTRACT).accepted
    known = profile_rows(check_rows(before, CONTRACT).accepted, CONTRACT) if before else None
    return {found.column: found for found in column_facts(profile_rows(frame, CONTRACT), frame, CONTRACT, known)}


def batch(**values: Any) -> Batch:
    known = {"id": 9, "collection": 1, "number": 3, "content_hash": "h", "received_at": NOON, "rows_received": 1000}
    counts = {"rows_stored": 1000, "rows_rejected": 0, "rows_repeated": 0, "rows_clean": 1000}
    return Batch(**{**known, **counts, **values})


def concerns(found: Batch, facts: dict[str, ColumnFacts] | None = None, earlier: int = 4, **usual: Any) -> list[str]:
    before = [batch(id=number) for number in range(earlier)]
    before_facts = [{name: ColumnFacts(name, 1000, 0, 5, **usual) for name in CONTRACT.names}] * earlier
    return list(judge(found, facts or {}, before, before_facts, CONTRACT).concerns)


@given(numbers)
@settings(deadline=None)
def test_figures_of_numbers_are_those_of_pandas(values: list[float | None]) -> None:
    rows = [listings(1)[0] | {"price": value, "street": float(place)} for place, value in enumerate(values)]
    found = facts_of(rows)["price"]
    series = pd.Series(values, dtype=float)
    assert (found.rows, found.missing, found.distinct) == (len(values), series.isna().sum(), series.nunique())
    assert found.out_of_range == (series < 0).sum()
    if series.notna().any():
        given_by = [found.smallest, found.lower_quartile, found.median, found.upper_quartile, found.largest]
        assert given_by == pytest.approx(series.quantile([0, 0.25, 0.5, 0.75, 1]).tolist())


@given(numbers, numbers)
@settings(deadline=None)
def test_what_is_extreme_is_the_same_of_merged_profiles_and_of_all_rows(
    first: list[float | None], second: list[float | None]
) -> None:
    profiles = [
        profile_rows(check_rows([listings(1)[0] | {"price": value} for value in values], CONTRACT).accepted, CONTRACT)
        for values in (first, second, [*first, *second])
    ]
    merged = merge_profiles(profiles[0], profiles[1])
    assert count_extreme(merged.numbers["price"]) == count_extreme(profiles[2].numbers["price"])


def test_a_value_far_from_the_quartiles_is_extreme_and_one_of_a_broad_middle_is_not() -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 10.0, 10.01])
    counts = np.array([100, 100, 100, 100, 100, 1, 1])
    assert count_extreme(NumberProfile(values, counts, 0)) == 1
    assert count_extreme(NumberProfile(np.array([3.0, 900.0]), np.array([99, 1]), 0)) == 0
    assert count_extreme(NumberProfile(np.array([]), np.array([], dtype=np.int64), 7)) == 0


def test_dates_codes_and_categories_have_their_figures() -> None:
    rows = listings(4)
    for row, date, code, city in zip(
        rows, ("2001-01-02", "1890-01-01", None, "2001-01-02"), (1.0, 1.0, 2.0, None), "aabb", strict=True
    ):
        row |= {"prev_sold_date": date, "zip_code": code, "city": city}
    found = facts_of(rows, before=[rows[0]])
    dates = found["prev_sold_date"]
    assert (dates.missing, dates.distinct, dates.out_of_range) == (1, 2, 1)
    assert dates.largest == (pd.Timestamp("2001-01-02") - pd.Timestamp("1970-01-01")).days
    assert (found["zip_code"].missing, found["zip_code"].distinct) == (1, 2)
    assert (found["city"].distinct, found["city"].new_values, found["city"].new_rows) == (2, 1, 2)
    assert found["city"].median is None


def test_no_rows_have_figures_too() -> None:
    found = facts_of([])
    assert {entry.rows for entry in found.values()} == {0}
    assert judge(batch(rows_received=0, rows_stored=0, rows_clean=0), found, [], [], CONTRACT).concerns == ()


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=12), st.integers(1, 50))
def test_a_band_holds_its_middle_and_grows_with_its_unit(counts: list[int], factor: int) -> None:
    band = usual_band(counts)
    assert band is not None
    assert band.middle in band
    assert band.low >= 0
    assert all(count in band for count in counts) or len(set(counts)) > 1
    scaled = usual_band([count * factor for count in counts])
    assert scaled is not None
    assert (scaled.low, scaled.high) == pytest.approx((band.low * factor, band.high * factor))


def test_two_batches_make_no_law() -> None:
    assert usual_band([10, 10_000]) is None


def test_a_usual_batch_gives_no_cause_for_concern() -> None:
    before = [facts_of(listings(1000, seed=seed)) for seed in range(3)]
    assert judge(batch(), facts_of(listings(1000, seed=9)), [batch()] * 3, before, CONTRACT).concerns == ()


def test_the_first_batch_is_judged_by_the_contract_alone() -> None:
    facts = facts_of([*listings(90), *(row | {"price": None} for row in listings(10, seed=2))])
    said = judge(batch(), facts, [], [], CONTRACT).concerns
    assert said == ("Price is missing in 10 of 100 rows (10.0 %), usually 0.0 %.",)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"schema_changes": ("column garage is new",)}, "Schema: column garage is new."),
        ({"note": "Batch 2 never arrived."}, "Batch 2 never arrived."),
        ({"rows_received": 400}, "The batch has fewer rows than usual: 400, usually 750 to 1,250."),
        ({"rows_received": 9000}, "The batch has more rows than usual: 9,000, usually 750 to 1,250."),
        ({"rows_rejected": 40}, "40 of 1,000 rows were rejected (4.0 %), usually 0.0 %."),
        ({"rows_repeated": 150}, "150 of 1,000 rows were there already (15.0 %), usually 0.0 %."),
        ({"rows_clean": 900}, "100 of 1,000 stored rows cannot be used for training (10.0 %), usually 0.0 %."),
    ],
)
def test_what_is_not_usual_is_said_in_a_sentence(changes: dict[str, Any], sentence: str) -> None:
    assert concerns(batch(**changes)) == [sentence]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"missing": 120}, "Bedrooms is missing in 120 of 1,000 rows (12.0 %), usually 0.0 %."),
        ({"out_of_range": 20}, "Bedrooms is outside its range in 20 of 1,000 rows (2.0 %), usually 0.0 %."),
        ({"extreme": 30}, "Bedrooms is extreme in 30 of 1,000 rows (3.0 %), usually 0.0 %."),
        ({"missing": 40}, ""),
        ({"missing": 1000}, ""),
        ({"new_values": 900, "new_rows": 900}, ""),
    ],
)
def test_what_is_not_usual_in_a_column_is_said_with_its_label(changes: dict[str, Any], sentence: str) -> None:
    facts = {"bed": replace(ColumnFacts("bed", 1000, 0, 5), **changes)}
    assert concerns(batch(), facts) == ([sentence] if sentence else [])


def test_what_was_always_so_is_no_concern() -> None:
    facts = {"bed": ColumnFacts("bed", 1000, 220, 5)}
    before = [{"bed": ColumnFacts("bed", 1000, 216, 5)}] * 3
    found = judge(batch(), facts, [batch()] * 3, before, CONTRACT)
    assert found.concerns == ()
    assert found.usual_missing["bed"] == pytest.approx(0.216)


def test_a_few_rows_by_chance_are_no_concern() -> None:
    facts = {"bed": ColumnFacts("bed", 20, 7, 5)}
    before = [{"bed": ColumnFacts("bed", 1000, 200, 5)}] * 3
    assert judge(batch(), facts, [batch()] * 3, before, CONTRACT).concerns == ()


def test_the_digest_follows_the_rules_and_not_the_words() -> None:
    def changed(**values: Any) -> str:
        first, *rest = CONTRACT.columns
        return rules_digest(replace(CONTRACT, columns=(replace(first, **values), *rest)))

    assert changed() == changed(label="Agency", help="another") == rules_digest(CONTRACT)
    assert len({changed(), changed(length=33), changed(required=True), changed(kind="category")}) == 4
