"""The shares of categories before and now."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from console.charts.style import NEUTRAL, UP, laid_out
from console.formats import share
from console.language import _, plural

MOST_SHOWN = 15
LONGEST = 28


def category_shares(reference: Mapping[str, int], current: Mapping[str, int]) -> go.Figure:
    """The commonest categories' shares side by side; new and vanished ones are called that, the others summed up."""
    before, now = (_shares(counts) for counts in (reference, current))
    names = sorted({*before, *now}, key=lambda name: -(before.get(name, 0) + now.get(name, 0)))
    shown, rest = names[:MOST_SHOWN], names[MOST_SHOWN:]
    labels = [_label(name, name in before, name in now) for name in shown]
    figure = go.Figure()
    for shares, side, colour in ((before, _("before"), NEUTRAL), (now, _("now"), UP)):
        figure.add_bar(
            orientation="h",
            y=list(range(len(shown))),
            x=[shares.get(name, 0) for name in shown],
            name=side,
            marker_color=colour,
            hovertext=labels,
            hovertemplate=f"%{{hovertext}}: %{{x:.1%}}<extra>{side}</extra>",
        )
    figure.update_layout(barmode="group")
    # Two long names may be cut to the same: places keep them apart.
    figure.update_yaxes(autorange="reversed", tickvals=list(range(len(shown))), ticktext=labels)
    figure.update_xaxes(tickformat=".0%", title=_("share of rows"))
    if rest:
        _sum_up(figure, rest, before, now)
    return laid_out(figure, len(shown) * 1.1)


def _sum_up(figure: go.Figure, rest: Sequence[str], before: Mapping[str, float], now: Mapping[str, float]) -> None:
    """In a corner: a bar as long as thousands of names together would dwarf the others."""
    shares = {side: share(sum(found.get(name, 0) for name in rest)) for side, found in (("was", before), ("now", now))}
    text = plural("{count} other: {was} → {now}", "{count} others: {was} → {now}", len(rest), **shares)
    corner = {"xref": "paper", "yref": "paper", "x": 1, "y": 0, "xanchor": "right", "yanchor": "bottom"}
    figure.add_annotation(text=text, showarrow=False, **corner)


def _shares(counts: Mapping[str, int]) -> dict[str, float]:
    total = sum(counts.values())
    return {name: count / total for name, count in counts.items() if count}


def _label(name: str, was: bool, is_now: bool) -> str:
    short = name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"
    if was and is_now:
        return short
    return _("{category} (new)", category=short) if is_now else _("{category} (vanished)", category=short)
