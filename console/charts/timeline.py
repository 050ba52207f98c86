"""What happened when: how long the runs took, and their steps."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go
from plotly.subplots import make_subplots

from console.charts.style import BAD, laid_out
from console.language import _, told
from console.timing import seconds_of
from core.records import Run, RunStep

# Signs that the fonts of every system have; "first" is the first run.
CAUSES = {"schedule": "◷", "operator": "▶", "command": "❯", "first": "★"}
STATUS_SYMBOLS = {"succeeded": "square", "failed": "square-x"}
STEP_COLOURS = ("#0f766e", "#4f5fa8", "#c2762b", "#7a8794", "#a3485f", "#5d8a3a", "#2b8fb3", "#8a6bb0")


def run_durations(runs: Sequence[Run], steps: Mapping[int, Sequence[RunStep]]) -> go.Figure:
    """How long each run took as a bar, the oldest first, over a box for each of its steps.

    A step has one colour in bars and boxes; the box of one that failed is crossed, of an interrupted one hollow.
    """
    shown = [run for run in reversed(runs) if steps.get(run.id)]
    names = list(dict.fromkeys(step.name for run in shown for step in steps[run.id]))
    labels = [f"{CAUSES.get(run.cause.split()[0], '')}<br>{run.id}" for run in shown]
    figure = make_subplots(rows=2, cols=1, shared_xaxes=True, vertical_spacing=0.04, row_heights=[0.45, 0.55])
    for place, name in enumerate(names):
        colour = STEP_COLOURS[place % len(STEP_COLOURS)]
        found = [next((step for step in steps[run.id] if step.name == name), None) for run in shown]
        figure.add_trace(_bars(name, labels, shown, found, colour), row=1, col=1)
        figure.add_trace(_boxes(name, labels, shown, found, colour), row=2, col=1)
    figure.update_layout(barmode="stack", showlegend=False)
    figure.update_yaxes(title=_("seconds"), row=1, col=1)
    order = {"categoryorder": "array", "categoryarray": [told(name) for name in names[::-1]]}
    figure.update_yaxes(showgrid=False, zeroline=False, row=2, col=1, **order)
    figure.update_xaxes(type="category", fixedrange=True, showgrid=False)
    return laid_out(figure, 4 + 0.8 * len(names))


def _bars(name: str, labels: list[str], runs: list[Run], found: list[RunStep | None], colour: str) -> go.Bar:
    return go.Bar(
        x=labels,
        y=[seconds_of(step) if step else 0.0 for step in found],
        name=name,
        marker_color=colour,
        customdata=[[run.id] for run in runs],
        hovertemplate=_("run {run}, {step}: {seconds} s", run="%{customdata[0]}", step=told(name), seconds="%{y:.1f}")
        + "<extra></extra>",
    )


def _boxes(name: str, labels: list[str], runs: list[Run], found: list[RunStep | None], colour: str) -> go.Scatter:
    did = [(label, run, step) for label, run, step in zip(labels, runs, found, strict=True) if step]
    return go.Scatter(
        x=[label for label, _run, _step in did],
        y=[told(name)] * len(did),
        mode="markers",
        marker={
            "symbol": [STATUS_SYMBOLS.get(step.status, "square-open") for _label, _run, step in did],
            "size": 13,
            "color": [BAD if step.status == "failed" else colour for _label, _run, step in did],
        },
        customdata=[[run.id, told(step.status)] for _label, run, step in did],
        hovertemplate=_(
            "run {run}, {step}: {status}", run="%{customdata[0]}", step=told(name), status="%{customdata[1]}"
        )
        + "<extra></extra>",
    )
