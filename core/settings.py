"""The only reader of the environment: one frozen, typed object, made from a mapping."""

import math
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args
from urllib.parse import parse_qsl, urlsplit

from dotenv import dotenv_values
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, ValidationError

from core.errors import SettingsError

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
DATABASES = ("sqlite", "mysql+pymysql", "mariadb+pymysql")
Metric = Literal["rmse", "mae", "r2", "median_ape", "within_10", "within_20"]


def _duration(value: Any) -> Any:
    """Seconds from ``90``, ``90s``, ``15m``, ``1h``, ``1d``; 0 from ``off``."""
    text = str(value).strip().lower()
    if text == "off":
        return 0.0
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([smhd]?)", text)
    if not match:
        raise ValueError("a duration such as 90s, 15m, 1h, or off")
    return float(match[1]) * SECONDS[match[2] or "s"]


def _http_url(value: str | None) -> str | None:
    if value is None:
        return None
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ValueError("an address that begins with http:// or https://")
    return value.rstrip("/")


def _scheduler(value: str | None) -> str | None:
    if value is None:
        return None
    if not re.fullmatch(r"(tcp|tls)://([\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}", value):
        raise ValueError("an address such as tcp://scheduler:8786 or tls://scheduler:8786")
    return value


def _query(value: Any) -> Any:
    """Query parameters from ``day=Tuesday&part=1``."""
    if isinstance(value, Mapping):
        return dict(value)
    try:
        return dict(parse_qsl(str(value), strict_parsing=True)) if str(value).strip() else {}
    except ValueError as error:
        raise ValueError("parameters such as day=Tuesday&part=1") from error


def _guards(value: Any) -> Any:
    """Shares by metric from ``rmse=0.01,within_20=0.02``; none from ``off``."""
    if isinstance(value, Mapping):
        return dict(value)
    parts = [part.split("=") for part in str(value).split(",") if part.strip().lower() not in ("", "off")]
    try:
        found = {metric.strip(): float(share) for metric, share in parts}
    except ValueError:
        found = {"": -1.0}
    if not set(found) <= set(get_args(Metric)) or not all(0 <= share < 1 for share in found.values()):
        raise ValueError("metrics with shares of 0 to less than 1 such as rmse=0.01,within_20=0.02, or off")
    return found


def _database(value: str | None) -> str | None:
    if value is not None and urlsplit(value).scheme not in DATABASES:
        raise ValueError("a database address such as sqlite:///raw.db or mysql+pymysql://user:password@host/RAW_DATA")
    return value


Duration = Annotated[float, BeforeValidator(_duration)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
SchedulerAddress = Annotated[str, AfterValidator(_scheduler)]
Guards = Annotated[dict[str, float], BeforeValidator(_guards)]
Query = Annotated[dict[str, str], BeforeValidator(_query)]
DatabaseUrl = Annotated[SecretStr, BeforeValidator(_database)]


class Settings(BaseModel):
    """All settings; each field is the environment variable of the same name in capitals.

    Durations are in seconds. A field left out, or set to nothing, has its default.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    data_dir: Path = Field(Path("data"), description="folder of the SQLite files, the model store and the artifacts")
    contract: str = Field(
        "real_estate", description="what a row is: a shipped contract's name, or a path to a TOML file"
    )
    feed_url: HttpUrl | None = Field(None, description="address of the feed; not set: the demo feed is started")
    feed_group: int = Field(1, ge=1, le=10, description="group number that the feed is asked with")
    feed_params: Query = Field({}, description="further query parameters of the feed, such as day=Tuesday")
    feed_timeout: Duration = Field(300.0, gt=0, description="longest time for one batch, all retries together")
    feed_max_mb: float = Field(2048.0, gt=0, description="largest answer of the feed that is taken, in MB")
    demo_feed_scale: float = Field(
        0.05, gt=0, le=1, description="size of the demo feed's batches against the real feed's"
    )
    demo_feed_seed: int = Field(20260101, ge=0, description="seed of the demo feed's listings")
    demo_feed_csv: Path | None = Field(
        None, description="CSV file that the demo feed hands out instead of generated listings"
    )
    demo_feed_batches: int = Field(6, ge=1, le=1000, description="number of batches that the CSV file is cut into")
    raw_database_url: DatabaseUrl | None = Field(
        None, description="database of everything as received; default: raw.db in DATA_DIR"
    )
    clean_database_url: DatabaseUrl | None = Field(
        None, description="database of the clean rows; default: clean.db in DATA_DIR"
    )
    mlflow_tracking_uri: str | None = Field(None, description="MLflow store or server; default: mlflow.db in DATA_DIR")
    mlflow_experiment: str = Field("model_tracking", min_length=1, description="MLflow experiment of the trainings")
    mlflow_model: str = Field("model_experiment", min_length=1, description="name of the registered model")
    mlflow_link: HttpUrl | None = Field(None, description="address of MLflow's pages in a reader's browser, for links")
    drift_limit: float = Field(0.15, gt=0, description="relative change of a statistic above which a model is trained")
    drift_reference: Literal["previous", "accumulated", "production"] = Field(
        "previous", description="what a batch is compared with"
    )
    on_exhausted: Literal["restart", "stop"] = Field(
        "restart", description="what to do when the feed has handed out every batch"
    )
    cycle_every: Duration = Field(3600.0, ge=0, description="time between two scheduled cycles; off: none")
    collection_retention_days: int = Field(
        0, ge=0, description="days after which the rows of a closed collection are deleted; 0: kept for ever"
    )
    search_draws: int = Field(8, ge=1, le=500, description="parameter sets that a training tries")
    search_seconds: Duration = Field(60.0, gt=0, description="time after which a training starts no further draw")
    seed: int = Field(7, ge=0, description="seed of the search and of every sample")
    dask_scheduler: SchedulerAddress | None = Field(
        None, description="Dask scheduler whose workers do the fits of a search; not set: this machine does them"
    )
    promotion_metric: Metric = Field("mae", description="metric on the holdout that decides a promotion")
    promotion_min_gain: float = Field(0.0, ge=0, lt=1, description="least relative gain over the version in production")
    promotion_needs_interval: bool = Field(
        True, description="whether the gain's 95 % interval must exclude zero, so that chance promotes nothing"
    )
    promotion_guards: Guards = Field(
        {"rmse": 0.01}, description="metrics that may get worse by this share at most, such as rmse=0.01,within_20=0.02"
    )
    promotion_segment_limit: float = Field(
        0.0, ge=0, lt=10, description="share by which MAE may get worse in any segment or price band; 0: not looked at"
    )
    promotion_mode: Literal["automatic", "approval"] = Field(
        "automatic", description="whether the best version is promoted, or waits for a person's approval"
    )
    live_window: int = Field(
        200, ge=1, le=10_000, description="newest true values that the live error of the version in use is taken from"
    )
    live_least: int = Field(30, ge=2, description="true values below which nothing is said about the live error")
    keep_versions: int = Field(
        0, ge=0, description="versions kept beside those ever in production, older ones are removed; 0: all"
    )
    lease_seconds: Duration = Field(30.0, ge=2, description="time after which a silent worker's lease is free again")
    embedded: bool = Field(True, description="whether the console starts its own worker and demo feed")
    console_password: SecretStr | None = Field(
        None, description="password of the console; needed wherever it can be reached from other machines"
    )
    end_user_password: SecretStr | None = Field(
        None, description="password of end users, who may ask for prices and see nothing else; not set: there are none"
    )
    session_secret: SecretStr | None = Field(
        None, description="key that signs the sign-in cookie; default: made at each start"
    )
    api_token: SecretStr | None = Field(
        None, description="token of programs for /api and /metrics; not set: the console's password is theirs too"
    )
    api_rate: float = Field(1000.0, ge=0, description="requests a second that one client may send to /api; 0: no limit")
    api_burst: int = Field(2000, ge=1, description="requests that one client may send at once, before the rate counts")
    git_commit: str = Field("", description="commit that a training notes down; default: asked of git")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="least important log line that is written"
    )

    @property
    def raw_url(self) -> str:
        return self._url(self.raw_database_url, "raw.db")

    @property
    def clean_url(self) -> str:
        return self._url(self.clean_database_url, "clean.db")

    @property
    def tracking_uri(self) -> str:
        return self.mlflow_tracking_uri or f"sqlite:///{self.data_dir.resolve() / 'mlflow.db'}"

    @property
    def artifacts_dir(self) -> Path:
        """Where a local MLflow store keeps the files of its runs."""
        return self.data_dir.resolve() / "artifacts"

    @property
    def inbox_dir(self) -> Path:
        """Where an answer of the feed lies until its rows are stored."""
        return self.data_dir.resolve() / "inbox"

    def _url(self, given: SecretStr | None, file: str) -> str:
        return given.get_secret_value() if given else f"sqlite:///{self.data_dir.resolve() / file}"


def read_settings(environ: Mapping[str, str] | None = None, env_file: Path | None = Path(".env")) -> Settings:
    """The settings from ``environ`` (default: the process's) and, below it, from ``env_file``.

    Raises SettingsError: one sentence for each wrong value, all of them at once.
    """
    from_file = {} if env_file is None else dotenv_values(env_file)
    from_process = os.environ if environ is None else environ
    values, sources = {}, {}
    for name in Settings.model_fields:
        for source, mapping in (("environment", from_process), (str(env_file), from_file)):
            if mapping.get(name.upper()):
                values[name], sources[name] = str(mapping[name.upper()]).strip(), source
                break
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(" ".join(_sentences(error, values, sources))) from None
    if not all(math.isfinite(value) for value in settings.model_dump().values() if isinstance(value, float)):
        raise SettingsError("A setting must be a finite number, got inf or nan.")
    if settings.raw_url == settings.clean_url:
        raise SettingsError("RAW_DATABASE_URL and CLEAN_DATABASE_URL must name two databases, got the same twice.")
    _check_passwords(settings)
    return settings


def prepare_data_dir(settings: Settings) -> None:
    """Make the folder of DATA_DIR where it is absent; raises SettingsError where nothing can be written there."""
    folder = settings.data_dir.resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        problem = f"{str(folder)!r}, which cannot be made: {error.strerror}"
        raise SettingsError(f"DATA_DIR must be a folder, got {problem}.") from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(f"DATA_DIR must be a folder that can be written to, got {str(folder)!r}.")


def _check_passwords(settings: Settings) -> None:
    if settings.end_user_password is None:
        return
    if settings.console_password is None:
        raise SettingsError("END_USER_PASSWORD needs CONSOLE_PASSWORD beside it: without one everybody is operator.")
    if settings.end_user_password == settings.console_password:
        raise SettingsError("END_USER_PASSWORD and CONSOLE_PASSWORD must be two passwords, got the same twice.")


def _sentences(error: ValidationError, values: Mapping[str, str], sources: Mapping[str, str]) -> list[str]:
    return [_sentence(problem, values, sources) for problem in error.errors()]


def _sentence(problem: Any, values: Mapping[str, str], sources: Mapping[str, str]) -> str:
    name = str(problem["loc"][0])
    is_secret = "SecretStr" in str(Settings.model_fields[name].annotation)
    got = "" if is_secret else f", got {values.get(name)!r}"
    return f"{name.upper()} must be {_expected(problem)}{got} ({sources.get(name, 'default')})."


def _expected(problem: Any) -> str:
    context = problem.get("ctx", {})
    match problem["type"]:
        case "greater_than":
            return f"a number above {context['gt']:g}"
        case "greater_than_equal":
            return f"a number of {context['ge']:g} or more"
        case "less_than" | "less_than_equal":
            return f"a number of at most {context.get('lt', context.get('le')):g}"
        case "float_parsing" | "float_type" | "finite_number":
            return "a number"
        case "int_parsing" | "int_from_float" | "int_type":
            return "a whole number"
        case "bool_parsing":
            return "true or false"
        case "literal_error":
            return f"one of {context['expected']}"
        case "value_error":
            return str(context["error"])
        case _:
            return str(problem["msg"]).lower()
