"""What the API answers, as its schema has it and as it goes over the wire."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from console.language import told as in_words
from core.cleaning import from_features
from core.contract import Contract
from core.live import REASONS
from core.records import Explanation, Prediction, Promotion

if TYPE_CHECKING:
    from core.prediction import Told


class Model(BaseModel):
    """A part of an answer: nothing beside what is named."""

    model_config = ConfigDict(extra="forbid")


class IntervalAnswer(Model):
    """Where the true value lies in ``level`` (0 to 1) of all cases."""

    low: float
    high: float
    level: float


class PredictionAnswer(Model):
    """A price, its range and unit, the version that gave it, and how the request is stored."""

    prediction: float
    interval: IntervalAnswer | None = Field(description="null where the version has no range")
    unit: str
    version: int
    request_id: str
    id: int | None = Field(description="key of the stored request; null where it could not be stored")
    stored: bool
    missing: list[str] = Field(description="fields that were not given: the price leans on the others")
    unknown: list[str] = Field(description="fields whose text the version never saw in training, likewise")


class Reason(Model):
    """By how much one field moves the price away from the typical one."""

    field: str
    label: str
    value: float | str | None
    part: float


class ExplanationAnswer(PredictionAnswer):
    """A price and its reasons: ``base`` and all parts sum to the prediction; the largest part comes first."""

    base: float
    reasons: list[Reason]


class ActualAnswer(Model):
    """What is true of a stored price: ``error`` is what was predicted less what is true."""

    id: int
    request_id: str
    version: int
    prediction: float
    actual: float
    error: float
    unit: str
    counts: bool = Field(description="whether it is an honest test of the version that gave the price")
    reason: str | None = Field(description="why it does not count; null where it does")
    replaced: float | None = Field(description="the true value that was known before; null where there was none")


class ModelAnswer(Model):
    """The version in production, by the ledger."""

    name: str
    version: int
    promoted_at: datetime
    reason: str
    target: str
    unit: str
    fields: list[str]
    metrics: dict[str, float] = Field(description="on the holdout at its promotion")


class HealthAnswer(Model):
    """``version`` is the version in production, null before the first promotion."""

    status: Literal["ok"]
    version: int | None


class ReadyAnswer(Model):
    """``degraded``: prices are given, by the version that was loaded last, and ``problems`` says what is wrong."""

    status: Literal["ready", "degraded"]
    version: int
    problems: dict[str, str]


class FieldProblem(Model):
    """What is wrong with one field of one row: ``pointer`` is a JSON pointer (RFC 6901) into the body."""

    pointer: str
    detail: str


class Problem(Model):
    """What is wrong with a request, as RFC 9457 lays it out; ``errors`` has an entry for each bad field."""

    type: str
    title: str
    status: int
    detail: str
    request_id: str | None = None
    stored: bool | None = Field(None, description="whether a request for prices was stored all the same")
    errors: list[FieldProblem] = []


def told(prediction: Prediction, contract: Contract, request_id: str) -> dict[str, Any]:
    """A PredictionAnswer."""
    found = prediction.interval
    return {
        "prediction": prediction.value,
        "interval": {"low": found.low, "high": found.high, "level": found.level} if found else None,
        "unit": contract.target_column.unit,
        "version": prediction.version,
        "request_id": request_id,
        "id": prediction.id,
        "stored": prediction.id is not None,
        "missing": [name for name in contract.feature_names if prediction.inputs.get(name) is None],
        "unknown": list(prediction.unknown),
    }


def told_with_reasons(
    predictions: Sequence[Prediction], explanation: Explanation, contract: Contract, request_id: str
) -> list[dict[str, Any]]:
    """An ExplanationAnswer for each row."""
    rows = explanation.data.to_dict("records")
    return [
        told(prediction, contract, request_id)
        | {"base": float(base), "reasons": _reasons(explanation.features, parts, row, contract)}
        for prediction, base, parts, row in zip(
            predictions, explanation.base, explanation.values.tolist(), rows, strict=True
        )
    ]


def told_actual(told: "Told", contract: Contract) -> dict[str, Any]:
    """An ActualAnswer."""
    found = told.answered
    return {
        "id": found.id,
        "request_id": found.request_id,
        "version": found.version,
        "prediction": found.value,
        "actual": told.truth.value,
        "error": told.error,
        "unit": contract.target_column.unit,
        "counts": not told.truth.reason,
        "reason": in_words(REASONS[told.truth.reason]) if told.truth.reason else None,
        "replaced": told.before.value if told.before else None,
    }


def told_model(promotion: Promotion, name: str, contract: Contract) -> dict[str, Any]:
    """A ModelAnswer."""
    target = contract.target_column
    return {
        "name": name,
        "version": promotion.version,
        "promoted_at": promotion.at,
        "reason": promotion.reason,
        "target": target.name,
        "unit": target.unit,
        "fields": [column.name for column in contract.features],
        "metrics": dict(promotion.numbers.get("metrics", {})),
    }


def _reasons(
    features: Sequence[str], parts: Sequence[float], row: dict[Any, Any], contract: Contract
) -> list[dict[str, Any]]:
    given = from_features({str(name): value for name, value in row.items()}, contract)
    order = sorted(zip(features, parts, strict=True), key=lambda pair: -abs(pair[1]))
    return [
        {"field": name, "label": _label(name, contract), "value": _plain(given.get(name)), "part": part}
        for name, part in order
    ]


def _label(name: str, contract: Contract) -> str:
    return contract[name].label if name in contract else name


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
