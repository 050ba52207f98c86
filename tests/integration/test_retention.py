"""Retention: old versions go with their files, rows of collections closed long ago too, and the rest stays."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from console import language
from core import store
from core.errors import InputError, ModelNotLoadable, RegistryUnavailable
from core.loop import Loop, execute, retaining
from core.loop.retaining import Leaving, leaving
from core.registry import Registry
from tests.conftest import listings
from tests.integration.conftest import cycle, queue

MakeLoop = Callable[..., Loop]


def files(loop: Loop) -> set[Path]:
    """Every file that MLflow keeps for the experiment."""
    experiment = loop.registry._client.get_experiment_by_name(loop.settings.mlflow_experiment)
    return {path for path in Path(urlsplit(experiment.artifact_location).path).rglob("*") if path.is_file()}


def test_old_versions_go_with_their_files(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300)], keep_versions="1")
    cycle(loop)
    for reason in ("second", "third"):
        execute(loop, queue(loop, "training", reason=reason, families=["linear"]))
    relied_on = {entry.version for entry in promotions(loop)}
    old = next(number for number in (1, 2) if number not in relied_on)
    before = files(loop)
    assert leaving(loop, 1, 0) == Leaving((old,), ())
    outcome = execute(loop, queue(loop, "retention"))
    assert outcome["message"] == f"Removed version {old}."
    assert [version.number for version in loop.registry.versions()] == sorted({1, 2, 3} - {old})
    gone = before - files(loop)
    folders = [path for path in loop.settings.artifacts_dir.rglob("*") if path.is_dir()]
    assert all(any(folder.iterdir()) for folder in folders), "no empty folder is left behind"
    assert {path.name for path in gone} >= {"model.skops", "explanation.npz", "trials.json"}
    for kept in relied_on:
        assert loop.registry.load_model(kept).number == kept
    with pytest.raises(ModelNotLoadable):
        loop.registry.load_model(old)
    assert execute(loop, queue(loop, "retention", again=1))["message"] == "Nothing was old enough to go."


def promotions(loop: Loop) -> list[object]:
    with store.reading(loop.raw) as connection:
        return list(store.list_promotions(connection, model=loop.settings.mlflow_model))


def test_a_removal_that_stopped_half_way_is_gone_on_with(make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    for reason in ("second", "third"):
        execute(loop, queue(loop, "training", reason=reason, families=["linear"]))
    old = leaving(loop, 1, 0).versions[0]
    client = type(loop.registry._client)

    def refused(*_: object) -> None:
        raise OSError("the disk is away")

    with monkeypatch.context() as patch:
        patch.setattr(client, "delete_model_version", refused)
        with pytest.raises(RegistryUnavailable, match="the disk is away"):
            execute(loop, queue(loop, "retention", keep_versions=1))
    assert old in [version.number for version in loop.registry.versions()]
    execute(loop, queue(loop, "retention", keep_versions=1))
    assert old not in [version.number for version in Registry(loop.settings).versions()]


def test_rows_of_a_collection_closed_long_ago_go_and_its_batches_stay(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300)], collection_retention_days="30")
    cycle(loop)
    loop.the_feed().restart()
    cycle(loop, restart=True)
    later = loop.clock() + timedelta(days=31)
    aged = replace(loop, clock=lambda: later)
    outcome = execute(aged, queue(aged, "retention"))
    assert outcome["rows"] == 300
    with store.reading(loop.raw) as connection:
        assert len(store.load_received(connection, tables=loop.tables, contract=loop.contract, batch=1)) == 0
        assert len(store.load_received(connection, tables=loop.tables, contract=loop.contract, batch=2)) == 300
        assert store.load_batch(connection, batch=1).rows_stored == 300
        assert store.load_profile(connection, batch=1) is not None
        assert [entry.rows_deleted_at is not None for entry in store.list_collections(connection)] == [True, False]
        assert store.list_actions(connection, limit=1)[0]["action"] == "retention"
    run = queue(loop, "training", reason="too late", batches=[1])
    with pytest.raises(InputError, match=r"were deleted on .*: no model can be trained on them"):
        execute(loop, run)


def test_by_default_nothing_goes(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    aged = replace(loop, clock=lambda: loop.clock() + timedelta(days=5000))
    assert execute(aged, queue(aged, "retention"))["message"] == "Nothing was old enough to go."


def test_a_wrong_number_is_refused(make_loop: MakeLoop) -> None:
    loop = make_loop([])
    run = queue(loop, "retention", keep_versions=-1)
    with pytest.raises(InputError, match="keep_versions as a whole number of 0 or more, got -1"):
        execute(loop, run)


@pytest.mark.parametrize(
    ("versions", "collections", "said"),
    [
        ((4,), (), "Removed version 4."),
        ((4, 6), (), "Removed versions 4 and 6."),
        ((1, 4, 6), (2,), "Removed versions 1, 4 and 6. Deleted rows: 1,200."),
        ((), (2,), "Deleted rows: 1,200."),
        ((), (), "Nothing was old enough to go."),
    ],
)
def test_what_went_is_named(versions: tuple[int, ...], collections: tuple[int, ...], said: str) -> None:
    assert retaining._message(Leaving(versions, collections), 1200) == said
    with language.speaking("es"):
        assert versions == () or "Se quit" in language.told(said)
