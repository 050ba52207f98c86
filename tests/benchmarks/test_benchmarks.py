"""The suite runs: its cheap parts end to end in small sizes (no clock is asserted), and the table that it prints."""

import json
import time
from pathlib import Path
from types import SimpleNamespace

import mlflow.sklearn
import numpy as np
import orjson
import pandas as pd
import pytest
from sqlalchemy import create_engine, inspect

from benchmarks import __main__ as suite
from benchmarks import console, listings, measuring
from benchmarks.parts import quality
from benchmarks.recipe import serve
from benchmarks.table import Line, as_record, as_text, at_least, at_most, times
from benchmarks.world import World
from core.checks import check_rows
from core.contract import SPLITS, Contract

CHEAP = ("ingest", "exactness", "growth", "big_batch")


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> dict:
    """What a quick run of the cheap parts on SQLite writes."""
    out = tmp_path_factory.mktemp("results") / "quick.json"
    code = suite.main([*CHEAP, "--quick", "--database", "SQLite", "--date", "2026-05-03", "--out", str(out)])
    assert code == 0
    return json.loads(out.read_text())


def test_every_cheap_part_gives_lines(record: dict) -> None:
    assert {line["part"] for line in record["lines"]} == {"ingest", "exactness", "growth", "big batch"}
    assert all(line["ours"] is not None for line in record["lines"])


def test_the_statistics_equal_pandas_and_the_json_is_parsed_once(record: dict) -> None:
    lines = {line["step"]: line for line in record["lines"]}
    exact = next(line for step, line in lines.items() if step.startswith("largest relative difference"))
    parsed = next(line for step, line in lines.items() if step.startswith("JSON parsed"))
    assert exact["ours"] < 1e-9
    assert parsed["ours"] == 1


def test_a_record_says_when_and_on_what_machine(record: dict) -> None:
    assert record["date"] == "2026-05-03"
    assert record["quick"] is True
    assert record["machine"]["cores"] >= 1
    assert record["machine"]["memory_gb"] > 0


def test_every_part_has_something_to_measure() -> None:
    folder = Path(suite.__file__).parent / "parts"
    for part in suite.PARTS:
        assert "def measure(bench: Bench) -> Iterator[Line]:" in (folder / f"{part}.py").read_text()


def test_a_part_that_fails_is_said_to_be_not_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise measuring.MeasurementFailed("the child ended")

    monkeypatch.setattr("benchmarks.bench.in_child", refuse)
    out = tmp_path / "failed.json"
    assert suite.main(["exactness", "--quick", "--database", "SQLite", "--out", str(out)]) == 1
    line = json.loads(out.read_text())["lines"][0]
    assert (line["part"], line["ours"], line["note"]) == ("exactness", None, "the child ended")


def test_targets_are_judged_by_figure_or_by_ratio() -> None:
    lines = [
        Line("a", "quick enough", 0.5, "s", None, at_most(1.0)),
        Line("b", "not faster enough", 2.0, "s", 10.0, times(10)),
        Line("c", "often enough", 250.0, "", 25.0, at_least(200)),
        Line("d", "never measured", None, target=at_most(1.0)),
    ]
    assert [line.met for line in lines] == [True, False, True, None]
    text = as_text(lines, is_judged=True)
    assert "| NO " in text
    assert "not measured" in text
    assert [entry["ratio"] for entry in as_record(lines, "", False)["lines"]] == [None, 5.0, 10.0, None]


def test_quick_figures_are_not_judged() -> None:
    assert "NO" not in as_text([Line("a", "slow", 9.0, "s", None, at_most(1.0))], is_judged=False)


def test_the_peak_of_a_child_is_its_own_and_not_that_of_the_process_that_started_it() -> None:
    ballast = np.ones(400_000_000 // 8)
    peak = measuring.in_child("json:loads", s='{"seconds": 1}')["peak_mb"]
    assert 1 < peak < ballast.nbytes / 1e6


def test_a_child_that_fails_says_why() -> None:
    with pytest.raises(measuring.MeasurementFailed, match="no_such_module"):
        measuring.in_child("no_such_module:nothing")


def test_a_property_is_on_one_side_of_a_split_and_another_salt_splits_otherwise(contract: Contract) -> None:
    rows = listings.typed(400, 3)
    frame = pd.concat([rows, rows.assign(price=rows["price"] * 2)], ignore_index=True)
    one, other = (quality.split(frame, contract, salt) for salt in (0, 1))
    assert (one[:400] == one[400:]).all()
    assert (one != other).any()
    assert [np.mean(one == name) for name in SPLITS] == pytest.approx([0.6, 0.2, 0.2], abs=0.08)


def test_without_real_listings_the_generated_ones_are_measured_and_it_is_said(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    errors = {"median_ape": 0.1, "mae": 2.0, "rmse": 3.0}
    monkeypatch.setattr(suite, "LISTINGS", tmp_path / "none.csv")
    monkeypatch.setattr(
        quality,
        "in_child",
        lambda *_, **__: {"test_rows": 9, "ours": errors, "recipe": {n: 2 * errors[n] for n in errors}},
    )
    out = tmp_path / "quality.json"
    assert suite.main(["quality", "--quick", "--database", "SQLite", "--out", str(out)]) == 0
    lines = json.loads(out.read_text())["lines"]
    assert [(line["ours"], line["ratio"], line["unit"]) for line in lines] == [(10, 2, "%"), (2, 2, "$"), (3, 2, "$")]
    assert "No file of real listings (--listings)" in capsys.readouterr().err
    with pytest.raises(SystemExit, match="--listings must be a CSV file"):
        suite.main(["quality", "--quick", "--listings", str(tmp_path / "absent.csv")])


def test_a_long_run_is_made_once_and_a_short_one_as_often_as_asked() -> None:
    assert len(measuring.repeated(lambda: {"seconds": 61.0}, 3)) == 1
    assert len(measuring.repeated(lambda: {"seconds": 0.1}, 3)) == 3


def test_generated_rows_are_what_the_checks_read_from_the_feed(contract: Contract) -> None:
    body = orjson.loads(listings.answer(200, 3, 5))
    checked = check_rows(body["data"], contract)
    typed = listings.typed(200, 3)
    assert body["batch_number"] == 5
    assert not checked.rejected
    for column in contract.columns:
        found, made = checked.accepted[column.name], typed[column.name]
        if column.is_number:
            np.testing.assert_array_equal(found, made)
        else:
            assert _texts(found) == _texts(made)


def _texts(column: pd.Series) -> list[str | None]:
    return [value if isinstance(value, str) else None for value in column]


def test_a_program_that_answers_with_an_error_is_quoted(tmp_path: Path) -> None:
    world = World("SQLite", str(tmp_path), "", "")
    command = ["-c", "print('no such table', flush=True); import time; time.sleep(60)"]

    def drive() -> None:
        with console.running(command, {}, world, 0, ""):
            while not (tmp_path / "program0.log").read_text():
                time.sleep(0.05)
            raise measuring.MeasurementFailed("/ answered 500")

    with pytest.raises(measuring.MeasurementFailed) as failed:
        drive()
    assert str(failed.value) == "no such table\n\n/ answered 500"


def test_the_recipe_stores_a_price_of_a_row_that_has_what_the_first_one_lacked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'recipe.db'}"
    model = SimpleNamespace(predict=lambda frame: [1.0] * len(frame))
    monkeypatch.setattr(mlflow.sklearn, "load_model", lambda uri: model)
    # MLflow would note it in the environment of this process, and later tests would read it there.
    monkeypatch.setattr(mlflow, "set_tracking_uri", lambda uri: None)
    for row in ({"bed": 3}, {"bed": 2, "prev_sold_date": "2022-03-27"}):
        serve.predict(row, url, url)
    stored = inspect(create_engine(url)).get_columns("recipe_predictions")
    assert {str(column["type"]) for column in stored if column["name"] in serve.TEXTS} == {"TEXT"}
