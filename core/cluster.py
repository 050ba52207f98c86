"""Where the fits of a search and the scoring of versions run: in this process, or on a Dask cluster.

Dask does the work of a machine that is lost again on the others, as long as one of them has the data. What each
part of a calculation needs is sent to every machine once, before the first part.
"""

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from core.errors import ClusterUnavailable
from core.training import Spread, here

if TYPE_CHECKING:
    from dask.distributed import Client

SECONDS_TO_ANSWER = 8.0
THIS_MACHINE = "this machine"
# Results depend on these beside what Dask itself compares.
COMPARED = ("numpy", "pandas", "scikit-learn", "joblib")


@dataclass(frozen=True)
class Place:
    """Somewhere to calculate: its name for a reader, and what gives the parts of a calculation out there."""

    name: str
    spread: Spread


@dataclass(frozen=True)
class Sent:
    """What all parts share, under a key of its own: equal data of another run may be on its way out of the cluster."""

    value: Any

    def __dask_tokenize__(self) -> str:
        return uuid4().hex


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
        yield Place(f"Dask cluster {address}, {count} workers", partial(_on_cluster, client, address))
    finally:
        client.close(timeout=2)


def _connect(address: str) -> "Client":
    from dask.distributed import Client

    try:
        return Client(address, timeout=SECONDS_TO_ANSWER, set_as_default=False)
    except (OSError, ValueError, RuntimeError) as error:
        raise ClusterUnavailable(
            f"No Dask scheduler answers at {address} (DASK_SCHEDULER): start one there, or leave the setting out to "
            "train on this machine."
        ) from error


def _count_workers(client: "Client", address: str) -> int:
    try:
        client.wait_for_workers(1, timeout=SECONDS_TO_ANSWER)
        found = cast(dict[str, Any], client.get_versions(packages=list(COMPARED)))
    except OSError as error:
        raise ClusterUnavailable(
            f"The Dask cluster at {address} (DASK_SCHEDULER) has no worker: start one with `dask worker {address}`."
        ) from error
    ours = found["client"]["packages"]
    for worker, theirs in found["workers"].items():
        _check_versions(worker, ours, theirs["packages"])
    return len(found["workers"])


def _check_versions(worker: str, ours: dict[str, Any], theirs: dict[str, Any]) -> None:
    unequal = [
        f"{name} {theirs.get(name)} instead of {version}"
        for name, version in ours.items()
        if theirs.get(name) != version
    ]
    if unequal:
        raise ClusterUnavailable(
            f"The Dask worker {worker} has {', '.join(unequal)}: start it from the same image as this process."
        )


def _on_cluster(
    client: "Client", address: str, work: Callable[[Any, Any], Any], shared: Any, items: Iterable[Any]
) -> Generator[Any, None, None]:
    """The results in the order of the items; as many items are out as the cluster has threads."""
    from joblib import Parallel, delayed

    sent, failures = Sent(shared), list[Exception]()
    parallel = Parallel(
        backend=_backend(client, address, sent), return_as="generator", batch_size=1, pre_dispatch="n_jobs"
    )
    results = parallel(delayed(_apply)(work, sent, item) for item in _until_failure(items, failures))
    try:
        yield from results
    finally:
        results.close()
    if failures:
        raise failures[0]


def _backend(client: "Client", address: str, sent: Sent) -> Any:
    """joblib's Dask backend, with ``sent`` on every worker.

    joblib's own leaves its caller waiting for ever for a part that the cluster gave up; here that part is a failure.
    """
    from joblib._dask import DaskDistributedBackend

    class Backend(DaskDistributedBackend):  # type: ignore[misc]
        def submit(self, func: Any, callback: Callable[[Any], None]) -> Any:
            future = super().submit(func, callback)
            future.add_done_callback(lambda done: callback(done.exception()) if done.exception() else None)
            return future

        def retrieve_result_callback(self, out: Any) -> Any:
            if isinstance(out, BaseException):
                raise ClusterUnavailable(_lost(address, out)) from out
            return super().retrieve_result_callback(out)

    try:
        return Backend(client=client, scatter=[sent])
    except OSError as error:
        raise ClusterUnavailable(_lost(address, error)) from error


def _lost(address: str, error: BaseException) -> str:
    reason = " ".join(str(error).split()).rstrip(".")[:300] or type(error).__name__
    return f"The Dask cluster at {address} gave up a part of the work: {reason}."


def _until_failure(items: Iterable[Any], failures: list[Exception]) -> Iterator[Any]:
    """The items until taking one fails: joblib takes them in a thread of Dask's, which an error would end."""
    try:
        yield from items
    except Exception as error:  # noqa: BLE001 - kept, and raised by the caller
        failures.append(error)


def _apply(work: Callable[[Any, Any], Any], sent: Sent, item: Any) -> Any:
    """One part on a worker; what it calculates inside stays in this thread instead of going back to the cluster."""
    from joblib import parallel_config

    with parallel_config(backend="sequential"):
        return work(sent.value, item)
