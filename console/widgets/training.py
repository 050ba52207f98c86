"""A training: ordered by hand, watched as it searches, and its log afterwards."""

import streamlit as st

from console import actions, data, process
from console.charts import models as charts
from console.codes import word
from console.formats import amount
from console.language import _
from console.widgets.fragments import fragment
from console.widgets.panels import figure
from console.widgets.runs import log_table
from core.loop.ordering import MOST_SECONDS
from core.records import APPROVAL, Batch, LogLine, Trial
from core.training import FAMILIES, LEAST_ROWS

SECONDS_BETWEEN_LOOKS = 1.0
SHOWN_LINES = 12
ORDERS = "trainings_ordered"


def training_form() -> None:
    """What a training is for, on which batches, for how long and with which families."""
    settings = process.the_settings()
    held = data.held_batches()
    offered = {batch.id: batch for batch in data.batches() if batch.id not in held}
    # A new form after each order: what was typed stays where it was refused, and is gone where it was taken.
    with st.form(f"training_{st.session_state.get(ORDERS, 0)}", border=True):
        reason = st.text_input(
            _("Reason"),
            placeholder=_("what this training is for"),
            max_chars=300,
            help=_("Kept with the version for ever."),
        )
        with st.container(horizontal=True):
            batches = st.multiselect(
                _("Batches"),
                list(offered),
                format_func=lambda key: _label(offered[key]),
                placeholder=_("All of the open collection"),
                help=_("Batches of one collection; where none is chosen, all of the open one are taken."),
            )
            families = st.multiselect(
                _("Families"), list(FAMILIES), format_func=word, placeholder=_("All that there are")
            )
            seconds = st.number_input(
                _("Time budget (s)"),
                value=float(settings.search_seconds),
                step=10.0,
                format="%.0f",
                help=_("No parameter set is begun after it; the first is always tried."),
            )
        st.caption(
            _(
                "Tries at most {draws} parameter sets (SEARCH_DRAWS) with seed {seed} (SEED). {then}",
                draws=settings.search_draws,
                seed=settings.seed,
                then=_what_follows(),
            )
        )
        if st.form_submit_button(_("Train a model"), type="primary", icon=":material/model_training:"):
            _order(reason.strip(), [offered[key] for key in batches], families, seconds)


def live_training() -> None:
    """The log and the trials of a training that is under way, kept up to date without a click."""
    if data.open_runs():
        fragment(_follow, run_every=SECONDS_BETWEEN_LOOKS)()


def _order(reason: str, batches: list[Batch], families: list[str], seconds: float | None) -> None:
    wrong = _faults(reason, batches, seconds)
    for fault in wrong:
        st.error(fault)
    if not wrong:
        chosen = sorted(batch.id for batch in batches)
        st.session_state[ORDERS] = st.session_state.get(ORDERS, 0) + 1
        settings = process.the_settings()
        drawn = {"draws": settings.search_draws, "seed": settings.seed}
        actions.train(reason, batches=chosen, families=sorted(families), seconds=seconds, **drawn)
        st.rerun()


def _faults(reason: str, batches: list[Batch], seconds: float | None) -> list[str]:
    """Everything that is wrong with an order, a sentence each."""
    found = []
    if not reason:
        found.append(_("A training needs a reason: write in a few words what it is for."))
    if seconds is None or not 1 <= seconds <= MOST_SECONDS:
        words = _("The time budget must be from 1 s to {most:,} s, which are 7 days.", most=MOST_SECONDS)
        found.append(words)
    if len({batch.collection for batch in batches}) > 1:
        words = _("The chosen batches are of several collections, which may hold the same rows: choose from one.")
        found.append(words)
    elif too_few := _too_few(batches):
        found.append(too_few)
    return found


def _too_few(batches: list[Batch]) -> str:
    """Why the batches, by default all of the open collection, have too few rows to train on; "" where they do not."""
    rows = data.count_splits(batches or _open_collection())
    if rows is None:
        return ""
    if rows["train"] < LEAST_ROWS:
        return _(
            "The batches have {rows:,} rows to train on, and a training needs at least {least}: choose more batches.",
            rows=rows["train"],
            least=LEAST_ROWS,
        )
    if not all(rows.values()):
        return _("The batches have no rows to judge a model on: choose more batches.")
    return ""


def _open_collection() -> list[Batch]:
    held, found = data.held_batches(), data.batches()
    return [batch for batch in found if batch.collection == found[0].collection and batch.id not in held]


def _what_follows() -> str:
    if data.promotion_rules().rules.mode == APPROVAL:
        return _(
            "The best version on the holdout then waits for a person's approval, if it keeps the rules of promotion."
        )
    return _("The best version on the holdout is then promoted if it keeps the rules of promotion.")


def _label(batch: Batch) -> str:
    return f"{batch.collection}·{batch.number} ({amount(batch.rows_stored)})"


def _follow() -> None:
    run = next((run for run in data.open_runs() if run.step == "train"), None)
    if run is None:
        return
    lines = data.run_log(run.id)
    found = trials_of(lines)
    st.header(_("The search of run {run}", run=run.id), anchor=False)
    if found:
        best = min(found, key=lambda trial: trial.score)
        named = {"number": best.number, "family": word(best.family), "score": f"{best.score:.4f}"}
        st.caption(_("The best so far is set {number} of family {family}, with an error of {score}.", **named))
        figure(charts.trials(found), "live_trials", _("The error of each parameter set that was tried so far"))
    log_table(lines[-SHOWN_LINES:])


def trials_of(lines: list[LogLine]) -> list[Trial]:
    """The parameter sets that a log tells of, in the order tried; one that a worker tried again, once."""
    found = {line.trial["number"]: Trial(**line.trial) for line in lines if line.trial}
    return [found[number] for number in sorted(found)]
