"""Every version on the same holdout, the one in production, and who was when."""

import streamlit as st

from console import actions, data, navigation, state, widgets
from console.charts import models as charts
from console.formats import METRICS
from console.language import _
from core.records import Promotion, Ranked, Version


def show_actions(versions: list[Version], ledger: list[Promotion]) -> None:
    current = ledger[0].version if ledger else None
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = widgets.version_picker(versions, _("Version"), "version")
        st.button(
            _("Promote version {number} …", number=chosen),
            icon=":material/publish:",
            type="secondary" if chosen == current else "primary",
            disabled=chosen == current,
            on_click=widgets.ask_to_promote,
            args=(chosen, current),
            key="promote",
        )
        widgets.undo_button(ledger, {version.number for version in versions})
        st.button(_("Score what is missing"), icon=":material/leaderboard:", on_click=widgets.clicked(actions.rank))
        link = data.mlflow_link(next(v for v in versions if v.number == chosen))
        if link:
            st.link_button(_("In MLflow"), link, icon=":material/open_in_new:")
        navigation.link("explain", _("Explain it"), ":material/insights:", version=chosen)


def show_charts(ranked: dict[int, Ranked], current: int | None) -> None:
    scored = [name for name in METRICS if any(name in entry.metrics for entry in ranked.values())]
    if not scored:
        return
    first = data.promotion_rules().rules.metric
    metric = widgets.pick_button(_("Metric"), scored, "metric", first, lambda name: METRICS[name].label)
    chart = charts.metric_over_versions(ranked, metric, current, state.contract())
    label = METRICS[metric].label
    widgets.figure(chart, "metric_chart", _("{metric} of each version on the same holdout", metric=label))
    st.caption(METRICS[metric].help)
    found = {number: each.of(metric) for number, each in data.comparisons().items()}
    known = {number: each for number, each in found.items() if each is not None}
    if known:
        alt = _("Change of {metric} of each version against the one in production, with its interval", metric=label)
        widgets.figure(charts.changes(known), "change_chart", alt)
        st.caption(
            _("Change against version {number} in production; a bar that crosses 0 may be chance.", number=current)
        )


def show_ledger(ledger: list[Promotion], versions: list[Version]) -> None:
    widgets.ways_back(ledger, {version.number for version in versions})
    widgets.who_was_in_production(ledger)
    widgets.ledger_table(ledger)
    widgets.approvals_table()


widgets.heading(_("Models"), _("Every version on the same holdout, and who was in production when."))
versions, ranked, ledger = data.versions(), data.ranking(), data.promotions()
if not versions:
    todo = _("Fetch a batch; the first model is trained from it at once.")
    widgets.empty_panel(_("There are no versions yet."), todo)
    navigation.link("batches", _("Go to the batches"), ":material/inventory_2:")
    st.stop()
production = ledger[0] if ledger else None
current = production.version if production else None
widgets.production_verdict(production, ranked)
widgets.inbox(is_elsewhere=False)
widgets.versions_table(versions, ranked, current)
show_actions(versions, ledger)
widgets.note_gone_versions(versions, "version")
widgets.promotion_dialog()
widgets.tabs(
    {
        "ledger": (_("Ledger"), lambda: show_ledger(ledger, versions)),
        "live": (_("In use"), widgets.show_live),
        "charts": (_("Charts"), lambda: show_charts(ranked, current)),
        "two": (_("Two versions"), lambda: widgets.show_two(versions, current)),
        "card": (_("Model card"), lambda: widgets.show_card(versions, ranked)),
        "rules": (_("Rules of a promotion"), widgets.rules_editor),
    },
    "models_parts",
)
