"""A card from a model and the rows that it was trained and tested on."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.comparison.errors import spread_of_errors
from core.comparison.segments import Division, bands, cohorts
from core.contract import Contract
from core.records import Card, FeatureSeen, LabelledRows, SegmentScore
from core.training import answers, metrics_of

FREQUENT, SPARSE = 20, 5
Floats = NDArray[np.float64]


def make_card(model: Any, train: LabelledRows, test: LabelledRows, contract: Contract, seed: int) -> Card:
    """What the training rows hold, and how the model does on the test rows, by cohort and by band of the target."""
    found = answers(model, test.features)
    errors = spread_of_errors(test.target, found, seed)
    names, rows = np.unique(train.segments, return_counts=True)
    fewest = np.argsort(rows, kind="stable")[:SPARSE]
    divisions = (cohorts(test), bands(test.target))
    return Card(
        target_low=float(train.target.min()),
        target_high=float(train.target.max()),
        features=tuple(_seen(train.features[name], name, contract) for name in contract.feature_names),
        sparse=tuple((str(names[place]), int(rows[place])) for place in fewest),
        segments=tuple(score for division in divisions for score in _scores(division, test.target, found)),
        edges=errors.edges,
        counts=errors.counts,
        actual=errors.actual,
        predicted=errors.predicted,
    )


def _seen(values: "pd.Series[Any]", name: str, contract: Contract) -> FeatureSeen:
    if contract[name].is_text:
        counted = values[values != ""].value_counts()
        frequent = sorted(((str(text), int(rows)) for text, rows in counted.items()), key=lambda each: (-each[1], each))
        return FeatureSeen(
            name, float((values == "").mean()), distinct=len(counted), frequent=tuple(frequent[:FREQUENT])
        )
    numbers = values.to_numpy(dtype=np.float64)
    known = numbers[np.isfinite(numbers)]
    missing = 1 - len(known) / len(numbers)
    return FeatureSeen(name, missing, float(known.min()), float(known.max())) if len(known) else FeatureSeen(name, 1.0)


def _scores(division: Division, target: Floats, found: Floats) -> list[SegmentScore]:
    scores = []
    for place, segment in enumerate(division.segments):
        inside = division.places == place
        if inside.any():
            metrics = metrics_of(target[inside], found[inside])
            bias = float((found[inside] - target[inside]).mean())
            known = {name: value for name, value in metrics.items() if np.isfinite(value)}
            scores.append(SegmentScore(segment.kind, segment.name, segment.rows, bias, known))
    return scores
