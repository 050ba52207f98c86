"""What versions lean on over many rows: importance, every row, one feature."""

import streamlit as st

from console import state
from console.charts import reasons as charts
from console.charts.reasons import label_of
from console.explaining.shown import Shown
from console.explaining.words import headline, swarm_words
from console.formats import count, share
from console.language import _
from console.widgets.panels import figure, verdict
from console.widgets.pickers import pick
from core.explanation import importance, interactions
from core.records import Explanation

# Below that a colour shows chance.
LEAST_TOLD = 0.02


def show_verdict(shown: Shown) -> None:
    """Which features a version leans on first, and what that was in the other one."""
    said = headline(shown.found, shown.part, state.contract())
    verdict(said.tone, said.headline, said.detail)


def show_importance(shown: Shown) -> None:
    """The mean size of each feature's part, by version."""
    importances = {
        _("version {version}", version=number): importance(stored.explanation) for number, stored in shown.found.items()
    }
    chart = charts.importance_bars(importances, state.contract())
    figure(chart, "bars", _("Mean size of each feature's part in the prediction"))


def show_every_row(shown: Shown) -> None:
    """Every row's reasons as dots, by version."""
    for place, (number, stored) in zip(st.columns(len(shown.found)), shown.found.items(), strict=True):
        with place:
            st.caption(f"{_('Version {number}', number=number)}. {swarm_words()}")
            chart = charts.beeswarm(stored.explanation, state.contract())
            figure(chart, f"swarm_{number}", _("Reasons of version {version}", version=number))


def show_dependence(shown: Shown) -> None:
    """One feature's values against their part, coloured by the feature that tells most of what is left."""
    contract = state.contract()
    explanation = shown.found[shown.version].explanation

    def named(name: str) -> str:
        return label_of(name, contract)

    names = [str(name) for name in importance(explanation).index]
    with st.container(horizontal=True):
        feature = pick(_("Feature"), names, "feature", names[0], named, width=260)
        told_by = interactions(explanation, feature)
        others = [str(name) for name in told_by.index]
        by = pick(_("Coloured by"), others, "colour", others[0], named, width=260) if others else None
    if by is not None:
        st.caption(_why(feature, by, float(told_by[by]), others[0], explanation))
    values = explanation.data[feature]
    if charts.is_text(values) and values.nunique() > charts.MOST_TEXTS:
        st.caption(
            _("The {most} commonest of {all} values are drawn.", most=charts.MOST_TEXTS, all=count(values.nunique()))
        )
    chart = charts.dependence(explanation, feature, contract, by)
    figure(chart, "dependence", _("Values of {feature} against their part", feature=named(feature)))


def _why(feature: str, by: str, told: float, strongest: str, explanation: Explanation) -> str:
    """What the colours mean, and why this feature gives them."""
    contract = state.contract()
    names = {"feature": label_of(feature, contract), "by": label_of(by, contract), "share": share(told, 0)}
    is_number = explanation.data[by].dtype.kind in "fiub"
    colours = (
        _("Blue is a low value of {by}, orange a high one.", **names)
        if is_number
        else _("Blue are values of {by} that lower the prediction, orange those that raise it.", **names)
    )
    if told < LEAST_TOLD:
        why = _("Among rows alike in {feature}, {by} tells nothing of its part.", **names)
    elif by == strongest:
        why = _(
            "Chosen as the strongest interaction: among rows alike in {feature} its part still differs, and {by} tells "
            "most of that ({share}).",
            **names,
        )
    else:
        why = _(
            "Among rows alike in {feature}, {by} tells {share} of the differences of its part; most is told by "
            "{strongest}.",
            strongest=label_of(strongest, contract),
            **names,
        )
    return f"{colours} {why}"
