"""Promoting on the page: the dialog, undo and the way back, the rules, the inbox, and who was in production when."""

import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from console import actions, process
from core import store
from core.errors import InputError
from core.loop import now, rules_in_force
from core.records import Comparison, Guard, Ranked
from tests.pages.conftest import Open, button, texts, waiting


def other_version(page: AppTest) -> int:
    picker = next(box for box in page.selectbox if box.key == "version")
    return next(int(option.split()[1]) for option in picker.options if "production" not in option)


def current_version() -> int:
    world = process.the_world()
    with store.reading(world.raw) as connection:
        found = store.current_promotion(connection, model=world.settings.mlflow_model)
    assert found is not None
    return found.version


def put_into_ledger(version: int, replaced: int | None, kind: str = "manual") -> None:
    world = process.the_world()
    with store.writing(world.raw) as connection:
        store.store_promotion(
            connection,
            model=world.settings.mlflow_model,
            version=version,
            replaced=replaced,
            by="ana",
            reason="it misses less",
            numbers={"kind": kind},
            at=now(),
        )


def put_forward(version: int) -> int:
    world = process.the_world()
    with store.writing(world.raw) as connection:
        return store.put_forward(
            connection,
            model=world.settings.mlflow_model,
            version=version,
            replaces=current_version(),
            reason="It keeps every rule.",
            numbers={
                "rules": [{"kind": "gain", "metric": "mae", "passed": True, "sentence": "MAE −9.0 % is better."}],
                "judged": {"at": (now() - timedelta(minutes=3)).isoformat(), "rows": 336, "properties": 300},
            },
            at=now() - timedelta(minutes=5),
        )


def submit(page: AppTest) -> AppTest:
    return next(found for found in page.button if found.label.startswith("Put version")).click().run()


def tables(page: AppTest) -> str:
    return "\n".join(found.value.to_csv() for found in page.dataframe)


@pytest.fixture
def page(open_console: Open, filled_folder: Path) -> AppTest:
    return open_console(filled_folder, "models")


def test_a_promotion_shows_what_changes_and_needs_a_reason(page: AppTest) -> None:
    other, current = other_version(page), current_version()
    page.selectbox(key="version").set_value(other).run()
    button(page, f"Promote version {other}").click().run()
    assert not page.exception
    said = texts(page)
    assert f"From **version {current}** to **version {other}**, on the same holdout." in said
    assert "better is asked for." in said
    assert "Trained because:" in said
    assert "Columns: both read the same 10 columns" in said.replace("**", "")
    assert "| Change with its 95 % interval |" in said
    assert "| Change (points) |" in said
    assert re.search(r"\| Inside the range \| \d.* \| \d.* \| .+\[.+\|", said)
    assert re.search(r"\| Width of the range \| \d.* \| \d.* \| .+\[.+\|", said)
    # The verdict first, then the evidence, and what acts on it last.
    values = [str(getattr(element, "value", getattr(element, "label", ""))) for element in page._tree]
    places = [
        next(i for i, value in enumerate(values) if text in value) for text in ("of 3 rules", "| Metric |", "five l")
    ]
    places.append(next(i for i, element in enumerate(page._tree) if element.type == "text_area"))
    assert places == sorted(places)
    submit(page)
    assert "A promotion needs a reason" in texts(page)
    page.text_area[0].set_value("it misses less on large houses")
    submit(page)
    asked = {"version": other, "reason": "it misses less on large houses", "kind": "manual", "instead_of": current}
    assert waiting(page) == [("promotion", asked)]
    assert not page.exception


def test_the_version_in_production_cannot_be_promoted_again(page: AppTest) -> None:
    assert button(page, "Promote version").disabled


def test_every_version_stands_beside_the_one_in_production_with_its_interval(page: AppTest) -> None:
    table = next(found.value for found in page.dataframe if "Against production" in found.value)
    other = table[table["Version"] == other_version(page)].iloc[0]
    assert "[" in other["Against production"]
    assert "kept" in other["Rules"] or "/" in other["Rules"]


def test_the_last_promotion_can_be_undone_in_two_clicks_and_a_reason(page: AppTest) -> None:
    other, current = other_version(page), current_version()
    put_into_ledger(other, current)
    page.run()
    button(page, f"Undo: back to version {current}").click().run()
    page.text_area[0].set_value("prices jumped")
    submit(page)
    asked = {"version": current, "reason": "prices jumped", "kind": "undo", "instead_of": other}
    assert waiting(page) == [("promotion", asked)]


def test_an_undo_of_an_undo_is_called_what_it_is(page: AppTest) -> None:
    other, current = other_version(page), current_version()
    put_into_ledger(other, current)
    put_into_ledger(current, other, "undo")
    page.run()
    assert not [found for found in page.button if found.label.startswith("Undo")]
    button(page, f"Take the undo back: version {other} again").click().run()
    page.text_area[0].set_value("the feed was wrong, not the model")
    submit(page)
    asked = {"version": other, "reason": "the feed was wrong, not the model", "kind": "undo", "instead_of": current}
    assert waiting(page) == [("promotion", asked)]
    put_into_ledger(other, current, "undo")
    page.run()
    assert button(page, f"Undo: back to version {current}")
    assert "undo taken back" in tables(page)


def test_a_dialog_is_held_to_the_version_that_it_was_opened_on(page: AppTest) -> None:
    other, current = other_version(page), current_version()
    page.selectbox(key="version").set_value(other).run()
    button(page, f"Promote version {other}").click().run()
    page.text_area[0].set_value("it misses less")
    put_into_ledger(9, current)
    submit(page)
    said = texts(page)
    assert waiting(page) == []
    assert f"Nothing was promoted. Version {current} was in production when this was opened; version 9 is" in said
    assert "by ana" in said
    assert f"From **version 9** to **version {other}**" in said
    assert page.text_area[0].value == "it misses less"
    submit(page)
    asked = {"version": other, "reason": "it misses less", "kind": "manual", "instead_of": 9}
    assert waiting(page) == [("promotion", asked)]


def test_a_version_that_cannot_be_scored_cannot_be_promoted_either(page: AppTest) -> None:
    other, world = other_version(page), process.the_world()
    with store.writing(world.raw) as connection:
        holdout = store.last_holdout(connection, model=world.settings.mlflow_model)
        assert holdout is not None
        broken = [Ranked(other, {}, "The files of version 9 cannot be fetched.")]
        store.store_scores(connection, model=world.settings.mlflow_model, holdout=holdout, ranked=broken, at=now())
    page.selectbox(key="version").set_value(other).run()
    button(page, f"Promote version {other}").click().run()
    assert next(found for found in page.button if found.label.startswith("Put version")).disabled
    assert f"Version {other} cannot be put into production: The files of version 9 cannot be fetched." in texts(page)


def test_two_versions_that_do_the_same_are_not_said_to_differ_by_chance(
    open_console: Open, filled_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from console import data

    found = data.compared

    def compared(one: int, other: int) -> Comparison:
        comparison = found(one, other)
        assert comparison is not None
        same = tuple(replace(each, change=0.0, low=0.0, high=0.0) for each in comparison.differences)
        return replace(comparison, differences=same)

    monkeypatch.setattr(data, "compared", compared)
    page = open_console(filled_folder, "models", {"models_parts": "two"})
    said = texts(page)
    assert ": MAE does not differ" in said
    assert "may be chance." not in said


def test_the_many_changes_of_a_long_reason_are_folded(page: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    from console import data

    also = "".join(f" Also Price mean +{number}.0 % (limit 15 %)." for number in range(20, 26))
    found = data.version(other_version(page))
    assert found is not None
    long = replace(found, tags={**found.tags, "reason": f"Price mean +66.1 % (limit 15 %).{also}"})
    monkeypatch.setattr(data, "version", lambda number: long)
    page.selectbox(key="version").set_value(found.number).run()
    button(page, f"Promote version {found.number}").click().run()
    assert "Also" not in texts(page)
    assert "6 more changes" in [expander.label for expander in page.expander]


def test_an_earlier_version_comes_back_in_two_clicks_and_a_reason(page: AppTest) -> None:
    other, current = other_version(page), current_version()
    put_into_ledger(other, current)
    page.run()
    page.button(key=f"back_to_{current}").click().run()
    page.text_area[0].set_value("it was steadier")
    submit(page)
    asked = {"version": current, "reason": "it was steadier", "kind": "rollback", "instead_of": other}
    assert waiting(page) == [("promotion", asked)]


def test_the_ledger_answers_who_was_in_production_at_a_moment(page: AppTest) -> None:
    current = current_version()
    assert f"version {current}** was in production, since" in texts(page)
    page.get("date_time_input")[0].set_value(now().replace(year=2020, tzinfo=None)).run()
    assert "no version was in production" in texts(page)
    page.get("date_time_input")[0].set_value((now() + timedelta(days=999)).replace(tzinfo=None)).run()
    assert "That moment has not come yet" in texts(page)
    assert "was in production, since" not in texts(page)


def test_rules_are_changed_previewed_and_kept_with_who_set_them(page: AppTest) -> None:
    page.query_params["models_parts"] = "rules"
    page.run()
    assert button(page, "Put into force").disabled
    page.number_input(key="percent_rule_min_gain").set_value(99.0).run()
    preview = next(found.value for found in page.dataframe if "Verdict" in found.value)
    assert set(preview["Verdict"]) == {"stays out"}
    assert "at least 99 % better is asked for." in preview["Not kept"].iloc[0]
    button(page, "Put into force").click().run()
    world = process.the_world()
    with store.reading(world.raw) as connection:
        found = rules_in_force(world, connection)
        actions = [entry["action"] for entry in store.list_actions(connection)]
    assert (found.rules.min_gain, found.rules.guards, found.by) == (0.99, (Guard("rmse", 0.01),), "operator")
    assert actions[0] == "change of the promotion rules"
    assert "Set by operator at" in texts(page)
    button(page, "Back to the settings").click().run()
    assert "In force: the rules of the settings" in texts(page)


def test_a_rule_takes_what_its_field_takes_and_an_error_stands_below_the_buttons(
    page: AppTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.query_params["models_parts"] = "rules"
    page.run()
    page.checkbox(key="rule_segments").check().run()
    field = page.number_input(key="percent_rule_segment_limit")
    assert (field.min, field.max) == (0.1, 999.9)
    field.set_value(999.9).run()
    button(page, "Put into force").click().run()
    assert "Set by operator at" in texts(page)
    assert not page.error

    def refuse(rules: object) -> None:
        raise InputError("The mode must be automatic or approval, got 'x'.")

    monkeypatch.setattr(actions, "set_promotion_rules", refuse)
    next(found for found in page.checkbox if "must exclude zero" in found.label).uncheck().run()
    button(page, "Put into force").click().run()
    elements = list(page._tree)
    keys = [getattr(element, "key", None) for element in elements]
    assert [element.type for element in elements].index("error") > keys.index("forget_rules")


@pytest.mark.parametrize("script", ["overview", "models"])
def test_a_candidate_is_approved_from_the_inbox(open_console: Open, filled_folder: Path, script: str) -> None:
    page = open_console(filled_folder, script)
    current = current_version()
    other = 2 if current == 1 else 1
    key = put_forward(other)
    page.run()
    assert f"Version {other} waits for your approval" in texts(page)
    assert "MAE −9.0 % is better." in texts(page)
    assert "Judged last 3 min ago, on 336 holdout rows of 300 properties." in texts(page)
    page.text_input(key=f"comment_{key}").set_value("looks right").run()
    button(page, "Approve").click().run()
    asked = {"version": other, "reason": "looks right", "kind": "approved", "instead_of": current, "approval": key}
    assert waiting(page) == [("promotion", asked)]
    assert "waits for your approval" not in texts(page)
    assert not page.exception


def test_a_click_on_a_candidate_that_was_overtaken_does_nothing_and_says_by_whom(page: AppTest) -> None:
    other, current = other_version(page), current_version()
    put_forward(other)
    page.run()
    put_forward(9)
    button(page, "Approve").click().run()
    said = texts(page)
    assert waiting(page) == []
    assert f"Version {other} no longer waits: it was overtaken" in said
    assert "by worker: version 9 was put forward" in said
    assert "Version 9 waits for your approval" in said
    button(page, "Understood").click().run()
    assert "no longer waits" not in texts(page)
    button(page, "Reject").click().run()
    put_into_ledger(other, current)
    with store.writing(process.the_world().raw) as connection:
        model, at = process.the_world().settings.mlflow_model, now()
        store.supersede(connection, model=model, by="bo", at=at, comment=f"version {other} went into production")
    page.run()
    assert f"by bo: version {other} went into production" in texts(page)
    assert not page.exception


def test_a_click_on_evidence_that_was_renewed_asks_to_read_it_again(page: AppTest) -> None:
    key = put_forward(other_version(page))
    page.run()
    numbers = {"rules": [], "judged": {"at": now().isoformat(), "rows": 500, "properties": 400}}
    with store.writing(process.the_world().raw) as connection:
        store.renew_approval(connection, approval=key, reason="It keeps every rule.", numbers=numbers)
        store.note_action(connection, at=now(), by="worker", action="a ranking", detail={})
    button(page, "Approve").click().run()
    assert waiting(page) == []
    assert "It was judged anew since you saw it" in texts(page)
    assert "on 500 holdout rows" in texts(page)
    button(page, "Approve").click().run()
    assert [kind for kind, _ in waiting(page)] == ["promotion"]


def test_a_candidate_says_that_the_rules_promote_by_themselves_again(page: AppTest) -> None:
    put_forward(other_version(page))
    page.run()
    assert "the next ranking decides on it, unless you answer before" in texts(page)


def test_a_rejection_needs_a_comment(page: AppTest) -> None:
    key = put_forward(other_version(page))
    page.run()
    button(page, "Reject").click().run()
    assert "A rejection needs a comment" in texts(page)
    page.text_input(key=f"comment_{key}").set_value("worse on flats").run()
    button(page, "Reject").click().run()
    assert "waits for your approval" not in texts(page)
    assert waiting(page) == []
    assert "worse on flats" in tables(page)


def test_two_people_cannot_decide_on_one_candidate(page: AppTest) -> None:
    key = put_forward(other_version(page))
    page.run()
    with store.writing(process.the_world().raw) as connection:
        at = now() - timedelta(days=1)
        store.decide_approval(connection, approval=key, status="rejected", by="bo", comment="no", at=at)
    with pytest.MonkeyPatch.context() as patch:
        from console import data

        before = data.waiting
        found = store.list_approvals
        patch.setattr(data, "waiting", lambda: before() or _still_waiting(found, key))
        button(page, "Approve").click().run()
    assert "no longer waits" in texts(page)
    assert waiting(page) == []


def _still_waiting(list_approvals, key: int):  # type: ignore[no-untyped-def]
    """What a page that was drawn a moment ago still shows."""
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return next(each for each in list_approvals(connection, model=world.settings.mlflow_model) if each.id == key)
