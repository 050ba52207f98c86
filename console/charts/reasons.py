"""Why a model says what it says: SHAP values as plotly figures, in the target's unit."""

from datetime import date

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from console.charts.style import DOWN, NEUTRAL, UP, laid_out, with_unit
from console.formats import amount, signed_amount
from console.language import _, form, told
from core.cleaning import from_features
from core.contract import Contract
from core.explanation import levels
from core.records import Explanation

MOST_POINTS = 600
MOST_TEXTS = 15  # of a text, the values that are drawn
# Room for an amount beside its bar, in pixels, so that it is there on a narrow screen too.
AMOUNT_WIDTH = 76


def waterfall(explanation: Explanation, row: int, contract: Contract) -> go.Figure:
    """How one row's prediction comes about: from the typical value, feature by feature, to this one."""
    order = np.argsort(np.abs(explanation.values[row]))
    names = [explanation.features[place] for place in order]
    steps = explanation.values[row][order]
    shown = from_features(dict(explanation.data.iloc[row]), contract)
    labels = [f"{label_of(name, contract)} = {value_text(name, shown.get(name), contract)}" for name in names]
    unit = contract.target_column.unit
    figure = go.Figure(
        go.Waterfall(
            orientation="h",
            y=[_("Typical {target}", target=contract.target_column.label.lower()), *labels, _("Prediction")],
            x=[explanation.base[row], *steps, explanation.predictions[row]],
            measure=["absolute", *["relative"] * len(steps), "total"],
            text=[
                amount(explanation.base[row], unit),
                *[signed_amount(step, unit) for step in steps],
                amount(explanation.predictions[row], unit),
            ],
            textposition="outside",
            cliponaxis=False,
            increasing={"marker": {"color": UP}},
            decreasing={"marker": {"color": DOWN}},
            totals={"marker": {"color": NEUTRAL}},
            connector={"line": {"color": NEUTRAL, "width": 1}},
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    ends = np.cumsum([explanation.base[row], *steps])
    low, high = min(ends.min(), 0 if ends.min() < 0.4 * ends.max() else ends.min()), ends.max()
    room = (high - low) * 0.18 or 1.0
    start = max(low - room, 0) if low >= 0 else low - room
    # The amounts are written; more ticks would lie upon each other on a narrow screen.
    figure.update_xaxes(range=[start, high + room / 8], nticks=2, tickangle=0, **with_unit(unit))
    if start > 0:
        figure.update_xaxes(title=_("axis begins at {amount}", amount=amount(start, unit)))
    # What takes away from the price has its amount to the left of its bar, where the names are.
    lowest = min((end for end, step in zip(ends[1:], steps, strict=True) if step < 0), default=high)
    if lowest - start < (high - start) / 2:
        figure.update_yaxes(ticklabelstandoff=AMOUNT_WIDTH - 12)
    return laid_out(figure, len(names) + 2).update_layout(margin_r=AMOUNT_WIDTH)


def importance_bars(importances: dict[str, pd.Series], contract: Contract) -> go.Figure:
    """Mean size of each feature's part in the price, for one version or several side by side."""
    order = list(reversed(next(iter(importances.values())).index))
    hover = _("{amount} on average", amount=form().with_sign(contract.target_column.unit, "%{x:,.0f}"))
    figure = go.Figure()
    for place, (name, importance) in enumerate(importances.items()):
        found = importance.reindex(order).fillna(0.0)
        figure.add_bar(
            orientation="h",
            name=name,
            y=[label_of(feature, contract) for feature in order],
            x=found.to_numpy(),
            marker_color=(DOWN, UP, NEUTRAL)[place % 3],
            hovertemplate=f"%{{y}}: {hover}<extra>{name}</extra>",
        )
    figure.update_layout(showlegend=len(importances) > 1, barmode="group")
    figure.update_xaxes(
        title=_(
            "mean size of the part in the {target} ({unit})",
            target=contract.target_column.label.lower(),
            unit=contract.target_column.unit,
        )
    )
    return laid_out(figure, len(order) * len(importances))


def beeswarm(explanation: Explanation, contract: Contract, seed: int = 0) -> go.Figure:
    """Every row's part of every feature; numbers coloured from low to high, texts in grey."""
    random = np.random.default_rng(seed)
    rows = np.sort(random.permutation(len(explanation.values))[:MOST_POINTS])
    order = np.argsort(np.abs(explanation.values).mean(axis=0))
    figure = go.Figure()
    for height, place in enumerate(order):
        name = explanation.features[place]
        values = explanation.values[rows, place]
        figure.add_scatter(
            mode="markers",
            x=values,
            y=height + _spread(values, random),
            marker={"size": 5, "opacity": 0.75, **_colours(explanation.data[name].iloc[rows])},
            customdata=_texts(explanation.data[name].iloc[rows], contract),
            hovertemplate=f"{label_of(name, contract)} = %{{customdata}}: %{{x:+,.0f}}<extra></extra>",
            showlegend=False,
        )
    figure.update_yaxes(
        tickvals=list(range(len(order))), ticktext=[label_of(explanation.features[place], contract) for place in order]
    )
    figure.update_xaxes(title=_part_title(contract))
    return laid_out(figure, len(order) * 1.4)


def dependence(explanation: Explanation, feature: str, contract: Contract, by: str | None = None) -> go.Figure:
    """A feature's value against its part in the price, one point a row; of a text the commonest values.

    The points are coloured by the feature ``by``, from low to high as ``core.explanation.levels`` has it.
    """
    values, parts = explanation.data[feature], explanation.values[:, explanation.features.index(feature)]
    shown, ticks = (
        _text_places(values, contract) if is_text(values) else (_number_places(values, feature, contract), {})
    )
    colours = {"color": DOWN} if by is None else _scale(levels(explanation, by))
    texts = _texts(values, contract)
    other = [""] * len(texts)
    if by is not None:
        other = [f", {label_of(by, contract)} = {text}" for text in _texts(explanation.data[by], contract)]
    figure = go.Figure(
        go.Scatter(
            x=shown,
            y=parts,
            mode="markers",
            marker={"size": 5, "opacity": 0.65, **colours},
            customdata=[f"{text}{more}" for text, more in zip(texts, other, strict=True)],
            hovertemplate=f"{label_of(feature, contract)} = %{{customdata}}: %{{y:+,.0f}}<extra></extra>",
        )
    )
    title = contract[feature].label_with_unit if feature in contract else feature
    figure.update_xaxes(title=title, **ticks)
    if feature in contract and contract[feature].kind == "date":
        # Without names of months, which plotly has in English.
        figure.update_xaxes(tickformat="%Y-%m-%d")
    figure.update_yaxes(title=_part_title(contract))
    return laid_out(figure, 14)


def is_text(values: pd.Series) -> bool:
    """Whether the values of a feature are texts, which have no order."""
    return not pd.api.types.is_numeric_dtype(values)


def _number_places(values: pd.Series, feature: str, contract: Contract) -> pd.Series:
    is_date = feature in contract and contract[feature].kind == "date"
    return pd.to_datetime(values, unit="D") if is_date else values


def _text_places(values: pd.Series, contract: Contract) -> tuple[pd.Series, dict[str, object]]:
    """Where the rows of the commonest texts lie on an axis, beside each other within a text; its ticks."""
    common = values.value_counts().head(MOST_TEXTS).index
    places = values.map({text: place for place, text in enumerate(common)}).astype(float)
    beside = np.random.default_rng(0).uniform(-0.3, 0.3, len(values))
    texts = _texts(pd.Series(common, name=values.name), contract)
    return places + beside, {"tickvals": list(range(len(common))), "ticktext": texts, "tickangle": -60}


def label_of(name: str, contract: Contract) -> str:
    """A column's label; its name where the contract does not have it."""
    return contract[name].label if name in contract else name


def value_text(name: str, value: object, contract: Contract) -> str:
    """A value with its unit as a reader knows it."""
    if value is None:
        return _("not given")
    if isinstance(value, float):
        return amount(value, contract[name].unit if name in contract else "")
    if name in contract and value in contract[name].options:
        return told(str(value)).replace("_", " ")
    return form().day(value) if isinstance(value, date) else str(value)


def _part_title(contract: Contract) -> str:
    target = contract.target_column
    return _("part in the {target} ({unit})", target=target.label.lower(), unit=target.unit)


def _texts(values: pd.Series, contract: Contract) -> list[str]:
    """Each value as a reader knows it; each distinct value is worked out once."""
    name = str(values.name)
    codes, distinct = pd.factorize(values, use_na_sentinel=False)
    texts = [value_text(name, from_features({name: value}, contract)[name], contract) for value in distinct]
    return [texts[code] for code in codes]


def _colours(values: pd.Series) -> dict[str, object]:
    if is_text(values):
        return {"color": NEUTRAL}
    return _scale(values.rank(pct=True).fillna(0.5))


def _scale(ranks: object) -> dict[str, object]:
    """Colours from low (0) to high (1)."""
    return {"color": ranks, "colorscale": [[0, DOWN], [0.5, "#b9a7b0"], [1, UP]], "cmin": 0, "cmax": 1}


def _spread(values: np.ndarray, random: np.random.Generator) -> np.ndarray:
    """Vertical places for points: wide where many lie side by side."""
    if len(values) < 2 or np.ptp(values) == 0:
        return np.zeros(len(values))
    counts, edges = np.histogram(values, bins=40)
    crowd = counts[np.clip(np.digitize(values, edges) - 1, 0, 39)] / counts.max()
    return np.asarray(random.uniform(-0.38, 0.38, len(values)) * crowd)
