"""A candidate's way into MLflow: a run with all that is known of it, its model, and at last a version."""

import json
import logging
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from importlib.metadata import version as installed
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from core.cards import card_to_bytes
from core.contract import Contract
from core.errors import ConsoleError, RegistryError
from core.explanation import reasons_to_bytes
from core.records import Candidate, Card, StoredReasons, TrainingFacts, Trial
from core.registry.connection import translated
from core.registry.loading import TRUSTED
from core.registry.removal import KEEPER_TAG
from core.settings import Settings
from core.words import sentence

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import LoggedModel

logger = logging.getLogger(__name__)
EXPLANATION, TRIALS, CARD = "explanation.npz", "trials.json", "card.json"
PACKAGES = ("scikit-learn", "skops", "numpy", "pandas")


def log_candidate(
    client: "MlflowClient",
    settings: Settings,
    candidate: Candidate,
    reasons: StoredReasons,
    example: pd.DataFrame,
    facts: TrainingFacts,
    contract: Contract,
    card: Card | None = None,
) -> int:
    """Log and register a candidate; the number of its version.

    A failure before the version leaves a run marked as failed and no version. Its reasons, which name it, come after.
    """
    experiment = _experiment(client, settings)
    run = client.create_run(experiment, run_name=f"training {facts.run_id}", tags=_tags(candidate, facts))
    run_id = run.info.run_id
    try:
        _log_facts(client, run_id, candidate, facts)
        if card is not None:
            _put(client, run_id, CARD, card_to_bytes(card))
        model = _log_model(client, experiment, run_id, candidate, example, contract)
        client.set_terminated(run_id, "FINISHED")
        tags = {"console_run": str(facts.run_id)}
        made = client.create_model_version(
            settings.mlflow_model, model.artifact_location, run_id=run_id, model_id=model.model_id, tags=tags
        )
    except BaseException:
        # The first failure is the one to tell of.
        with suppress(ConsoleError), translated(sentence("mark the run as failed")):
            client.set_terminated(run_id, "FAILED")
        raise
    number = int(made.version)
    try:
        with translated(sentence("store the reasons of version {version}", version=number)):
            put_reasons(client, run_id, replace(reasons, version=number))
    except ConsoleError as error:
        # The version is whole without them; its page says that they are missing, and computes them again.
        logger.warning("version %s is registered without its reasons: %s", number, error)
    return number


def put_reasons(client: "MlflowClient", run_id: str, reasons: StoredReasons) -> None:
    """Store reasons with a run, in place of earlier ones."""
    _put(client, run_id, EXPLANATION, reasons_to_bytes(reasons))


def make_keeper(client: "MlflowClient", settings: Settings, version: int) -> str:
    """A run to keep what is stored of a version that was registered without one; the version's tag names it."""
    run = client.create_run(_experiment(client, settings), run_name=f"reasons of version {version}")
    client.set_terminated(run.info.run_id, "FINISHED")
    client.set_model_version_tag(settings.mlflow_model, str(version), KEEPER_TAG, run.info.run_id)
    return str(run.info.run_id)


def get_artifact(client: "MlflowClient", run_id: str, name: str) -> bytes | None:
    """The bytes of a run's artifact; None where it has none of that name."""
    if not any(entry.path == name for entry in client.list_artifacts(run_id)):
        return None
    with tempfile.TemporaryDirectory() as folder:
        return Path(client.download_artifacts(run_id, name, folder)).read_bytes()


def read_trials(content: bytes) -> list[Trial]:
    """The trials of ``trials.json``."""
    return [Trial(**entry) for entry in json.loads(content)]


def _experiment(client: "MlflowClient", settings: Settings) -> str:
    """The id of the experiment; raises RegistryError where there is none."""
    found = client.get_experiment_by_name(settings.mlflow_experiment)
    if found is None:
        raise RegistryError(
            sentence(
                "MLflow has no experiment {experiment}: the worker makes it at its start.",
                experiment=settings.mlflow_experiment,
            )
        )
    return str(found.experiment_id)


def _log_facts(client: "MlflowClient", run_id: str, candidate: Candidate, facts: TrainingFacts) -> None:
    from mlflow.entities import Dataset, DatasetInput, Metric, Param

    started = client.get_run(run_id).info.start_time
    metrics = [
        Metric(f"{split}_{name}", value, started, 0)
        for split, values in candidate.metrics.items()
        for name, value in values.items()
        if np.isfinite(value)
    ]
    parameters = {"family": candidate.family, **candidate.parameters, "seed": candidate.seed}
    parameters |= {f"{name}_rows": count for name, count in facts.rows.items()}
    metrics.append(Metric("training_seconds", candidate.seconds, started, 0))
    client.log_batch(run_id, metrics, [Param(name, str(value)) for name, value in parameters.items()])
    source = json.dumps({"batches": facts.batches, "fingerprint": facts.fingerprint})
    profile = json.dumps({"rows": dict(facts.rows)})
    dataset = Dataset("clean rows", facts.fingerprint[:36], "console", source, profile=profile)
    client.log_inputs(run_id, datasets=[DatasetInput(dataset)])
    trials = [_plain(asdict(trial)) for trial in candidate.trials]
    _put(client, run_id, TRIALS, json.dumps(trials, indent=1).encode())


def _tags(candidate: Candidate, facts: TrainingFacts) -> dict[str, str]:
    return {
        "console_run": str(facts.run_id),
        "batches": ",".join(map(str, facts.batches)),
        "fingerprint": facts.fingerprint,
        "commit": facts.commit,
        "reason": facts.reason,
        "cause": facts.cause,
        "rows": json.dumps(dict(facts.rows)),
        "seed": str(candidate.seed),
        "family": candidate.family,
        "plan": json.dumps(_plain(asdict(facts.plan))),
        "ran_on": facts.ran_on,
    }


def _log_model(
    client: "MlflowClient",
    experiment_id: str,
    run_id: str,
    candidate: Candidate,
    example: pd.DataFrame,
    contract: Contract,
) -> "LoggedModel":
    """Log the model in skops format, without the fluent API, which would need a global address of MLflow."""
    from mlflow.entities import LoggedModelOutput
    from mlflow.models import Model
    from mlflow.sklearn import save_model

    logged = client.create_logged_model(experiment_id, name="model", source_run_id=run_id)
    description = Model(
        artifact_path=logged.artifact_location, run_id=run_id, model_id=logged.model_id, model_uuid=logged.model_id
    )
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "model")
        save_model(
            candidate.model,
            path,
            mlflow_model=description,
            serialization_format="skops",
            skops_trusted_types=list(TRUSTED),
            signature=_signature(example, contract),
            input_example=example,
            pip_requirements=[f"{name}=={installed(name)}" for name in PACKAGES],
        )
        client.log_model_artifacts(logged.model_id, path)
    client.finalize_logged_model(logged.model_id, "READY")
    client.log_outputs(run_id, [LoggedModelOutput(logged.model_id, step=0)])
    return logged


def _signature(example: pd.DataFrame, contract: Contract) -> Any:
    """Texts are strings, all else doubles: an integer column would refuse 1.0, and a double column an integer."""
    from mlflow.models import ModelSignature
    from mlflow.types import ColSpec, Schema

    def kind(name: str) -> str:
        return "string" if contract[name].is_text else "double"

    inputs = Schema([ColSpec(kind(str(name)), str(name)) for name in example.columns])
    return ModelSignature(inputs=inputs, outputs=Schema([ColSpec("double")]))


def _put(client: "MlflowClient", run_id: str, name: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        client.log_artifact(run_id, str(path))


def _plain(value: Any) -> Any:
    """A value that JSON knows."""
    if isinstance(value, Mapping):
        return {str(key): _plain(entry) for key, entry in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(entry) for entry in value]
    return value.item() if isinstance(value, np.generic) else value
