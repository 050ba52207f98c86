"""What a process of the console does once."""

import gc
from collections.abc import Iterator

import pytest

from console import process
from core.errors import RegistryUnavailable


@pytest.fixture
def thawed() -> Iterator[None]:
    gc.unfreeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_what_warming_up_left_in_memory_is_not_searched_after_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def away() -> None:
        raise RegistryUnavailable("MLflow is away.")

    monkeypatch.setattr(process, "SECONDS_BEFORE_WARMING", 0.0)
    monkeypatch.setattr(process, "the_world", away)
    process._load_mlflow()
    assert gc.get_freeze_count() > 0
    garbage: list[object] = []
    garbage.append(garbage)
    del garbage
    assert gc.collect() > 0, "what is made later is searched as ever"
