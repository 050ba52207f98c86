"""The registry: what the rest of the house asks of MLflow."""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

import pandas as pd

from core.cards import card_from_bytes
from core.contract import Contract
from core.errors import ModelNotLoadable
from core.explanation import reasons_from_bytes
from core.records import Candidate, Card, StoredReasons, TrainingFacts, Trial, Version
from core.registry import candidates, loading
from core.registry.connection import (
    check_healthy,
    connect,
    create_entries,
    create_store,
    is_absent,
    local_file,
    translated,
)
from core.registry.loading import LoadedModel
from core.registry.removal import keeper_of, remove_version
from core.settings import Settings
from core.words import sentence

if TYPE_CHECKING:
    from mlflow import MlflowClient

PRODUCTION = "production"
STAGE = "Production"
EXPERIMENT_TAG = "mlflow_experiment"
# Who registered a version and with which program, where MLflow noted it: its own tags are not passed on.
USER_TAG, SOURCE_TAG = "mlflow_user", "mlflow_source"
RUNS_PER_CALL = 100


def open_registry(settings: Settings) -> "Registry":
    """A registry; nothing is imported or connected yet."""
    return Registry(settings)


class Registry:
    """The versions of one registered model. Every method raises RegistryUnavailable where MLflow does not answer."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.name = settings.mlflow_model

    @cached_property
    def _client(self) -> "MlflowClient":
        return connect(self.settings.tracking_uri)

    @property
    def _is_absent(self) -> bool:
        """Whether the local store was not made yet: a reader must not be the one that makes it."""
        path = local_file(self.settings)
        return path is not None and not path.exists()

    def initialise(self) -> None:
        """Make the store, the experiment and the registered model where they are not there; takes seconds, once."""
        path = local_file(self.settings)
        with translated(sentence("make its store")):
            if path is not None and not path.exists():
                create_store(path, self.settings)
            create_entries(self._client, self.settings)

    def check(self) -> None:
        """Raises RegistryUnavailable, in one sentence and within seconds, where MLflow is not there."""
        check_healthy(self.settings)

    def versions(self) -> list[Version]:
        """Every version, the oldest first, with the metrics, parameters and tags of its run."""
        if self._is_absent:
            return []
        with translated(sentence("list the versions")):
            found = self._registered()
            runs = self._runs(sorted({entry.run_id for entry in found if entry.run_id}))
        made = [_version(entry, runs.get(entry.run_id)) for entry in found]
        return sorted(made, key=lambda version: version.number)

    def production(self) -> int | None:
        """The version that carries the alias ``production``."""
        if self._is_absent:
            return None
        with translated(sentence("say which version is in production")):
            try:
                aliases = self._client.get_registered_model(self.name).aliases
            except Exception as error:
                if is_absent(error):
                    return None
                raise
        return int(aliases[PRODUCTION]) if PRODUCTION in aliases else None

    def is_aligned(self, version: int) -> bool:
        """Whether alias and stage both say that this version, and no other, is in production."""
        if self.production() != version:
            return False
        with translated(sentence("list the versions")):
            return [int(entry.version) for entry in self._registered() if entry.current_stage == STAGE] == [version]

    def set_production(self, version: int) -> None:
        """Give a version the alias, and the deprecated stage for those who still read it; earlier ones: Archived."""
        with translated(sentence("put version {version} into production", version=version)):
            self._client.set_registered_model_alias(self.name, PRODUCTION, str(version))
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", FutureWarning)
                self._client.transition_model_version_stage(
                    self.name, str(version), STAGE, archive_existing_versions=True
                )

    def load_model(self, number: int) -> LoadedModel:
        """A version's model; raises ModelNotLoadable where there is none or it cannot be used safely."""
        self._entry(number)
        with translated(sentence("give the model of version {number}", number=number)):
            place = self._client.get_model_version_download_uri(self.name, str(number))
            return loading.load(place, number, self.settings.tracking_uri)

    def schema(self, number: int) -> dict[str, str] | None:
        """What a version reads: a type by column; None where it does not say.

        Raises ModelNotLoadable where there is no such version, or its description cannot be read.
        """
        self._entry(number)
        with translated(f"say what version {number} reads"):
            place = self._client.get_model_version_download_uri(self.name, str(number))
            return loading.schema(place, number, self.settings.tracking_uri)

    def log_candidate(
        self,
        candidate: Candidate,
        reasons: StoredReasons,
        input_example: pd.DataFrame,
        facts: TrainingFacts,
        contract: Contract,
        card: Card | None = None,
    ) -> Version:
        """Log a candidate as a run and register it as a version; a failure half way leaves no version."""
        with translated(sentence("register the candidate")):
            number = candidates.log_candidate(
                self._client, self.settings, candidate, reasons, input_example, facts, contract, card
            )
            entry = self._client.get_model_version(self.name, str(number))
            return _version(entry, self._client.get_run(str(entry.run_id)))

    def log_reasons(self, version: int, reasons: StoredReasons) -> None:
        """Store the SHAP values of a version, in place of earlier ones.

        One that was registered without an MLflow run gets a run to keep them, which the version's tag names.
        """
        with translated(sentence("store the reasons of version {version}", version=version)):
            entry = self._entry(version)
            run = keeper_of(entry) or candidates.make_keeper(self._client, self.settings, version)
            candidates.put_reasons(self._client, run, replace(reasons, version=version))

    def load_reasons(self, version: int) -> StoredReasons | None:
        """The stored SHAP values of a version; None where it has none."""
        content = self._artifact(version, candidates.EXPLANATION)
        return reasons_from_bytes(content) if content is not None else None

    def load_trials(self, version: int) -> list[Trial]:
        """The trials of the search that found a version; none where another program made it."""
        content = self._artifact(version, candidates.TRIALS)
        return candidates.read_trials(content) if content is not None else []

    def load_card(self, version: int) -> Card | None:
        """What was kept of a version's training for its card; None of one that has none."""
        content = self._artifact(version, candidates.CARD)
        return card_from_bytes(content) if content is not None else None

    def remove(self, version: int) -> None:
        """Remove a version with its run, its model and their files; one that is gone already is fine."""
        with translated(f"remove version {version}"):
            try:
                remove_version(self._client, self.name, version, self.settings.tracking_uri)
            except Exception as error:
                if not is_absent(error):
                    raise

    def link(self, version: Version) -> str | None:
        """The address of the version's run in MLflow's pages; None where MLFLOW_LINK is not set."""
        base, experiment = self.settings.mlflow_link, version.tags.get(EXPERIMENT_TAG)
        if base is None:
            return None
        if experiment is None:
            return f"{base}/#/models/{self.name}/versions/{version.number}"
        return f"{base}/#/experiments/{experiment}/runs/{version.mlflow_run}"

    def _artifact(self, version: int, name: str) -> bytes | None:
        run = keeper_of(self._entry(version))
        if not run:
            return None
        with translated(sentence("give {name} of version {version}", name=name, version=version)):
            return candidates.get_artifact(self._client, run, name)

    def _entry(self, number: int) -> Any:
        """MLflow's entry of a version; raises ModelNotLoadable where there is none."""
        with translated(sentence("find version {number}", number=number)):
            try:
                return self._client.get_model_version(self.name, str(number))
            except Exception as error:
                if is_absent(error):
                    raise ModelNotLoadable(
                        sentence("There is no version {number} of {name} in MLflow.", number=number, name=self.name)
                    ) from error
                raise

    def _registered(self) -> list[Any]:
        entries: list[Any] = []
        token = None
        while True:
            page = self._client.search_model_versions(f"name='{self.name}'", max_results=1000, page_token=token)
            entries += page
            token = page.token
            if not token:
                return entries

    def _runs(self, ids: Sequence[str]) -> dict[str, Any]:
        """Runs by their id, a hundred a call; a run that was purged is absent."""
        if not ids:
            return {}
        from mlflow.entities import ViewType

        experiments = [entry.experiment_id for entry in self._client.search_experiments(view_type=ViewType.ALL)]
        found: dict[str, Any] = {}
        for start in range(0, len(ids), RUNS_PER_CALL):
            names = ", ".join(f"'{run}'" for run in ids[start : start + RUNS_PER_CALL])
            query = f"attributes.run_id IN ({names})"
            page = self._client.search_runs(experiments, query, ViewType.ALL, max_results=RUNS_PER_CALL)
            found |= {run.info.run_id: run for run in page}
        return found


def _version(entry: Any, run: Any) -> Version:
    tags = {} if run is None else run.data.tags | {EXPERIMENT_TAG: run.info.experiment_id}
    noted = {USER_TAG: tags.get("mlflow.user"), SOURCE_TAG: tags.get("mlflow.source.name")}
    tags |= {name: value for name, value in noted.items() if value}
    return Version(
        number=int(entry.version),
        mlflow_run=entry.run_id or "",
        created_at=datetime.fromtimestamp(entry.creation_timestamp / 1000, UTC),
        metrics={} if run is None else dict(run.data.metrics),
        parameters={} if run is None else dict(run.data.params),
        tags={name: value for name, value in (tags | dict(entry.tags)).items() if not name.startswith("mlflow.")},
    )
