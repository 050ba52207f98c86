"""True values of stored predictions: which match, which count, and what they say."""

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.checks import check_truth
from core.contract import Contract, load_contract
from core.errors import InputError
from core.identity import names_property, property_hash, property_hashes, splits
from core.live import REASONS, assess, match, reasons, running_median, trained_from_bytes, trained_to_bytes
from core.live.quality import wilson
from core.policy import live_findings
from core.records import Answered, Batch, Met, Truth
from tests.conftest import NOON

CONTRACT = load_contract("real_estate")
BATCH = Batch(
    id=4,
    collection=1,
    number=3,
    content_hash="h",
    received_at=NOON,
    rows_received=9,
    rows_stored=9,
    rows_rejected=0,
    rows_repeated=0,
    rows_clean=9,
)
HOLDOUT = {"median_ape": 0.1, "mae": 20_000.0, "interval_coverage": 0.8}
texts = st.one_of(st.none(), st.text(max_size=6))


def listing(**changed: Any) -> dict[str, Any]:
    """A typed row, as it is after the checks."""
    row = {"street": "77", "city": "Troy", "state": "Ohio", "zip_code": "45373", "bed": 3.0, "bath": 2.0}
    return dict.fromkeys(CONTRACT.names) | row | {"house_size": 1800.0, "price": 250_000.0} | changed


def frame(*rows: dict[str, Any]) -> pd.DataFrame:
    numbers = [column.name for column in CONTRACT.columns if column.is_number]
    return pd.DataFrame(list(rows), index=range(7, 7 + len(rows))).astype(dict.fromkeys(numbers, "float64"))


def answered(number: int = 1, version: int = 2, **changed: Any) -> Answered:
    row = listing(**changed)
    return Answered(number, "r", NOON - timedelta(days=1), version, 200_000.0, property_hash(row, CONTRACT), row)


def matched(waiting: list[Answered], rows: pd.DataFrame, known: NDArray[np.uint32] | None = None) -> dict[int, Truth]:
    trained = np.zeros(0, dtype=np.uint32) if known is None else known
    found = match(waiting, rows, property_hashes(rows, CONTRACT), BATCH, lambda _: trained, CONTRACT)
    return {entry.id: truth for entry, truth in found}


@settings(deadline=None)
@given(st.lists(st.tuples(texts, texts, texts, texts), min_size=1, max_size=8))
def test_one_row_has_the_hash_that_it_has_among_many(rows: list[tuple[str | None, ...]]) -> None:
    places = pd.DataFrame(rows, columns=list(CONTRACT.group), dtype=object)
    expected = property_hashes(places, CONTRACT).tolist()
    named = names_property(places, CONTRACT).tolist()
    for place, row in enumerate(rows):
        found = property_hash(dict(zip(CONTRACT.group, row, strict=True)), CONTRACT)
        assert found == (expected[place] if named[place] else None)


@pytest.mark.parametrize("name", CONTRACT.group)
@pytest.mark.parametrize("value", [None, "", float("nan")])
def test_a_row_that_lacks_a_part_of_the_key_names_no_home(name: str, value: Any) -> None:
    assert property_hash(listing(**{name: value}), CONTRACT) is None


def test_a_listing_tells_the_true_value_of_the_same_home_and_of_no_other() -> None:
    told = matched([answered(1), answered(2, street="78"), answered(3, city="TROY")], frame(listing()))
    assert told == {
        1: Truth(250_000.0, "batch", NOON, "worker", "", 4, 7),
        3: Truth(250_000.0, "batch", NOON, "worker", "", 4, 7),
    }


def test_another_state_of_the_home_does_not_count() -> None:
    assert matched([answered(bed=5.0)], frame(listing()))[1].reason == "other_home"
    assert matched([answered(bed=None)], frame(listing()))[1].reason == ""
    assert matched([answered()], frame(listing(bed=None)))[1].reason == ""
    assert matched([answered(house_size=1850.0)], frame(listing()))[1].reason == ""
    assert matched([answered(status="sold")], frame(listing(status="for_sale")))[1].reason == ""


def test_of_several_listings_of_a_home_those_that_are_alike_tell_the_value() -> None:
    both = frame(listing(bed=5.0, price=900_000.0), listing())
    assert matched([answered()], both)[1] == Truth(250_000.0, "batch", NOON, "worker", "", 4, 8)
    assert matched([answered()], frame(listing(), listing(price=251_000.0)))[1].reason == ""
    assert matched([answered()], frame(listing(), listing(price=400_000.0)))[1].reason == "unclear"


def home_in(split: str) -> dict[str, Any]:
    """A home that the split of a kind has."""
    for street in range(100):
        row = listing(street=str(street))
        if splits(np.array([property_hash(row, CONTRACT)], dtype=np.int64), CONTRACT)[0] == split:
            return row
    raise AssertionError(split)


@pytest.mark.parametrize(("split", "reason"), [("train", "trained_on"), ("validation", "trained_on"), ("test", "")])
def test_a_home_that_the_version_was_trained_on_is_no_test_of_it(split: str, reason: str) -> None:
    row = home_in(split)
    known = trained_from_bytes(trained_to_bytes(property_hashes(frame(row), CONTRACT)))
    assert matched([answered(**row)], frame(row), known)[1].reason == reason
    assert matched([answered(**row)], frame(row))[1].reason == ""


def test_where_nobody_noted_what_a_version_was_trained_on_only_homes_of_the_holdout_count() -> None:
    homes = [property_hash(home_in(split), CONTRACT) for split in ("train", "test")]
    assert reasons([*homes, None], lambda: None, CONTRACT) == ["not_known", "", ""]


def test_what_a_version_was_trained_on_is_asked_only_where_it_decides() -> None:
    def never() -> None:
        raise AssertionError

    assert reasons([None, property_hash(home_in("test"), CONTRACT)], never, CONTRACT) == ["", ""]
    assert reasons([], never, CONTRACT) == []


@settings(deadline=None)
@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=20), st.integers(-(2**63), 2**63 - 1))
def test_no_home_that_was_trained_on_is_missed(homes: list[int], other: int) -> None:
    known = trained_from_bytes(trained_to_bytes(np.array(homes, dtype=np.int64)))
    found = reasons([*homes, other], lambda: known, CONTRACT)
    held_out = splits(np.array([*homes, other], dtype=np.int64), CONTRACT) == "test"
    assert [bool(reason) for reason in found[: len(homes)]] == [not each for each in held_out[: len(homes)]]
    assert set(found) <= {"", *REASONS}


def met(number: int, predicted: float, truth: float, home: object = None, minutes: int = 0) -> Met:
    told = Truth(truth, "asker", NOON + timedelta(minutes=minutes or number), "page")
    return Met(number, number if home is None else home, predicted, told, predicted * 0.8, predicted * 1.2)


def wrong_by(share: float, count: int, spread: float = 0.02) -> list[Met]:
    """True values that were missed by about a share."""
    random = np.random.default_rng(1)
    off = share + random.normal(0, spread, count)
    return [met(number, 200_000 * (1 + each), 200_000) for number, each in enumerate(off, start=1)][::-1]


def test_too_few_true_values_say_nothing() -> None:
    found = assess(3, wrong_by(0.9, 29), HOLDOUT, 30)
    assert (found.status, found.count, found.least) == ("few", 29, 30)
    assert live_findings(found) == ()
    assert assess(3, [], HOLDOUT, 30).errors == ()


def test_a_version_that_fails_those_who_ask_is_found_and_chance_is_not() -> None:
    bad = assess(3, wrong_by(0.2, 40), HOLDOUT, 30)
    assert bad.status == "worse"
    [ape, *_] = live_findings(bad)
    assert (ape.key.kind, ape.count, ape.before) == ("live_ape", 40, 0.1)
    assert ape.value == pytest.approx(ape.now / 0.1 - 1)
    assert ape.low is not None
    assert ape.low > 0.1
    assert assess(3, wrong_by(0.1, 40), HOLDOUT, 30).status == "well"
    noisy = assess(3, wrong_by(0.105, 40, spread=0.08), HOLDOUT, 30)
    assert (noisy.status, live_findings(noisy)) == ("well", ())


def test_metrics_are_those_of_their_definitions() -> None:
    found = assess(3, [met(1, 110_000, 100_000), met(2, 260_000, 200_000), met(3, 90_000, 100_000)], HOLDOUT, 2)
    values = {each.metric: each.live for each in found.errors}
    assert values == pytest.approx({"median_ape": 0.1, "mae": 80_000 / 3, "interval_coverage": 2 / 3})
    assert all(each.low <= each.live <= each.high for each in found.errors)


def test_one_home_counts_once_by_its_newest_true_value() -> None:
    found = assess(3, [met(3, 1.0, 2.0, "a"), met(2, 5.0, 2.0, "b"), met(1, 9.0, 2.0, "a")], HOLDOUT, 2)
    assert [each.prediction for each in found.met] == [3, 2]


def test_a_version_that_was_not_scored_on_a_holdout_is_not_called_worse() -> None:
    found = assess(3, wrong_by(5.0, 40), {}, 30)
    assert (found.status, found.of("mae") is not None, live_findings(found)) == ("well", True, ())


@settings(deadline=None)
@given(st.lists(st.floats(0.5, 2.0), min_size=2, max_size=40), st.integers(0, 20).map(lambda power: 2.0**power))
def test_the_unit_of_money_changes_no_verdict(factors: list[float], unit: float) -> None:
    def told(scale: float) -> list[Met]:
        return [met(place, scale * factor, scale) for place, factor in enumerate(factors, start=1)]

    one = assess(1, told(1.0), HOLDOUT | {"mae": 0.2}, 2)
    other = assess(1, told(unit), HOLDOUT | {"mae": 0.2 * unit}, 2)
    assert one.status == other.status
    for first, second in zip(one.errors, other.errors, strict=True):
        scale = unit if first.metric == "mae" else 1.0
        assert second.live == pytest.approx(first.live * scale, rel=1e-6, abs=1e-9 * scale)


@settings(deadline=None)
@given(st.integers(1, 10_000), st.data())
def test_the_interval_of_a_share_holds_it_and_stays_a_share(count: int, data: st.DataObject) -> None:
    share = data.draw(st.integers(0, count)) / count
    low, high = wilson(share, count)
    assert 0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1


def test_the_interval_of_a_share_is_wilsons() -> None:
    """The example of Newcombe, Statistics in Medicine 17 (1998), 857, table I: 81 of 263."""
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


def test_the_running_median_needs_its_width() -> None:
    values = [met(number, 100.0 + number, 100.0) for number in (4, 3, 2, 1)]
    assert running_median(values, 5) == []
    assert running_median(values, 3) == pytest.approx([0.02, 0.03])


@pytest.mark.parametrize("raw", [250_000, 250_000.0, "250000"])
def test_a_true_value_is_read_like_any_number(contract: Contract, raw: Any) -> None:
    assert check_truth(raw, contract) == 250_000.0


@pytest.mark.parametrize("raw", [None, "", float("nan")])
def test_no_true_value_is_none(contract: Contract, raw: Any) -> None:
    assert check_truth(raw, contract) is None


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        ("dear", "must be a number"),
        (-5, "must be 0"),
        (0, "above 0"),
        (500, "must be a true value .a price of 1,000 or less is a placeholder., got 500"),
        (1e12, "0 to"),
    ],
)
def test_what_cannot_be_a_price_is_no_true_value(contract: Contract, raw: Any, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        check_truth(raw, contract)
    assert set(caught.value.problems) == {"price"}
