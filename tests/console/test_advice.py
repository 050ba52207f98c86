"""The one sentence on the first page, for every state that the loop can be in."""

from dataclasses import replace
from typing import Any

import pytest

from console.advice import Facts, advise, advise_on_training
from console.health import Service
from core.records import Approval, Batch, Decision, Promotion, Run, StoredDecision
from tests.conftest import NOON

WELL = (Service("Feed", True, "Answers."), Service("Worker", True, "host:1, heartbeat just now."))
BATCH = Batch(3, 1, 2, "hash", NOON, 100, 98, 1, 1, 90)
PRODUCTION = Promotion(1, 2, None, NOON, "worker", "the first")


def run(**values: Any) -> Run:
    return Run(
        **{
            "id": 7,
            "kind": "cycle",
            "status": "succeeded",
            "cause": "operator",
            "requested_by": "me",
            "requested_at": NOON,
        }
        | values
    )


def decided(yes: bool) -> StoredDecision:
    return StoredDecision(7, 3, "train", NOON, Decision(yes, "Price mean +66.1 % (limit 15 %)."))


ALL_WELL = Facts(WELL, [], [run()], BATCH, decided(True), PRODUCTION, "trained for Price mean +66.1 % and 2 more")


def test_all_well_says_what_the_last_batch_led_to_and_offers_the_next() -> None:
    advice = advise(ALL_WELL)
    assert (advice.tone, advice.headline, advice.action) == ("well", "All is well", "fetch")
    assert advice.detail == "Batch 1·2: trained for Price mean +66.1 % and 2 more."


def test_a_service_that_is_down_comes_first_and_names_itself() -> None:
    ill = Service("MLflow", False, "MLflow does not answer at http://mlflow:5000.")
    advice = advise(replace(ALL_WELL, services=[*WELL, ill]))
    assert (advice.tone, advice.headline, advice.action) == ("trouble", "MLflow needs your attention", "")
    assert advice.detail == ill.detail


def test_a_service_that_is_starting_is_no_trouble() -> None:
    starting = Service("Worker", False, "It is starting; it takes a few seconds.")
    assert advise(replace(ALL_WELL, services=[starting])).tone == "wait"


def test_a_run_under_way_needs_nobody() -> None:
    waiting = [run(status="running", message="storing 10,000 rows"), run(id=8, status="queued")]
    advice = advise(replace(ALL_WELL, open_runs=waiting))
    assert (advice.tone, advice.action) == ("busy", "")
    assert advice.detail == "Storing 10,000 rows. 1 more in the queue."


@pytest.mark.parametrize(("kind", "action"), [("cycle", "fetch"), ("training", "train"), ("ranking", "rank")])
def test_a_failed_run_says_why_and_offers_to_try_again(kind: str, action: str) -> None:
    failed = run(kind=kind, status="failed", error="The feed did not answer within 300 s.")
    advice = advise(replace(ALL_WELL, runs=[failed, run()]))
    assert (advice.tone, advice.action) == ("trouble", action)
    assert advice.detail == "The feed did not answer within 300 s."


def test_a_failure_that_a_later_run_made_good_is_forgotten() -> None:
    assert advise(replace(ALL_WELL, runs=[run(), run(status="failed", error="x")])).tone == "well"


def test_an_empty_console_offers_the_first_batch() -> None:
    advice = advise(Facts(WELL, [], [], None, None, None))
    assert (advice.tone, advice.button) == ("wait", "Fetch the first batch")


@pytest.mark.parametrize("production", [PRODUCTION, None])
def test_a_batch_that_is_held_is_shown_before_a_model_is_asked_for(production: Promotion | None) -> None:
    held = StoredDecision(7, 3, "train", NOON, Decision(False, "Too small to judge.", held=True))
    advice = advise(replace(ALL_WELL, decision=held, production=production))
    assert (advice.tone, advice.action, advice.headline) == ("change", "look", "Collection 1, batch 2 is held")
    assert advice.detail == "Too small to judge. Nothing is trained on it until somebody releases it."


def test_batches_without_a_model_ask_for_a_training() -> None:
    advice = advise(replace(ALL_WELL, production=None))
    assert (advice.tone, advice.action) == ("trouble", "train")


def test_a_run_by_hand_that_failed_is_told_and_stops_nothing() -> None:
    refused = run(id=37, kind="promotion", status="failed", error="Version 4 is in production already.")
    advice = advise(replace(ALL_WELL, runs=[refused, run()]))
    assert (advice.tone, advice.action) == ("well", "fetch")
    assert advice.detail.endswith("Run 37 failed (promotion): Version 4 is in production already.")
    broken = advise(replace(ALL_WELL, runs=[refused, run(status="failed", error="No feed.")]))
    assert (broken.tone, broken.detail) == ("trouble", "No feed.")


def test_a_candidate_that_waits_comes_before_the_next_batch() -> None:
    waiting = Approval(1, 7, 2, "pending", NOON, "It keeps every rule.")
    advice = advise(replace(ALL_WELL, waiting=waiting))
    assert (advice.tone, advice.headline) == ("change", "Version 7 waits for your decision")
    assert (advice.action, advice.is_main) == ("fetch", False)
    assert "version 2 gives the prices" in advice.detail


def test_the_end_of_the_feed_offers_a_new_collection() -> None:
    advice = advise(replace(ALL_WELL, runs=[run(outcome={"exhausted": True})]))
    assert (advice.tone, advice.action) == ("wait", "restart")


def test_a_version_that_fails_those_who_ask_is_said_and_the_next_batch_is_offered() -> None:
    found = "The median error on 60 true values is 30.0 %."
    advice = advise(replace(ALL_WELL, degraded=found))
    assert (advice.tone, advice.action) == ("change", "fetch")
    assert advice.headline == "Version 2 does worse in use than on its holdout"
    assert advice.detail.startswith(found)
    tried = advise(replace(ALL_WELL, degraded=found, trained_since=True))
    assert "A model was trained since" in tried.detail
    assert "So the next batch" not in tried.detail
    assert advise(replace(ALL_WELL, degraded=found, production=None)).action == "train"


@pytest.mark.parametrize(
    ("production", "waiting", "tone", "headline"),
    [
        (3, None, "well", "Version 3 was trained last and is in production"),
        (2, None, "well", "Version 3 was trained last; version 2 is in production"),
        (2, 3, "change", "Version 3 was trained last and waits for approval"),
        (None, None, "trouble", "Version 3 was trained last; none is in production"),
    ],
)
def test_a_training_is_judged_by_what_its_version_is_now(
    production: int | None, waiting: int | None, tone: str, headline: str
) -> None:
    last = run(kind="training", outcome={"version": 3, "promotion_reason": "MAE is 12.5 % better."})
    advice = advise_on_training(last, production, waiting)
    assert (advice.tone, advice.headline, advice.detail) == (tone, headline, "MAE is 12.5 % better.")


def test_a_training_that_did_not_end_well_says_why_and_what_was_kept() -> None:
    failed = run(kind="training", status="failed", step="train", error="No space is left.")
    advice = advise_on_training(failed, 2, None)
    assert (advice.tone, advice.headline) == ("trouble", "The last training failed")
    assert advice.detail == "No space is left. No version of it was registered."
    assert advise_on_training(replace(failed, step="rank"), 2, None).detail == "No space is left."
    cancelled = advise_on_training(replace(failed, status="cancelled", error="asked for"), 2, None)
    assert (cancelled.tone, cancelled.headline) == ("wait", "The last training was cancelled")
    assert cancelled.detail == "No version of it was registered."
    begun = advise_on_training(replace(failed, status="cancelled", outcome={"first": 1}), 1, None)
    assert begun.detail == "Its first version, 1, was registered before."
