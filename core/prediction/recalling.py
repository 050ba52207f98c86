"""A price that was given, found again by its link: the same inputs, version, price and range, and what is new since."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core import store
from core.contract import Contract
from core.errors import ConsoleError, InputError
from core.prediction.predictor import Predictor, explain_inputs, unknown_to
from core.prediction.trying import try_price
from core.records import Explanation, Interval, Prediction
from core.training.interval import LEVEL
from core.words import sentence

LINK = re.compile(r"(\d{1,18})\.([\w.-]{1,64})", re.ASCII)
NO_PRICE = sentence("There is no price under this link: it was cut short, or never stored.")


@dataclass(frozen=True)
class Recalled:
    """A price as it was given.

    ``explanation`` is None where its version cannot be loaded any more, with ``problem`` as the reason; ``today`` is
    what the version in production says of the same inputs, None where it is the same version or none can answer.
    """

    prediction: Prediction
    at: datetime
    explanation: Explanation | None = None
    problem: ConsoleError | None = None
    today: Prediction | None = None


def link_of(prediction: Prediction) -> str:
    """What an address names a price by: its key and its request's id; "" where it is not stored.

    The id is random, except where a program chose it.
    """
    is_kept = prediction.id is not None and prediction.request_id
    return f"{prediction.id}.{prediction.request_id}" if is_kept else ""


def recall(predictor: Predictor, link: str, *, may_open_all: bool) -> Recalled:
    """The price that a link names; raises InputError where there is none, StoreError where it cannot be read.

    Without ``may_open_all`` prices that a program asked for are not found: it chose the id of its request, which others
    may guess.
    """
    row = _stored(predictor, link)
    if not may_open_all and row["channel"] == "api":
        raise InputError(NO_PRICE)
    contract = predictor.loop.contract
    prediction = _prediction(row, contract)
    explanation, problem = None, None
    try:
        explanation = explain_inputs(predictor, prediction.version, prediction.inputs)
        unknown = unknown_to(predictor.model(prediction.version).model, prediction.inputs, contract)
    except ConsoleError as error:
        problem = error
    else:
        prediction = _prediction(row, contract, unknown)
    return Recalled(prediction, row["asked_at"], explanation, problem, _today(predictor, prediction))


def _stored(predictor: Predictor, link: str) -> Mapping[str, Any]:
    found, loop, row = LINK.fullmatch(link), predictor.loop, None
    if found:
        with store.reading(loop.raw) as connection:
            row = store.load_prediction(connection, tables=loop.tables, key=int(found[1]))
    if not found or row is None or row["request_id"] != found[2] or row["outcome"] != "answered":
        raise InputError(NO_PRICE)
    return row


def _prediction(row: Mapping[str, Any], contract: Contract, unknown: tuple[str, ...] = ()) -> Prediction:
    low, high = row["interval_low"], row["interval_high"]
    return Prediction(
        value=row["prediction"],
        version=row["model_version"],
        inputs={column.name: _plain(row[column.name]) for column in contract.inputs},
        id=row["id"],
        interval=None if low is None else Interval(low, high, LEVEL),
        unknown=unknown,
        request_id=row["request_id"],
    )


def _today(predictor: Predictor, prediction: Prediction) -> Prediction | None:
    try:
        if predictor.serving().version == prediction.version:
            return None
        return try_price(predictor, prediction.inputs)
    except ConsoleError:
        return None


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
