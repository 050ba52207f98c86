"""The rules on the drift page: a preview of each change, one sentence a fault, and who set what."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from console import data, process
from core import runs, store
from core.loop import now
from core.records import Decision, RuleKey
from tests.pages.conftest import Open, button, texts, waiting


def open_rules(open_console: Open, folder: Path, column: str = "price") -> AppTest:
    page = open_console(folder, "drift", {"rules": column}, drift_limit="5")
    page.query_params["drift_parts"] = "rules"
    return page.run()


def field(page: AppTest, *key: str):  # type: ignore[no-untyped-def]
    return next(found for found in page.number_input if found.key.endswith("_".join(key)))


def actions_of(page: AppTest) -> list[dict[str, object]]:
    assert page is not None
    with store.reading(process.the_world().raw) as connection:
        return store.list_actions(connection)


def test_the_rules_say_what_they_made_of_the_last_batches(open_console: Open, filled_folder: Path) -> None:
    page = open_rules(open_console, filled_folder)
    assert not page.exception
    said = texts(page)
    assert "With the rules in force 1 of the last 3 batches would have retrained (3 did)" in said
    assert "Nobody has set a limit yet" in said


def test_a_limit_is_previewed_before_it_is_saved_and_kept_with_who_set_it(
    open_console: Open, filled_folder: Path
) -> None:
    page = open_rules(open_console, filled_folder)
    field(page, "change", "price", "mean").set_value(0.01).run()
    said = texts(page)
    assert "With these limits 3 of the last 3 batches would have retrained (3 did)" in said
    assert "The mean of Price: 500 % before, now 0.01 %" in said
    assert data.rules().own == {}
    button(page, "Save 1 change").click().run()
    assert not page.exception
    assert data.rules().own == {RuleKey("change", "price", "mean"): 0.0001}
    assert [(entry.key.column, entry.by) for entry in data.set_rules()] == [("price", "operator")]
    assert [(entry["action"], entry["by"]) for entry in actions_of(page)] == [("change of rules", "operator")]
    assert "Discard" not in [found.label for found in page.button]
    assert field(page, "change", "price", "mean").value == 0.01
    # A browser may send the field once more.
    page.session_state["rules_draft"][RuleKey("change", "price", "mean")] = 0.0001
    assert "Discard" not in [found.label for found in page.run().button]


def test_a_rule_on_profiles_is_previewed_too(open_console: Open, filled_folder: Path) -> None:
    page = open_rules(open_console, filled_folder, "city")
    field(page, "new_category", "city", "").set_value(0.0).run()
    table = next(found.value for found in page.dataframe if "By these rules" in found.value)
    assert "have a value of City that the reference does not know (limit 0 %)" in table["Why"].iloc[0]


def test_a_draft_spans_columns_and_can_be_discarded(open_console: Open, filled_folder: Path) -> None:
    page = open_rules(open_console, filled_folder)
    field(page, "change", "price", "mean").set_value(40.0).run()
    page.selectbox(key="rules").set_value("-").run()
    field(page, "few_rows", "", "").set_value(50.0).run()
    assert "Batch size under, of the usual: off before, now 50 %" in texts(page)
    button(page, "Discard").click().run()
    assert "before, now" not in texts(page)
    assert field(page, "few_rows", "", "").value is None


def test_a_limit_goes_back_to_its_default(open_console: Open, filled_folder: Path) -> None:
    page = open_rules(open_console, filled_folder)
    field(page, "change", "price", "mean").set_value(40.0).run()
    button(page, "Save 1 change").click().run()
    button(page, "Back to the defaults").click().run()
    assert "The mean of Price: 40 % before, now 500 %" in texts(page)
    button(page, "Save 1 change").click().run()
    assert data.rules().own == {}


def test_a_wrong_limit_is_named_and_cannot_be_saved(open_console: Open, filled_folder: Path) -> None:
    page = open_rules(open_console, filled_folder)
    field(page, "change", "price", "mean").set_value(-5.0).run()
    assert "The mean of Price: the limit must lie between 0.01 % and 1,000,000 %, got -5 %." in texts(page)
    assert button(page, "Save").disabled
    assert data.rules().own == {}


def hold_the_newest(page: AppTest) -> None:
    newest = data.batches()[0]
    with store.writing(process.the_world().raw) as connection:
        run = runs.enqueue(connection, kind="cycle", cause="schedule", by="schedule", at=now())
        runs.claim(connection, worker="w", at=now(), run=run)
        decision = Decision(False, "Too small to judge: 7 of 7 rows can be used.", held=True)
        store.store_decision(connection, run=run, batch=newest.id, kind="train", decision=decision, at=now())
        runs.finish(connection, run=run, status="succeeded", at=now())
    page.run()


def test_a_held_batch_is_released_with_a_reason(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "drift")
    hold_the_newest(page)
    assert "This batch is held" in texts(page)
    assert "Too small to judge" in texts(page)
    button(page, "Release this batch").click().run()
    assert "A release needs a reason" in texts(page)
    assert waiting(page) == []
    page.text_input(key="why_3").set_value("a public holiday")
    button(page, "Release this batch").click().run()
    assert waiting(page) == [("release", {"batch": 3, "reason": "a public holiday"})]
    assert actions_of(page)[0]["action"] == "release of a batch"
    assert "Its release is under way" in texts(page)


def test_a_held_batch_is_not_offered_for_a_training(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder, "training")
    assert len(page.multiselect[0].options) == 3
    hold_the_newest(page)
    assert len(page.multiselect[0].options) == 2


def test_the_first_page_says_that_a_batch_is_held(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder)
    hold_the_newest(page)
    assert "Collection 1, batch 2 is held" in texts(page)
    assert not page.exception
