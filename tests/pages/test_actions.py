"""What clicks do: they put runs into the queue, ask for reasons, and name what is wrong."""

import re
from pathlib import Path

import pytest

from console import process
from core import runs, store
from core.loop import now
from core.loop.retaining import Leaving
from tests.pages.conftest import Open, button, texts, waiting

DRAWN = {"draws": 8, "seed": 7}
ORDER = {"reason": "a weak model", "batches": [2], "families": ["linear"], "seconds": 90.0, "draws": 5, "seed": 11}


def ended(status: str, error: str = "", **parameters: object) -> int:
    """A training that ended without a version; its number."""
    with store.writing(process.the_world().raw) as connection:
        run = runs.enqueue(connection, kind="training", cause="operator", by="me", at=now(), parameters=parameters)
        runs.claim(connection, worker="w", at=now(), run=run)
        runs.tell(connection, run=run, step="train", progress=0.1, message="", at=now())
        runs.finish(connection, run=run, status=status, at=now(), error=error)
    return run


def test_the_first_pages_button_asks_for_the_first_batch(open_console: Open, empty_folder: Path) -> None:
    page = open_console(empty_folder)
    button(page, "Fetch the first batch").click().run()
    assert waiting(page) == [("cycle", {})]
    assert "waiting for the worker" in page.get("progress")[0].proto.text
    assert "A run is at work" in texts(page)


def test_a_waiting_run_can_be_cancelled(open_console: Open, empty_folder: Path) -> None:
    page = open_console(empty_folder)
    button(page, "Fetch the first batch").click().run()
    button(page, "Cancel").click().run()
    assert waiting(page) == []
    assert "Ready for the first batch" in texts(page)


def test_each_run_in_the_queue_can_be_cancelled(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "history", {"show": "runs"})
    search_under_way(None)
    page.run()
    with store.writing(process.the_world().raw) as connection:
        behind = [
            runs.enqueue(
                connection, kind="training", cause="operator", by="me", at=now(), parameters={"reason": reason}
            )
            for reason in ("the first", "the second")
        ]
    page.run()
    assert "the second" in texts(page)
    page.button(key=f"tracker_cancel_{behind[0]}").click().run()
    assert waiting(page) == [("training", {"reason": "the second"})]
    page.query_params["run"] = str(behind[1])
    page.run()
    page.button(key=f"detail_cancel_{behind[1]}").click().run()
    assert waiting(page) == []
    assert not page.exception


def test_a_failed_run_shows_its_reason_and_can_be_tried_again(open_console: Open, empty_folder: Path) -> None:
    page = open_console(empty_folder)
    with store.writing(process.the_world().raw) as connection:
        number = runs.enqueue(connection, kind="cycle", cause="schedule", by="schedule", at=now())
        runs.claim(connection, worker="w", at=now(), run=number)
        runs.finish(connection, run=number, status="failed", at=now(), error="The feed did not answer within 300 s.")
    page.run()
    assert "The feed did not answer within 300 s." in texts(page)
    button(page, "Try again").click().run()
    assert waiting(page) == [("cycle", {})]


def test_a_new_collection_restarts_the_feed(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "batches")
    button(page, "Start a new collection").click().run()
    assert waiting(page) == [("cycle", {"restart": True})]


def test_a_training_needs_a_reason(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "training")
    button(page, "Train a model").click().run()
    assert "A training needs a reason" in texts(page)
    assert waiting(page) == []
    page.text_input[0].set_value("to see whether more draws pay")
    button(page, "Train a model").click().run()
    assert waiting(page) == [
        (
            "training",
            {"reason": "to see whether more draws pay", "batches": [], "families": [], "seconds": 60.0} | DRAWN,
        )
    ]


def test_a_training_takes_chosen_batches_a_family_and_a_budget(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "training")
    page.text_input[0].set_value("a quick one")
    page.multiselect[0].set_value([1, 3])
    page.multiselect[1].set_value(["linear"])
    page.number_input[0].set_value(5.0)
    button(page, "Train a model").click().run()
    assert waiting(page) == [
        ("training", {"reason": "a quick one", "batches": [1, 3], "families": ["linear"], "seconds": 5.0} | DRAWN)
    ]
    assert page.text_input[0].value == ""


def test_an_ended_training_shows_its_log_and_its_search(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "training")
    assert any(found.label.startswith("Log: ") for found in page.expander)
    assert "The search" in texts(page)
    assert not page.exception


def search_under_way(trial: dict[str, object] | None) -> int:
    """A training that a worker of another process is at; its number."""
    with store.writing(process.the_world().raw) as connection:
        asked = {"reason": "to look on"}
        run = runs.enqueue(connection, kind="training", cause="operator", by="me", at=now(), parameters=asked)
        runs.claim(connection, worker="test:1", at=now(), run=run)
        runs.tell(connection, run=run, step="train", progress=0.1, message="1 of 8 parameter sets tried", at=now())
        runs.note(connection, run=run, step="train", message="a word", at=now(), trial=trial)
    return run


def test_the_best_so_far_of_a_search_can_be_taken(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "training")
    tried = {"number": 1, "family": "linear", "parameters": {"alpha": 1.0}, "score": 0.3, "seconds": 1.0}
    run = search_under_way(tried)
    page.run()
    button(page, "Take the best so far").click().run()
    with store.reading(process.the_world().raw) as connection:
        assert runs.load_run(connection, run=run).best_requested
        assert store.list_actions(connection)[0]["action"] == "end of a search"
    assert "taking the best so far" in texts(page)
    assert not [found for found in page.button if "best so far" in found.label]


def test_there_is_no_best_before_a_parameter_set_was_tried(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "training")
    search_under_way(None)
    page.run()
    assert button(page, "Cancel")
    assert not [found for found in page.button if "best so far" in found.label]


def test_what_may_go_is_shown_before_it_goes(
    open_console: Open, filled_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = {0: Leaving((), ()), 1: Leaving((1,), (1,))}
    monkeypatch.setattr("console.data.registry.leaving_of", lambda _, keep, days: gone[keep])
    page = open_console(filled_folder, "settings")
    page.query_params["parts"] = "retention"
    page.run()
    assert "Nothing would go." in texts(page)
    page.number_input(key="keep_versions").set_value(1).run()
    assert re.search(r"1 version and 1,\d{3} rows would go", texts(page))
    assert page.button(key="retention_now").disabled
    page.checkbox(key="retention_sure").check().run()
    page.button(key="retention_now").click().run()
    assert waiting(page) == [("retention", {"keep_versions": 1, "keep_days": 0})]
    assert not page.exception


def test_a_price_comes_with_its_version_and_its_reasons(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "predict")
    button(page, "Show the price").click().run()
    assert not page.exception
    said = texts(page)
    assert "Price $ " in said
    assert "Given by Version" in said
    with store.reading(process.the_world().raw) as connection:
        stored = store.list_predictions(connection, tables=process.the_world().tables)
    assert [(row["channel"], row["outcome"]) for row in stored] == [("page", "answered")]
    assert f"No. {stored[0]['id']}" in said


def test_the_address_chooses_batch_reference_and_column(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "drift", {"batch": "3", "reference": "accumulated", "column": "house_size"})
    said = texts(page)
    assert "Compared with everything before it in collection 1. For comparison only." in said
    assert "Living area (sq ft)" in said
    assert page.selectbox(key="batch").value == 3


@pytest.mark.parametrize("wrong", ["99", "x", ""])
def test_an_address_that_names_nothing_shows_the_newest(open_console: Open, filled_folder: Path, wrong: str) -> None:
    page = open_console(filled_folder, "drift", {"batch": wrong})
    assert not page.exception
    assert page.selectbox(key="batch").value == 3


def test_the_first_batch_had_nothing_to_be_compared_with(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "drift", {"batch": "1"})
    assert "was the first of its collection" in texts(page)


def test_rejected_rows_are_shown_with_every_reason(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "batches", {"batch": "2"})
    page.query_params["batch_parts"] = "rejected"
    page.run()
    table = next(found.value for found in page.dataframe if "Reasons" in found.value)
    assert sorted(table["Reasons"]) == [
        "price must be a number, got 'dear'",
        "street must have at most 32 characters, got 99",
    ]


def test_a_secret_is_never_shown(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "settings", feed_params="token=hush", session_secret="hush-hush")
    table = next(found.value for found in page.dataframe if "Setting" in found.value)
    assert "hush" not in table.to_csv()


def test_a_stranger_sees_nothing(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, console_password="open sesame")
    assert "You are signed out" in texts(page)
    assert not page.metric


@pytest.mark.parametrize("seconds", [0.0, -1.0, 700_000.0])
def test_a_budget_that_cannot_be_is_refused_with_its_reason_alone(
    open_console: Open, filled_folder: Path, seconds: float
) -> None:
    page = open_console(filled_folder, "training")
    button(page, "Train a model").click().run()
    page.text_input[0].set_value("a short one")
    page.number_input[0].set_value(seconds)
    button(page, "Train a model").click().run()
    assert [found.value for found in page.error] == ["The time budget must be from 1 s to 604,800 s, which are 7 days."]
    assert waiting(page) == []


def test_batches_with_too_few_rows_are_refused_at_once(
    open_console: Open, filled_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = open_console(filled_folder, "training")
    monkeypatch.setattr("console.widgets.training.LEAST_ROWS", 200)
    page.text_input[0].set_value("a small one")
    page.multiselect[0].set_value([2])
    button(page, "Train a model").click().run()
    assert "rows to train on, and a training needs at least 200: choose more batches." in page.error[0].value
    assert waiting(page) == []
    page.multiselect[0].set_value([1, 2])
    button(page, "Train a model").click().run()
    assert len(waiting(page)) == 1


@pytest.mark.parametrize("mode", ["automatic", "approval"])
def test_the_form_says_what_follows_a_training(open_console: Open, filled_folder: Path, mode: str) -> None:
    said = texts(open_console(filled_folder, "training", promotion_mode=mode))
    assert ("is then promoted if it keeps" in said) == (mode == "automatic")
    assert ("then waits for a person's approval" in said) == (mode == "approval")


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_a_training_without_a_version_shows_what_was_ordered(
    open_console: Open, filled_folder: Path, status: str
) -> None:
    page = open_console(filled_folder, "training")
    ended(status, "The rows are too few.", **ORDER)
    page.run()
    said = texts(page)
    assert "**Ordered for**: a weak model" in said
    assert "Batches: 1·1 · families: linear · time budget: 2 min · parameter sets: at most 5 · seed: 11" in said
    table = next(found.value for found in page.dataframe if "What went wrong" in found.value)
    assert (table["Why"][0], table["What went wrong"][0]) == ("a weak model", "The rows are too few.")
    assert table["What went wrong"][1] == ""


def test_a_cancel_is_no_error_and_has_no_version(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "training")
    ended("cancelled", "The run was cancelled by an operator.", **ORDER)
    page.run()
    assert not page.error
    assert "The run was cancelled by an operator." in [found.value for found in page.caption]
    table = next(found.value for found in page.dataframe if "What went wrong" in found.value)
    assert table["Version"][0] == "–"
    assert table["Version"][1].startswith("v")


def test_an_address_that_names_no_training_says_so(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "training", {"run": "999"})
    assert "Run 999 is none of the last trainings; run 3 is shown." in texts(page)
    assert "none of the last" not in texts(open_console(filled_folder, "training", {"run": "3"}))


def test_a_training_whose_version_was_removed_says_so(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "training")
    with store.writing(process.the_world().raw) as connection:
        run = runs.enqueue(connection, kind="training", cause="operator", by="me", at=now(), parameters=ORDER)
        runs.claim(connection, worker="w", at=now(), run=run)
        runs.finish(connection, run=run, status="succeeded", at=now(), outcome={"version": 77, "message": ""})
    page.run()
    assert "Version 77, which came of it, was removed since." in texts(page)
    table = next(found.value for found in page.dataframe if "What went wrong" in found.value)
    assert table["Version"][0] == "v77 (removed)"


def test_the_cause_of_a_training_by_drift_is_drift_whoever_asked(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "training", {"run": "3"})
    assert "cause: drift" in texts(page)
    table = next(found.value for found in page.dataframe if "What went wrong" in found.value)
    assert dict(zip(table["Run"], table["Cause"], strict=True))[3] == "drift"
    ended("failed", "Too few.", **ORDER)
    page.query_params["run"] = "4"
    page.run()
    assert "cause:" not in texts(page) or "cause: operator" in texts(page)


def test_further_changes_stand_with_the_reason_and_before_the_promotion(
    open_console: Open, filled_folder: Path
) -> None:
    page = open_console(filled_folder, "training", {"run": "3"})
    assert any("more statistics over their limits" in found.label for found in page.expander)
    said = [found.value for found in page.markdown]
    assert any(text.startswith(("Promoted", "Not promoted", "Waits")) for text in said)


def test_a_training_by_drift_shows_what_it_was_made_with(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "training")
    assert "parameter sets: at most 2 · seed: 7" in texts(page)
    assert "Batches: 1·0, 1·1" in texts(page)


def test_train_again_orders_the_training_that_failed(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder)
    ended("failed", "The rows are too few.", **ORDER)
    page.run()
    button(page, "Train again").click().run()
    assert waiting(page) == [("training", ORDER)]
