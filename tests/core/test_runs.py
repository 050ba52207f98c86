"""The queue and the lease on SQLite and on MySQL."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine

from core import runs, store
from core.errors import InputError, LeaseHeld, LeaseLost
from tests.conftest import NOON


@pytest.fixture
def connection(raw: Engine) -> Iterator[Connection]:
    with store.writing(raw) as connection:
        yield connection


def cycle(connection: Connection) -> int:
    return runs.enqueue(connection, kind="cycle", cause="operator", by="me", at=NOON)


def training(connection: Connection, reason: str) -> int:
    return runs.enqueue(connection, kind="training", cause="operator", by="me", at=NOON, parameters={"reason": reason})


def claimed(connection: Connection) -> int:
    run = runs.claim(connection, worker="w1", at=NOON)
    assert run is not None
    return run.id


def test_runs_are_claimed_in_the_order_of_the_queue(connection: Connection) -> None:
    first, second = cycle(connection), training(connection, "a")
    assert [claimed(connection), claimed(connection)] == [first, second]
    assert runs.claim(connection, worker="w1", at=NOON) is None


def test_the_same_request_waits_only_once(connection: Connection) -> None:
    assert cycle(connection) == cycle(connection)
    assert training(connection, "a") != training(connection, "b")


def test_a_request_can_be_made_again_while_the_first_is_under_way(connection: Connection) -> None:
    first = cycle(connection)
    claimed(connection)
    assert cycle(connection) != first


def test_an_unknown_kind_is_refused(connection: Connection) -> None:
    with pytest.raises(InputError, match="A run's kind must be one of cycle"):
        runs.enqueue(connection, kind="magic", cause="operator", by="me", at=NOON)


def test_only_one_of_many_workers_gets_a_run(raw: Engine) -> None:
    with store.writing(raw) as connection:
        cycle(connection)
    got: list[int] = []

    def work(name: str) -> None:
        with store.writing(raw) as connection:
            run = runs.claim(connection, worker=name, at=NOON)
        if run is not None:
            got.append(run.id)

    threads = [threading.Thread(target=work, args=(f"w{i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1


def test_a_run_tells_how_far_it_is(connection: Connection) -> None:
    cycle(connection)
    run = claimed(connection)
    assert runs.tell(connection, run=run, step="collect", progress=0.1, message="asking", at=NOON) == (False, False)
    found = runs.load_run(connection, run=run)
    assert (found.step, found.progress, found.message, found.heartbeat_at) == ("collect", 0.1, "asking", NOON)


def test_a_waiting_run_is_cancelled_at_once(connection: Connection) -> None:
    run = cycle(connection)
    runs.request_cancel(connection, run=run, at=NOON)
    assert runs.load_run(connection, run=run).status == "cancelled"


def test_a_run_under_way_hears_of_its_cancel_at_its_next_word(connection: Connection) -> None:
    cycle(connection)
    run = claimed(connection)
    runs.request_cancel(connection, run=run, at=NOON)
    assert runs.load_run(connection, run=run).status == "running"
    assert runs.tell(connection, run=run, step="s", progress=0, message="", at=NOON).stop


def test_a_search_is_asked_for_its_best_and_the_wish_outlives_its_worker(connection: Connection) -> None:
    training(connection, "a")
    run = claimed(connection)
    runs.tell(connection, run=run, step="train", progress=0, message="", at=NOON)
    runs.request_best(connection, run=run)
    runs.recover(connection, at=NOON)
    assert claimed(connection) == run
    assert runs.tell(connection, run=run, step="train", progress=0, message="", at=NOON) == (False, True)


def test_only_a_run_that_trains_can_be_asked_for_its_best(connection: Connection) -> None:
    waiting = training(connection, "a")
    runs.request_best(connection, run=waiting)
    run = claimed(connection)
    assert not runs.load_run(connection, run=run).best_requested
    runs.tell(connection, run=run, step="rank", progress=0, message="", at=NOON)
    runs.request_best(connection, run=run)
    assert not runs.load_run(connection, run=run).best_requested


def test_a_lost_run_waits_again_and_keeps_its_finished_steps(connection: Connection) -> None:
    cycle(connection)
    run = claimed(connection)
    runs.start_step(connection, run=run, name="collect", at=NOON)
    runs.finish_step(connection, run=run, name="collect", detail={"batch": 1}, at=NOON)
    runs.start_step(connection, run=run, name="compare", at=NOON + timedelta(seconds=1))
    assert runs.recover(connection, at=NOON) == [run]
    assert runs.load_run(connection, run=run).status == "queued"
    assert [(step.name, step.status) for step in runs.list_steps(connection, run=run)] == [
        ("collect", "succeeded"),
        ("compare", "interrupted"),
    ]
    assert claimed(connection) == run
    runs.start_step(connection, run=run, name="compare", at=NOON + timedelta(seconds=9), is_again=True)
    [_, compare] = runs.list_steps(connection, run=run)
    assert (compare.status, compare.started_at) == ("running", NOON + timedelta(seconds=9))


def test_a_run_that_is_lost_again_and_again_has_failed_with_its_reason(connection: Connection) -> None:
    run = cycle(connection)
    for _ in range(3):
        claimed(connection)
        runs.recover(connection, at=NOON)
    found = runs.load_run(connection, run=run)
    assert found.status == "failed"
    assert found.error == "The run was interrupted 3 times in step start: its worker stopped without a word."


def test_a_lost_run_that_was_to_be_cancelled_is_cancelled(connection: Connection) -> None:
    cycle(connection)
    run = claimed(connection)
    runs.request_cancel(connection, run=run, at=NOON)
    runs.recover(connection, at=NOON)
    assert runs.load_run(connection, run=run).status == "cancelled"


def test_a_failed_run_keeps_its_reason_and_marks_its_step(connection: Connection) -> None:
    cycle(connection)
    run = claimed(connection)
    runs.start_step(connection, run=run, name="collect", at=NOON)
    runs.finish(connection, run=run, status="failed", at=NOON, error="The feed is away.", traceback="...")
    assert runs.load_run(connection, run=run).error == "The feed is away."
    assert runs.list_steps(connection, run=run)[0].status == "failed"


def test_an_ended_run_is_not_put_back(connection: Connection) -> None:
    cycle(connection)
    run = claimed(connection)
    runs.finish(connection, run=run, status="succeeded", at=NOON, outcome={"batch": 1})
    runs.put_back(connection, run=run, at=NOON, reason="late")
    found = runs.load_run(connection, run=run)
    assert (found.status, found.progress, found.outcome) == ("succeeded", 1.0, {"batch": 1})


def take(connection: Connection, holder: str, seconds_later: float = 0) -> None:
    runs.take_lease(connection, holder=holder, at=NOON + timedelta(seconds=seconds_later), seconds=30)


def test_one_worker_holds_the_lease(connection: Connection) -> None:
    take(connection, "w1")
    with pytest.raises(LeaseHeld, match=r"Another worker \(w1\) is at work; its lease runs for 20 s more"):
        take(connection, "w2", 10)


def test_a_lease_that_ran_out_is_free(connection: Connection) -> None:
    take(connection, "w1")
    take(connection, "w2", 31)
    with pytest.raises(LeaseLost):
        runs.renew_lease(connection, holder="w1", at=NOON, seconds=30)


def test_a_renewed_lease_is_kept(connection: Connection) -> None:
    take(connection, "w1")
    runs.renew_lease(connection, holder="w1", at=NOON + timedelta(seconds=20), seconds=30)
    with pytest.raises(LeaseHeld):
        take(connection, "w2", 40)


def test_a_released_lease_is_free_at_once(connection: Connection) -> None:
    take(connection, "w1")
    runs.release_lease(connection, holder="w2")
    with pytest.raises(LeaseHeld):
        take(connection, "w2")
    runs.release_lease(connection, holder="w1")
    take(connection, "w2")


def test_only_one_of_many_workers_gets_the_lease(raw: Engine) -> None:
    got: list[str] = []

    def work(name: str) -> None:
        try:
            with store.writing(raw) as connection:
                take(connection, name)
            got.append(name)
        except LeaseHeld:
            pass

    threads = [threading.Thread(target=work, args=(f"w{i}",)) for i in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 1


def test_workers_and_the_next_turn_are_shown(connection: Connection) -> None:
    runs.beat_worker(connection, name="w1", at=NOON)
    runs.beat_worker(connection, name="w1", at=NOON + timedelta(seconds=5))
    (worker,) = runs.list_workers(connection)
    assert (worker["started_at"], worker["heartbeat_at"]) == (NOON, NOON + timedelta(seconds=5))
    runs.set_due(connection, name="cycle", every_seconds=60, next_at=NOON)
    assert runs.next_due(connection, name="cycle") == NOON
    runs.set_due(connection, name="cycle", every_seconds=0, next_at=None)
    assert runs.next_due(connection, name="cycle") is None
