"""The rows of a file through the version in production, a part after the other: checked, priced, explained, stored."""

import logging
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import compress
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core import store
from core.checks import check_many_inputs, check_truth
from core.checks.values import broken
from core.contract import Contract
from core.errors import InputError, ModelNotLoadable, StoreError
from core.identity import property_hash
from core.prediction.files.decimals import Decimals, decimals_of
from core.prediction.files.table import Table
from core.prediction.predictor import Predictor, readable
from core.records import ASKER, Interval, PredictionRecord, Truth
from core.training.model import TabularModel
from core.words import sentence

if TYPE_CHECKING:
    from core.registry import LoadedModel

ROWS_AT_ONCE = 10_000
REASONS = 3
CHANNEL = "file"
Matrix = NDArray[np.float64]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Problem:
    """What is wrong with one field of the row in one line of the file."""

    line: int
    column: str
    value: Any
    detail: str


@dataclass(frozen=True)
class Priced:
    """Prices of rows (n), the ends of their range (n, 2), and their largest reasons (n, r): features and parts.

    ``ranges`` is None where the version has none, ``reasons`` is empty where it cannot be explained row by row.
    """

    values: Matrix
    ranges: Matrix | None
    reasons: NDArray[np.str_]
    parts: Matrix


@dataclass(frozen=True)
class Part:
    """Some rows of the file, answered: the ``places`` (n,) of those that were, and what is wrong with the others.

    ``unknown`` (n) and ``missing`` (n) name the fields of each on which its price does not lean, as the API does; it is
    stored under its entry of ``keys`` (n), which is None where the part could not be stored.
    """

    done: int
    version: int
    places: NDArray[np.int64]
    priced: Priced
    unknown: Sequence[str]
    missing: Sequence[str]
    keys: Sequence[int] | None
    request_id: str
    problems: tuple[Problem, ...]

    @property
    def is_stored(self) -> bool:
        return self.keys is not None


def answer_table(
    predictor: Predictor, table: Table, columns: Mapping[str, int], request_id: str, by: str
) -> Iterator[Part]:
    """The parts of a table as they are answered, all by the version that is in production at the beginning.

    ``columns`` gives the place of each input in the table's rows, and of the target, which is kept as what is true. A
    row with a bad field is not answered; the others are. Every row is stored before its part is given, or the part says
    that it was not.
    Raises NoProductionModel, ModelNotLoadable, RegistryUnavailable or StoreError before the first part.
    """
    model = predictor.model(predictor.serving().version)
    decimals = decimals_of(table, columns, predictor.loop.contract)
    for first in range(0, len(table), ROWS_AT_ONCE):
        span = range(first, min(first + ROWS_AT_ONCE, len(table)))
        yield _answered(predictor, model, table, columns, decimals, span, {"request_id": request_id, "by": by})


def _answered(
    predictor: Predictor,
    model: "LoadedModel",
    table: Table,
    columns: Mapping[str, int],
    decimals: Decimals,
    span: range,
    asked: Mapping[str, str],
) -> Part:
    at, began, contract = predictor.loop.clock(), time.perf_counter(), predictor.loop.contract
    rows = table.rows[span.start : span.stop]
    given = {name: [_plain(row[place]) for row in rows] for name, place in columns.items()}
    read = _read_numbers(given, decimals, contract)
    frame, wrong = check_many_inputs(read, len(span), contract)
    true_values = _true_values(read.get(contract.target), len(span), wrong, contract)
    _refuse_unclear(given, decimals, wrong, contract)
    wrong = dict(sorted(wrong.items()))
    is_good = np.ones(len(span), dtype=bool)
    is_good[list(wrong)] = False
    good = frame[is_good]
    features = readable(predictor.loop, good, model)
    priced = _priced(predictor, model, features) if len(good) else NOTHING
    spent = (time.perf_counter() - began) * 1000
    shared = {"asked_at": at, "channel": CHANNEL, "milliseconds": spent, **asked}
    records = _records(given, good, wrong, priced, model, shared)
    records = _with_homes(predictor, records, true_values, model.number)
    problems = tuple(
        Problem(table.lines[span.start + place], name, given[name][place] if name in given else None, detail)
        for place, fields in wrong.items()
        for name, detail in fields.items()
    )
    keys, places = _keep(predictor, records), np.flatnonzero(is_good)
    return Part(
        done=span.stop,
        version=model.number,
        places=places + span.start,
        priced=priced,
        unknown=_unknown(model.model, features),
        missing=_named(good[list(contract.feature_names)].isna()),
        keys=[keys[place] for place in places] if keys is not None else None,
        request_id=asked["request_id"],
        problems=problems,
    )


def _unknown(model: Any, features: pd.DataFrame) -> list[str]:
    """The fields of each row (n) whose text the model never saw in training, as ``TabularModel.unknown`` has it."""
    if not isinstance(model, TabularModel):
        return [""] * len(features)
    tables = model.encoder.tables
    flags = {name: ~features[name].isin({"", *tables[name].texts}) for name in model.encoder.texts}
    return _named(pd.DataFrame(flags, index=features.index))


def _named(flags: pd.DataFrame) -> list[str]:
    """The columns that are true in each row (n) of a frame of flags."""
    names = [str(name) for name in flags]
    return [", ".join(compress(names, row)) for row in flags.to_numpy().tolist()]


def _priced(predictor: Predictor, model: "LoadedModel", features: pd.DataFrame) -> Priced:
    try:
        explanation = predictor.reasons(model, features)
    except ModelNotLoadable as error:
        logger.info("version %s gives prices without reasons: %s", model.number, error)
        values = np.asarray(model.model.predict(features), dtype=np.float64)
        return Priced(values, _ranges(model.model, values), NO_REASONS[:0], np.zeros((len(values), 0)))
    values, names = explanation.predictions, np.array(explanation.features)
    order = np.argsort(-np.abs(explanation.values), axis=1, kind="stable")[:, :REASONS]
    parts = np.take_along_axis(explanation.values, order, axis=1)
    return Priced(values, _ranges(model.model, values), names[order], parts)


def _ranges(model: Any, values: Matrix) -> Matrix | None:
    return model.ranges(values) if isinstance(model, TabularModel) else None


def _records(
    given: Mapping[str, Sequence[Any]],
    good: pd.DataFrame,
    wrong: Mapping[int, Mapping[str, str]],
    priced: Priced,
    model: "LoadedModel",
    shared: Mapping[str, Any],
) -> list[PredictionRecord]:
    """A record for each row, in the file's order."""
    names = list(given)
    requests = [dict(zip(names, values, strict=True)) for values in zip(*given.values(), strict=True)]
    inputs = good.astype(object).where(good.notna(), None).to_dict("records")
    level = model.model.calibration.level if priced.ranges is not None else 0.0
    ranges = None if priced.ranges is None else priced.ranges.tolist()
    ends = [Interval(low, high, level) for low, high in ranges] if ranges else [None] * len(good)
    answers = zip(inputs, priced.values.tolist(), ends, strict=True)
    records = []
    for place, request in enumerate(requests):
        if place in wrong:
            error = " ".join(wrong[place].values())
            records.append(PredictionRecord(request=request, outcome="refused", error=error, **shared))
        else:
            read, value, interval = next(answers)
            facts = {"inputs": read, "version": model.number, "prediction": value, "interval": interval}
            records.append(PredictionRecord(request=request, outcome="answered", **facts, **shared))
    return records


def _true_values(
    raw: Sequence[Any] | None, count: int, wrong: dict[int, dict[str, str]], contract: Contract
) -> list[float | None]:
    """What the rows (n) are told to be truly worth; what cannot be so is noted in ``wrong``."""
    found: list[float | None] = [None] * count
    for place, value in enumerate(raw or ()):
        try:
            found[place] = check_truth(value, contract)
        except InputError as error:
            wrong.setdefault(place, {}).update(error.problems)
    return found


def _read_numbers(given: Mapping[str, list[Any]], decimals: Decimals, contract: Contract) -> dict[str, list[Any]]:
    if not decimals.is_comma:
        return dict(given)
    return {
        name: [decimals.read(value) for value in values] if contract[name].is_number else values
        for name, values in given.items()
    }


def _refuse_unclear(
    given: Mapping[str, list[Any]], decimals: Decimals, wrong: dict[int, dict[str, str]], contract: Contract
) -> None:
    """Note in ``wrong`` the numbers that may mean one thing or another."""
    rule = sentence("must be a number without marks of thousands, such as 1800 or 0.25")
    for name in given:
        column = contract[name]
        for place, value in enumerate(given[name]) if column.is_number else ():
            if decimals.is_unclear(value):
                detail = f"{column.label} ({name}) {broken(rule, repr(value))}."
                wrong.setdefault(place, {})[name] = detail


def _with_homes(
    predictor: Predictor, records: Sequence[PredictionRecord], true_values: Sequence[float | None], version: int
) -> list[PredictionRecord]:
    """The records with the property that each names, and with what is true where that was told."""
    homes = [property_hash(record.inputs, predictor.loop.contract) for record in records]
    is_told = any(value is not None for value in true_values)
    reasons = predictor.dishonest(version, homes) if is_told else [""] * len(homes)
    return [
        record
        if record.outcome != "answered" or (home is None and value is None)
        else replace(
            record,
            home=home,
            truth=None if value is None else Truth(value, ASKER, record.asked_at, record.by or CHANNEL, reason),
        )
        for record, home, value, reason in zip(records, homes, true_values, reasons, strict=True)
    ]


def _keep(predictor: Predictor, records: Sequence[PredictionRecord]) -> list[int] | None:
    loop = predictor.loop
    try:
        with store.writing(loop.raw) as connection:
            return store.store_many_predictions(connection, tables=loop.tables, records=records)
    except StoreError as error:
        logger.warning("%s rows of a file are answered and not stored: %s", len(records), error)
        return None


def _plain(value: Any) -> Any:
    """A cell as a program would send it: dates as texts; a spreadsheet's true and false stay what they are."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else value


NO_REASONS = np.zeros((0, 0), dtype=np.str_)
NOTHING = Priced(np.zeros(0), None, NO_REASONS, np.zeros((0, 0)))
