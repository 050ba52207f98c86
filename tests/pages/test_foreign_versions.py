"""Versions that another program registered, sound or broken: what the pages say of them, and that they go on."""

import json
import shutil
from pathlib import Path

import pandas as pd
import pytest
from mlflow.models import infer_signature
from mlflow.sklearn import save_model
from sklearn.linear_model import LinearRegression
from streamlit.testing.v1 import AppTest

from console import data, language
from console.model_card import card_html, card_json, card_markdown
from console.widgets import documents, model_card
from core.errors import ModelNotLoadable
from core.loop import Loop, execute, now, open_loop
from core.settings import read_settings
from tests.integration.conftest import queue
from tests.pages.conftest import Open, button, texts
from tests.pages.test_promotion import current_version

SOUND, BROKEN, NO_YAML = 4, 5, 6
FEATURES = pd.DataFrame({"bed": [1.0, 2.0, 3.0, 4.0], "house_size": [500.0, 900.0, 1500.0, 2000.0]})
TARGET = pd.Series([100_000.0, 180_000.0, 290_000.0, 410_000.0])
NO_ZIP = "Version 5 cannot be read from its file: File is not a zip file."


@pytest.fixture(scope="module")
def foreign_folder(filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Beside two versions of its own: one of another program, one whose model and one whose description is broken."""
    folder = tmp_path_factory.mktemp("foreign")
    shutil.copytree(filled_folder, folder, dirs_exist_ok=True)
    loop = open_loop(read_settings({"DATA_DIR": str(folder), "PROMOTION_MIN_GAIN": "0.99"}, None), now)
    for version in (SOUND, BROKEN, NO_YAML):
        assert register(loop, folder / f"model_{version}") == version
    (folder / f"model_{BROKEN}" / "model.skops").write_bytes(b"garbage")
    (folder / f"model_{NO_YAML}" / "MLmodel").write_text("flavors: [1, {")
    execute(loop, queue(loop, "ranking"))
    with pytest.raises(ModelNotLoadable):
        execute(loop, queue(loop, "explanation", version=BROKEN))
    loop.raw.dispose()
    loop.clean.dispose()
    return folder


def register(loop: Loop, place: Path) -> int:
    """A model in skops format as a version, with a run of a person's own; its number."""
    model = LinearRegression().fit(FEATURES, TARGET)
    signature = infer_signature(FEATURES, TARGET)
    save_model(model, str(place), serialization_format="skops", signature=signature, pip_requirements=[])
    client = loop.registry._client
    experiment = client.create_experiment("notebook") if place.name.endswith("4") else "1"
    run = client.create_run(experiment, tags={"mlflow.user": "ana", "mlflow.source.name": "notebook.ipynb"})
    client.log_param(run.info.run_id, "alpha", "0.5")
    return int(client.create_model_version(loop.settings.mlflow_model, place.as_uri(), run.info.run_id).version)


def opened(open_console: Open, folder: Path, script: str = "models", **query: str) -> AppTest:
    page = open_console(folder, script, query)
    assert not page.exception
    return page


def test_the_page_says_in_words_why_a_version_was_not_scored(open_console: Open, foreign_folder: Path) -> None:
    said = texts(opened(open_console, foreign_folder))
    assert f"**Not scored: version {BROKEN}.** {NO_ZIP}" in said
    assert f"**Not scored: version {NO_YAML}.** Version 6 cannot be read from its file: " in said
    assert f"Not scored: version {SOUND}." not in said


def test_two_versions_of_which_one_is_broken_say_why(open_console: Open, foreign_folder: Path) -> None:
    page = opened(open_console, foreign_folder, first="1", second=str(BROKEN))
    page.query_params["models_parts"] = "two"
    page.run()
    assert not page.exception
    assert "Both cannot be compared" in texts(page)
    assert any("Both cannot be compared" in found.value and "not a zip file" in found.value for found in page.info)


@pytest.mark.parametrize("version", [SOUND, BROKEN, NO_YAML])
def test_the_dialog_of_a_promotion_shows_what_is_wrong(open_console: Open, foreign_folder: Path, version: int) -> None:
    page = opened(open_console, foreign_folder, version=str(version))
    button(page, f"Promote version {version}").click().run()
    assert not page.exception
    said = texts(page)
    assert f"From **version {current_version()}** to **version {version}**" in said
    if version == NO_YAML:
        assert any("Version 6 cannot be read from its file: " in found.value for found in page.caption)


def test_a_version_whose_reasons_could_not_be_computed_says_why(open_console: Open, foreign_folder: Path) -> None:
    said = texts(opened(open_console, foreign_folder, "explain", version=str(BROKEN)))
    assert f"The reasons of version {BROKEN} could not be computed." in said
    assert NO_ZIP in said
    assert "Run " in said
    assert "are not stored" in texts(opened(open_console, foreign_folder, "explain", version=str(SOUND)))


@pytest.mark.parametrize("named", ["999", "x"])
def test_a_link_to_a_version_that_is_gone_says_so_and_shows_one_version_throughout(
    open_console: Open, foreign_folder: Path, named: str
) -> None:
    page = opened(open_console, foreign_folder, version=named, models_parts="card")
    current = current_version()
    assert f"There is no version \u2068{named}\u2069, or no longer" in texts(page)
    assert page.selectbox(key="version").value == current
    assert f"Version {current} (" in texts(page)
    page = opened(open_console, foreign_folder, "explain", version=named, other=named)
    assert texts(page).count("There is no version") == 1
    assert page.selectbox(key="version").value == current
    assert "There is no version" not in texts(opened(open_console, foreign_folder, "explain", version="1"))


def card_of(open_console: Open, folder: Path, version: int) -> tuple[AppTest, dict[str, pd.DataFrame]]:
    page = opened(open_console, folder, version=str(version), models_parts="card")
    return page, {" ".join(found.value.columns[:2]): found.value for found in page.dataframe}


def test_a_version_of_another_program_has_a_card_of_what_is_known(open_console: Open, foreign_folder: Path) -> None:
    page, tables = card_of(open_console, foreign_folder, SOUND)
    said = texts(page)
    assert f"Version {SOUND} (another program's): Median error" in said
    assert "Nobody noted which rows it was trained on" in said
    metrics = tables[f"Metric Version {SOUND}"]
    assert f"Version {current_version()}" in metrics.columns
    assert tables["Column Name"]["Name"].tolist() == ["bed", "house_size"]
    origin = tables["What Value"].set_index("What")["Value"]
    assert origin["Registered by"] == "ana"
    assert origin["Program"] == "notebook.ipynb"
    assert origin["Run in MLflow"]
    assert tables["Parameter Value"].to_dict("records") == [{"Parameter": "alpha", "Value": "0.5"}]
    again = button(page, "Train again from this card")
    assert again.disabled
    assert "only the program that made it" in again.help


@pytest.mark.parametrize("version", [BROKEN, NO_YAML])
def test_the_card_of_a_broken_version_begins_with_what_is_wrong(
    open_console: Open, foreign_folder: Path, version: int
) -> None:
    page, tables = card_of(open_console, foreign_folder, version)
    assert f"Version {version} (another program's) could not be scored" in texts(page)
    assert ("Column Name" in tables) == (version == BROKEN)
    assert tables["What Value"].set_index("What")["Value"]["Registered by"] == "ana"


def test_the_documents_of_such_a_card_are_made(open_console: Open, foreign_folder: Path) -> None:
    card_of(open_console, foreign_folder, SOUND)
    versions = data.versions()
    facts = model_card._facts(next(v for v in versions if v.number == SOUND), versions, data.ranking())
    page = str(documents._spoken(lambda: card_html(facts, data.now()), language.ENGLISH))
    assert "Nobody noted which rows it was trained on" in page
    assert "by another program" in page
    assert json.loads(card_json(facts, data.now()))["card"] is None
    assert card_markdown(facts, data.now()).startswith(f"# Model card: version {SOUND}\n")


def test_retention_says_which_versions_of_other_programs_stay(open_console: Open, foreign_folder: Path) -> None:
    page = opened(open_console, foreign_folder, "settings", parts="retention")
    page.number_input(key="keep_versions").set_value(1).run()
    assert not page.exception
    said = texts(page)
    assert f"which alone knows whether it needs them: {SOUND}, {BROKEN}." in said, "the newest is kept anyway"
