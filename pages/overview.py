"""Is all well, and what should I do?"""

import streamlit as st

from console import actions, data, navigation, process, state, widgets
from console.advice import Advice, Facts, advise
from console.charts import timeline
from console.formats import METRICS, MISSING, ago, ahead, metric_value, span
from core.policy import describe, percent
from core.records import Batch

SHOWN_BATCHES = 24
DO = {
    "fetch": actions.fetch_next_batch,
    "restart": actions.start_collection,
    "train": lambda: actions.train("There was no version in production, or its training had failed."),
    "rank": actions.rank,
}


def show_advice(advice: Advice, batch: Batch | None) -> None:
    widgets.verdict(advice.tone, advice.headline, advice.detail)
    if advice.action == "look" and batch:
        navigation.link("drift", advice.button, ":material/search:", batch=batch.id)
    elif advice.action:
        st.button(advice.button, type="primary", icon=":material/play_arrow:", on_click=DO[advice.action], key="advice")


def show_numbers(facts: Facts) -> None:
    contract, settings, now = process.the_contract(), process.the_settings(), data.now()
    metric = settings.promotion_metric
    production = facts.production
    scored = data.ranking().get(production.version) if production else None
    error = metric_value(metric, scored.metrics.get(metric), contract) if scored else MISSING
    report = data.reports(facts.batch.id).get(settings.drift_reference) if facts.batch else None
    largest = report.largest if report else None
    change = percent(largest.change, 0) if largest and largest.change is not None else MISSING
    last = facts.runs[0] if facts.runs else None
    widgets.numbers(
        [
            (
                "In production",
                f"Version {production.version}" if production else MISSING,
                f"Since {ago(production.at, now)}: {production.reason}" if production else "Nothing was promoted yet.",
            ),
            (f"Its {METRICS[metric].label}", error, f"On the current holdout. {METRICS[metric].help}"),
            (
                "Largest change",
                change,
                f"{describe(largest, contract)}, against {report.reference_label}."
                if largest and report
                else "Shown once a batch was compared with one before it.",
            ),
            (
                "Last run",
                ago(last.finished_at, now) if last else MISSING,
                f"Run {last.id} ({last.kind}): {last.status}." if last else "No run has ended yet.",
            ),
            (
                "Next scheduled",
                ahead(data.next_turn(), now),
                f"A cycle every {span(settings.cycle_every)} (CYCLE_EVERY)."
                if settings.cycle_every
                else "CYCLE_EVERY is off: cycles run when somebody asks for them.",
            ),
        ]
    )


def show_batches() -> None:
    found = data.batches()[:SHOWN_BATCHES]
    st.subheader("Batches", anchor=False)
    if not found:
        widgets.empty_panel("No batch was fetched yet.", "Each batch becomes a column here, with what it led to.")
        return
    strip = timeline.batch_strip(found, data.decisions())
    text = f"The last {len(found)} batches: which were over their limits, trained on and promoted"
    event = widgets.figure(strip, "strip", text, on_select="rerun", selection_mode="points")
    chosen = [point["customdata"][0] for point in event.selection.points]
    if chosen:
        st.switch_page(navigation.page("drift"), query_params={"batch": str(chosen[0])})
    st.caption("Filled: yes. Choose a cell to open that batch's drift.")
    last = found[0]
    with st.container(horizontal=True):
        navigation.link("drift", f"Drift of {last.label}", ":material/trending_up:", batch=last.id)
        navigation.link("batches", "Its rows", ":material/inventory_2:", batch=last.id)
        navigation.link("predict", "Ask for a price", ":material/sell:")


widgets.heading("Overview", "Is all well, and what should I do?")
newest = next(iter(data.batches()), None)
facts = Facts(
    services=data.services(),
    open_runs=data.open_runs(),
    runs=data.ended_runs(),
    batch=newest,
    decision=data.decision(newest.id) if newest else None,
    production=data.production(),
)
show_advice(advise(facts), newest)
show_numbers(facts)
show_batches()
st.subheader("Services", anchor=False)
widgets.services_panel()
st.caption(f"Times are shown in {state.zone()}.")
