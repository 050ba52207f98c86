"""The API as programs meet it: over a real socket, many at once, while versions change under it."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import httpx
import pytest
import uvicorn

from console.api import create_api
from console.api.desk import PredictorDesk
from core import store
from core.loop import Loop, execute
from core.prediction import open_predictor
from tests.integration.conftest import cycle, queue

MakeLoop = Callable[..., Loop]
FORM = {"bed": 3, "bath": 2, "house_size": 1800, "state": "Texas", "city": "Town 4", "zip_code": "01004"}
CLIENTS = 4


@contextmanager
def serving(loop: Loop) -> Iterator[str]:
    """The API of a loop on a port of its own."""
    predictor = open_predictor(loop)
    api = create_api(loop.contract, PredictorDesk(lambda: predictor), model=loop.settings.mlflow_model)
    server = uvicorn.Server(uvicorn.Config(api, port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.05)
    try:
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)


def test_a_promotion_under_load_fails_no_request_and_never_mixes_versions(
    make_loop: MakeLoop, three_batches: list[list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.prediction.predictor.SECONDS_BETWEEN_CHECKS", 0.02)
    loop = make_loop(three_batches[:1])
    cycle(loop)
    execute(loop, queue(loop, "training", reason="to see"))
    stop = threading.Event()

    def ask(address: str) -> list[tuple[int, frozenset[int]]]:
        answers = []
        with httpx.Client(base_url=address, timeout=60) as client:
            while not stop.is_set():
                many = client.post("/predict", json=[FORM] * 20)
                answers.append((many.status_code, frozenset(row["version"] for row in many.json())))
                one = client.post("/predict", json=FORM)
                answers.append((one.status_code, frozenset([one.json()["version"]])))
        return answers

    with serving(loop) as address, ThreadPoolExecutor(CLIENTS) as pool:
        asking = [pool.submit(ask, address) for _ in range(CLIENTS)]
        for version in (2, 1, 2):
            execute(loop, queue(loop, "promotion", version=version, reason="to see"))
            while httpx.post(f"{address}/predict", json=FORM, timeout=60).json()["version"] != version:
                stop.wait(0.02)
        stop.set()
        answers = [answer for future in asking for answer in future.result(60)]
    assert {status for status, _ in answers} == {200}
    assert {versions for _, versions in answers} == {frozenset([1]), frozenset([2])}


def test_what_is_asked_over_the_wire_is_what_is_stored(make_loop: MakeLoop, three_batches: list[list[Any]]) -> None:
    loop = make_loop(three_batches[:1])
    cycle(loop)
    with serving(loop) as address, httpx.Client(base_url=address, timeout=60) as client:
        good = client.post("/explain", json=FORM, headers={"X-Request-ID": "good-1"}).json()
        bad = client.post("/predict", json=[FORM, {"bed": "many"}], headers={"X-Request-ID": "bad-1"})
        assert client.get("/ready").json() == {"status": "ready", "version": 1, "problems": {}}
        assert client.get("/model").json()["metrics"]["interval_coverage"] > 0.5
    assert good["base"] + sum(part["part"] for part in good["reasons"]) == pytest.approx(good["prediction"])
    assert (bad.status_code, bad.json()["stored"], bad.json()["errors"][0]["pointer"]) == (422, True, "#/1/bed")
    with store.reading(loop.raw) as connection:
        kept = [dict(row) for row in store.list_predictions(connection, tables=loop.tables)][::-1]
    assert [(row["request_id"], row["outcome"], row["channel"]) for row in kept] == [
        ("good-1", "answered", "api"),
        ("bad-1", "refused", "api"),
        ("bad-1", "refused", "api"),
    ]
    assert kept[0]["id"] == good["id"]
    assert kept[0]["prediction"] == good["prediction"]
    assert (kept[0]["interval_low"], kept[0]["interval_high"]) == (good["interval"]["low"], good["interval"]["high"])
