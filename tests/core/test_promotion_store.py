"""Resamples, rules and candidates on SQLite and on MySQL."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, Engine

from core import store
from core.errors import InputError
from tests.conftest import NOON


def put_forward(connection: Connection, version: int, hour: int = 0) -> int:
    at, facts = NOON + timedelta(hours=hour), {"reason": "it is better", "numbers": {"rules": []}}
    return store.put_forward(connection, model="m", version=version, replaces=1, at=at, **facts)  # type: ignore[arg-type]


def test_resamples_are_kept_by_version_and_holdout_and_forgotten_with_their_holdout(raw: Engine) -> None:
    with store.writing(raw) as connection:
        for holdout, version in (("h1", 1), ("h1", 2), ("h2", 1)):
            content = f"{holdout}{version}".encode()
            for _ in range(2):
                store.store_resamples(connection, model="m", version=version, holdout=holdout, content=content)
        assert store.list_resampled(connection, model="m", holdout="h1") == [1, 2]
        assert store.load_resamples(connection, model="m", holdout="h1", version=2) == b"h12"
        store.forget_resamples(connection, model="m", but="h2")
        assert store.list_resampled(connection, model="m", holdout="h1") == []
        assert store.load_resamples(connection, model="m", holdout="h1", version=2) is None
        assert store.list_resampled(connection, model="m", holdout="h2") == [1]


def test_resamples_of_a_large_holdout_fit(raw: Engine) -> None:
    content = bytes(range(256)) * 4096
    with store.writing(raw) as connection:
        store.store_resamples(connection, model="m", version=1, holdout="h", content=content)
        assert store.load_resamples(connection, model="m", holdout="h", version=1) == content


def test_the_rules_that_were_set_last_are_in_force(raw: Engine) -> None:
    with store.writing(raw) as connection:
        assert store.load_promotion_rules(connection, model="m") is None
        store.store_promotion_rules(connection, model="m", content={"metric": "mae"}, by="ana", at=NOON)
        store.store_promotion_rules(connection, model="other", content={"metric": "r2"}, by="ana", at=NOON)
        assert store.load_promotion_rules(connection, model="m") == ({"metric": "mae"}, NOON, "ana")


def test_one_candidate_waits_at_a_time(raw: Engine) -> None:
    with store.writing(raw) as connection:
        put_forward(connection, 2)
        put_forward(connection, 3, hour=1)
        found = store.list_approvals(connection, model="m")
    assert [(each.version, each.status) for each in found] == [(3, "pending"), (2, "superseded")]
    assert found[1].comment == "version 3 was put forward"


@pytest.mark.parametrize("status", ["approved", "rejected"])
def test_a_candidate_is_decided_once(raw: Engine, status: str) -> None:
    with store.writing(raw) as connection:
        key = put_forward(connection, 2)
        store.decide_approval(connection, approval=key, status=status, by="ana", comment="looks right", at=NOON)
        (found,) = store.list_approvals(connection, model="m", status=status)
        assert (found.version, found.decided_by, found.comment, found.decided_at) == (2, "ana", "looks right", NOON)
        with pytest.raises(InputError, match="no longer waits"):
            store.decide_approval(connection, approval=key, status="rejected", by="bo", comment="", at=NOON)


def test_a_page_sees_that_rules_and_candidates_changed(raw: Engine) -> None:
    stamps = []
    with store.writing(raw) as connection:
        stamps.append(store.load_stamp(connection))
        store.store_promotion_rules(connection, model="m", content={}, by="ana", at=NOON)
        stamps.append(store.load_stamp(connection))
        key = put_forward(connection, 2)
        stamps.append(store.load_stamp(connection))
        store.decide_approval(connection, approval=key, status="rejected", by="ana", comment="no", at=NOON)
        stamps.append(store.load_stamp(connection))
    assert len(set(stamps)) == 4
