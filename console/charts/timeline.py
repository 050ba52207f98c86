"""What happened when: the strip of batches, and the steps of the runs."""

import textwrap
from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from console.charts.style import BAD, EMPTY_CELL, GOOD, laid_out
from core.records import Batch, Run, RunStep, StoredDecision

STRIP_ROWS = ("Stored", "Over its limits", "Trained", "Promoted")
STEP_COLOURS = ("#0f766e", "#4f5fa8", "#c2762b", "#7a8794", "#a3485f", "#5d8a3a", "#2b8fb3", "#8a6bb0")


def batch_strip(batches: Sequence[Batch], decisions: Sequence[StoredDecision]) -> go.Figure:
    """One column a batch, the oldest first: stored, over its limits, trained, promoted; a filled cell is a yes."""
    found = {(decision.batch, decision.kind): decision.decision for decision in decisions}
    points: list[tuple[str, str, str, str, int]] = []
    for batch in reversed(batches):
        train, promote = found.get((batch.id, "train")), found.get((batch.id, "promote"))
        exceeded = bool(train and train.numbers.get("exceeded"))
        name = f"{batch.collection}·{batch.number}"
        answers = (
            (GOOD, f"{batch.rows_stored:,} rows stored"),
            (BAD if exceeded else EMPTY_CELL, train.reason if train else "not judged"),
            (GOOD if train and train.yes else EMPTY_CELL, train.reason if train else "not judged"),
            (GOOD if promote and promote.yes else EMPTY_CELL, promote.reason if promote else "nothing was trained"),
        )
        points += [(name, row, colour, text, batch.id) for row, (colour, text) in zip(STRIP_ROWS, answers, strict=True)]
    figure = go.Figure(
        go.Scatter(
            x=[point[0] for point in points],
            y=[point[1] for point in points],
            mode="markers",
            marker={"symbol": "square", "size": 19, "color": [point[2] for point in points]},
            customdata=[[point[4], _wrapped(point[3])] for point in points],
            hovertemplate="<b>Batch %{x}</b>, %{y}<br>%{customdata[1]}<extra></extra>",
        )
    )
    figure.update_xaxes(type="category", side="bottom", showgrid=False, fixedrange=True, title="collection · batch")
    figure.update_yaxes(
        categoryorder="array", categoryarray=STRIP_ROWS[::-1], showgrid=False, zeroline=False, fixedrange=True
    )
    return laid_out(figure, 2).update_layout(margin={"t": 4})


def run_durations(runs: Sequence[Run], steps: Mapping[int, Sequence[RunStep]]) -> go.Figure:
    """How long each run took, step by step, the oldest first."""
    shown = [run for run in reversed(runs) if steps.get(run.id)]
    names = list(dict.fromkeys(step.name for run in shown for step in steps[run.id]))
    figure = go.Figure()
    for place, name in enumerate(names):
        seconds = [_seconds(steps[run.id], name) for run in shown]
        figure.add_bar(
            x=[f"{run.id}" for run in shown],
            y=seconds,
            name=name,
            marker_color=STEP_COLOURS[place % len(STEP_COLOURS)],
            hovertemplate=f"run %{{x}}, {name}: %{{y:.1f}} s<extra></extra>",
        )
    figure.update_layout(barmode="stack")
    figure.update_yaxes(title="seconds")
    figure.update_xaxes(type="category", title="run")
    return laid_out(figure, 6)


def _seconds(steps: Sequence[RunStep], name: str) -> float:
    found = [step for step in steps if step.name == name and step.finished_at]
    return sum((step.finished_at - step.started_at).total_seconds() for step in found if step.finished_at)


def _wrapped(text: str) -> str:
    """A sentence over several lines of a hover box."""
    return "<br>".join(textwrap.wrap(text, 70))
