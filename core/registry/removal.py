"""A version's way out of MLflow, with its run, its model and their files."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import url2pathname

from core.registry.connection import is_absent

if TYPE_CHECKING:
    from collections.abc import Callable

    from mlflow import MlflowClient

Found = TypeVar("Found")
KEEPER_TAG = "kept_in_run"


def keeper_of(entry: Any) -> str:
    """The run that keeps what is stored of a version; "" where it has none yet."""
    return str(entry.run_id or dict(entry.tags).get(KEEPER_TAG, ""))


def remove_version(client: "MlflowClient", model: str, number: int, tracking_uri: str) -> None:
    """Remove a version; what an earlier attempt took away already is no error.

    Files go first and the version last: what is left after a stop half way can be seen, and removed again. MLflow
    keeps the run among its deleted ones until ``mlflow gc``.
    """
    entry = client.get_model_version(model, str(number))
    keeper = keeper_of(entry)
    run = _if_there(lambda: client.get_run(keeper)) if keeper else None
    if run is not None:
        delete_files(run.info.artifact_uri, tracking_uri)
        for output in run.outputs.model_outputs if run.outputs else ():
            _remove_model(client, output.model_id, tracking_uri)
        _if_there(lambda: client.delete_run(keeper))
    client.delete_model_version(model, str(number))


def _remove_model(client: "MlflowClient", model_id: str, tracking_uri: str) -> None:
    logged = _if_there(lambda: client.get_logged_model(model_id))
    if logged is not None:
        delete_files(logged.artifact_location, tracking_uri)
        _if_there(lambda: client.delete_logged_model(model_id))


def delete_files(place: str, tracking_uri: str) -> None:
    """Delete every file below an artifact address; none is there where it was done before.

    The folder of a run or model on this machine goes too: MLflow leaves it behind, empty.
    """
    from mlflow.store.artifact.artifact_repository_registry import get_artifact_repository

    files = get_artifact_repository(place, tracking_uri)
    if files.list_artifacts():
        files.delete_artifacts()  # type: ignore[no-untyped-call]
    parts = urlsplit(place)
    if parts.scheme in ("", "file"):
        path = Path(url2pathname(parts.path))
        for folder in (path, path.parent):
            if folder.is_dir() and not any(folder.iterdir()):
                folder.rmdir()


def _if_there(ask: "Callable[[], Found]") -> Found | None:
    try:
        return ask()
    except Exception as error:
        if is_absent(error):
            return None
        raise
