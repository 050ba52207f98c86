"""How often one client may ask."""

from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from console.api import create_api
from console.api.limits import CLIENTS, Buckets
from core.contract import Contract
from tests.console.api.conftest import ROW, FakeDesk, assert_problem


class Clock:
    now = 50.0

    def __call__(self) -> float:
        return self.now


def test_a_client_that_asks_too_often_is_told_when_to_come_back(contract: Contract) -> None:
    clock, desk = Clock(), FakeDesk(contract)
    api = create_api(contract, desk, model="prices", buckets=Buckets(2, 3, clock))
    with TestClient(api) as client:
        assert [client.post("/predict", json=ROW).status_code for _ in range(3)] == [200] * 3
        refused = client.post("/predict", json=ROW)
        content = assert_problem(refused, 429)
        assert refused.headers["retry-after"] == "1"
        assert content["stored"] is False
        assert [client.get(path).status_code for path in ("/health", "/ready")] == [200, 200]
        clock.now += 0.5
        assert client.post("/predict", json=ROW).status_code == 200
        assert_problem(client.get("/model"), 429)
    with TestClient(api, client=("10.0.0.9", 1)) as another:
        assert another.post("/predict", json=ROW).status_code == 200


@given(st.lists(st.floats(0, 3), min_size=1, max_size=60), st.floats(0.1, 10), st.integers(1, 5))
def test_no_client_ever_gets_more_than_its_burst_and_its_rate(pauses: list[float], rate: float, burst: int) -> None:
    clock = Clock()
    buckets, begin, taken = Buckets(rate, burst, clock), clock.now, 0
    for pause in pauses:
        clock.now += pause
        wait = buckets.take("me")
        taken += wait == 0
        assert wait <= 1 / rate + 1e-9
        assert taken <= burst + (clock.now - begin) * rate + 1e-6


def test_a_rate_of_nothing_is_no_limit_and_clients_are_forgotten() -> None:
    assert [Buckets(0, 1).take("me") for _ in range(5)] == [0.0] * 5
    buckets = Buckets(1, 1)
    for number in range(CLIENTS + 5):
        buckets.take(str(number))
    assert len(buckets._left) == CLIENTS
