"""Where the fits of a search and the scoring of versions run: in this process, or on a Dask cluster.

What all parts of a calculation share is sent once, to the scheduler; the workers hand it to each other. So it outlives
any of them, and Dask does the parts of a worker that is lost again on the others.
"""

import logging
import pickle
import threading
import time
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from core.errors import ClusterUnavailable
from core.training import Spread, here
from core.words import sentence

if TYPE_CHECKING:
    from concurrent.futures import Future

    from dask.distributed import Client

logger = logging.getLogger(__name__)
SECONDS_TO_ANSWER = 8
SECONDS_TO_WORKERS = 8.0
SECONDS_WITHOUT_WORKERS = 30.0
THIS_MACHINE = sentence("this machine")
# Results depend on these beside what Dask itself compares.
COMPARED = ("numpy", "pandas", "scikit-learn", "joblib")


@dataclass(frozen=True)
class Place:
    """Somewhere to calculate: its name for a reader, and what gives the parts of a calculation out there."""

    name: str
    spread: Spread


@contextmanager
def open_place(address: str | None) -> Iterator[Place]:
    """This process, or the Dask cluster at ``address`` until the block ends, whatever is still queued there dropped.

    Raises ClusterUnavailable, in one sentence, where no scheduler answers within seconds, it has no workers, or they
    have other versions of the libraries; later also where the cluster loses the work.
    """
    if address is None:
        yield Place(THIS_MACHINE, here)
        return
    client = _connect(address)
    try:
        count = _count_workers(client, address)
        workers = sentence("{count} workers", count=count) if count > 1 else sentence("1 worker")
        name = sentence("Dask cluster {address}, {workers}", address=address, workers=workers)
        yield Place(name, partial(_on_cluster, client, address))
    finally:
        client.close(timeout=2)  # type: ignore[no-untyped-call]


def _connect(address: str) -> "Client":
    from dask.distributed import Client

    try:
        return Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError, RuntimeError, MemoryError) as error:
        # The last where another program answers.
        raise ClusterUnavailable(
            sentence(
                "No Dask scheduler answers at {address} (DASK_SCHEDULER): {error}; start one there, or leave the "
                "setting out to train on this machine.",
                address=address,
                error=_reason(error),
            )
        ) from error


def _count_workers(client: "Client", address: str) -> int:
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_WORKERS)
    except TimeoutError as error:
        raise ClusterUnavailable(
            sentence(
                "The Dask cluster at {address} (DASK_SCHEDULER) has no worker: start one with `python -m dask "
                "worker {address}`.",
                address=address,
            )
        ) from error
    try:
        _check_workers(client, address)
        return len(client.ncores())  # type: ignore[no-untyped-call]
    except OSError as error:
        raise _given_up(address, error) from error


def _check_workers(client: "Client", address: str) -> None:
    found = cast(dict[str, Any], client.get_versions(packages=list(COMPARED)))
    for worker, theirs in found["workers"].items():
        _check_versions(worker, found["client"]["packages"], theirs["packages"])
    specs = client.run(find_spec, "core") | {"scheduler": client.run_on_scheduler(find_spec, "core")}  # type: ignore[no-untyped-call]
    _check_code(address, [name for name, spec in specs.items() if spec is None])


def _check_versions(worker: str, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    unequal = [
        sentence("{name} {found} instead of {version}", name=name, found=theirs.get(name), version=version)
        for name, version in ours.items()
        if theirs.get(name) != version
    ]
    if unequal:
        raise ClusterUnavailable(
            sentence(
                "The Dask worker {worker} has {versions}: start it from the same image as this process.",
                worker=worker,
                versions=", ".join(unequal),
            )
        )


def _check_code(address: str, without: list[str]) -> None:
    if without:
        raise ClusterUnavailable(
            sentence(
                "The Dask cluster at {address} has no code of this console in {places}: start it from the same "
                "image as this process, or with the same checkout on PYTHONPATH.",
                address=address,
                places=", ".join(without),
            )
        )


def _on_cluster(
    client: "Client", address: str, work: Callable[[Any, Any], Any], shared: Any, items: Iterable[Any]
) -> Generator[Any, None, None]:
    """The results in the order of the items; as many items are out as the cluster has threads."""
    from joblib import Parallel, delayed

    sent, failures = object(), list[Exception]()
    backend = _backend(client, address)
    backend.data_futures[id(sent)] = _send(client, shared)
    parallel = Parallel(backend=backend, return_as="generator", batch_size=1, pre_dispatch="n_jobs")
    results = parallel(delayed(_apply)(work, sent, item) for item in _until_failure(items, failures))
    with _watched(client, backend), closing(results):
        yield from results
    if failures:
        raise failures[0]


def _send(client: "Client", shared: Any) -> Any:
    """A future of ``shared``: not scattered, as scattered data is lost with its last worker, but made again from bytes.

    Of data that is scattered to all, Dask itself drops every copy but one while it seems idle.
    """
    from dask import config

    with config.set({"distributed.admin.large-graph-warning-threshold": "16 GB"}):
        return client.submit(pickle.loads, pickle.dumps(shared, protocol=5), key=f"shared-{uuid4().hex}")


def _backend(client: "Client", address: str) -> Any:
    """joblib's Dask backend, but that a part which the cluster gave up is a failure.

    joblib's own leaves its caller waiting for it for ever. And where the cluster has a single thread, joblib's own
    works in this process.
    """
    from dask.distributed import CancelledError
    from joblib._dask import DaskDistributedBackend

    class Backend(DaskDistributedBackend):  # type: ignore[misc]
        def submit(self, func: Any, callback: Callable[[Any], None]) -> Any:
            future = super().submit(func, callback)
            future.add_done_callback(partial(_tell_failure, address, callback))
            return future

        def effective_n_jobs(self, n_jobs: int) -> int:
            return max(2, int(super().effective_n_jobs(n_jobs)))

        def retrieve_result_callback(self, out: Any) -> Any:
            if isinstance(out, CancelledError):
                raise _given_up(address, out) from out
            return super().retrieve_result_callback(out)

    return Backend(client=client)


def _tell_failure(address: str, callback: Callable[[Any], None], future: "Future[Any]") -> None:
    error = future.exception()
    if error is not None:
        callback(_given_up(address, error))


@contextmanager
def _watched(client: "Client", backend: Any) -> Iterator[None]:
    """Drop the work where the cluster has had no worker for a while: Dask would wait for ever."""
    is_over = threading.Event()
    threading.Thread(target=_watch, args=(client, backend, is_over), daemon=True).start()
    try:
        yield
    finally:
        is_over.set()


def _watch(client: "Client", backend: Any, is_over: threading.Event) -> None:
    seen_at = time.monotonic()
    while not is_over.wait(1.0):
        try:
            if client.ncores():  # type: ignore[no-untyped-call]
                seen_at = time.monotonic()
            elif time.monotonic() - seen_at > SECONDS_WITHOUT_WORKERS:
                client.cancel(list(backend.waiting_futures.futures))  # type: ignore[no-untyped-call]
        except (OSError, ValueError, RuntimeError) as error:
            logger.debug("the scheduler is gone, which the parts themselves tell: %s", error)
            return


def _given_up(address: str, error: BaseException) -> ClusterUnavailable:
    return ClusterUnavailable(
        sentence(
            "The Dask cluster at {address} gave up a part of the work: {error}.", address=address, error=_reason(error)
        )
    )


def _reason(error: BaseException) -> str:
    from dask.distributed import CancelledError

    if isinstance(error, CancelledError):
        return sentence("its scheduler, or every worker, is gone")
    return " ".join(str(error).split()).rstrip(".")[:300] or type(error).__name__


def _until_failure(items: Iterable[Any], failures: list[Exception]) -> Iterator[Any]:
    """The items until taking one fails: joblib takes them in a thread of Dask's, which an error would end."""
    try:
        yield from items
    except Exception as error:  # noqa: BLE001 - kept, and raised by the caller
        failures.append(error)


def _apply(work: Callable[[Any, Any], Any], shared: Any, item: Any) -> Any:
    """One part on a worker; what it calculates inside stays in this thread instead of going back to the cluster."""
    from joblib import parallel_config

    with parallel_config(backend="sequential"):
        return work(shared, item)
