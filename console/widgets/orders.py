"""What a training was ordered for and with, also of one that failed, was cancelled, or waits."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from console import data, state
from console.codes import word
from console.formats import span
from console.language import _, told
from console.long_reasons import shortened
from console.widgets.panels import escaped
from core.errors import ConsoleError
from core.records import Run, Version


def is_training(run: Run) -> bool:
    """Whether a run trained, or stopped while it did."""
    in_cycle = bool(run.outcome.get("retrain")) or (run.status != "succeeded" and run.step in ("first", "train"))
    return run.kind == "training" or (run.kind in ("cycle", "release") and in_cycle)


def trained_version(run: Run) -> int | None:
    """The version that a run made; None where it made none."""
    found = run.outcome.get("version")
    return found if isinstance(found, int) else None


def reason_of(run: Run) -> str:
    """Why a model was trained, as it was typed or decided and stored; what went wrong since is the run's error."""
    asked = run.parameters.get("reason", "") if run.kind == "training" else run.outcome.get("reason", "")
    if asked or run.kind == "training":
        return str(asked)
    decided = (made for made in data.decisions() if made.run == run.id and made.kind == "train")
    return next((made.decision.reason for made in decided), "")


def cause_of(run: Run) -> str:
    """What a run was for: ``drift`` where a batch's statistics or another rule had a model trained, otherwise what
    started it."""
    if run.kind in ("cycle", "release") and is_training(run):
        decided = (made for made in data.decisions() if made.run == run.id and made.kind == "train")
        numbers = next((made.decision.numbers for made in decided), {})
        if numbers.get("exceeded"):
            return "drift"
        if numbers.get("fired"):
            return "rule"
    return run.cause


def error_help() -> str:
    """What the error of a parameter set is."""
    return _(
        "Root mean squared error of the logarithm of {target} on the validation rows: 0.10 is about 10 % off. "
        "Lower is better.",
        target=state.contract().target_column.label,
    )


def version_of(run: Run) -> tuple[Version | None, bool]:
    """The version that a run made, and whether it was removed since; neither where MLflow is away."""
    number = trained_version(run)
    if number is None:
        return None, False
    try:
        found = data.version(number)
    except ConsoleError:
        return None, False
    return found, found is None


def show_order(run: Run) -> None:
    """The reason of a training, and with which batches, families, time, parameter sets and seed it was asked for."""
    reason = told(shortened(reason_of(run))[0])
    if run.kind == "training":
        st.markdown(_("**Ordered for**: {reason}", reason=escaped(reason) or "–"))
    elif run.status != "succeeded":
        st.markdown(_("**Trained because**: {reason}", reason=escaped(reason) or "–"))
    version, is_removed = version_of(run)
    order = _ordered(run, version)
    as_set = _("as the settings say")
    families, seconds = order["families"], order["seconds"]
    st.caption(
        _(
            "Batches: {batches} · families: {families} · time budget: {seconds} · parameter sets: at most {draws} · "
            "seed: {seed}",
            batches=_labels(order["batches"]),
            families=", ".join(map(word, families)) if families else _("all"),
            seconds=span(seconds) if seconds else as_set,
            draws=order["draws"] or as_set,
            seed=as_set if order["seed"] is None else order["seed"],
        )
    )
    if is_removed:
        st.caption(_("Version {number}, which came of it, was removed since.", number=trained_version(run)))


def _ordered(run: Run, version: Version | None) -> Mapping[str, Any]:
    """What was asked for; where a version came of it, what it was made with in the end."""
    asked = {name: run.parameters.get(name) for name in ("batches", "families", "seconds", "draws", "seed")}
    if version is None:
        return asked
    try:
        plan = json.loads(version.tags.get("plan", "{}"))
    except ValueError:
        plan = {}
    batches = [int(key) for key in version.tags.get("batches", "").split(",") if key.isdecimal()]
    return asked | {"batches": batches} | {name: plan[name] for name in asked if name in plan}


def _labels(keys: Sequence[int] | None) -> str:
    """Batches as the reader knows them; without ``keys`` those of the collection that was open."""
    if not keys:
        return _("all of the open collection")
    known = {batch.id: f"{batch.collection}·{batch.number}" for batch in data.batches()}
    return ", ".join(known.get(key, f"#{key}") for key in sorted(keys))
