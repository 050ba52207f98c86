"""Is all well, and what should I do? A pure function over what the first page knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.language import _, plural, told
from console.long_reasons import shortened
from core.records import Approval, Batch, Promotion, Run, StoredDecision

if TYPE_CHECKING:
    from console.health import Service

# The runs that the loop hangs on: where one failed, nothing goes on by itself.
LOOP_KINDS = ("cycle", "training", "ranking")


@dataclass(frozen=True)
class Facts:
    """What the advice rests on: ``runs`` are ended ones, newest first; ``verdict`` is the decision in a few words.

    ``degraded`` says how far the live error is over its limit, "" where it is not; ``trained_since``: a training was
    asked for since, and nothing better is in production. ``waiting`` is the candidate that waits for a person.
    """

    services: "Sequence[Service]"
    open_runs: Sequence[Run]
    runs: Sequence[Run]
    batch: Batch | None
    decision: StoredDecision | None
    production: Promotion | None
    verdict: str = ""
    degraded: str = ""
    trained_since: bool = False
    waiting: Approval | None = None


@dataclass(frozen=True)
class Advice:
    """``tone`` is well, busy, wait, change or trouble; ``action`` names what the one button does, "" for no button, and
    ``is_main`` whether it is what is to be done now."""

    tone: str
    headline: str
    detail: str = ""
    action: str = ""
    button: str = ""
    is_main: bool = True


def advise(facts: Facts) -> Advice:
    """The one sentence on the state of the loop, and the one most useful button."""
    for advise_on in (
        _on_services,
        _on_open_runs,
        _on_failure,
        _on_empty,
        _on_held,
        _on_no_model,
        _on_waiting,
        _on_the_end,
        _on_degradation,
    ):
        advice = advise_on(facts)
        if advice is not None:
            return advice
    return _on_success(facts)


def _on_services(facts: Facts) -> Advice | None:
    ill = [service for service in facts.services if not service.is_well]
    if not ill:
        return None
    names = ", ".join(told(service.name) for service in ill)
    if all("starting" in service.detail for service in ill):
        wait = _("This page goes on by itself in a few seconds.")
        return Advice("wait", _("{services}: starting", services=names), wait)
    problems = " ".join(told(service.detail) for service in ill)
    headline = plural("{services} needs your attention", "{services} need your attention", len(ill), services=names)
    return Advice("trouble", headline, problems)


def _on_open_runs(facts: Facts) -> Advice | None:
    if not facts.open_runs:
        return None
    first = facts.open_runs[0]
    begun = _("Waiting for the worker") if first.status == "queued" else _("Starting")
    doing = told(first.message) or begun
    said = f"{doing[0].upper()}{doing[1:]}."
    waiting = len(facts.open_runs) - 1
    rest = " " + _("{count} more in the queue.", count=waiting) if waiting else ""
    return Advice("busy", _("A run is at work"), f"{said}{rest}")


def _on_failure(facts: Facts) -> Advice | None:
    last = next((run for run in facts.runs if run.kind in LOOP_KINDS), None)
    if last is None or last.status != "failed":
        return None
    again = {
        "cycle": ("fetch", _("Try again")),
        "training": ("train", _("Train again")),
        "ranking": ("rank", _("Rank again")),
    }
    action, button = again[last.kind]
    headline = _("The last run failed ({kind} {number})", kind=told(last.kind), number=last.id)
    return Advice("trouble", headline, told(last.error), action, button)


def _on_empty(facts: Facts) -> Advice | None:
    if facts.batch is not None:
        return None
    detail = _("Fetch the first batch of the feed; the first model is trained from it, which takes about a minute.")
    return Advice("wait", _("Ready for the first batch"), detail, "fetch", _("Fetch the first batch"))


def _on_held(facts: Facts) -> Advice | None:
    if facts.batch is None or facts.decision is None or not facts.decision.decision.held:
        return None
    reason = told(facts.decision.decision.reason)
    detail = _("{reason} Nothing is trained on it until somebody releases it.", reason=reason)
    label = told(facts.batch.label)
    return Advice(
        "change", _("{batch} is held", batch=f"{label[0].upper()}{label[1:]}"), detail, "look", _("Look at it")
    )


def _on_no_model(facts: Facts) -> Advice | None:
    if facts.production is not None:
        return None
    detail = _("Batches are stored, but no version is in production, so nobody gets a price.")
    return Advice("trouble", _("There is no model in production"), detail, "train", _("Train a model"))


def _on_degradation(facts: Facts) -> Advice | None:
    if not facts.degraded or facts.production is None:
        return None
    headline = _("Version {number} does worse in use than on its holdout", number=facts.production.version)
    if facts.trained_since:
        detail = _(
            "{found} A model was trained since, and none took its place; another training starts by itself once enough "
            "new true values have come. The page Models shows it price by price.",
            found=told(facts.degraded),
        )
    else:
        detail = _(
            "{found} So the next batch has a model trained; the page Models shows it price by price.",
            found=told(facts.degraded),
        )
    return Advice("change", headline, detail, "fetch", _("Fetch the next batch"))


def _on_waiting(facts: Facts) -> Advice | None:
    if facts.waiting is None or facts.production is None:
        return None
    detail = _(
        "Approve or reject it below; until then version {number} gives the prices.", number=facts.production.version
    )
    headline = _("Version {version} waits for your decision", version=facts.waiting.version)
    return Advice("change", headline, detail, "fetch", _("Fetch the next batch"), is_main=False)


def _on_the_end(facts: Facts) -> Advice | None:
    last = next((run for run in facts.runs if run.kind == "cycle" and run.status == "succeeded"), None)
    if last is None or not last.outcome.get("exhausted"):
        return None
    detail = _("Every batch was fetched. A new collection begins with batch 0; what was fetched stays.")
    return Advice("wait", _("The feed has come to its end"), detail, "restart", _("Start a new collection"))


def _on_success(facts: Facts) -> Advice:
    detail = ""
    if facts.batch and facts.verdict:
        name = f"{facts.batch.collection}·{facts.batch.number}"
        detail = _("Batch {name}: {verdict}.", name=name, verdict=facts.verdict)
    last = facts.runs[0] if facts.runs else None
    if last is not None and last.status == "failed":
        # What the loop does not hang on: a promotion by hand that was refused, reasons that could not be computed.
        error = told(last.error)
        detail += " " + _("Run {number} failed ({kind}): {error}", number=last.id, kind=told(last.kind), error=error)
    return Advice("well", _("All is well"), detail, "fetch", _("Fetch the next batch"))


def advise_on_training(last: Run, production: int | None, waiting: int | None) -> Advice:
    """How the training that ended last went, and what came of its version; there is no button.

    ``production`` and ``waiting`` are the versions in production and before approval now.
    """
    version = last.outcome.get("version")
    if version is None:
        kept = _("No version of it was registered.") if last.step == "train" else ""
        if first := last.outcome.get("first"):
            kept = _("Its first version, {version}, was registered before.", version=first)
        headline = _("The last training failed") if last.status == "failed" else _("The last training was cancelled")
        tone, error = ("trouble", told(last.error)) if last.status == "failed" else ("wait", "")
        return Advice(tone, headline, f"{error} {kept}".strip())
    why = told(shortened(str(last.outcome.get("promotion_reason", "")))[0])
    facts = {"version": version, "production": production}
    if version == waiting:
        return Advice("change", _("Version {version} was trained last and waits for approval", **facts), why)
    if version == production:
        return Advice("well", _("Version {version} was trained last and is in production", **facts), why)
    if production is None:
        return Advice("trouble", _("Version {version} was trained last; none is in production", **facts), why)
    return Advice("well", _("Version {version} was trained last; version {production} is in production", **facts), why)
