"""Versions that another program registered: their reasons are computed as a run, whatever the model is."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.models import infer_signature
from mlflow.sklearn import save_model
from sklearn.ensemble import RandomForestRegressor
from sklearn.impute import SimpleImputer
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline

from core import store
from core.errors import ModelNotLoadable
from core.explanation import inner_problem
from core.loop import Loop, execute
from core.prediction import check_reasons, open_predictor
from tests.conftest import listings
from tests.integration.conftest import cycle, queue

COLUMNS = ["bed", "bath", "house_size"]
TRUSTED = ["numpy.dtype", "sklearn.tree._tree.Tree"]


@pytest.fixture
def taught(make_loop: Callable[..., Loop]) -> Loop:
    """A loop with one batch and a version of its own."""
    loop = make_loop([listings(900)])
    cycle(loop)
    return loop


def fitted(loop: Loop, regressor: Any, columns: list[str]) -> Any:
    with store.reading(loop.clean) as connection:
        batches = [1]
        frame = store.load_clean(
            connection, tables=loop.tables, contract=loop.contract, batches=batches, splits=["train"]
        )
    rows = frame.rename(columns={"acre_lot": "pool"})[columns].astype(float)
    return make_pipeline(SimpleImputer(), regressor).fit(rows, frame["price"])


def register(loop: Loop, model: Any, columns: list[str], folder: Path, has_run: bool = True) -> int:
    """Register a model as a program of somebody else's does; its version."""
    example = pd.DataFrame(np.ones((2, len(columns))), columns=columns)
    signature = infer_signature(example, model.predict(example))
    save_model(model, str(folder), serialization_format="skops", skops_trusted_types=TRUSTED, signature=signature)
    client: MlflowClient = loop.registry._client
    run = client.create_run("1") if has_run else None
    source = str(folder)
    if run is not None:
        client.log_artifacts(run.info.run_id, str(folder), "model")
        source = f"{run.info.artifact_uri}/model"
    name = loop.settings.mlflow_model
    return int(client.create_model_version(name, source, run.info.run_id if run else None).version)


def test_reasons_of_foreign_versions_are_computed_and_kept_as_runs(taught: Loop, tmp_path: Path) -> None:
    """Of one with an MLflow run and of one without."""
    model = fitted(taught, RandomForestRegressor(10, random_state=0), COLUMNS)
    own = taught.registry.load_reasons(1)
    assert own is not None
    assert check_reasons(open_predictor(taught), 1, own) == ""
    for has_run in (True, False):
        version = register(taught, model, COLUMNS, tmp_path / f"model_{has_run}", has_run)
        assert taught.registry.load_reasons(version) is None
        outcome = execute(taught, queue(taught, "explanation", version=version))
        assert outcome["message"] == f"The reasons of version {version} are stored."
        kept = taught.registry.load_reasons(version)
        assert kept is not None
        assert kept.explanation.features == tuple(COLUMNS)
        assert (kept.keys == own.keys).all()
        assert inner_problem(kept, version) == ""
        assert check_reasons(open_predictor(taught), version, kept) == ""
        taught.registry.remove(version)
    assert [found.number for found in taught.registry.versions()] == [1]


def test_other_models_are_explained_for_fewer_rows_or_say_what_is_missing(taught: Loop, tmp_path: Path) -> None:
    near = fitted(taught, KNeighborsRegressor(3, algorithm="brute"), COLUMNS)
    version = register(taught, near, COLUMNS, tmp_path / "near")
    execute(taught, queue(taught, "explanation", version=version))
    kept = taught.registry.load_reasons(version)
    assert kept is not None
    assert len(kept) == 100
    assert inner_problem(kept, version) == ""
    columns = ["bed", "pool"]
    strange = fitted(taught, RandomForestRegressor(5, random_state=0), columns)
    version = register(taught, strange, columns, tmp_path / "strange")
    words = f"Version {version} reads columns that the contract does not have: pool."
    with pytest.raises(ModelNotLoadable, match=words):
        execute(taught, queue(taught, "explanation", version=version))
