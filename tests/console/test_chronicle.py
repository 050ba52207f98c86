"""A run's decisions in one line: for which change, and what came of it."""

from typing import Any

import pytest

from console.chronicle import icon_of, subject_of, tell
from console.language import speaking
from core.contract import Contract
from core.records import Decision, HistoryEntry, Measurement
from tests.conftest import NOON

LOUD = Measurement("price", "mean", 100.0, 145.0, 0.45, 0.15, True)
QUIET = Measurement("price", "mean", 100.0, 100.8, 0.008, 0.15, False)
OVER = {"reference": "previous", "compared": 20}
PROMOTED = Decision(True, "", {"version": 7, "metric": "rmse", "best": 94.0, "champion": 100.0, "gain": 0.06})


def entry(train: Decision | None = None, promote: Decision | None = None, **values: Any) -> HistoryEntry:
    about = {"run": 9, "kind": "cycle", "cause": "schedule", "by": "schedule", "at": NOON}
    of_batch = {"batch": 5, "collection": 1, "number": 4, "version": None, "message": ""}
    return HistoryEntry(**{**about, **of_batch, **values}, train=train, promote=promote)


def test_a_quiet_batch_tells_its_largest_change_and_the_limit(contract: Contract) -> None:
    found = entry(Decision(False, "No statistic is over its limit.", OVER | {"exceeded": 0}))
    assert tell(found, QUIET, contract) == "not trained, largest change Price mean +0.8 % (limit 15 %)"
    assert subject_of(found) == "Batch 1·4"


def test_a_loud_batch_tells_the_change_that_was_trained_for_and_what_was_promoted(contract: Contract) -> None:
    one = entry(Decision(True, "over", OVER | {"exceeded": 1}), PROMOTED)
    assert tell(one, LOUD, contract) == ("trained for Price mean +45.0 % (limit 15 %); version 7 promoted, RMSE −6.0 %")
    many = entry(Decision(True, "over", OVER | {"exceeded": 16}))
    assert tell(many, LOUD, contract) == "trained for Price mean +45.0 % and 15 more"


def test_a_change_without_a_number_tells_why(contract: Contract) -> None:
    gone = Measurement("bed", "std", 0.0, 1.0, None, 0.15, True, "was 0 before")
    found = entry(Decision(True, "over", OVER | {"exceeded": 1}))
    assert tell(found, gone, contract) == "trained for Bedrooms std: was 0 before (limit 15 %)"


def test_what_has_no_numbers_tells_its_reason(contract: Contract) -> None:
    first = Decision(True, "Nothing was in production yet, so a first model is trained.")
    promoted = Decision(True, "Version 1 is the best.", {"version": 1, "metric": "rmse", "best": 9.0})
    assert tell(entry(first, promoted), LOUD, contract) == (
        "trained: Nothing was in production yet, so a first model is trained; promoted: Version 1 is the best"
    )
    alone = Decision(False, "There is nothing to compare this batch with yet.")
    assert tell(entry(alone), None, contract) == "not trained: There is nothing to compare this batch with yet"
    held = Decision(False, "Only 12 rows.", held=True)
    assert tell(entry(held), None, contract) == "held: Only 12 rows"


def test_what_people_asked_for_is_told_too(contract: Contract) -> None:
    by_hand = {"batch": None, "collection": None, "number": None}
    kept = Decision(False, "Version 7 is still the best.", {"version": 7})
    training = entry(None, kept, kind="training", version=8, **by_hand)
    assert tell(training, None, contract) == "version 8 trained; no promotion: Version 7 is still the best"
    assert subject_of(training) == "Training by hand"
    promotion = entry(kind="promotion", version=3, message="Version 3 is in production: back to it", **by_hand)
    assert tell(promotion, None, contract) == "Version 3 is in production: back to it"
    assert subject_of(promotion) == "Promotion by hand"


def test_a_candidate_waits_and_an_approval_is_called_so(contract: Contract) -> None:
    waits = {**PROMOTED.numbers, "waits": True}
    found = entry(None, Decision(False, "Version 7 keeps every rule. It waits.", waits), kind="ranking")
    assert tell(found, None, contract) == "version 7 waits for approval, RMSE −6.0 %"
    assert icon_of(found) == ":material/hourglass_top:"
    first = entry(None, Decision(False, "It is the best.", {"version": 1, "best": 9.0, "waits": True}))
    assert tell(first, None, contract) == "version 1 waits for approval"
    by_hand = {"batch": None, "collection": None, "number": None, "kind": "promotion"}
    ways = ("approved", "undo", "rollback", "manual")
    assert [subject_of(entry(how=how, **by_hand)) for how in ways] == [
        "Approval",
        "Undo of a promotion",
        "Return to an earlier version",
        "Promotion by hand",
    ]


def test_a_training_by_hand_says_why_it_was_asked_for(contract: Contract) -> None:
    found = entry(None, PROMOTED, kind="training", version=8, asked="Large houses were missing.")
    told = tell(found, None, contract)
    assert told == "version 8 trained: Large houses were missing; version 7 promoted, RMSE −6.0 %"


@pytest.mark.parametrize(
    ("found", "icon"),
    [
        (entry(Decision(True, ""), PROMOTED), "publish"),
        (entry(Decision(True, "")), "model_training"),
        (entry(Decision(False, "")), "remove"),
        (entry(Decision(False, "", held=True)), "pan_tool"),
    ],
)
def test_the_icon_is_the_furthest_that_the_run_came(found: HistoryEntry, icon: str) -> None:
    assert icon_of(found) == f":material/{icon}:"


def test_numbers_are_written_in_the_readers_form(contract: Contract) -> None:
    with speaking("es-CO"):
        assert "+45,0 %" in tell(entry(Decision(True, "over", OVER | {"exceeded": 1})), LOUD, contract)
