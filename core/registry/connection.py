"""The way to MLflow: a client without global state, bounded waits, and MLflow's failures as our own errors."""

import logging
import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import urlopen

from core.errors import ConsoleError, RegistryError, RegistryUnavailable
from core.settings import Settings
from core.words import sentence

if TYPE_CHECKING:
    from mlflow import MlflowClient

SQLITE = "sqlite:///"
SECONDS_TO_CONNECT = 2.0
SECONDS_PER_REQUEST = 30
RETRIES = 2
ABSENT = ("RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")
# Of packages below MLflow that let their own exceptions through.
BELOW = ("mlflow", "sqlalchemy", "alembic", "requests", "urllib3", "sqlite3", "pymysql", "botocore")


def connect(uri: str) -> "MlflowClient":
    """A client of the store at ``uri``; the first one in a process imports MLflow, which takes a second or two."""
    from mlflow import MlflowClient
    from mlflow import environment_variables as switches
    from mlflow.telemetry import set_telemetry_client

    values = {
        switches.MLFLOW_DISABLE_TELEMETRY: True,
        switches.MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR: False,
        switches.MLFLOW_HTTP_REQUEST_MAX_RETRIES: RETRIES,
        switches.MLFLOW_HTTP_REQUEST_BACKOFF_FACTOR: 1,
        switches.MLFLOW_HTTP_REQUEST_TIMEOUT: SECONDS_PER_REQUEST,
    }
    for switch, value in values.items():
        switch.set(value)  # type: ignore[no-untyped-call]
    set_telemetry_client()  # type: ignore[no-untyped-call]
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return MlflowClient(tracking_uri=uri, registry_uri=uri)


@contextmanager
def translated(what: str) -> Iterator[None]:
    """MLflow's failures as RegistryUnavailable, in one sentence; our own errors pass."""
    try:
        yield
    except ConsoleError:
        raise
    except Exception as error:
        if not isinstance(error, OSError) and type(error).__module__.split(".")[0] not in BELOW:
            raise
        reason = " ".join(str(error).split()).rstrip(".")[:300]
        raise RegistryUnavailable(sentence("MLflow could not {what}: {reason}.", what=what, reason=reason)) from error


def is_absent(error: Exception) -> bool:
    """Whether MLflow said that the thing asked for does not exist."""
    return getattr(error, "error_code", "") in ABSENT


def local_file(settings: Settings) -> Path | None:
    """The file of a SQLite store; None where the store is anything else."""
    uri = settings.tracking_uri
    return Path(uri.removeprefix(SQLITE)) if uri.startswith(SQLITE) else None


def check_reachable(settings: Settings) -> None:
    """Whether something listens at the address of an MLflow server; raises RegistryUnavailable where nothing does."""
    parts = urlsplit(settings.tracking_uri)
    if parts.scheme not in ("http", "https"):
        return
    address = (parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
    try:
        socket.create_connection(address, timeout=SECONDS_TO_CONNECT).close()
    except OSError as error:
        raise RegistryUnavailable(
            sentence(
                "MLflow does not answer at {host}:{port} ({error}): check MLFLOW_TRACKING_URI and that the server "
                "runs.",
                host=parts.hostname,
                port=address[1],
                error=error,
            )
        ) from error


def check_healthy(settings: Settings) -> None:
    """Whether MLflow's server says that it is well; asked without MLflow, whose import alone takes seconds.

    A store without a server is looked at when it is used. Raises RegistryUnavailable.
    """
    check_reachable(settings)
    address = settings.tracking_uri
    if not address.startswith(("http://", "https://")):
        return
    try:
        urlopen(f"{address.rstrip('/')}/health", timeout=SECONDS_TO_CONNECT).close()  # noqa: S310 - http, as checked
    except OSError as error:
        raise RegistryUnavailable(
            sentence(
                "What answers at {host} is no healthy MLflow server ({error}): check MLFLOW_TRACKING_URI.",
                host=urlsplit(address).hostname,
                error=error,
            )
        ) from error


def create_store(path: Path, settings: Settings) -> None:
    """A SQLite store at ``path``, made aside and put there whole: no other process meets half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".mlflow-") as folder:
        aside = Path(folder) / path.name
        create_entries(connect(f"{SQLITE}{aside}"), settings)
        try:
            os.link(aside, path)
        except FileExistsError:
            return


def create_entries(client: "MlflowClient", settings: Settings) -> None:
    """The experiment and the registered model, where they are not there yet."""
    from mlflow.exceptions import MlflowException

    is_server = settings.tracking_uri.startswith(("http://", "https://"))
    try:
        experiment = client.get_experiment_by_name(settings.mlflow_experiment)
        if experiment is None:
            location = None if is_server else settings.artifacts_dir.as_uri()
            client.create_experiment(settings.mlflow_experiment, artifact_location=location)
        elif experiment.lifecycle_stage == "deleted":
            raise RegistryError(
                sentence(
                    "MLflow's experiment {experiment} was deleted: restore it there, or set MLFLOW_EXPERIMENT to "
                    "another name.",
                    experiment=settings.mlflow_experiment,
                )
            )
        client.create_registered_model(settings.mlflow_model)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
