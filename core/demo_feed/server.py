"""The feed's contract over HTTP, whatever the rows are."""

from collections import Counter
from typing import Any, Protocol

import orjson
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from core.demo_feed.positions import Positions

END = "Ya se recolectó toda la información mínima necesaria"
WRONG_GROUP = "Número de grupo inválido"
GROUPS = range(1, 11)
METRICS = (
    ("answers", "Answers by path and status."),
    ("rows", "Rows handed out."),
)


class Source(Protocol):
    """Batches of rows: ``rows`` makes one, the same each time."""

    def __len__(self) -> int: ...

    def rows(self, number: int) -> list[dict[str, Any]]: ...


class DemoFeed:
    """The answers of a feed over a source and the positions of its groups."""

    def __init__(self, source: Source, positions: Positions) -> None:
        self.source = source
        self.positions = positions
        self.counts: Counter[tuple[str, str]] = Counter()

    def app(self) -> Starlette:
        """The application; its answers are those of the real feed."""
        answers = {
            "/": self._hello,
            "/health": self._health,
            "/metrics": self._metrics,
            "/data": self._data,
            "/restart_data_generation": self._restart,
        }
        return Starlette(routes=[Route(path, answer) for path, answer in answers.items()])

    async def _hello(self, _: Request) -> Response:
        return JSONResponse({"Proyecto Final": "Demo feed: one batch a call at /data?group_number=1"})

    async def _health(self, _: Request) -> Response:
        return JSONResponse({"status": "OK"})

    async def _data(self, request: Request) -> Response:
        group = _read_group(request)
        if isinstance(group, Response):
            return self._counted("/data", group)
        body = await run_in_threadpool(self._take, group)
        if body is None:
            return self._counted("/data", JSONResponse({"detail": END}, status_code=400))
        return self._counted("/data", Response(body, media_type="application/json"))

    async def _restart(self, request: Request) -> Response:
        group = _read_group(request)
        if isinstance(group, Response):
            return self._counted("/restart_data_generation", group)
        await run_in_threadpool(self.positions.restart, group)
        return self._counted("/restart_data_generation", JSONResponse({"ok": True}))

    async def _metrics(self, _: Request) -> Response:
        """Prometheus text."""
        lines = []
        for name, words in METRICS:
            lines += [f"# HELP demo_feed_{name}_total {words}", f"# TYPE demo_feed_{name}_total counter"]
            values = sorted((labels, value) for (metric, labels), value in self.counts.items() if metric == name)
            lines += [f"demo_feed_{name}_total{{{labels}}} {value}" for labels, value in values]
        return PlainTextResponse("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")

    def _take(self, group: int) -> bytes | None:
        """The body of the group's next batch, in bytes of JSON."""

        def make(number: int) -> bytes:
            rows = self.source.rows(number)
            self.counts["rows", f'group="{group}"'] += len(rows)
            return orjson.dumps({"group_number": group, "batch_number": number, "data": rows})

        return self.positions.take(group, len(self.source), make)

    def _counted(self, path: str, response: Response) -> Response:
        self.counts["answers", f'path="{path}",status="{response.status_code}"'] += 1
        return response


def _read_group(request: Request) -> int | Response:
    """The group that is asked for, or the answer to a wrong one."""
    text = request.query_params.get("group_number")
    if text is None:
        return _fault("missing", "Field required", None)
    try:
        group = int(text)
    except ValueError:
        return _fault("int_parsing", "Input should be a valid integer, unable to parse string as an integer", text)
    return group if group in GROUPS else JSONResponse({"detail": WRONG_GROUP}, status_code=400)


def _fault(kind: str, words: str, got: str | None) -> Response:
    fault = {"type": kind, "loc": ["query", "group_number"], "msg": words, "input": got}
    return JSONResponse({"detail": [fault]}, status_code=422)
