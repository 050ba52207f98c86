"""A training by hand: what was asked for is what is done, its log is kept, and a cancel leaves nothing behind."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from console.widgets.training import trials_of
from core import runs, store, training
from core.errors import InputError, RunCancelled, RunInterrupted, TrainingError
from core.loop import Loop, execute
from core.loop.progress import Progress
from core.loop.repeating import order_again
from core.records import LogLine, Run, Version
from core.training.spread import MOST_AT_ONCE
from tests.conftest import NOON, listings
from tests.integration.conftest import cycle, queue

MakeLoop = Callable[..., Loop]


def log_of(loop: Loop, run: Run) -> list[LogLine]:
    with store.reading(loop.raw) as connection:
        return runs.list_log(connection, run=run.id)


def test_a_training_takes_the_batches_the_budget_and_the_family_that_were_asked_for(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300, seed=1), listings(300, seed=2), listings(300, seed=3)])
    for _ in range(3):
        cycle(loop)
    run = queue(loop, "training", reason="two of three", batches=[1, 3], families=["linear"], draws=2, seconds=30)
    version = execute(loop, run)["version"]
    made = next(found for found in loop.registry.versions() if found.number == version)
    assert made.tags["batches"] == "1,3"
    assert made.tags["family"] == "linear"
    assert json.loads(made.tags["plan"]) == {"draws": 2, "seconds": 30.0, "seed": 7, "families": ["linear"]}
    assert {trial.family for trial in loop.registry.load_trials(version)} == {"linear"}


def test_the_same_order_again_gives_the_same_rows_and_the_same_model(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300, seed=1), listings(300, seed=2)])
    cycle(loop)
    cycle(loop)
    order = {"batches": [1, 2], "draws": 2, "seconds": 600, "families": ["linear", "extra_trees"], "seed": 3}
    first = execute(loop, queue(loop, "training", reason="once", **order))["version"]
    again = execute(loop, queue(loop, "training", reason="again", **order))["version"]
    before, after = (next(v for v in loop.registry.versions() if v.number == number) for number in (first, again))
    assert before.tags["fingerprint"] == after.tags["fingerprint"]
    assert before.metrics["test_rmse"] == after.metrics["test_rmse"]


def test_a_version_trained_again_from_its_card_has_the_same_rows_and_is_the_same_model(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300, seed=1), listings(300, seed=2), listings(300, seed=3)])
    cycle(loop)
    cycle(loop)
    # A search that ran out of time tried fewer sets than were planned: what was tried is what is tried again.
    order = {"draws": 50, "seconds": 0.01, "families": ["linear", "extra_trees"], "seed": 5, "batches": [1, 2]}
    first = execute(loop, queue(loop, "training", reason="once", **order))["version"]
    cycle(loop)
    before = next(v for v in loop.registry.versions() if v.number == first)
    again = order_again(before, len(loop.registry.load_trials(first)))
    assert again is not None
    assert again["draws"] < 50
    second = execute(loop, queue(loop, "training", **again))["version"]
    after = next(v for v in loop.registry.versions() if v.number == second)
    assert before.tags["fingerprint"] == after.tags["fingerprint"]
    cards = [loop.registry.load_card(number) for number in (first, second)]
    assert cards[0] is not None
    assert cards[0] == cards[1]
    assert {**before.metrics, "training_seconds": 0} == {**after.metrics, "training_seconds": 0}


@pytest.mark.parametrize("tags", [{}, {"batches": "1"}, {"batches": "1", "plan": "{}"}, {"plan": "[]"}])
def test_a_version_that_does_not_say_how_it_was_trained_is_not_trained_again(tags: dict[str, str]) -> None:
    assert order_again(Version(1, "", NOON, tags=tags), 3) is None


def test_the_trials_of_a_search_are_in_its_log_as_they_come(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    run = queue(loop, "training", reason="to look on", draws=3, families=["linear"])
    execute(loop, run)
    lines = log_of(loop, run)
    assert [line.trial["number"] for line in lines if line.trial] == [1, 2, 3]
    assert all(line.trial["score"] > 0 for line in lines if line.trial)
    assert [line.message for line in lines][:3] == [
        "reading the clean rows",
        next(line.message for line in lines if line.message.startswith("searching on ")),
        "1 of 3 parameter sets tried",
    ]
    assert {line.step for line in lines} == {"train", "rank", "promote"}


def stored_message(loop: Loop, run: Run) -> str:
    """What came of a run, as it is stored."""
    with store.reading(loop.raw) as connection:
        return str(runs.load_run(connection, run=run.id).outcome["message"])


def test_a_search_that_runs_out_of_parameter_sets_says_so(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    run = queue(loop, "training", reason="linear alone", draws=8, families=["linear"])
    version = execute(loop, run)["version"]
    assert len(loop.registry.load_trials(version)) == 4
    assert f"Version {version} was trained: linear alone. " in stored_message(loop, run)
    said = [line.message for line in log_of(loop, run)]
    assert "all 4 parameter sets that there are get a try" in said
    assert "4 of 4 parameter sets tried" in said


def test_the_progress_of_a_training_only_grows_and_the_search_is_most_of_it(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    told: list[tuple[str, float]] = []
    tell = runs.tell

    def listen(connection: Any, **said: Any) -> Any:
        told.append((said["message"], said["progress"]))
        return tell(connection, **said)

    monkeypatch.setattr(runs, "tell", listen)
    execute(loop, queue(loop, "training", reason="to look on", draws=4, families=["linear"], seconds=600))
    shares = [share for _message, share in told]
    assert shares == sorted(shares)
    by_message = dict(told)
    assert 0.6 < by_message["4 of 4 parameter sets tried"] < by_message["registering the version"] < 0.9


def test_a_cancel_in_the_middle_of_a_search_leaves_no_version(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    before = [version.number for version in loop.registry.versions()]
    run = queue(loop, "training", reason="never mind", draws=3, families=["linear"])
    say = Progress.say

    def say_and_cancel(self: Progress, *arguments: Any, **told: Any) -> None:
        say(self, *arguments, **told)
        with store.writing(loop.raw) as connection:
            runs.request_cancel(connection, run=run.id, at=loop.clock())

    monkeypatch.setattr(Progress, "say", say_and_cancel)
    with pytest.raises(RunCancelled):
        execute(loop, run)
    assert [version.number for version in loop.registry.versions()] == before
    with store.reading(loop.raw) as connection:
        assert runs.load_run(connection, run=run.id).status == "cancelled"


def take_best_after(monkeypatch: pytest.MonkeyPatch, loop: Loop, run: Run, tried: int) -> None:
    """An operator asks for the best once as many sets were tried."""
    say = Progress.say

    def say_and_ask(self: Progress, share: float, message: str, always: bool = False, trial: Any = None) -> None:
        if trial is not None and trial.number == tried:
            with store.writing(loop.raw) as connection:
                runs.request_best(connection, run=run.id)
        say(self, share, message, always, trial)

    monkeypatch.setattr(Progress, "say", say_and_ask)


def test_the_best_so_far_is_taken_registered_and_judged(make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    run = queue(loop, "training", reason="it is good enough", draws=40, seed=3, families=["histogram_boosting"])
    take_best_after(monkeypatch, loop, run, 2)
    outcome = execute(loop, run)
    trials = loop.registry.load_trials(outcome["version"])
    assert 2 <= len(trials) <= 2 + MOST_AT_ONCE
    made = next(found for found in loop.registry.versions() if found.number == outcome["version"])
    assert str(min(trials, key=lambda trial: trial.score).parameters["max_iter"]) == made.parameters["max_iter"]
    said = f"the best so far is taken: an operator ended the search after {len(trials)} sets"
    assert said in [line.message for line in log_of(loop, run)]
    assert outcome["promotion_reason"]


def test_a_worker_that_stops_after_the_wish_for_the_best_leaves_it_to_the_next(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    run = queue(loop, "training", reason="stopped in between", draws=40, seed=3, families=["histogram_boosting"])
    take_best_after(monkeypatch, loop, run, 2)
    real = training.train_candidate

    def train_and_stop(*arguments: Any) -> Any:
        real(*arguments)
        raise RunInterrupted("The worker stops.")

    with monkeypatch.context() as stopping:
        stopping.setattr(training, "train_candidate", train_and_stop)
        with pytest.raises(RunInterrupted):
            execute(loop, run)
    before = trials_of(log_of(loop, run))
    with store.writing(loop.raw) as connection:
        again = runs.claim(connection, worker="w2", at=loop.clock(), run=run.id)
    assert again is not None
    trials = loop.registry.load_trials(execute(loop, again)["version"])
    assert [(t.number, t.parameters) for t in trials] == [(t.number, t.parameters) for t in before]
    assert len(trials) < 40
    assert [t.number for t in trials_of(log_of(loop, run))] == [t.number for t in trials]


def test_a_failed_training_keeps_its_reason_and_its_traceback(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(40)])
    with pytest.raises(TrainingError):
        cycle(loop)
    with store.reading(loop.raw) as connection:
        failed = runs.load_run(connection, run=1)
    assert failed.status == "failed"
    assert failed.error.startswith("A training needs at least 30 rows in the train split")
    assert "train_candidate" in failed.traceback


@pytest.mark.parametrize("wanted", [[1, 99], [1, 2]])
def test_batches_that_cannot_be_trained_on_together_are_refused(make_loop: MakeLoop, wanted: list[int]) -> None:
    loop = make_loop([listings(200)])
    cycle(loop)
    loop.the_feed().restart()
    cycle(loop, restart=True)
    run = queue(loop, "training", reason="both", batches=wanted)
    with pytest.raises(InputError, match=r"key 99|batches of one collection"):
        execute(loop, run)
