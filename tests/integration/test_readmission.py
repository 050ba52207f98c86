"""Rejected rows let in after a rule was mended: as if they had come under today's rules, and never twice."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pandas as pd
import pytest

from core import runs, store
from core.contract import contract_path
from core.errors import InputError, RunInterrupted
from core.feed import Feed
from core.loop import Loop, collecting, count_passing, execute, open_loop, readmitting
from core.loop.progress import Progress
from core.records import Batch, Decision, Profile
from core.settings import read_settings
from tests.conftest import Clock, listings
from tests.integration.conftest import ShelfFeed, all_met, asked, cycle, queue

MakeLoop = Callable[..., Loop]
STRICT = {
    'name = "bed"\nkind = "number"\n': 'name = "bed"\nkind = "number"\nrequired = true\n',
    "max = 50000.0": "max = 3000.0",
}


def without_bed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "bed"} for row in rows]


def shelves() -> list[list[Any]]:
    """Two batches. The first has 12 rows without a bed, one of them twice, and 3 that no rule will ever let in."""
    late = without_bed(listings(11, seed=7, city="Latetown", house_size=4000.0))
    broken = [row | {"price": "dear"} for row in listings(3, seed=8)]
    first = [*listings(200, seed=1), *late, *broken, late[0], *listings(50, seed=2)]
    second = [*listings(120, seed=3), *without_bed(listings(5, seed=9)), late[1], {"city": "nothing else"}]
    return [first, second]


@pytest.fixture
def strict(tmp_path: Path) -> Path:
    text = contract_path("real_estate").read_text(encoding="utf-8")
    for lenient, stern in STRICT.items():
        assert lenient in text
        text = text.replace(lenient, stern)
    path = tmp_path / "strict.toml"
    path.write_text(text, encoding="utf-8")
    return path


def take(loop: Loop) -> Batch:
    """The next batch into both databases, without the steps that follow."""
    progress = Progress.resume(loop, queue(loop), ("collect", "clean"))
    collected = collecting.collect(loop, progress)
    assert collected.batch is not None
    collecting.clean(loop, progress, collected, collected.batch)
    return collected.batch


@pytest.fixture
def mended(make_loop: MakeLoop, strict: Path) -> Loop:
    """A world whose two batches came under the strict rules, opened again under the shipped ones."""
    loop = make_loop(shelves(), contract=str(strict))
    assert [take(loop).rows_rejected for _ in range(2)] == [15, 7]
    return make_loop([])


@pytest.fixture
def twin(tmp_path: Path, clock: Clock) -> Loop:
    """A world whose batches came under the shipped rules from the start."""
    loop = open_loop(read_settings({"DATA_DIR": str(tmp_path / "twin")}, None), clock)
    loop = replace(loop, feed=cast(Feed, ShelfFeed(shelves())))
    for _ in range(2):
        take(loop)
    return loop


def readmit(loop: Loop, batch: int) -> dict[str, Any]:
    return execute(loop, queue(loop, "readmission", batch=batch))


def batch_of(loop: Loop, key: int) -> Batch:
    with store.reading(loop.raw) as connection:
        return store.load_batch(connection, batch=key)


def profile_of(loop: Loop, batch: int, kind: str) -> Profile:
    with store.reading(loop.raw) as connection:
        profile = store.load_profile(connection, batch=batch, kind=kind)
    assert profile is not None
    return profile


def rows_of(loop: Loop, batch: int) -> pd.DataFrame:
    with store.reading(loop.raw) as connection:
        return store.load_received(connection, tables=loop.tables, contract=loop.contract, batch=batch)


def clean_of(loop: Loop, batch: int) -> pd.DataFrame:
    with store.reading(loop.clean) as connection:
        splits = ("train", "validation", "test")
        return store.load_clean(connection, tables=loop.tables, contract=loop.contract, batches=[batch], splits=splits)


def assert_same(first: Profile, second: Profile) -> None:
    assert first.rows == second.rows
    assert first.categories == second.categories
    for name, numbers in first.numbers.items():
        np.testing.assert_array_equal(numbers.values, second.numbers[name].values)
        np.testing.assert_array_equal(numbers.counts, second.numbers[name].counts)
        assert numbers.missing == second.numbers[name].missing


def test_what_is_let_in_later_is_as_if_it_had_come_under_todays_rules(mended: Loop, twin: Loop) -> None:
    assert [readmit(mended, batch)["readmitted"] for batch in (1, 2)] == [12, 6]
    for batch in (1, 2):
        pd.testing.assert_frame_equal(rows_of(mended, batch), rows_of(twin, batch))
        pd.testing.assert_frame_equal(clean_of(mended, batch), clean_of(twin, batch))
        for kind in ("batch", "accumulated"):
            assert_same(profile_of(mended, batch, kind), profile_of(twin, batch, kind))
        with store.reading(mended.raw) as here, store.reading(twin.raw) as there:
            assert store.load_facts(here, batches=[batch]) == store.load_facts(there, batches=[batch])
        found, expected = batch_of(mended, batch), batch_of(twin, batch)
        same = {"received_at": expected.received_at, "rows_readmitted": 0, "schema_changes": expected.schema_changes}
        assert replace(found, **same) == expected
        assert found.rows_received == found.rows_stored + found.rows_repeated + found.rows_rejected


def test_the_later_batch_knows_the_rows_that_were_let_into_the_earlier_one(mended: Loop, twin: Loop) -> None:
    before = profile_of(mended, 2, "batch")
    readmit(mended, 1)
    assert_same(profile_of(mended, 2, "batch"), before)
    gained = profile_of(mended, 2, "accumulated").categories["city"]["Latetown"]
    assert gained == profile_of(twin, 1, "batch").categories["city"]["Latetown"] == 11


def test_a_batch_that_was_held_gives_nothing_to_those_that_came_meanwhile(make_loop: MakeLoop, strict: Path) -> None:
    loop = make_loop(shelves(), contract=str(strict))
    take(loop)
    run = queue(loop, "ranking")
    with store.writing(loop.raw) as connection:
        held = Decision(False, "held", {}, held=True)
        store.store_decision(connection, run=run.id, batch=1, kind="train", decision=held, at=loop.clock())
    take(loop)
    mended = make_loop([])
    before = profile_of(mended, 2, "accumulated")
    readmit(mended, 1)
    assert_same(profile_of(mended, 2, "accumulated"), before)


def test_rejected_rows_stay_and_are_marked(mended: Loop) -> None:
    before = batch_of(mended, 1).rows_clean
    outcome = readmit(mended, 1)
    assert outcome["message"] == (
        "Collection 1, batch 0: 12 of 15 rejected rows pass today's rules; 11 stored, 1 were there already. "
        f"{batch_of(mended, 1).rows_clean} rows are usable for training, {before} before."
    )
    with store.reading(mended.raw) as connection:
        kept = store.list_rejected(connection, batch=1)
        audit = store.list_actions(connection, limit=1)[0]
    assert len(kept) == 15
    fates = [row.readmitted_as for row in kept]
    assert fates == [*["stored"] * 11, "", "", "", "repeated"]
    assert {row.readmitted_by for row in kept} == {"me", ""}
    assert kept[0].run is not None
    assert audit["action"] == "re-admission of rejected rows"
    assert audit["detail"] == {"run": kept[0].run, "batch": 1, "rows": 12}


def test_what_is_let_in_tells_the_true_value_of_a_price_that_was_asked_for_before(
    make_loop: MakeLoop, strict: Path
) -> None:
    late = listings(12, seed=7, house_size=1500.0)
    loop = make_loop([listings(300, seed=1), [*listings(60, seed=2), *without_bed(late)]], contract=str(strict))
    cycle(loop)
    keys = asked(loop, late)
    cycle(loop)
    assert all_met(loop) == {}
    mended = make_loop([])
    readmit(mended, 2)
    met = all_met(mended)
    assert [met[key].truth.value for key in keys] == [row["price"] for row in late]
    assert {(each.truth.batch, each.truth.reason) for each in met.values()} == {(2, "")}


def test_asking_again_lets_nothing_in(mended: Loop) -> None:
    readmit(mended, 1)
    rows, batch = rows_of(mended, 1), batch_of(mended, 1)
    assert readmit(mended, 1)["readmitted"] == 0
    assert batch_of(mended, 1) == batch
    pd.testing.assert_frame_equal(rows_of(mended, 1), rows)


def test_the_page_can_ask_how_many_would_pass(mended: Loop) -> None:
    batch = batch_of(mended, 1)
    assert count_passing(mended, batch, 1000) == (12, 15)
    assert count_passing(mended, batch, 5) == (5, 5)
    readmit(mended, 1)
    assert count_passing(mended, batch_of(mended, 1), 1000) == (0, 3)


def test_a_run_that_was_stopped_before_it_cleaned_goes_on_and_stores_nothing_twice(
    mended: Loop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: Any) -> int:
        raise RunInterrupted("The worker was told to stop.")

    run = queue(mended, "readmission", batch=1)
    with monkeypatch.context() as patch:
        patch.setattr(readmitting, "rebuild_clean", stopped)
        with pytest.raises(RunInterrupted):
            execute(mended, run)
    halfway = batch_of(mended, 1)
    assert halfway.rows_readmitted == 12
    with store.writing(mended.raw) as connection:
        again = runs.claim(connection, worker="w2", at=mended.clock())
    assert again is not None
    assert execute(mended, again)["readmitted"] == 12
    assert batch_of(mended, 1) == halfway
    assert len(clean_of(mended, 1)) == halfway.rows_clean


def test_a_run_that_fails_in_the_middle_stores_nothing(mended: Loop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise RuntimeError("in the middle")

    rows, batch, profile = rows_of(mended, 1), batch_of(mended, 1), profile_of(mended, 2, "accumulated")
    monkeypatch.setattr(readmitting.store, "note_action", fail)
    with pytest.raises(RuntimeError, match="in the middle"):
        readmit(mended, 1)
    assert batch_of(mended, 1) == batch
    assert_same(profile_of(mended, 2, "accumulated"), profile)
    pd.testing.assert_frame_equal(rows_of(mended, 1), rows)


@pytest.mark.parametrize("batch", [99, "1", None, True])
def test_a_run_that_names_no_batch_fails_with_a_sentence(mended: Loop, batch: Any) -> None:
    with pytest.raises(InputError, match="batch"):
        execute(mended, queue(mended, "readmission", batch=batch))
