"""The first page: the verdict, the one button, and what stands behind both."""

from pathlib import Path

import pytest

from console.widgets.batch_strip import verdict_colour
from core.records import Decision
from tests.pages.conftest import Open, texts


@pytest.mark.parametrize(
    ("decision", "colour"),
    [
        (None, "gray"),
        (Decision(True, "the first", {}), "gray"),
        (Decision(False, "held", {"compared": 20, "exceeded": 3}, held=True), "gray"),
        (Decision(False, "quiet", {"compared": 20, "exceeded": 0}), "green"),
        (Decision(True, "loud", {"compared": 20, "exceeded": 3}), "orange"),
    ],
)
def test_a_cell_is_coloured_by_its_verdict(decision: Decision | None, colour: str) -> None:
    assert verdict_colour(decision) == colour


def test_one_cell_a_batch_links_to_its_drift(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder)
    links = [link.proto for link in page.get("page_link")]
    cells = [(link.label.split("[")[0], link.query_string) for link in links if "badge" in link.label]
    assert cells == [(":gray-badge", "batch=1"), (":orange-badge", "batch=2"), (":orange-badge", "batch=3")]
    assert "model_training" in links[2].label
    assert "Price" in links[2].help


def test_the_numbers_say_how_old_they_are_and_what_they_are_held_against(
    open_console: Open, filled_folder: Path
) -> None:
    page = open_console(filled_folder)
    found = {metric.label: (metric.value, metric.delta) for metric in page.metric}
    assert found["In production"][0].startswith("Version")
    assert found["In production"][1].startswith("for ")
    assert found["Its MAE"][0].startswith("\\$ ")
    assert found["Largest change"][1] == "limit 15 %"
    assert "of 2 batches against its limit: 2 over it" in str(page.get("plotly_chart")[0].proto)


def test_the_schedule_is_off_only_where_it_was_turned_off(open_console: Open, filled_folder: Path) -> None:
    def next_run(**settings: str) -> str:
        page = open_console(filled_folder, **settings)
        return next(str(metric.value) for metric in page.metric if metric.label == "Next run")

    assert next_run(cycle_every="off") == "off"
    assert next_run(cycle_every="1h") == "–", "no worker has looked at the schedule yet"


def test_each_service_has_a_light_and_a_link(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, mlflow_link="http://127.0.0.1:5000")
    said = texts(page)
    assert all(name in said for name in ("Feed", "Raw database", "Clean database", "MLflow", "Worker"))
    links = [link.proto for link in page.get("page_link")]
    assert "http://127.0.0.1:5000" in [link.page for link in links]
    assert "show=runs" in [link.query_string for link in links]
