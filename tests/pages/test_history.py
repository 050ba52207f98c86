"""The history: what was decided in one line a run, found by filters in the address, and as a file."""

import json
from pathlib import Path

import pytest

from console import data, process
from console.data import received
from console.widgets import decisions, requests
from core import runs, store
from core.loop import now
from core.records import Decision, HistoryFilter, PredictionFilter
from tests.pages.conftest import Open, texts


def quieten_the_second() -> None:
    """Have the store say that the second batch was within its limits."""
    quiet = Decision(False, "No statistic is over its limit.", {"reference": "previous", "compared": 20, "exceeded": 0})
    with store.writing(process.the_world().raw) as connection:
        connection.exec_driver_sql("DELETE FROM decisions WHERE run_id = 2")
        store.store_decision(connection, run=2, batch=2, kind="train", decision=quiet, at=now())


def test_every_decision_is_one_line_in_plain_words(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "history")
    quieten_the_second()
    page.run()
    assert not page.exception
    said = texts(page)
    assert "3 decisions, the newest first" in said
    assert "Batch 1·1**: not trained, largest change" in said
    assert "Batch 1·2**: trained for Price" in said
    assert "Batch 1·0**: trained: Nothing was in production yet" in said


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"outcome": "not_trained"}, ["1·1"]),
        ({"batch": "3"}, ["1·2"]),
        ({"collection": "1", "text": "nothing was in"}, ["1·0"]),
        ({"kind": "training"}, []),
    ],
)
def test_the_address_says_what_is_shown(
    open_console: Open, filled_folder: Path, query: dict[str, str], found: list[str]
) -> None:
    page = open_console(filled_folder, "history", query)
    quieten_the_second()
    said = texts(page.run())
    assert [name for name in ("1·0", "1·1", "1·2") if f"Batch {name}" in said] == found
    assert found or "No decision is like that." in said


@pytest.mark.parametrize("part", ["decisions", "runs"])
def test_an_empty_history_says_what_begins_it(open_console: Open, empty_folder: Path, part: str) -> None:
    page = open_console(empty_folder, "history", {"show": part})
    assert "Fetch a batch" in texts(page)
    assert "Go to the batches" in [link.proto.label for link in page.get("page_link")]
    page.query_params["outcome" if part == "decisions" else "status"] = "trained" if part == "decisions" else "failed"
    assert "Fetch a batch" not in texts(page.run())


def test_a_filter_is_kept_in_the_address(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "history")
    page.selectbox(key="outcome").set_value("trained").run()
    assert page.query_params["outcome"] == "trained"
    page.text_input(key="text").set_value("no such words").run()
    assert page.query_params["text"] == "no such words"
    assert "No decision is like that." in texts(page)


def test_a_link_opens_a_run_with_its_steps_and_the_share_of_each(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "history", {"show": "runs", "run": "1"})
    assert not page.exception
    assert page.selectbox(key="run").value == 1
    assert "**Run 1**" in texts(page)
    assert "Where the time goes" in texts(page)
    shares = next(found.value for found in page.dataframe if "Share of time" in found.value)
    assert shares["Share of time"].sum() == pytest.approx(100)


def test_a_run_that_failed_shows_its_error_and_its_traceback(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "history", {"show": "runs"})
    with store.writing(process.the_world().raw) as connection:
        number = runs.enqueue(connection, kind="cycle", cause="schedule", by="schedule", at=now())
        runs.claim(connection, worker="w", at=now(), run=number)
        runs.finish(connection, run=number, status="failed", at=now(), error="The feed is away.", traceback="line 1")
    page.query_params["status"] = "failed"
    page.run()
    assert "The feed is away." in texts(page)
    assert page.code[0].value == "line 1"
    page.query_params["cause"] = "command"
    page.run()
    assert "No run is like that." in texts(page)


def test_requests_are_found_by_what_came_of_them(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "predict")
    next(found for found in page.button if "Show the price" in found.label).click().run()
    page.switch_page("../pages/history.py")
    page.query_params["show"] = "prices"
    page.run()
    assert "1 request, the newest first." in texts(page)
    shown = next(found.value for found in page.dataframe if "Given" in found.value)
    assert json.loads(shown["Given"][0])["state"] == "Texas"
    page.selectbox(key="outcome").set_value("refused").run()
    assert "No request is like that." in texts(page)
    [row] = requests._rows(PredictionFilter("page"))
    assert row["outcome"] == "answered"
    assert json.loads(row["request"])["state"] == "Texas"


def test_the_file_holds_all_that_was_found(
    open_console: Open, filled_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_console(filled_folder, "history")
    quieten_the_second()
    monkeypatch.setattr(data.journal, "READ_AT_ONCE", 2)
    rows = list(decisions._rows(HistoryFilter(), process.the_contract()))
    assert [(row["collection"], row["batch"], row["trained"]) for row in rows] == [
        (1, 2, True),
        (1, 1, False),
        (1, 0, True),
    ]
    assert rows[1]["told"].startswith("Batch 1·1: not trained, largest change")
    assert list(rows[0]) == list(rows[1])


def test_what_people_did_is_listed(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "history", {"show": "actions"})
    assert "Nothing was changed" in texts(page)
    with store.writing(process.the_world().raw) as connection:
        store.note_action(connection, at=now(), by="ana", action="cancel of a run", detail={"run": 3})
    page.run()
    assert list(page.dataframe[0].value["By"]) == ["ana"]


@pytest.mark.parametrize("script", ["drift", "batches", "history"])
def test_a_batch_that_is_no_longer_among_the_newest_is_shown_by_its_address(
    open_console: Open, filled_folder: Path, monkeypatch: pytest.MonkeyPatch, script: str
) -> None:
    monkeypatch.setattr(received, "NEWEST_BATCHES", 1)
    page = open_console(filled_folder, script, {"batch": "2"})
    assert not page.exception
    assert page.selectbox(key="batch").value == 2
    assert len(page.selectbox(key="batch").options) == 2


@pytest.mark.parametrize("key", ["99", "-1", "x", "9" * 40])
def test_an_address_of_no_batch_or_run_opens_the_newest(open_console: Open, filled_folder: Path, key: str) -> None:
    page = open_console(filled_folder, "batches", {"batch": key})
    assert not page.exception
    assert page.selectbox(key="batch").value == 3
    page = open_console(filled_folder, "history", {"show": "runs", "run": key})
    assert not page.exception
    assert page.selectbox(key="run").value == 3
