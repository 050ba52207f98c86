"""The first version gives prices at once; the search goes on in the same run and only what is better comes after it."""

from collections.abc import Callable
from typing import Any

import pytest

from core import runs, store
from core.errors import RunCancelled, RunInterrupted
from core.loop import Loop, execute
from core.records import Trial
from core.training import search
from tests.conftest import listings
from tests.integration.conftest import cycle, queue

MakeLoop = Callable[..., Loop]


def with_a_batch(make_loop: MakeLoop, **settings: str) -> Loop:
    """A loop with one batch and no version: its training failed."""
    loop = make_loop([listings(300)], **settings)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("core.loop.starting.begin_with", stop)
        with pytest.raises(RunInterrupted):
            cycle(loop)
    with store.writing(loop.raw) as connection:
        runs.request_cancel(connection, run=1, at=loop.clock())
    assert loop.registry.versions() == []
    return loop


def stop(*_: Any) -> Any:
    raise RunInterrupted("The worker stops.")


def in_production(loop: Loop) -> int | None:
    with store.reading(loop.raw) as connection:
        found = store.current_promotion(connection, model=loop.settings.mlflow_model)
    return found.version if found else None


def steps_of(loop: Loop, run: int) -> list[str]:
    with store.reading(loop.raw) as connection:
        return [step.name for step in runs.list_steps(connection, run=run)]


def scored(monkeypatch: pytest.MonkeyPatch, loop: Loop, best: int, seen: list[int | None]) -> None:
    """Have one set of the search be its best, and note what is in production at each trial of it."""
    real = search.try_draw

    def try_draw(task: Any, draw: Any) -> Any:
        made = real(task, draw)
        seen.append(in_production(loop))
        trial = Trial(draw.number, draw.family, draw.parameters, 0.1 if draw.number == best else 0.5, 0.1)
        return search.Attempt(trial, made.metrics, made.calibration)

    monkeypatch.setattr(search, "try_draw", try_draw)


def test_the_first_version_is_in_production_before_the_search(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop, seen = with_a_batch(make_loop), list[int | None]()
    scored(monkeypatch, loop, 3, seen)
    run = queue(loop, "training", reason="the first", families=["linear"], draws=3)
    outcome = execute(loop, run)
    assert seen == [None, 1, 1, 1]
    assert steps_of(loop, run.id) == ["first", "train", "rank", "promote"]
    assert outcome["version"] == 2
    assert [version.number for version in loop.registry.versions()] == [1, 2]
    with store.reading(loop.raw) as connection:
        [decision, *_] = store.list_decisions(connection)
    assert decision.decision.numbers["version"] in (1, 2)
    assert "is_first" not in decision.decision.numbers


def test_where_the_first_set_is_the_best_there_is_no_second_version(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = with_a_batch(make_loop)
    scored(monkeypatch, loop, 1, [])
    outcome = execute(loop, queue(loop, "training", reason="the first", families=["linear"], draws=3))
    assert (outcome["version"], outcome["promoted"]) == (1, True)
    assert [version.number for version in loop.registry.versions()] == [1]
    assert in_production(loop) == 1


@pytest.mark.parametrize(("settings", "draws"), [({"promotion_mode": "approval"}, 2), ({}, 1)])
def test_nothing_is_promoted_ahead_of_a_person_or_of_a_single_set(
    make_loop: MakeLoop, settings: dict[str, str], draws: int
) -> None:
    loop = with_a_batch(make_loop, **settings)
    run = queue(loop, "training", reason="the first", families=["linear"], draws=draws)
    execute(loop, run)
    assert "first" not in steps_of(loop, run.id)
    assert len(loop.registry.versions()) == 1


def test_a_later_training_searches_before_it_registers(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    run = queue(loop, "training", reason="the second", families=["linear"], draws=2)
    assert execute(loop, run)["version"] == 2
    assert "first" not in steps_of(loop, run.id)


def test_a_worker_that_stops_in_the_search_leaves_the_first_version_and_the_next_goes_on(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = with_a_batch(make_loop)
    run = queue(loop, "training", reason="the first", families=["linear"], draws=3)
    with monkeypatch.context() as patched:
        patched.setattr("core.loop.modelling.train", stop)
        with pytest.raises(RunInterrupted):
            execute(loop, run)
    assert in_production(loop) == 1
    with store.writing(loop.raw) as connection:
        again = runs.claim(connection, worker="w2", at=loop.clock(), run=run.id)
    assert again is not None
    scored(monkeypatch, loop, 2, [])
    assert execute(loop, again)["version"] == 2
    assert [version.number for version in loop.registry.versions()] == [1, 2]


def test_a_cancel_of_the_search_leaves_the_first_version_in_production(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = with_a_batch(make_loop)
    run = queue(loop, "training", reason="the first", families=["linear"], draws=3)

    def cancel(*_: Any) -> Any:
        raise RunCancelled("The run was cancelled by an operator.")

    monkeypatch.setattr("core.loop.modelling.train", cancel)
    with pytest.raises(RunCancelled):
        execute(loop, run)
    assert in_production(loop) == 1
    with store.reading(loop.raw) as connection:
        assert runs.load_run(connection, run=run.id).outcome == {"first": 1}
