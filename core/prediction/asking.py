"""Rows that somebody asks about: checked, answered by one version, stored, and only then given back."""

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from core.checks import check_inputs, check_truth
from core.contract import Contract
from core.errors import ConsoleError, InputError, RowsInvalid, StoreError
from core.identity import property_hash
from core.prediction.predictor import Predictor, Serving, features_of
from core.records import ASKER, Explanation, Interval, Prediction, PredictionRecord, Truth

Row = Mapping[str, Any]
Addition = TypeVar("Addition")
ANOTHER = "Another row of the same request was refused."
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Request:
    """One request for any number of rows: who asked when, by which way."""

    rows: Sequence[Row]
    channel: str
    by: str
    id: str
    at: datetime
    began: float

    def record(self, row: Row, outcome: str, **more: Any) -> PredictionRecord:
        spent = (time.perf_counter() - self.began) * 1000
        return PredictionRecord(
            self.at, self.channel, dict(row), outcome, spent, request_id=self.id, by=self.by, **more
        )


def predict_rows(
    predictor: Predictor,
    rows: Sequence[Row],
    channel: str,
    request_id: str = "",
    by: str = "",
    began: float | None = None,
) -> list[Prediction]:
    """The price of each row, in the target's unit, all from the same version and stored under ``request_id``
    as asked for ``by`` somebody.

    All rows are checked before any is answered. A row may hold the target: it is no input, and kept as what is true
    (``core.live`` says what of it counts). What could not be stored has a Prediction without ``id``; what could
    not be answered is stored as well, or the error has a note that it was not. The stored milliseconds count from
    ``began`` (by ``time.perf_counter``; now where not given) to when the request is handed to the store.
    Raises RowsInvalid, NoProductionModel, ModelNotLoadable, RegistryUnavailable or StoreError.
    """
    return _ask(predictor, rows, channel, request_id, by, began, lambda _serving, _inputs: None)[0]


def explain_rows(
    predictor: Predictor,
    rows: Sequence[Row],
    channel: str,
    request_id: str = "",
    by: str = "",
    began: float | None = None,
) -> tuple[list[Prediction], Explanation]:
    """As ``predict_rows``, with the SHAP values of the same version for the same rows."""

    def reasons(serving: Serving, inputs: Sequence[Row]) -> Explanation:
        model = predictor.model(serving.version)
        return predictor.reasons(model, features_of(predictor.loop, inputs, model))

    return _ask(predictor, rows, channel, request_id, by, began, reasons)


def is_stored(error: ConsoleError) -> bool:
    """Whether the request that an error refused was stored."""
    return not getattr(error, "__notes__", ())


def _ask(
    predictor: Predictor,
    rows: Sequence[Row],
    channel: str,
    request_id: str,
    by: str,
    began: float | None,
    add: Callable[[Serving, Sequence[Row]], Addition],
) -> tuple[list[Prediction], Addition]:
    began = time.perf_counter() if began is None else began
    request = _Request(rows, channel, by, request_id, predictor.loop.clock(), began)
    try:
        inputs, true_values = _checked(rows, predictor.loop.contract)
        serving = predictor.serving()
        answers = serving.predict(inputs)
        added = add(serving, inputs)
    except ConsoleError as error:
        _keep_failure(predictor, request, error)
        raise
    return _keep(predictor, request, serving, inputs, true_values, answers), added


def _checked(rows: Sequence[Row], contract: Contract) -> tuple[list[dict[str, Any]], list[float | None]]:
    """The typed inputs of all rows, and what each was told to be truly worth."""
    found: list[dict[str, Any]] = []
    true_values: list[float | None] = []
    problems: dict[int, Mapping[str, str]] = {}
    for place, row in enumerate(rows):
        try:
            found.append(check_inputs(row, contract))
        except InputError as error:
            problems[place] = error.problems
        try:
            true_values.append(check_truth(row.get(contract.target), contract))
        except InputError as error:
            problems[place] = {**problems.get(place, {}), **error.problems}
    if problems:
        sentences = " ".join(next(iter(problems.values())).values())
        raise RowsInvalid(sentences, problems)
    return found, true_values


def _keep(
    predictor: Predictor,
    request: _Request,
    serving: Serving,
    inputs: Sequence[dict[str, Any]],
    true_values: Sequence[float | None],
    answers: Sequence[tuple[float, Interval | None]],
) -> list[Prediction]:
    told = list(zip(request.rows, inputs, answers, strict=True))
    homes = [property_hash(read, predictor.loop.contract) for read in inputs]
    truths = _truths(predictor, request, serving.version, homes, true_values)
    records = [
        request.record(
            row,
            "answered",
            inputs=read,
            version=serving.version,
            prediction=value,
            interval=interval,
            home=home,
            truth=truth,
        )
        for (row, read, (value, interval)), home, truth in zip(told, homes, truths, strict=True)
    ]
    keys: Sequence[int | None]
    try:
        keys = predictor.journal.keep(records)
    except StoreError as error:
        logger.warning("%s rows of request %s are answered and not stored: %s", len(records), request.id, error)
        keys = [None] * len(records)
    return [
        Prediction(value, serving.version, read, key, interval, serving.unknown(read), request.id)
        for (_, read, (value, interval)), key in zip(told, keys, strict=True)
    ]


def _truths(
    predictor: Predictor,
    request: _Request,
    version: int,
    homes: Sequence[int | None],
    true_values: Sequence[float | None],
) -> Sequence[Truth | None]:
    """What was told with the rows, and whether it counts."""
    if all(value is None for value in true_values):
        return [None] * len(homes)
    reasons = predictor.dishonest(version, homes)
    return [
        None if value is None else Truth(value, ASKER, request.at, request.by or request.channel, reason)
        for value, reason in zip(true_values, reasons, strict=True)
    ]


def _keep_failure(predictor: Predictor, request: _Request, failure: ConsoleError) -> None:
    outcome = "refused" if isinstance(failure, InputError) else "failed"
    bad = failure.rows if isinstance(failure, RowsInvalid) else {}
    records = [
        request.record(row, outcome, error=_sentence(failure, bad.get(place))) for place, row in enumerate(request.rows)
    ]
    try:
        predictor.journal.keep(records)
    except StoreError as error:
        logger.warning("request %s was refused and not stored: %s", request.id, error)
        failure.add_note("The request was not stored.")


def _sentence(failure: ConsoleError, problems: Mapping[str, str] | None) -> str:
    if problems:
        return " ".join(problems.values())
    return ANOTHER if isinstance(failure, RowsInvalid) else str(failure)
