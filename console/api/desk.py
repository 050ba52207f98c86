"""Who answers for the API."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from console import process
from core import store
from core.loop import live_quality
from core.records import Explanation, Prediction, Promotion
from core.store import Gauges

if TYPE_CHECKING:
    from core.prediction import Predictor, Readiness, Told

Rows = Sequence[Mapping[str, Any]]


class Desk(Protocol):
    """What the routes ask for. Everything may block: it is called in threads, several at once."""

    def predict(self, rows: Rows, request_id: str, by: str, began: float) -> list[Prediction]:
        """As ``core.prediction.predict_rows``; ``began`` is when the request came, by ``time.perf_counter``."""

    def explain(self, rows: Rows, request_id: str, by: str, began: float) -> tuple[list[Prediction], Explanation]:
        """As ``core.prediction.explain_rows``."""

    def tell(self, rows: Rows, by: str) -> "list[Told]":
        """As ``core.prediction.tell_truths``."""

    def production(self) -> Promotion | None:
        """The promotion in force; raises StoreError."""

    def readiness(self) -> "Readiness":
        """Whether prices can be given, and what is wrong."""


class PredictorDesk:
    """A Desk over a predictor, which is asked for at each request: it may be there later than the API."""

    def __init__(self, predictor: Callable[[], "Predictor"]) -> None:
        self._predictor = predictor

    def predict(self, rows: Rows, request_id: str, by: str, began: float) -> list[Prediction]:
        from core.prediction import predict_rows

        return predict_rows(self._predictor(), rows, "api", request_id, by, began)

    def explain(self, rows: Rows, request_id: str, by: str, began: float) -> tuple[list[Prediction], Explanation]:
        from core.prediction import explain_rows

        return explain_rows(self._predictor(), rows, "api", request_id, by, began)

    def tell(self, rows: Rows, by: str) -> "list[Told]":
        from core.prediction import tell_truths

        return tell_truths(self._predictor(), rows, by or "api")

    def production(self) -> Promotion | None:
        return self._predictor().production()

    def readiness(self) -> "Readiness":
        return self._predictor().readiness()


def read_gauges() -> Gauges:
    """The numbers of this process's store; raises StoreError where it cannot be read."""
    world = process.the_world()
    with store.reading(world.raw) as connection:
        found = store.load_gauges(connection, model=world.settings.mlflow_model)
        return replace(found, live=live_quality(world, connection))
