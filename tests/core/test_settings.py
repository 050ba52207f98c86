"""Settings: defaults, sources, and one sentence for each wrong value."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from core.errors import SettingsError
from core.settings import Settings, prepare_data_dir, read_settings


def read(**environ: str) -> Settings:
    return read_settings({name.upper(): value for name, value in environ.items()}, env_file=None)


def test_without_any_setting_everything_lies_under_data() -> None:
    settings = read()
    data = Path("data").resolve()
    assert settings.raw_url == f"sqlite:///{data / 'raw.db'}"
    assert settings.clean_url == f"sqlite:///{data / 'clean.db'}"
    assert settings.tracking_uri == f"sqlite:///{data / 'mlflow.db'}"
    assert settings.artifacts_dir == data / "artifacts"
    assert settings.drift_limit == 0.15
    assert settings.drift_reference == "previous"


def test_an_empty_value_is_the_default() -> None:
    assert read(drift_limit="").drift_limit == 0.15


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / ".env"
    file.write_text("DRIFT_LIMIT=0.3\nFEED_GROUP=7\n")
    settings = read_settings({"DRIFT_LIMIT": "0.2"}, file)
    assert (settings.drift_limit, settings.feed_group) == (0.2, 7)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), ("15m", 900), ("1h", 3600), ("1.5h", 5400), ("1d", 86400), ("off", 0)],
)
def test_a_duration_is_read_with_its_unit(text: str, seconds: float) -> None:
    assert read(cycle_every=text).cycle_every == seconds


def test_feed_parameters_are_read_as_a_query() -> None:
    assert read(feed_params="day=Tuesday&part=1").feed_params == {"day": "Tuesday", "part": "1"}


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("drift_limit", "abc", "DRIFT_LIMIT must be a number, got 'abc' (environment)."),
        ("drift_limit", "-1", "DRIFT_LIMIT must be a number above 0, got '-1' (environment)."),
        ("drift_limit", "nan", "DRIFT_LIMIT must be a number above 0, got 'nan' (environment)."),
        ("feed_group", "11", "FEED_GROUP must be a number of at most 10, got '11' (environment)."),
        ("feed_group", "1.5", "FEED_GROUP must be a whole number, got '1.5' (environment)."),
        ("feed_timeout", "0", "FEED_TIMEOUT must be a number above 0, got '0' (environment)."),
        ("cycle_every", "soon", "CYCLE_EVERY must be a duration such as 90s, 15m, 1h, or off, got 'soon'"),
        ("feed_url", "ftp://x", "FEED_URL must be an address that begins with http:// or https://, got 'ftp://x'"),
        ("feed_params", "x", "FEED_PARAMS must be parameters such as day=Tuesday&part=1, got 'x' (environment)."),
        ("on_exhausted", "wait", "ON_EXHAUSTED must be one of 'restart' or 'stop', got 'wait' (environment)."),
        ("embedded", "perhaps", "EMBEDDED must be true or false, got 'perhaps' (environment)."),
        ("promotion_metric", "luck", "PROMOTION_METRIC must be one of 'rmse'"),
    ],
)
def test_a_wrong_value_is_named_in_one_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(**{name: value})
    assert str(caught.value).startswith(sentence)


def test_all_wrong_values_are_named_at_once() -> None:
    with pytest.raises(SettingsError, match=r"FEED_GROUP must.*DRIFT_LIMIT must"):
        read(drift_limit="x", feed_group="0")


@pytest.mark.parametrize("value", ["inf", "1e999"])
def test_an_infinite_number_is_refused(value: str) -> None:
    with pytest.raises(SettingsError):
        read(drift_limit=value)


def test_the_data_folder_is_made_with_those_above_it(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    prepare_data_dir(read(data_dir=str(folder)))
    prepare_data_dir(read(data_dir=str(folder)))
    assert folder.is_dir()


def test_a_data_folder_that_cannot_be_made_is_named_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("taken", encoding="utf-8")
    with pytest.raises(SettingsError) as caught:
        prepare_data_dir(read(data_dir=str(tmp_path / "file" / "data")))
    folder = tmp_path.resolve() / "file" / "data"
    assert str(caught.value) == (
        f"DATA_DIR must be a folder, got {str(folder)!r}, which cannot be made: Not a directory."
    )


def test_a_secret_is_never_shown() -> None:
    with pytest.raises(SettingsError) as caught:
        read(raw_database_url="postgres://user:hunter2@host/x")
    assert "hunter2" not in str(caught.value)
    settings = read(raw_database_url="mysql+pymysql://user:hunter2@host/RAW_DATA", console_password="hunter3")
    assert "hunter" not in repr(settings)
    assert settings.raw_url.endswith("hunter2@host/RAW_DATA")


def test_the_raw_and_the_clean_database_must_differ() -> None:
    with pytest.raises(SettingsError, match="RAW_DATABASE_URL and CLEAN_DATABASE_URL must name two databases"):
        read(raw_database_url="sqlite:///x.db", clean_database_url="sqlite:///x.db")


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        read().drift_limit = 0.5  # type: ignore[misc]
