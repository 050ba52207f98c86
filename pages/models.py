"""Every version on the same holdout, the one in production, and who was when."""

import streamlit as st

from console import actions, data, navigation, process, state, widgets
from console.charts import models as charts
from console.formats import METRICS, metric_value, moment
from core.policy import gain, percent
from core.records import Promotion, Ranked, Version

DIALOG = "promote"


def show_verdict(production: Promotion | None, ranked: dict[int, Ranked]) -> None:
    contract, metric = process.the_contract(), process.the_settings().promotion_metric
    if production is None:
        widgets.verdict("trouble", "No version is in production", "Promote one below, so that people get prices.")
        return
    own = ranked.get(production.version)
    value = metric_value(metric, own.metrics.get(metric) if own else None, contract)
    headline = f"Version {production.version} is in production: {METRICS[metric].label} {value} on the holdout"
    since = f"Since {moment(production.at, state.zone())}, by {production.by}: {production.reason}"
    widgets.verdict("well", headline, since)


def show_table(versions: list[Version], ranked: dict[int, Ranked], production: Promotion | None) -> None:
    contract = process.the_contract()
    current = production.version if production else None
    metric = process.the_settings().promotion_metric
    champion = ranked.get(current or 0)
    rows = []
    for version in versions:
        own = ranked.get(version.number, Ranked(version.number, {}, "not scored on the current holdout yet"))
        cells = {METRICS[name].label: metric_value(name, own.metrics.get(name), contract) for name in METRICS}
        better = (
            percent(gain(metric, own.metrics[metric], champion.metrics[metric]))
            if champion and metric in own.metrics and metric in champion.metrics and version.number != current
            else ""
        )
        rows.append(
            {
                "Version": version.number,
                "In production": "now" if version.number == current else "",
                "Gain": better,
                **cells,
                "Trained": moment(version.created_at, state.zone()),
                "Why": version.tags.get("reason", "registered by another program"),
                "Problem": own.problem,
            }
        )
    st.dataframe(rows, hide_index=True, alt="Versions, the newest first")
    st.caption(
        f"All on the same holdout rows, which no version was trained on. Gain: by {METRICS[metric].label}, "
        "against the version in production."
    )


def show_actions(versions: list[Version], current: int | None) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = widgets.version_picker(versions, "Version", "version")
        st.button(
            f"Promote version {chosen} …",
            icon=":material/publish:",
            type="primary",
            disabled=chosen == current,
            on_click=state.open_dialog,
            args=(DIALOG,),
            kwargs={"version": chosen},
        )
        st.button("Score all again", icon=":material/leaderboard:", on_click=actions.rank)
        link = data.mlflow_link(next(v for v in versions if v.number == chosen))
        if link:
            st.link_button("In MLflow", link, icon=":material/open_in_new:")
        navigation.link("explain", "Explain it", ":material/insights:", version=chosen)


@st.dialog("Put a version into production", width="medium", on_dismiss=state.close_dialog)
def confirm(version: int, current: int | None, ranked: dict[int, Ranked]) -> None:
    contract = process.the_contract()
    st.markdown(f"**Version {version}** will replace **{f'version {current}' if current else 'nothing'}**.")
    new, old = (ranked.get(number or 0, Ranked(0)).metrics for number in (version, current))
    st.dataframe(
        [
            {
                "Metric": METRICS[name].label,
                "Now": metric_value(name, old.get(name), contract),
                "Then": metric_value(name, new.get(name), contract),
                "Better by": percent(gain(name, new[name], old[name])) if name in new and name in old else "",
            }
            for name in METRICS
        ],
        hide_index=True,
        alt="Both versions on the same holdout",
    )
    with st.form("promotion", border=False):
        reason = st.text_area("Reason", max_chars=500, placeholder="why this version, and why now")
        if st.form_submit_button("Promote", type="primary"):
            if not reason.strip():
                st.error("A promotion needs a reason: it stays in the ledger.")
            else:
                actions.promote(version, reason.strip())
                state.close_dialog()
                st.rerun()


def show_ledger(ledger: list[Promotion]) -> None:
    st.subheader("Ledger", anchor=False)
    st.dataframe(
        [
            {
                "Since": moment(entry.at, state.zone()),
                "Version": entry.version,
                "Replaced": str(entry.replaced or ""),
                "By": entry.by,
                "Reason": entry.reason,
            }
            for entry in ledger
        ],
        hide_index=True,
        alt="Who was in production when, by whom and why",
    )


widgets.heading("Models", "Every version on the same holdout, and who was in production when.")
versions, ranked, production = data.versions(), data.ranking(), data.production()
if not versions:
    widgets.empty_panel("There are no versions yet.", "Fetch a batch; the first model is trained from it at once.")
    navigation.link("batches", "Go to the batches", ":material/inventory_2:")
    st.stop()
current = production.version if production else None
show_verdict(production, ranked)
show_table(versions, ranked, production)
show_actions(versions, current)
asked = state.dialog(DIALOG)
if asked:
    confirm(int(str(asked["version"])), current, ranked)
scored = [name for name in METRICS if any(name in entry.metrics for entry in ranked.values())]
if scored:
    metric = widgets.pick_button("Metric", scored, "metric", scored[0], lambda name: METRICS[name].label)
    chart = charts.metric_over_versions(ranked, metric, current, process.the_contract())
    widgets.figure(chart, "metric_chart", f"{METRICS[metric].label} of each version on the same holdout")
    st.caption(METRICS[metric].help)
show_ledger(data.promotions())
