"""The registry on a real SQLite store and against a real MLflow server."""

import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
import warnings
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from core.contract import Contract
from core.errors import ModelNotLoadable, RegistryUnavailable
from core.explanation import explain
from core.records import Candidate, SearchPlan, StoredReasons, TrainingFacts
from core.registry import Registry, open_registry
from core.settings import read_settings
from core.training import train_candidate
from tests.conftest import listings
from tests.core.test_training import Parts, parts_of, quiet

FACTS = TrainingFacts(
    5, "Price mean +20 %", "schedule", (1, 2), "ab" * 32, "c0ffee", {"train": 180, "test": 60}, SearchPlan(3, 60.0, 7)
)
PLAN = SearchPlan(draws=1, seconds=60.0, seed=7, families=("histogram_boosting",))


@pytest.fixture(scope="module")
def parts(contract: Contract) -> Parts:
    return parts_of(listings(300), contract)


@pytest.fixture(scope="module")
def candidate(parts: Parts, contract: Contract) -> Candidate:
    return train_candidate(parts["train"], parts["validation"], parts["test"], contract, PLAN, quiet)


@pytest.fixture(scope="module")
def explained(parts: Parts, candidate: Candidate) -> StoredReasons:
    test = parts["test"]
    keys, batches = np.arange(len(test), dtype=np.int64), np.ones(len(test), dtype=np.int64)
    return StoredReasons(explain(candidate.model, test.features), keys, test.target, test.segments, batches)


@pytest.fixture(scope="module")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("store")
    open_registry(read_settings({"DATA_DIR": str(folder)}, None)).initialise()
    return folder


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[str]:
    """The address of an MLflow server with a store and artifacts of its own."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shutil.copy(empty_store / "mlflow.db", folder / "mlflow.db")
    command = [
        *(sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1"),
        *("--backend-store-uri", f"sqlite:///{folder / 'mlflow.db'}", "--artifacts-destination", str(folder / "files")),
    ]
    environ = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true", "PATH": "/usr/bin"}
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(command, env=environ, stdout=log, stderr=log, cwd=folder, start_new_session=True)
    try:
        wait_for(f"http://127.0.0.1:{port}/health", process, folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(600):
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(log.read_text())


@pytest.fixture
def registry(tmp_path: Path, empty_store: Path) -> Registry:
    shutil.copy(empty_store / "mlflow.db", tmp_path / "mlflow.db")
    return open_registry(read_settings({"DATA_DIR": str(tmp_path), "MLFLOW_LINK": "https://models.example"}, None))


@pytest.fixture
def log(candidate: Candidate, explained: StoredReasons, parts: Parts, contract: Contract) -> Callable[..., Any]:
    def logged(registry: Registry, candidate: Candidate = candidate) -> Any:
        return registry.log_candidate(candidate, explained, parts["train"].features.head(5), FACTS, contract)

    return logged


def whole_path(registry: Registry, log: Callable[..., Any], candidate: Candidate, parts: Parts) -> None:
    """Log two versions, promote each, load, explain."""
    first, second = log(registry), log(registry)
    assert (first.number, second.number) == (1, 2)
    assert [version.number for version in registry.versions()] == [1, 2]
    assert registry.versions()[0] == first
    assert registry.production() is None
    for number, other in ((1, 2), (2, 1)):
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            registry.set_production(number)
        assert registry.production() == number
        assert registry.is_aligned(number)
        assert not registry.is_aligned(other)
    loaded = registry.load_model(1)
    features = parts["test"].features
    assert loaded.columns == tuple(features.columns)
    assert loaded.model.predict(features) == pytest.approx(candidate.model.predict(features), rel=1e-12)
    found = registry.load_reasons(1)
    assert found is not None
    assert found.version == 1
    assert found.explanation.predictions == pytest.approx(candidate.model.predict(features))
    registry.log_reasons(1, replace(found, target=found.target + 1, version=None))
    again = registry.load_reasons(1)
    assert again is not None
    assert again.version == 1
    assert (again.target == found.target + 1).all()
    assert registry.load_trials(2) == list(candidate.trials)


def test_a_version_goes_its_whole_path_on_a_local_store(
    registry: Registry, log: Callable[..., Any], candidate: Candidate, parts: Parts, tmp_path: Path
) -> None:
    whole_path(registry, log, candidate, parts)
    assert not Path("mlruns").exists()


def test_a_version_goes_its_whole_path_on_a_server(
    server: str, log: Callable[..., Any], candidate: Candidate, parts: Parts
) -> None:
    names = {"MLFLOW_MODEL": "by_wire", "MLFLOW_EXPERIMENT": "by_wire"}
    registry = open_registry(read_settings({"MLFLOW_TRACKING_URI": server} | names, None))
    registry.check()
    assert registry.production() is None
    registry.initialise()
    registry.initialise()
    whole_path(registry, log, candidate, parts)


def test_a_version_carries_what_is_known_of_it(
    registry: Registry, log: Callable[..., Any], candidate: Candidate
) -> None:
    version = log(registry)
    assert version.metrics["test_rmse"] == pytest.approx(candidate.metrics["test"]["rmse"])
    assert {"validation_mae", "test_within_20"} <= set(version.metrics)
    assert version.parameters["family"] == version.tags["family"] == "histogram_boosting"
    expected = {"console_run": "5", "batches": "1,2", "fingerprint": "ab" * 32, "commit": "c0ffee"}
    expected |= {"reason": "Price mean +20 %", "cause": "schedule", "seed": "7"}
    assert {name: version.tags[name] for name in expected} == expected
    assert version.created_at.tzinfo is not None
    assert registry.link(version) == f"https://models.example/#/experiments/1/runs/{version.mlflow_run}"


def test_another_program_finds_the_model_by_its_alias(
    registry: Registry,
    log: Callable[..., Any],
    parts: Parts,
    candidate: Candidate,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Through MLflow's own door: a signature of doubles and texts, and an input example."""
    import mlflow

    log(registry)
    registry.set_production(1)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", registry.settings.tracking_uri)
    model = mlflow.pyfunc.load_model("models:/model_experiment@production")
    features = parts["test"].features
    assert model.predict(features) == pytest.approx(candidate.model.predict(features))
    types = {column.name: column.type.name for column in model.metadata.signature.inputs}
    assert (types["bed"], types["zip_code"], types["prev_sold_date"]) == ("double", "string", "double")


def test_a_store_that_was_not_made_yet_is_empty_and_is_not_made_by_a_reader(tmp_path: Path) -> None:
    registry = open_registry(read_settings({"DATA_DIR": str(tmp_path)}, None))
    assert registry.versions() == []
    assert registry.production() is None
    registry.check()
    assert list(tmp_path.iterdir()) == []


def test_a_store_is_made_once(registry: Registry, log: Callable[..., Any]) -> None:
    log(registry)
    registry.initialise()
    assert len(registry.versions()) == 1


@pytest.mark.parametrize("step", ["create_model_version", "log_model_artifacts", "log_batch", "log_inputs"])
def test_a_failure_half_way_leaves_no_version_and_a_failed_run(
    registry: Registry, log: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    from mlflow.exceptions import MlflowException

    def broken(*_: Any, **__: Any) -> Any:
        raise MlflowException("the disk is full")

    client = registry._client
    with monkeypatch.context() as patch:
        patch.setattr(client, step, broken)
        with pytest.raises(RegistryUnavailable, match="MLflow could not register the candidate: the disk is full"):
            log(registry)
    assert registry.versions() == []
    assert [run.info.status for run in client.search_runs(["1"])] == ["FAILED"]
    assert log(registry).number == 1


def test_a_server_that_does_not_answer_is_told_in_seconds() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        registry = open_registry(read_settings({"MLFLOW_TRACKING_URI": f"http://127.0.0.1:{port}"}, None))
        began = time.monotonic()
        with pytest.raises(RegistryUnavailable, match=f"MLflow does not answer at 127.0.0.1:{port}"):
            registry.check()
        with pytest.raises(RegistryUnavailable, match="MLflow could not"):
            registry.production()
        assert time.monotonic() - began < 30


def test_a_server_that_is_something_else_is_told() -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), SimpleHTTPRequestHandler) as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        registry = open_registry(read_settings({"MLFLOW_TRACKING_URI": f"http://127.0.0.1:{other.server_port}"}, None))
        with pytest.raises(RegistryUnavailable, match=r"no healthy MLflow server .*404"):
            registry.check()
        other.shutdown()


def test_a_file_that_is_no_store_is_told(tmp_path: Path) -> None:
    (tmp_path / "mlflow.db").write_bytes(b"this is no database" * 100)
    with pytest.raises(RegistryUnavailable, match="MLflow could not"):
        open_registry(read_settings({"DATA_DIR": str(tmp_path)}, None)).versions()


def test_a_version_that_is_not_there_is_told(registry: Registry) -> None:
    with pytest.raises(ModelNotLoadable, match="There is no version 9 of model_experiment in MLflow"):
        registry.load_model(9)
    with pytest.raises(ModelNotLoadable):
        registry.load_reasons(9)


class Evil:
    """Would leave a file behind if it were unpickled."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def predict(self, features: Any) -> Any:
        return np.zeros(len(features))

    def __reduce__(self) -> tuple[Any, tuple[Any, ...]]:
        return Path.touch, (self.place,)


def test_no_code_of_a_pickled_model_is_run(registry: Registry, log: Callable[..., Any], tmp_path: Path) -> None:
    import cloudpickle

    log(registry)
    place = Path(registry._client.get_model_version("model_experiment", "1").source.removeprefix("file://"))
    marker = tmp_path / "ran"
    text = (place / "MLmodel").read_text().replace("serialization_format: skops", "serialization_format: cloudpickle")
    (place / "MLmodel").write_text(text)
    (place / "model.skops").write_bytes(cloudpickle.dumps(Evil(marker)))
    with pytest.raises(ModelNotLoadable, match="Version 1 is stored as cloudpickle, which can run code"):
        registry.load_model(1)
    assert not marker.exists()


def test_a_type_that_is_not_trusted_is_named(registry: Registry, log: Callable[..., Any]) -> None:
    import skops.io
    from sklearn.preprocessing import FunctionTransformer

    log(registry)
    place = Path(registry._client.get_model_version("model_experiment", "1").source.removeprefix("file://"))
    skops.io.dump(FunctionTransformer(shutil.rmtree), place / "model.skops")
    with pytest.raises(ModelNotLoadable, match=r"types that are not trusted: shutil\.rmtree"):
        registry.load_model(1)


@pytest.mark.parametrize("family", ["extra_trees", "linear"])
def test_every_family_can_be_stored_and_read(
    registry: Registry, log: Callable[..., Any], parts: Parts, contract: Contract, family: str
) -> None:
    plan = replace(PLAN, families=(family,))
    made = train_candidate(parts["train"], parts["validation"], parts["test"], contract, plan, quiet)
    log(registry, made)
    features = parts["test"].features
    assert registry.load_model(1).model.predict(features) == pytest.approx(made.model.predict(features), rel=1e-12)
