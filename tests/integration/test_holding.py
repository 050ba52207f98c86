"""A batch that cannot be judged is kept aside until an operator releases it; rules are in force from the next batch."""

from collections.abc import Callable
from typing import Any

import pytest

from core import runs, store
from core.errors import InputError
from core.loop import Loop, execute
from core.records import RuleKey
from tests.conftest import listings
from tests.integration.conftest import cycle, queue

MakeLoop = Callable[..., Loop]


def held(loop: Loop) -> frozenset[int]:
    with store.reading(loop.raw) as connection:
        return store.held_batches(connection)


def set_rules(loop: Loop, changes: dict[RuleKey, float | None]) -> None:
    with store.writing(loop.raw) as connection:
        store.store_rules(connection, changes=changes, by="ana", at=loop.clock())


def trained_on(loop: Loop, version: int) -> str:
    return next(found.tags["batches"] for found in loop.registry.versions() if found.number == version)


def broken(count: int) -> list[dict[str, Any]]:
    return [row | {"price": "dear"} for row in listings(count, seed=9)]


def test_a_batch_that_cannot_be_judged_is_held_until_it_is_released(make_loop: MakeLoop) -> None:
    dear = listings(25, seed=4, price=900_000)
    batches = [listings(400, seed=1), dear, listings(400, seed=2), listings(400, seed=3, price=420_000)]
    loop = make_loop(batches, drift_reference="previous")
    cycle(loop)
    outcome = cycle(loop)
    assert (outcome["held"], outcome["retrain"], outcome["version"]) == (True, False, None)
    assert outcome["reason"] == "Too small to judge: 25 of 25 rows can be used, at least 30 are asked for."
    assert "Held: Too small" in outcome["message"]
    assert (held(loop), outcome["rows_stored"]) == ({2}, 25)
    # The next batch is compared with the one before the held one, and like it.
    third = cycle(loop)
    assert "against the previous batch (collection 1, batch 0)" in third["reason"]
    assert not third["retrain"]
    with store.reading(loop.raw) as connection:
        profile = store.load_profile(connection, batch=3, kind="accumulated")
    assert profile is not None
    assert profile.rows == 800
    # What is held is not trained on.
    fourth = cycle(loop)
    assert trained_on(loop, fourth["version"]) == "1,3,4"
    released = execute(loop, queue(loop, "release", by="ana", batch=2, reason="a quiet holiday."))
    assert released["retrain"]
    assert released["reason"].startswith("Released by ana: a quiet holiday. Against the previous batch")
    assert held(loop) == set()
    assert trained_on(loop, released["version"]) == "1,2,3,4"
    with store.reading(loop.raw) as connection:
        decision = next(d for d in store.list_decisions(connection, batch=2) if d.kind == "train")
    assert decision.decision.numbers["released_by"] == "ana"


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"batch": 1, "reason": "why not"}, "Collection 1, batch 0 is not held, so there is nothing to release."),
        ({"batch": 1, "reason": " "}, "A release needs a reason"),
        ({"reason": "why not"}, "must name a batch by its key, got None."),
    ],
)
def test_a_release_that_cannot_be_is_a_failed_run(
    make_loop: MakeLoop, parameters: dict[str, Any], sentence: str
) -> None:
    loop = make_loop([listings(300, seed=1)])
    cycle(loop)
    run = queue(loop, "release", **parameters)
    with pytest.raises(InputError, match=sentence):
        execute(loop, run)
    with store.reading(loop.raw) as connection:
        assert runs.load_run(connection, run=run.id).status == "failed"


def test_a_first_batch_without_a_usable_row_is_held_and_the_next_one_trains(make_loop: MakeLoop) -> None:
    loop = make_loop([broken(60), listings(300, seed=1)])
    first = cycle(loop)
    assert first["held"]
    assert "Too broken to judge: 60 of 60 rows were rejected" in first["reason"]
    second = cycle(loop)
    assert second["retrain"]
    assert trained_on(loop, second["version"]) == "2"


def test_where_every_batch_is_held_a_training_says_so(make_loop: MakeLoop) -> None:
    loop = make_loop([broken(60)])
    cycle(loop)
    with pytest.raises(Exception, match="Every batch of the collection is held"):
        execute(loop, queue(loop, "training", reason="to see"))


def test_a_batch_of_a_closed_collection_stays_held(make_loop: MakeLoop) -> None:
    loop = make_loop([broken(60)])
    cycle(loop)
    cycle(loop, restart=True)
    with pytest.raises(InputError, match="Collection 1 is closed"):
        execute(loop, queue(loop, "release", batch=1, reason="why not"))


def test_a_rule_is_in_force_from_the_next_batch_and_changes_no_report(make_loop: MakeLoop) -> None:
    batches = [listings(300, seed=1), listings(300, seed=2), [*listings(200, seed=3), *broken(40)]]
    loop = make_loop(batches, drift_reference="previous", drift_limit="5")
    cycle(loop)
    assert not cycle(loop)["retrain"]
    with store.reading(loop.raw) as connection:
        before = store.load_reports(connection, batch=2)
    limits = {RuleKey("change", "price", "mean"): 0.00001, RuleKey("rejected"): 0.1, RuleKey("stability", "bed"): 0.001}
    set_rules(loop, dict(limits))
    third = cycle(loop)
    assert third["retrain"]
    assert "Price mean" in third["reason"]
    assert "40 of 240 rows were rejected, 16.7 % (limit 10 %)." in third["reason"]
    assert "PSI of Bedrooms is" in third["reason"]
    with store.reading(loop.raw) as connection:
        assert store.load_reports(connection, batch=2) == before
        report = store.load_reports(connection, batch=3)["previous"]
    assert {m.limit for m in report.measurements if (m.column, m.statistic) == ("price", "mean")} == {0.00001}
