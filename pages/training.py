"""Have a model trained by hand, and see how each training went."""

import streamlit as st

from console import data, navigation, state, widgets
from console.advice import advise_on_training
from console.charts import models as charts
from console.codes import word
from console.formats import METRICS, metric_value, moment
from console.language import _, form, told
from console.long_reasons import shortened
from console.widgets.orders import cause_of, error_help, is_training, reason_of, trained_version, version_of
from console.widgets.training import live_training, training_form, trials_of
from core.records import Run, Trial, Version
from core.words import sentence

MOST_RUNS = 50


def show_verdict(last: Run) -> None:
    production, waiting = data.production(), data.waiting()
    advice = advise_on_training(last, production.version if production else None, waiting.version if waiting else None)
    widgets.verdict(advice.tone, advice.headline, advice.detail)


def show_trainings(found: list[Run]) -> Run:
    contract, metric = state.contract(), data.promotion_rules().rules.metric
    versions = {version.number: version for version in data.versions()}
    on_test = _("{metric} (test)", metric=METRICS[metric].label)
    st.dataframe(
        [
            {
                _("Run"): run.id,
                _("Ended"): moment(run.finished_at, state.zone()),
                _("Cause"): word(cause_of(run)),
                _("Status"): word(run.status),
                _("Version"): version_name(run, versions),
                on_test: metric_value(metric, test_metric(versions, run, metric), contract),
                _("Why"): told(shortened(reason_of(run))[0]),
                _("What went wrong"): told(run.error),
            }
            for run in found
        ],
        hide_index=True,
        height=widgets.table_height(len(found)),
        alt=_("Trainings, the newest first"),
    )
    named = st.query_params.get("run")
    if named is not None and named not in [str(run.id) for run in found]:
        words = _("Run {named} is none of the last trainings; run {shown} is shown.", named=named, shown=found[0].id)
        st.info(widgets.escaped(words), icon=":material/search_off:")
    chosen = widgets.pick(
        _("Training"),
        [run.id for run in found],
        "run",
        found[0].id,
        lambda key: _("Run {run}", run=key),
        width=200,
    )
    return next(run for run in found if run.id == chosen)


def version_name(run: Run, versions: dict[int, Version]) -> str:
    number = trained_version(run)
    if number is None:
        return "–"
    return f"v{number}" if number in versions else _("v{number} (removed)", number=number)


def test_metric(versions: dict[int, Version], run: Run, metric: str) -> float | None:
    version = versions.get(trained_version(run) or 0)
    return version.metrics.get(f"test_{metric}") if version else None


def show_training(run: Run) -> None:
    widgets.run_detail(run)
    version, _removed = version_of(run)
    show_search(trials_of(data.run_log(run.id)) or (data.trials(version.number) if version else []))
    if version is not None:
        st.caption(_("Ran on {place}.", place=told(version.tags.get("ran_on", sentence("this machine")))))
        navigation.link("models", _("Compare it with the other versions"), ":material/leaderboard:")
        navigation.link("explain", _("See what it leans on"), ":material/insights:", version=version.number)


def show_search(trials: list[Trial]) -> None:
    if not trials:
        return
    st.header(_("The search"), anchor=False)
    widgets.figure(charts.trials(trials), "trials", _("The error of each parameter set that was tried"))
    seconds = _("Time (s)")
    table = [
        {
            _("Set"): t.number,
            _("Family"): word(t.family),
            _("Error"): form().numerals(f"{t.score:.4f}"),
            seconds: round(t.seconds, 1),
            _("Parameters"): ", ".join(f"{name}: {value}" for name, value in t.parameters.items()),
        }
        for t in sorted(trials, key=lambda t: t.score)
    ]
    config = {
        seconds: st.column_config.NumberColumn(format="localized"),
        _("Error"): st.column_config.TextColumn(help=error_help()),
    }
    st.dataframe(table, hide_index=True, column_config=config, alt=_("Parameter sets, the best first"))


widgets.heading(_("Training"), _("Have a model trained by hand, and see how each training went."))
if not data.batches():
    widgets.empty_panel(
        _("There is nothing to train on yet."), _("Fetch a batch; the first model is trained from it at once.")
    )
    navigation.link("batches", _("Go to the batches"), ":material/inventory_2:")
    st.stop()
trainings = [run for run in data.ended_runs() if is_training(run)][:MOST_RUNS]
if trainings:
    show_verdict(trainings[0])
live_training()
training_form()
if not trainings:
    widgets.empty_panel(
        _("No training has ended yet."),
        _("Start one above; its progress shows at the top of every page, and its log here."),
    )
    st.stop()
show_training(show_trainings(trainings))
