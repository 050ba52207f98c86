"""Many requests for a prediction at once, column by column."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from core.checks.columns import objects, read_column
from core.checks.ranges import out_of_range
from core.checks.values import broken, short
from core.contract import Column, Contract
from core.words import sentence

Problems = dict[int, dict[str, str]]


def check_many_inputs(
    columns: Mapping[str, Sequence[Any]], count: int, contract: Contract
) -> tuple[pd.DataFrame, Problems]:
    """Typed rows (n) of all inputs, and for each place with bad fields their sentences.

    ``columns`` has values (n,) by input; one that is absent is missing in every row. Row by row it says the same as
    ``check_inputs``; a bad field has no value in the frame.
    """
    found: dict[str, pd.Series] = {}
    problems: Problems = defaultdict(dict)
    for column in contract.inputs:
        raw = objects(columns.get(column.name, [None] * count), count)
        found[column.name], sentences = _checked(column, raw)
        for place, problem in sentences.items():
            problems[place][column.name] = f"{column.label} ({column.name}) {problem}."
    return pd.DataFrame(found), dict(sorted(problems.items()))


def _checked(column: Column, raw: Any) -> tuple[pd.Series, dict[int, str]]:
    reasons: dict[int, list[str]] = defaultdict(list)
    series = pd.Series(read_column(pd.api.types.infer_dtype(raw, skipna=True), column, raw, reasons))
    sentences = {place: texts[0].removeprefix(f"{column.name} ") for place, texts in reasons.items()}
    valid = f"{column.range_sentence()} {column.unit}".strip()
    for place in np.flatnonzero(out_of_range(series, column)).tolist():
        sentences.setdefault(place, broken(sentence("must be {range}", range=valid), short(raw[place])))
    if sentences:
        series = series.copy()
        series.iloc[list(sentences)] = None
    return series, sentences
