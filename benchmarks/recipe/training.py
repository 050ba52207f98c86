"""The recipe's training: a random search of XGBRegressor over five features, logged and registered with MLflow."""

import time
from pathlib import Path
from typing import Any

import numpy as np

from core.contract import load_contract
from core.records import LabelledRows

NUMBERS = ["bed", "bath", "acre_lot", "house_size"]
CATEGORIES = ["state"]
READ = [*NUMBERS, *CATEGORIES]
MODEL = "recipe"
CHOICES = {
    "model__n_estimators": [50, 100, 150, 200],
    "model__max_depth": [3, 4, 5, 6, 8],
    "model__learning_rate": [0.01, 0.05, 0.1, 0.2, 0.3],
    "model__subsample": [0.6, 0.8, 1.0],
    "model__colsample_bytree": [0.6, 0.8, 1.0],
}


def train(folder: str, rows: int, draws: int, folds: int) -> dict[str, Any]:
    """Search, fit, score and register on the same training and test rows as ours."""
    from benchmarks.parts.models import labelled
    from benchmarks.parts.training import SEED

    use_store(folder)
    parts = labelled(rows, SEED, load_contract("real_estate"))
    began = time.perf_counter()
    model = search(parts["train"], draws, folds)
    metrics = score(model, parts["test"])
    register(model, metrics)
    return {"seconds": time.perf_counter() - began, **metrics}


def search(rows: LabelledRows, draws: int, folds: int) -> Any:
    """The best pipeline of a random search with cross-validation, fitted on all rows."""
    from sklearn.model_selection import RandomizedSearchCV

    found = RandomizedSearchCV(
        pipeline(), CHOICES, n_iter=draws, cv=folds, scoring="neg_root_mean_squared_error", random_state=7
    )
    return found.fit(rows.features[READ], rows.target).best_estimator_


def pipeline() -> Any:
    """Means for what is missing, scaling, one column a state, and boosted trees."""
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler
    from xgboost import XGBRegressor

    numbers = Pipeline([("impute", SimpleImputer(strategy="mean")), ("scale", StandardScaler())])
    columns = [("numbers", numbers, NUMBERS), ("state", OneHotEncoder(handle_unknown="ignore"), CATEGORIES)]
    return Pipeline([("columns", ColumnTransformer(columns)), ("model", XGBRegressor(random_state=7))])


def score(model: Any, rows: LabelledRows) -> dict[str, float]:
    """The errors on rows with known prices."""
    errors = np.abs(model.predict(rows.features[READ]) - rows.target)
    return {
        "rmse": float(np.sqrt(np.mean(errors**2))),
        "mae": float(errors.mean()),
        "median_ape": float(np.median(errors / rows.target)),
    }


def use_store(folder: str) -> None:
    """An MLflow store of the recipe's own, made before any clock runs."""
    import mlflow

    mlflow.set_tracking_uri(f"sqlite:///{folder}/recipe.db")
    if mlflow.get_experiment_by_name(MODEL) is None:
        mlflow.create_experiment(MODEL, artifact_location=Path(folder, "recipe_artifacts").as_uri())
    mlflow.set_experiment(MODEL)


def register(model: Any, metrics: dict[str, float]) -> None:
    """A run with its model, registered and put into production. The requirements are given: finding them is slow."""
    import mlflow

    with mlflow.start_run():
        mlflow.log_metrics(metrics)
        mlflow.sklearn.log_model(
            model,
            name="model",
            registered_model_name=MODEL,
            serialization_format="cloudpickle",
            pip_requirements=["scikit-learn", "xgboost-cpu"],
        )
    client = mlflow.MlflowClient()
    newest = max(int(entry.version) for entry in client.search_model_versions(f"name='{MODEL}'"))
    client.set_registered_model_alias(MODEL, "production", str(newest))


def train_small(folder: str, rows: int) -> dict[str, Any]:
    """A model in production for the recipe's service, of the size that its search gives."""
    from benchmarks.parts.models import labelled

    use_store(folder)
    parts = labelled(rows, 6, load_contract("real_estate"))
    model = pipeline().set_params(model__n_estimators=200, model__max_depth=6)
    model.fit(parts["train"].features[READ], parts["train"].target)
    register(model, score(model, parts["test"]))
    return {"rows": rows}
