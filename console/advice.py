"""Is all well, and what should I do? A pure function over what the first page knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.records import Batch, Promotion, Run, StoredDecision

if TYPE_CHECKING:
    from console.health import Service


@dataclass(frozen=True)
class Facts:
    """What the advice rests on; ``runs`` are ended runs, the newest first."""

    services: "Sequence[Service]"
    open_runs: Sequence[Run]
    runs: Sequence[Run]
    batch: Batch | None
    decision: StoredDecision | None
    production: Promotion | None


@dataclass(frozen=True)
class Advice:
    """``tone`` is well, busy, wait, change or trouble; ``action`` names what the one button does, "" for no button."""

    tone: str
    headline: str
    detail: str = ""
    action: str = ""
    button: str = ""


def advise(facts: Facts) -> Advice:
    """The one sentence on the state of the loop, and the one most useful button."""
    for advise_on in (_on_services, _on_open_runs, _on_failure, _on_empty, _on_held, _on_no_model, _on_the_end):
        advice = advise_on(facts)
        if advice is not None:
            return advice
    return _on_success(facts)


def _on_services(facts: Facts) -> Advice | None:
    ill = [service for service in facts.services if not service.is_well]
    if not ill:
        return None
    is_starting = all("starting" in service.detail for service in ill)
    names = " and ".join(service.name for service in ill)
    if is_starting:
        return Advice("wait", f"{names}: starting", "This page goes on by itself in a few seconds.")
    are = "needs" if len(ill) == 1 else "need"
    return Advice("trouble", f"{names} {are} your attention", " ".join(service.detail for service in ill))


def _on_open_runs(facts: Facts) -> Advice | None:
    if not facts.open_runs:
        return None
    first = facts.open_runs[0]
    waiting = len(facts.open_runs) - 1
    rest = f" {waiting} more in the queue." if waiting else ""
    doing = first.message or ("Waiting for the worker" if first.status == "queued" else "Starting")
    return Advice("busy", "A run is at work", f"{doing[0].upper()}{doing[1:]}.{rest}")


def _on_failure(facts: Facts) -> Advice | None:
    last = facts.runs[0] if facts.runs else None
    if last is None or last.status != "failed":
        return None
    again = {"cycle": ("fetch", "Try again"), "training": ("train", "Train again"), "ranking": ("rank", "Rank again")}
    action, button = again.get(last.kind, ("", ""))
    return Advice("trouble", f"The last run failed ({last.kind} {last.id})", last.error, action, button)


def _on_empty(facts: Facts) -> Advice | None:
    if facts.batch is not None:
        return None
    detail = "Fetch the first batch of the feed; the first model is trained from it, which takes about a minute."
    return Advice("wait", "Ready for the first batch", detail, "fetch", "Fetch the first batch")


def _on_held(facts: Facts) -> Advice | None:
    if facts.batch is None or facts.decision is None or not facts.decision.decision.held:
        return None
    detail = f"{facts.decision.decision.reason} Nothing is trained on it until somebody releases it."
    return Advice("change", f"{facts.batch.label.capitalize()} is held", detail, "look", "Look at it")


def _on_no_model(facts: Facts) -> Advice | None:
    if facts.production is not None:
        return None
    detail = "Batches are stored, but no version is in production, so nobody gets a price."
    return Advice("trouble", "There is no model in production", detail, "train", "Train a model")


def _on_the_end(facts: Facts) -> Advice | None:
    last = next((run for run in facts.runs if run.kind == "cycle" and run.status == "succeeded"), None)
    if last is None or not last.outcome.get("exhausted"):
        return None
    detail = "Every batch was fetched. A new collection begins with batch 0; what was fetched stays."
    return Advice("wait", "The feed has come to its end", detail, "restart", "Start a new collection")


def _on_success(facts: Facts) -> Advice:
    reason = facts.decision.decision.reason if facts.decision else ""
    trained = bool(facts.decision and facts.decision.decision.yes)
    label = facts.batch.label.capitalize() if facts.batch else ""
    verdict = "a model was trained" if trained else "no training was needed"
    return Advice("well", "All is well", f"{label}: {verdict}. {reason}", "fetch", "Fetch the next batch")
