"""The console in numbers that Prometheus collects: what this process answered, and what the store says."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from core.errors import ConsoleError
from core.records import LiveQuality
from core.store import Gauges

METHODS = ("GET", "POST", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
logger = logging.getLogger(__name__)


class Metrics:
    """Counters of this process; ``watch`` adds what is read from the store at each look."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        names = ["method", "route", "status"]
        self._requests = Counter("console_requests", "Requests answered by the API.", names, registry=self.registry)
        self._errors = Counter(
            "console_errors", "Requests answered with 4xx or 5xx.", ["route", "status"], registry=self.registry
        )
        self._seconds = Histogram(
            "console_request_seconds", "Time to answer.", ["route"], buckets=SECONDS, registry=self.registry
        )
        self._rows = Counter(
            "console_predictions", "Rows that programs asked about.", ["outcome"], registry=self.registry
        )
        ProcessCollector(registry=self.registry)

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Note an answered request; ``route`` is the path as the schema has it."""
        self._requests.labels(method if method in METHODS else "other", route, status).inc()
        self._seconds.labels(route).observe(seconds)
        if status >= 400:
            self._errors.labels(route, status).inc()

    def count_rows(self, outcome: str, count: int) -> None:
        """Note rows that were answered, refused, or could not be answered (failed)."""
        self._rows.labels(outcome).inc(count)

    def watch(self, read: Callable[[], Gauges], clock: Callable[[], datetime]) -> None:
        """Show what ``read`` finds in the store whenever somebody looks."""
        self.registry.register(StoreCollector(read, clock))

    def text(self) -> bytes:
        """All of it in Prometheus' text format."""
        return generate_latest(self.registry)


class MetricsPage:
    """ASGI app that answers with the text; reading the store may block, so it is done in a thread."""

    def __init__(self, metrics: Metrics) -> None:
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        content = await asyncio.to_thread(self.metrics.text)
        await Response(content, headers={"Content-Type": CONTENT_TYPE})(scope, receive, send)


class StoreCollector(Collector):
    """Gauges from the store; where it cannot be read, ``console_store_up`` is 0 and stands alone."""

    def __init__(self, read: Callable[[], Gauges], clock: Callable[[], datetime]) -> None:
        self._read, self._clock = read, clock

    def describe(self) -> Iterator[Metric]:
        """Nothing: so that the store is not read when the collector is registered."""
        return iter(())

    def collect(self) -> Iterator[Metric]:
        """The gauges as they are now."""
        try:
            found = self._read()
        except ConsoleError as error:
            logger.warning("no gauges of the store: %s", error)
            yield GaugeMetricFamily("console_store_up", "Whether the store can be read.", 0)
            return
        yield GaugeMetricFamily("console_store_up", "Whether the store can be read.", 1)
        yield from self._gauges(found)

    def _gauges(self, found: Gauges) -> Iterator[Metric]:
        yield GaugeMetricFamily("console_model_version", "Version in production; 0: none yet.", found.version or 0)
        yield GaugeMetricFamily("console_batches", "Batches stored.", found.batches)
        runs = GaugeMetricFamily("console_runs", "Runs by their status.", labels=["status"])
        for status, count in found.runs.items():
            runs.add_metric([status], count)
        yield runs
        names = ["reference", "column", "statistic"]
        drift = GaugeMetricFamily("console_drift", "Relative change of a statistic in the newest batch.", labels=names)
        over = GaugeMetricFamily("console_drift_exceeded", "1 where a change is over its limit.", labels=names)
        for reference, measured in found.drift:
            labels = [reference, measured.column, measured.statistic]
            over.add_metric(labels, float(measured.exceeded))
            if measured.change is not None:
                drift.add_metric(labels, measured.change)
        yield from (drift, over)
        yield from _live(found.live)
        for name, text, at in (
            ("console_newest_batch_age_seconds", "Time since the newest batch came.", found.newest_batch_at),
            ("console_worker_heartbeat_age_seconds", "Time since a worker's last heartbeat.", found.heartbeat_at),
        ):
            if at is not None:
                yield GaugeMetricFamily(name, text, (self._clock() - at).total_seconds())


def _live(quality: LiveQuality | None) -> Iterator[Metric]:
    """How the version in production does on true values; the errors only where there are enough to say it."""
    known = quality.count if quality else 0
    yield GaugeMetricFamily("console_true_values", "True values that the live error is taken from.", known)
    if quality is None or quality.status == "few":
        return
    names = ["metric", "of"]
    errors = GaugeMetricFamily("console_live_error", "Errors of the version in production.", labels=names)
    worse = GaugeMetricFamily("console_live_worse", "1 where the live error is surely worse.", labels=["metric"])
    for each in quality.errors:
        parts = {"live": each.live, "low": each.low, "high": each.high, "holdout": each.holdout}
        for part, value in parts.items():
            if value is not None:
                errors.add_metric([each.metric, part], value)
        worse.add_metric([each.metric], float(each.is_worse))
    yield from (errors, worse)
