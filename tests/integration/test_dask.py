"""A real Dask scheduler with two workers on loopback: the same results as without them, also where one dies."""

import operator
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from core.cluster import SECONDS_TO_ANSWER, Place, open_place
from core.contract import Contract
from core.errors import ClusterUnavailable, RunCancelled, SettingsError, TrainingError
from core.loop import Loop, modelling, ranking
from core.records import Candidate, SearchPlan, Trial
from core.settings import read_settings
from core.training import train_candidate
from tests.conftest import listings
from tests.core.test_training import Parts, parts_of, quiet
from tests.integration.conftest import cycle

ROOT = Path(__file__).parents[2]
PLAN = SearchPlan(draws=4, seconds=60.0, seed=7)


class Cluster:
    """A scheduler and two workers of one thread each, as processes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.address = f"tcp://127.0.0.1:{free_port()}"
        self.log = (folder / "dask.log").open("w")
        port = self.address.rsplit(":", 1)[1]
        self.scheduler = self.start("scheduler", "--host", "127.0.0.1", "--port", port)
        self.workers: list[subprocess.Popen[bytes]] = []

    def start(self, *arguments: str, **environ: str) -> "subprocess.Popen[bytes]":
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments, "--no-dashboard"],
            cwd=self.folder,
            env=kept | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"} | environ,
            stdout=self.log,
            stderr=self.log,
        )

    def with_two_workers(self) -> "Cluster":
        self.workers = [worker for worker in self.workers if worker.poll() is None]
        while len(self.workers) < 2:
            self.workers.append(self.start("worker", self.address, "--no-nanny", "--nthreads", "1"))
        wait_until(lambda: self.count() == 2)
        return self

    def count(self) -> int:
        with open_place(self.address) as place:
            return int(place.name.split(",")[1].split()[0])

    def stop(self) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()
        self.log.close()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def wait_until(is_so: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    made = Cluster(tmp_path_factory.mktemp("dask"))
    yield made
    made.stop()


@pytest.fixture
def cluster(running: Cluster) -> Cluster:
    return running.with_two_workers()


@pytest.fixture
def database_urls(tmp_path: Path) -> tuple[str, str]:
    """One kind of database: it has no part in this."""
    return f"sqlite:///{tmp_path / 'raw.db'}", f"sqlite:///{tmp_path / 'clean.db'}"


@pytest.fixture(scope="module")
def parts(contract: Contract) -> Parts:
    return parts_of(listings(400), contract)


@pytest.fixture(scope="module")
def alone(parts: Parts, contract: Contract) -> Candidate:
    return train_candidate(parts["train"], parts["validation"], parts["test"], contract, PLAN, quiet)


def search(parts: Parts, contract: Contract, spread: Any, on_trial: Any = quiet, plan: SearchPlan = PLAN) -> Candidate:
    return train_candidate(parts["train"], parts["validation"], parts["test"], contract, plan, on_trial, spread)


def assert_same(found: Candidate, expected: Candidate) -> None:
    """Scores but for their last digits: in which order a BLAS adds up hangs on where in memory its numbers lie."""
    assert (found.family, found.parameters) == (expected.family, expected.parameters)
    tried, known = ([(t.number, t.family, t.parameters) for t in each.trials] for each in (found, expected))
    assert tried == known
    assert [t.score for t in found.trials] == pytest.approx([t.score for t in expected.trials], rel=1e-9)
    for part, metrics in expected.metrics.items():
        assert found.metrics[part] == pytest.approx(metrics, rel=1e-9)


def dying_once(work: Callable[[Any, Any], Any], marker: Path, shared: Any, draw: Any) -> Any:
    """A fit whose process dies with it the first time that the third draw is tried."""
    if draw.number == 3 and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return work(shared, draw)


def pid_of(_shared: None, _item: int) -> int:
    time.sleep(0.2)
    return os.getpid()


def test_a_search_on_the_cluster_finds_what_one_without_it_finds(
    cluster: Cluster, parts: Parts, contract: Contract, alone: Candidate
) -> None:
    told: list[tuple[int, int, int]] = []
    with open_place(cluster.address) as place:
        found = search(parts, contract, place.spread, lambda trial, done, n: told.append((trial.number, done, n)))
    assert place.name == f"Dask cluster {cluster.address}, 2 workers"
    assert_same(found, alone)
    assert told == [(number, number, 4) for number in range(1, 5)]


def test_the_fits_of_a_worker_that_dies_are_done_again_by_the_other(
    cluster: Cluster, parts: Parts, contract: Contract, alone: Candidate, tmp_path: Path
) -> None:
    with open_place(cluster.address) as place:

        def spread(work: Any, shared: Any, items: Any) -> Any:
            return place.spread(partial(dying_once, work, tmp_path / "died"), shared, items)

        found = search(parts, contract, spread)
    assert_same(found, alone)
    assert [worker.wait(5) for worker in cluster.workers if worker.poll() is not None] == [-signal.SIGKILL]


def test_the_work_is_done_by_both_workers_and_not_here(cluster: Cluster) -> None:
    with open_place(cluster.address) as place:
        pids = set(place.spread(pid_of, None, range(6)))
    assert pids == {worker.pid for worker in cluster.workers}


class Counted:
    """A 7 on the other side, that counts how often it is sent."""

    sent = 0

    def __reduce__(self) -> tuple[type[int], tuple[int]]:
        Counted.sent += 1
        return int, (7,)


def test_what_the_parts_share_is_sent_once(cluster: Cluster) -> None:
    with open_place(cluster.address) as place:
        assert list(place.spread(operator.mul, Counted(), range(8))) == [7 * number for number in range(8)]
    assert Counted.sent == 1


def test_no_draw_is_sent_after_the_time_is_over(cluster: Cluster, parts: Parts, contract: Contract) -> None:
    plan = SearchPlan(draws=50, seconds=1e-9, seed=7, families=("linear",))
    with open_place(cluster.address) as place:
        assert [trial.number for trial in search(parts, contract, place.spread, plan=plan).trials] == [1]


def test_a_cancel_drops_what_is_queued(cluster: Cluster, tmp_path: Path) -> None:
    begun = tmp_path / "begun"

    with open_place(cluster.address) as place:
        results = place.spread(slowly, begun, range(100))
        assert next(results) == 0
        results.close()
    time.sleep(1.0)
    count = len(begun.read_text())
    assert count < 8
    time.sleep(0.5)
    assert len(begun.read_text()) == count


def slowly(begun: Path, item: int) -> int:
    with begun.open("a") as file:
        file.write(".")
    time.sleep(0.2)
    return item


def test_an_operator_can_end_a_search_on_the_cluster(cluster: Cluster, parts: Parts, contract: Contract) -> None:
    def stop(trial: Trial, done: int, planned: int) -> None:
        raise RunCancelled("An operator asked the run to stop.")

    with pytest.raises(RunCancelled), open_place(cluster.address) as place:
        search(parts, contract, place.spread, stop)


def test_a_search_on_the_cluster_ends_with_the_sets_that_are_being_tried(
    cluster: Cluster, parts: Parts, contract: Contract
) -> None:
    plan = SearchPlan(draws=60, seconds=60.0, seed=7, families=("histogram_boosting",))
    with open_place(cluster.address) as place:
        found = search(parts, contract, place.spread, lambda *_told: True, plan)
    assert 1 <= len(found.trials) < 12


def refuse(_shared: None, item: int) -> int:
    if item == 2:
        raise TrainingError("The model gave a value that is no finite number.")
    return item


def test_an_error_of_the_work_arrives_as_it_was_raised(cluster: Cluster) -> None:
    with open_place(cluster.address) as place, pytest.raises(TrainingError, match="The model gave a value"):
        list(place.spread(refuse, None, range(9)))


def test_an_error_in_taking_the_next_part_arrives_after_the_results_before_it(cluster: Cluster) -> None:
    def items() -> Iterator[int]:
        yield from range(5)
        raise TrainingError("There is no sixth.")

    found: list[int] = []
    with open_place(cluster.address) as place, pytest.raises(TrainingError, match="no sixth"):
        found.extend(result for result in place.spread(operator.add, 1, items()))
    assert found == [1, 2, 3, 4, 5]


def die(_shared: None, item: int) -> int:
    os.kill(os.getpid(), signal.SIGKILL)
    return item


def test_a_cluster_that_loses_every_worker_fails_the_run_with_one_sentence(
    cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.cluster.SECONDS_WITHOUT_WORKERS", 1.0)
    with open_place(cluster.address) as place, pytest.raises(ClusterUnavailable) as caught:
        list(place.spread(die, None, range(3)))
    assert str(caught.value) == (
        f"The Dask cluster at {cluster.address} gave up a part of the work: its scheduler, or every worker, is gone."
    )


def test_a_training_and_a_ranking_run_on_the_cluster(
    cluster: Cluster, make_loop: Callable[..., Loop], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str | None] = []

    def spy(address: str | None) -> Any:
        asked.append(address)
        return open_place(address)

    for room in (modelling, ranking):
        monkeypatch.setattr(room, "open_place", spy)
    loop = make_loop([listings(200)], dask_scheduler=cluster.address)
    assert cycle(loop)["promoted"]
    assert loop.registry.versions()[0].tags["ran_on"] == f"Dask cluster {cluster.address}, 2 workers"
    assert asked == [cluster.address] * 2


def test_a_worker_with_other_versions_is_refused(cluster: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    from distributed import versions

    real = versions.get_package_info
    monkeypatch.setattr(versions, "get_package_info", lambda packages: real(packages) | {"numpy": "0.1"})
    with pytest.raises(ClusterUnavailable) as caught, open_place(cluster.address):
        pass
    assert str(caught.value).startswith("The Dask worker tcp://127.0.0.1:")
    assert "instead of 0.1: start it from the same image as this process." in str(caught.value)


def test_a_worker_without_our_code_is_refused(cluster: Cluster, tmp_path: Path) -> None:
    bare = cluster.start("worker", cluster.address, "--no-nanny", "--nthreads", "1", PYTHONPATH=str(tmp_path))
    try:
        refused: list[str] = []
        wait_until(lambda: is_refused(cluster, refused))
    finally:
        bare.kill()
        bare.wait()
    assert refused[0].startswith(f"The Dask cluster at {cluster.address} has no code of this console in tcp://127")
    wait_until(lambda: cluster.count() == 2)


def is_refused(cluster: Cluster, reasons: list[str]) -> bool:
    try:
        cluster.count()
    except ClusterUnavailable as error:
        reasons.append(str(error))
    return bool(reasons)


def test_a_cluster_without_workers_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = Cluster(tmp_path)
    try:
        monkeypatch.setattr("core.cluster.SECONDS_TO_WORKERS", 0.5)
        with pytest.raises(ClusterUnavailable) as caught, open_place(cluster.address):
            pass
    finally:
        cluster.stop()
    assert str(caught.value) == (
        f"The Dask cluster at {cluster.address} (DASK_SCHEDULER) has no worker: "
        f"start one with `python -m dask worker {cluster.address}`."
    )


def test_an_absent_scheduler_is_one_sentence_within_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    assert SECONDS_TO_ANSWER < 10
    monkeypatch.setattr("core.cluster.SECONDS_TO_ANSWER", 1)
    address = f"tcp://127.0.0.1:{free_port()}"
    with pytest.raises(ClusterUnavailable) as caught, open_place(address):
        pass
    assert str(caught.value) == (
        f"No Dask scheduler answers at {address} (DASK_SCHEDULER): Timed out trying to connect to {address} after 1 s; "
        "start one there, or leave the setting out to train on this machine."
    )


def test_without_a_scheduler_the_place_is_this_machine() -> None:
    with open_place(None) as place:
        assert isinstance(place, Place)
        assert place.name == "this machine"
        assert list(place.spread(pid_of, None, range(2))) == [os.getpid()] * 2


@pytest.mark.parametrize("address", ["scheduler:8786", "http://scheduler:8786", "tcp://scheduler", "tcp://a:b"])
def test_an_address_that_is_none_stops_the_start(address: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read_settings({"DASK_SCHEDULER": address}, None)
    assert str(caught.value) == (
        "DASK_SCHEDULER must be an address such as tcp://scheduler:8786 or tls://scheduler:8786, "
        f"got {address!r} (environment)."
    )
