"""The page Explain in each of its views, over two versions that were trained on growing data."""

import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from console import data, process
from core.errors import RegistryUnavailable
from core.prediction import open_predictor, predict_rows
from core.records import StoredReasons
from core.registry.registry import Registry
from tests.integration.test_prediction import FORM
from tests.pages.conftest import Open, button, texts, waiting


def charts(page: AppTest, title: str) -> list[Any]:
    return [chart for chart in page.get("plotly_chart") if title in str(chart.proto)]


def table(page: AppTest, *columns: str) -> Any:
    return next(found.value for found in page.dataframe if set(columns) <= set(found.value))


def picker(page: AppTest, label: str) -> Any:
    return next(found for found in page.selectbox if found.label == label)


@pytest.mark.parametrize(
    ("view", "said", "drawn"),
    [
        ("importance", "Version 2 leans on", "Mean size of each feature"),
        ("rows", "Each dot is a row", "Reasons of version 2"),
        ("feature", "orange", "against their part"),
        ("cohorts", "in every one of|overall it is", "Importance within each cohort"),
        ("row", "Version 2 says", "How version 2 comes to its prediction"),
    ],
)
def test_each_view_says_and_draws_its_part(
    open_console: Open, filled_folder: Path, view: str, said: str, drawn: str
) -> None:
    page = open_console(filled_folder, "explain", {"version": "2", "show": view})
    assert not page.exception
    assert any(each in texts(page) for each in said.split("|"))
    assert len(charts(page, drawn)) == 1
    assert len(page.get("plotly_chart")) == 1


def test_two_versions_are_compared_on_the_rows_that_both_have(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "explain", {"version": "2", "other": "1", "show": "versions"})
    assert not page.exception
    said = texts(page)
    shared = len(data.kept_reasons(1).reasons or ())
    assert shared < len(data.kept_reasons(2).reasons or ())
    assert f"over {shared} holdout rows" in said
    assert f"of {shared} rows (versions 1 and 2)" in said
    assert "(was " in said or "first, then" in said
    changes = table(page, "Change (points)")
    assert len(changes) == 10
    assert len(table(page, "First reasons")) == min(50, shared)
    assert charts(page, "What both versions say of each row")


def test_the_same_row_is_explained_by_both_versions(open_console: Open, filled_folder: Path) -> None:
    query = {"version": "2", "other": "1", "show": "row", "order": "number", "row": "3"}
    page = open_console(filled_folder, "explain", query)
    assert not page.exception
    assert "for row 3" in texts(page)
    assert len(charts(page, "comes to its prediction")) == 2


def test_a_cohort_narrows_down_every_view(open_console: Open, filled_folder: Path) -> None:
    stored = data_of(open_console, filled_folder)
    state = stored.segments[0]
    count = int((stored.segments == state).sum())
    for view in ("importance", "rows", "feature", "row"):
        query = {"version": "2", "by": "cohort", "cohort": str(state), "show": view}
        page = open_console(filled_folder, "explain", query)
        assert not page.exception
        assert f"{state}. Mean size of the part in the price, up or down, over {count} holdout rows" in texts(page)
    assert len(picker(page, "Row").options) == count


@pytest.mark.parametrize(("kind", "name"), [("band", "Price band"), ("batch", "Batch")])
def test_rows_are_parted_by_price_and_by_batch_too(
    open_console: Open, filled_folder: Path, kind: str, name: str
) -> None:
    page = open_console(filled_folder, "explain", {"version": "2", "by": kind, "show": "cohorts"})
    assert not page.exception
    assert len(table(page, "Cohort", "First")) == len(picker(page, name).options) > 1


def test_rows_are_found_by_a_condition(open_console: Open, filled_folder: Path) -> None:
    stored = data_of(open_console, filled_folder)
    expected = {"cheapest": stored.target.argmin(), "dearest": stored.target.argmax()}
    expected["error"] = abs(stored.explanation.predictions - stored.target).argmax()
    for order, place in expected.items():
        page = open_console(filled_folder, "explain", {"version": "2", "show": "row", "order": order})
        assert f"for row {place};" in texts(page)
    state = str(stored.segments[-1])
    page = open_console(filled_folder, "explain", {"version": "2", "show": "row", "segment": state})
    assert len(picker(page, "Row").options) == (stored.segments == state).sum()
    button(page, "At random").click().run()
    row = int(page.query_params["row"])
    assert stored.segments[row] == state
    assert f"for row {row};" in texts(page)


def test_the_dependence_is_coloured_by_what_tells_most_or_by_choice(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "explain", {"version": "2", "show": "feature", "feature": "house_size"})
    assert picker(page, "Feature").value == "house_size"
    assert "mong rows alike in Living area" in texts(page)
    picker(page, "Coloured by").set_value("city").run()
    assert page.query_params["colour"] == "city"
    assert "values of City" in texts(page)


def asked(rows: int = 2) -> list[int]:
    """Prices asked for by a program; their keys."""
    answers = predict_rows(open_predictor(process.the_world()), [FORM] * rows, "api", "order-7")
    return [answer.id or 0 for answer in answers]


def test_a_stored_price_is_explained_by_the_version_that_gave_it(open_console: Open, filled_folder: Path) -> None:
    open_console(filled_folder, "explain")
    first, second = asked()
    page = reopened({"version": "1", "show": "row", "of": "requests"})
    assert not page.exception
    assert picker(page, "Request").value == second
    assert "now, as it did then" in texts(page)
    assert len(charts(page, "comes to its prediction")) == 1
    assert reopened_request(page, {"request": str(first)}) == first
    assert reopened_request(page, {"request_id": "order-7"}) == second
    nobody = reopened({"show": "row", "of": "requests", "request_id": "nobody"})
    assert "No request is like that." in texts(nobody)


def test_a_stored_price_that_the_version_does_not_give_now_is_told(open_console: Open, filled_folder: Path) -> None:
    from sqlalchemy import update

    from core import store

    open_console(filled_folder, "explain")
    [key] = asked(1)
    world = process.the_world()
    table_of = world.tables.predictions
    with store.writing(world.raw) as connection:
        connection.execute(update(table_of).where(table_of.c.id == key).values(prediction=1.0))
    page = reopened({"show": "row", "of": "requests"})
    assert "now; $ 1 was stored" in texts(page)


def test_reasons_that_do_not_add_up_are_refused_with_a_way_out(
    open_console: Open, filled_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = data_of(open_console, filled_folder)
    values = stored.explanation.values.copy()
    values[0, 0] += 5000
    spoiled = replace(stored, explanation=replace(stored.explanation, values=values))
    keep(monkeypatch, spoiled)
    page = reopened({"version": "2"})
    assert "The stored reasons of version 2 are refused." in texts(page)
    assert f"Of 1 of {len(stored)} rows they do not add up to the prediction." in texts(page)
    assert not page.get("plotly_chart")
    button(page, "Compute the reasons of version 2").click().run()
    assert ("explanation", {"version": 2}) in waiting(page)


def test_reasons_of_another_model_are_refused_once_the_model_was_asked(
    open_console: Open, filled_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = data_of(open_console, filled_folder)
    other = data.kept_reasons(1).reasons
    assert other is not None
    keep(monkeypatch, replace(other, version=2))
    reopened({"version": "2"})
    data.explained._checking.submit(lambda: None).result(60)
    page = reopened({"version": "2"})
    assert "The stored reasons of version 2 are refused." in texts(page)
    assert f"The model now says something else of {len(other)} of {len(other)} rows" in texts(page)
    assert len(stored) > len(other)


def test_the_page_says_that_the_model_agrees_once_it_was_asked(open_console: Open, filled_folder: Path) -> None:
    stored = data_of(open_console, filled_folder)
    data.explained._checking.submit(lambda: None).result(60)
    page = reopened({"version": "2"})
    assert f"add up to what version 2 says now, in each of {len(stored)} rows" in texts(page)


def test_a_model_that_cannot_be_asked_is_told_and_asked_again_later(
    open_console: Open, filled_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(_registry: Registry, _number: int) -> None:
        raise RegistryUnavailable("MLflow does not answer.")

    with monkeypatch.context() as patch:
        patch.setattr(Registry, "load_model", away)
        open_console(filled_folder, "explain", {"version": "2"})
        data.explained._checking.submit(lambda: None).result(60)
        page = reopened({"version": "2"})
        assert "the model could not be asked. MLflow does not answer." in texts(page)
        assert page.get("plotly_chart")
    monkeypatch.setattr(data.explained, "SECONDS_UNTIL_ASKED_AGAIN", 0.0)
    assert "Checking version 2" in texts(reopened({"version": "2"}))
    data.explained._checking.submit(lambda: None).result(60)
    assert "add up to what version 2 says now" in texts(reopened({"version": "2"}))


@pytest.mark.parametrize("has_streamlit_shap", [True, False])
def test_forces_are_drawn_with_streamlit_shap_and_without(
    open_console: Open, filled_folder: Path, monkeypatch: pytest.MonkeyPatch, has_streamlit_shap: bool
) -> None:
    if not has_streamlit_shap:
        monkeypatch.setitem(sys.modules, "streamlit_shap", None)
    page = open_console(filled_folder, "explain", {"version": "2", "show": "row"})
    assert not page.get("iframe")
    page.toggle(key="force").set_value(True).run()
    assert not page.exception
    [frame] = page.get("iframe")
    assert "SHAP.AdditiveForceVisualizer" in frame.proto.srcdoc
    assert re.search(r'"value": "[\d,]+ sq ft"', frame.proto.srcdoc)


def keep(monkeypatch: pytest.MonkeyPatch, reasons: StoredReasons) -> None:
    """Have MLflow hold other reasons; the files of a copied folder are those of the first one."""
    monkeypatch.setattr(Registry, "load_reasons", lambda _registry, _number: reasons)
    data.explained._kept_reasons.clear()


def data_of(open_console: Open, folder: Path) -> StoredReasons:
    """The reasons of version 2 in a console that was opened once."""
    open_console(folder, "explain", {"version": "2"})
    stored = data.kept_reasons(2).reasons
    assert stored is not None
    return stored


def reopened(query: dict[str, str]) -> AppTest:
    """The page again, in the console that is open."""
    page = AppTest.from_file(str(Path(__file__).parents[2] / "console" / "shell.py"), default_timeout=60)
    page.switch_page("../pages/explain.py")
    for name, value in query.items():
        page.query_params[name] = value
    return page.run()


def reopened_request(page: AppTest, query: dict[str, str]) -> int:
    assert page is not None
    again = reopened({"show": "row", "of": "requests"} | query)
    assert not again.exception
    return int(picker(again, "Request").value)
