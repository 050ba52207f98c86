"""Is all well, and what should I do?"""

from typing import Literal

import streamlit as st

from console import actions, data, navigation, process, state, widgets
from console.advice import Advice, Facts, advise
from console.chronicle import judged
from console.language import _
from core.policy import live_words
from core.records import Batch, StoredDecision
from core.words import sentence

SHOWN_BATCHES = 24
SECONDS_LIVE = 5.0


def train() -> None:
    """The training that failed once more as it was ordered; a new one where there is no model."""
    last = next(iter(data.ended_runs()), None)
    if last and last.kind == "training" and last.status == "failed":
        actions.train_again_like(last)
    else:
        actions.train(sentence("There was no version in production."))


DO = {
    "fetch": actions.fetch_next_batch,
    "restart": actions.start_collection,
    "train": train,
    "rank": actions.rank,
}


def facts() -> Facts:
    newest = next(iter(data.batches()), None)
    decision = data.decision(newest.id) if newest else None
    live = data.live()
    return Facts(
        services=data.services(),
        open_runs=data.open_runs(),
        runs=data.ended_runs(),
        batch=newest,
        decision=decision,
        production=data.production(),
        verdict=verdict_on(newest, decision) if newest and decision else "",
        degraded=live_words(live, data.rules(), process.the_contract()),
        trained_since=live is not None and live.is_answered,
        waiting=data.waiting(),
    )


def verdict_on(batch: Batch, decision: StoredDecision) -> str:
    report = data.reports(batch.id).get(process.the_settings().drift_reference)
    return judged(decision.decision, report.largest if report else None, state.contract())


def show_verdict() -> None:
    advice = advise(facts())
    widgets.verdict(advice.tone, advice.headline, advice.detail)


def show_button(advice: Advice, batch: Batch | None) -> None:
    if advice.action == "look" and batch:
        navigation.link("drift", advice.button, ":material/search:", batch=batch.id)
        return
    action, icon = DO[advice.action], ":material/play_arrow:"
    kind: Literal["primary", "secondary"] = "primary" if advice.is_main else "secondary"
    st.button(advice.button, type=kind, icon=icon, on_click=widgets.clicked(action), key="advice")


def show_numbers() -> None:
    known = facts()
    widgets.loop_numbers(data.batches()[:SHOWN_BATCHES], known.production, next(iter(known.runs), None))


def show_batches() -> None:
    found = data.batches()[:SHOWN_BATCHES]
    st.header(_("Batches"), anchor=False)
    if not found:
        widgets.empty_panel(_("No batch was fetched yet."), _("Each batch becomes a cell here, with what it led to."))
        return
    widgets.batch_strip(found, data.decisions())


def show_services() -> None:
    st.header(_("Services"), anchor=False)
    widgets.services_panel()


def live(show) -> None:  # type: ignore[no-untyped-def]
    """A part that is shown again every few seconds, so that its ages and lights stay true without a click."""
    widgets.fragment(show, run_every=SECONDS_LIVE)()


if state.PRICE_LINK in st.query_params:
    # The address of an end user's only page, which is at the root: an operator has that page elsewhere.
    st.switch_page(navigation.page("predict"), query_params=st.query_params.to_dict())
widgets.heading(_("Overview"), _("Is all well, and what should I do?"))
known = facts()
advice = advise(known)
if advice.action:
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container(key="said"):
            live(show_verdict)
        show_button(advice, known.batch)
else:
    live(show_verdict)
widgets.inbox()
live(show_numbers)
show_batches()
live(show_services)
with st.container(horizontal=True, vertical_alignment="center"):
    navigation.link("predict", _("Ask for a price"), ":material/sell:")
    navigation.link("history", _("Every decision"), ":material/history:")
    st.caption(_("Times are shown in {zone}.", zone=state.zone()))
