"""How a version comes into production: by the rules, after approval, by hand, undone and rolled back."""

import re
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

import numpy as np
import pytest

from core import policy, runs, store
from core.comparison import resamples_from_bytes, resamples_to_bytes
from core.errors import InputError, ModelNotLoadable
from core.feed import Feed
from core.loop import Loop, comparisons_with, execute, open_loop, ranking, rules_in_force
from core.loop.promoting import promote
from core.policy import percent
from core.records import Approval, Promotion, Run
from core.registry import open_registry
from core.settings import read_settings
from tests.conftest import Clock, listings
from tests.integration.conftest import ShelfFeed, cycle, queue


@pytest.fixture(scope="module")
def two_versions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two batches and two versions, of which the first is in production: nothing may promote the other by itself."""
    folder = tmp_path_factory.mktemp("two")
    environ = {"DATA_DIR": str(folder), "SEARCH_DRAWS": "1", "PROMOTION_MIN_GAIN": "0.99"}
    loop = open_loop(read_settings(environ, None), Clock())
    open_registry(loop.settings).initialise()
    loop = replace(loop, feed=cast(Feed, ShelfFeed([listings(500, seed=1), listings(500, seed=3, price=420_000)])))
    for _ in range(2):
        cycle(loop)
    assert [version.number for version in loop.registry.versions()] == [1, 2]
    loop.raw.dispose()
    loop.clean.dispose()
    return folder


@pytest.fixture
def world(two_versions: Path, tmp_path: Path) -> Callable[..., Loop]:
    """A loop over a copy of the two versions; keywords are settings."""

    def make(**settings: str) -> Loop:
        if not (tmp_path / "raw.db").exists():
            shutil.copytree(two_versions, tmp_path, dirs_exist_ok=True)
        environ = {"DATA_DIR": str(tmp_path), "SEARCH_DRAWS": "1", "PROMOTION_NEEDS_INTERVAL": "false"}
        environ |= {"PROMOTION_GUARDS": "off"} | {name.upper(): value for name, value in settings.items()}
        clock = Clock()
        with store.reading(store.open_engine(read_settings(environ, None).raw_url)) as connection:
            clock.time = max(entry.at for entry in store.list_decisions(connection))
        return open_loop(read_settings(environ, None), clock)

    return make


def ledger(loop: Loop) -> list[Promotion]:
    with store.reading(loop.raw) as connection:
        return store.list_promotions(connection, model=loop.settings.mlflow_model)


def approvals(loop: Loop) -> list[tuple[int, str]]:
    with store.reading(loop.raw) as connection:
        found = store.list_approvals(connection, model=loop.settings.mlflow_model)
    return [(each.version, each.status) for each in found]


def asked_run(loop: Loop, **parameters: Any) -> Run:
    """A claimed run of a promotion that ana asked for."""
    with store.writing(loop.raw) as connection:
        at = loop.clock()
        number = runs.enqueue(connection, kind="promotion", cause="operator", by="ana", at=at, parameters=parameters)
        run = runs.claim(connection, worker="w", at=at, run=number)
    assert run is not None
    return run


def favour(loop: Loop, version: int, factor: float = 0.5) -> None:
    """Make a version the best by far on the holdout that was scored last, in its scores and its resamples.

    A ``factor`` above 1 makes it worse, as a further batch may.
    """
    model = loop.settings.mlflow_model
    with store.writing(loop.raw) as connection:
        holdout = store.last_holdout(connection, model=model)
        assert holdout is not None
        ranked = store.load_scores(connection, model=model, holdout=holdout)[version]
        better = replace(ranked, metrics={name: value * factor for name, value in ranked.metrics.items()})
        store.store_scores(connection, model=model, holdout=holdout, ranked=[better], at=loop.clock())
        content = store.load_resamples(connection, model=model, holdout=holdout, version=version)
        assert content is not None
        found = resamples_from_bytes(content)
        halved = resamples_to_bytes(replace(found, values=np.asarray(found.values * factor, dtype=np.float32)))
        store.store_resamples(connection, model=model, version=version, holdout=holdout, content=halved)


def test_two_versions_are_compared_with_an_interval_without_scoring_again(
    world: Callable[..., Loop], monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = world()

    def never(*_: Any) -> Any:
        raise AssertionError("a version was scored again")

    monkeypatch.setattr(ranking, "score_versions", never)
    outcome = execute(loop, queue(loop, "ranking"))
    assert "version 1" in outcome["message"]
    with store.reading(loop.raw) as connection:
        found = comparisons_with(loop, connection, 1)[2]
    difference = found.of("mae")
    assert difference is not None
    assert difference.low is not None
    assert difference.high is not None
    assert difference.low < difference.change < difference.high
    assert found.rows > 100


def test_a_score_of_an_earlier_release_is_made_again_so_that_it_can_be_compared(world: Callable[..., Loop]) -> None:
    loop = world()
    with store.writing(loop.raw) as connection:
        connection.exec_driver_sql("DELETE FROM resamples")
    execute(loop, queue(loop, "ranking"))
    with store.reading(loop.raw) as connection:
        assert set(comparisons_with(loop, connection, 1)) == {2}


def test_the_rules_promote_and_the_ledger_keeps_each_with_its_numbers(world: Callable[..., Loop]) -> None:
    loop = world(promotion_guards="rmse=0.01", promotion_needs_interval="true")
    favour(loop, 2)
    outcome = execute(loop, queue(loop, "ranking"))
    assert outcome["promoted"]
    row = ledger(loop)[0]
    assert (row.version, row.replaced, row.by, row.numbers["kind"]) == (2, 1, "worker", "rules")
    assert [rule["kind"] for rule in row.numbers["rules"]] == ["gain", "interval", "guard"]
    change, low, high = row.numbers["changes"]["mae"]
    assert low < change < high < -0.3
    assert f"MAE {percent(change)} [" in row.reason
    assert loop.registry.is_aligned(2)


def test_a_candidate_waits_for_approval_and_is_promoted_after_it(world: Callable[..., Loop]) -> None:
    loop = world(promotion_mode="approval")
    favour(loop, 2)
    for _ in range(2):
        outcome = execute(loop, queue(loop, "ranking"))
        assert (outcome["promoted"], outcome["waits"]) == (False, True)
    assert outcome["message"].startswith("Waits for approval: Version 2 keeps every rule")
    assert approvals(loop) == [(2, "pending")]
    assert ledger(loop)[0].version == 1
    with store.writing(loop.raw) as connection:
        (found,) = store.list_approvals(connection, model=loop.settings.mlflow_model)
        store.decide_approval(
            connection, approval=found.id, status="approved", by="ana", comment="looks right", at=loop.clock()
        )
    asked = {"version": 2, "reason": "looks right", "kind": "approved", "instead_of": 1, "approval": found.id}
    execute(loop, asked_run(loop, **asked))
    row = ledger(loop)[0]
    assert (row.version, row.by, row.reason, row.numbers["kind"]) == (2, "ana", "looks right", "approved")
    assert row.numbers["comment"] == "looks right"
    assert row.numbers["rules"][0]["passed"]
    assert approvals(loop) == [(2, "approved")]
    assert loop.registry.is_aligned(2)


def candidate(loop: Loop) -> Approval:
    with store.reading(loop.raw) as connection:
        return store.list_approvals(connection, model=loop.settings.mlflow_model)[0]


def approve(loop: Loop, comment: str = "looks right") -> Run:
    """The claimed run that follows an approval by ana."""
    found = candidate(loop)
    with store.writing(loop.raw) as connection:
        at, key = loop.clock(), found.id
        store.decide_approval(connection, approval=key, status="approved", by="ana", comment=comment, at=at)
    return asked_run(
        loop, version=found.version, reason=comment, kind="approved", instead_of=found.replaces, approval=found.id
    )


def test_a_candidate_that_waits_is_known_by_the_newest_judgement(world: Callable[..., Loop]) -> None:
    loop = world(promotion_mode="approval")
    favour(loop, 2)
    execute(loop, queue(loop, "ranking"))
    first = candidate(loop)
    favour(loop, 2, factor=1.2)
    outcome = execute(loop, queue(loop, "ranking"))
    found = candidate(loop)
    assert (found.id, found.status, found.asked_at) == (first.id, "pending", first.asked_at)
    assert found.reason != first.reason
    assert found.reason in outcome["message"]
    assert found.numbers["changes"]["mae"][0] > first.numbers["changes"]["mae"][0]
    judged = found.numbers["judged"]
    assert judged["at"] > first.numbers["judged"]["at"]
    assert judged["rows"] > 100
    assert judged["holdout"]
    # What the newest scores say goes into the ledger, also where they came after the approval.
    run = approve(loop)
    favour(loop, 2, factor=1.1)
    execute(loop, run)
    row = ledger(loop)[0]
    assert row.version == 2
    assert f"MAE {percent(row.numbers['changes']['mae'][0])} " in row.numbers["rules"][0]["sentence"]


def test_a_candidate_that_no_longer_keeps_every_rule_is_withdrawn_with_the_reason(world: Callable[..., Loop]) -> None:
    loop = world(promotion_mode="approval")
    favour(loop, 2)
    execute(loop, queue(loop, "ranking"))
    favour(loop, 2, factor=4.0)
    outcome = execute(loop, queue(loop, "ranking"))
    assert not outcome["waits"]
    assert outcome["message"].endswith("Version 2 no longer waits for approval.")
    found = candidate(loop)
    assert (found.status, found.decided_by) == ("withdrawn", "worker")
    assert found.comment.startswith("Version 2 no longer keeps every rule. Not kept: MAE +")
    favour(loop, 2, factor=0.2)
    assert execute(loop, queue(loop, "ranking"))["waits"]
    assert approvals(loop) == [(2, "pending"), (2, "withdrawn")]


def test_an_approval_that_newer_scores_overtook_is_refused(world: Callable[..., Loop]) -> None:
    loop = world(promotion_mode="approval")
    favour(loop, 2)
    execute(loop, queue(loop, "ranking"))
    run = approve(loop)
    favour(loop, 2, factor=4.0)
    with pytest.raises(InputError, match=r"Version 2 no longer keeps every rule\. Not kept: MAE \+"):
        execute(loop, run)
    assert ledger(loop)[0].version == 1


def test_the_first_version_is_approved_too(world: Callable[..., Loop]) -> None:
    loop = world(promotion_mode="approval")
    with store.writing(loop.raw) as connection:
        connection.exec_driver_sql("DELETE FROM promotions")
    assert execute(loop, queue(loop, "ranking"))["waits"]
    execute(loop, approve(loop))
    assert [entry.numbers["kind"] for entry in ledger(loop)] == ["approved"]


def test_a_rejected_version_is_not_put_forward_again(world: Callable[..., Loop]) -> None:
    loop = world(promotion_mode="approval")
    favour(loop, 2)
    execute(loop, queue(loop, "ranking"))
    with store.writing(loop.raw) as connection:
        (found,) = store.list_approvals(connection, model=loop.settings.mlflow_model)
        store.decide_approval(connection, approval=found.id, status="rejected", by="ana", comment="no", at=loop.clock())
    outcome = execute(loop, queue(loop, "ranking"))
    assert not outcome["waits"]
    assert "Version 2 is better still, but a person took it out or rejected it." in outcome["message"]
    assert approvals(loop) == [(2, "rejected")]


def test_the_same_model_as_a_rejected_one_is_not_put_forward_either(world: Callable[..., Loop]) -> None:
    loop = world(promotion_mode="approval")
    favour(loop, 2)
    execute(loop, queue(loop, "ranking"))
    with store.writing(loop.raw) as connection:
        key, at = candidate(loop).id, loop.clock()
        store.decide_approval(connection, approval=key, status="rejected", by="ana", comment="no", at=at)
    execute(loop, queue(loop, "training", reason="once more"))
    favour(loop, 3)
    outcome = execute(loop, queue(loop, "ranking"))
    assert not outcome["waits"]
    said = "Version 3 is the same model as version 2, which a person took out or rejected."
    assert said in outcome["message"]
    # Before its score was made the same it had been put forward.
    assert approvals(loop) == [(3, "withdrawn"), (2, "rejected")]
    assert said in candidate(loop).comment


def test_an_undo_goes_back_and_the_next_ranking_leaves_it_so(world: Callable[..., Loop]) -> None:
    loop = world()
    favour(loop, 2)
    execute(loop, queue(loop, "ranking"))
    asked = {"version": 1, "reason": "prices of large houses jumped", "kind": "undo", "instead_of": 2}
    execute(loop, asked_run(loop, **asked))
    row = ledger(loop)[0]
    assert (row.version, row.replaced, row.by, row.numbers["kind"]) == (1, 2, "ana", "undo")
    assert loop.registry.is_aligned(1)
    assert not execute(loop, queue(loop, "ranking"))["promoted"]
    execute(loop, asked_run(loop, version=2, reason="it was the feed", kind="rollback"))
    assert [entry.version for entry in ledger(loop)] == [2, 1, 2, 1]
    with store.reading(loop.raw) as connection:
        assert store.load_serving(connection, model=loop.settings.mlflow_model, version=2) is not None


def test_a_wish_that_production_has_overtaken_is_refused(world: Callable[..., Loop]) -> None:
    loop = world()
    asked = {"version": 2, "reason": "better", "kind": "undo", "instead_of": 7}
    with pytest.raises(InputError, match="Version 7 was to be replaced, but version 1 is in production now"):
        execute(loop, asked_run(loop, **asked))
    with pytest.raises(InputError, match="must be manual, undo, rollback or approved"):
        execute(loop, asked_run(loop, version=2, reason="better", kind="magic"))
    assert ledger(loop)[0].version == 1


def test_a_promotion_by_hand_overtakes_a_candidate_that_waits(world: Callable[..., Loop]) -> None:
    loop = world(promotion_mode="approval")
    favour(loop, 2)
    execute(loop, queue(loop, "ranking"))
    execute(loop, queue(loop, "promotion", by="ana", version=2, reason="I looked myself"))
    assert approvals(loop) == [(2, "superseded")]


def test_rules_that_somebody_set_go_before_the_settings(world: Callable[..., Loop]) -> None:
    loop = world()
    with store.writing(loop.raw) as connection:
        stated = rules_in_force(loop, connection)
        assert stated.at is None
        content = policy.rules_to_plain(replace(stated.rules, min_gain=0.9))
        model = loop.settings.mlflow_model
        store.store_promotion_rules(connection, model=model, content=content, by="ana", at=loop.clock())
        found = rules_in_force(loop, connection)
    assert (found.rules.min_gain, found.by) == (0.9, "ana")
    favour(loop, 2)
    outcome = execute(loop, queue(loop, "ranking"))
    assert not outcome["promoted"]
    assert re.search(r"Not kept: MAE −5\d.*: at least 90 % better is asked for\.", outcome["message"])
    with store.writing(loop.raw) as connection:
        store.store_promotion_rules(connection, model=model, content={}, by="ana", at=loop.clock())
        assert rules_in_force(loop, connection).rules == stated.rules


def test_a_version_of_another_program_that_cannot_be_loaded_is_named_and_stops_no_other(
    world: Callable[..., Loop],
) -> None:
    loop = world()
    client = loop.registry._client
    run = client.create_run(client.get_experiment_by_name(loop.settings.mlflow_experiment).experiment_id)
    client.create_model_version(loop.settings.mlflow_model, f"{run.info.artifact_uri}/nothing", run_id=run.info.run_id)
    outcome = execute(loop, queue(loop, "ranking"))
    assert outcome["best"] in (1, 2)
    with store.reading(loop.raw) as connection:
        holdout = store.last_holdout(connection, model=loop.settings.mlflow_model)
        found = store.load_scores(connection, model=loop.settings.mlflow_model, holdout=str(holdout))
    assert not found[3].metrics
    assert found[3].problem.startswith("The files of version 3 cannot be fetched: ")
    with pytest.raises(ModelNotLoadable, match="The files of version 3"):
        promote(loop, version=3, by="ana", reason="to see", kind="manual")
    assert ledger(loop)[0].version != 3


@pytest.mark.parametrize(("name", "content"), [("model.skops", b"garbage"), ("MLmodel", b"flavors: [1, {")])
def test_a_version_whose_files_were_broken_stops_no_ranking_and_no_training(
    world: Callable[..., Loop], name: str, content: bytes
) -> None:
    loop = world()
    client, model = loop.registry._client, loop.settings.mlflow_model
    source = loop.settings.artifacts_dir / "broken"
    found = urlsplit(client.get_model_version_download_uri(model, "2")).path
    shutil.copytree(found, source)
    (source / name).write_bytes(content)
    client.create_model_version(model, source.as_uri())
    assert execute(loop, queue(loop, "ranking"))["best"] in (1, 2)
    assert execute(loop, queue(loop, "training", draws=1))["version"] == 4
    with store.reading(loop.raw) as connection:
        scores = store.load_scores(connection, model=model, holdout=str(store.last_holdout(connection, model=model)))
    assert scores[3].problem.startswith("Version 3 cannot be read from its file: ")
    assert all(scores[number].metrics and not scores[number].problem for number in (1, 2, 4))
    with pytest.raises(ModelNotLoadable, match="Version 3 cannot be read"):
        execute(loop, queue(loop, "explanation", version=3))
    with pytest.raises(ModelNotLoadable, match="Version 3 cannot be read"):
        promote(loop, version=3, by="ana", reason="to see", kind="manual")
    if name == "MLmodel":
        with pytest.raises(ModelNotLoadable, match="Version 3 cannot be read"):
            loop.registry.schema(3)


def test_a_version_says_what_it_reads(world: Callable[..., Loop]) -> None:
    loop = world()
    assert loop.registry.schema(1) == loop.registry.schema(2)
    assert loop.registry.schema(1)["house_size"] == "double"  # type: ignore[index]


def test_the_ledger_says_who_was_in_production_at_a_moment(world: Callable[..., Loop]) -> None:
    loop = world()
    first = ledger(loop)[0]
    execute(loop, queue(loop, "promotion", by="ana", version=2, reason="to see"))
    second = ledger(loop)[0]
    model = loop.settings.mlflow_model
    with store.reading(loop.raw) as connection:
        at = store.current_promotion(connection, model=model, at=first.at)
        later = store.current_promotion(connection, model=model, at=second.at)
        before = store.current_promotion(connection, model=model, at=first.at.replace(year=2020))
    assert (at.version if at else None, later.version if later else None, before) == (1, 2, None)
