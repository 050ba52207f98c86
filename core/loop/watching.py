"""The version in production against true values: those that a batch brings, and how it does on all."""

from datetime import datetime
from typing import TYPE_CHECKING

import numpy as np

from core import live, store
from core.identity import names_property
from core.loop.world import Loop
from core.records import Batch, LiveQuality

if TYPE_CHECKING:
    from sqlalchemy import Connection


def take_true_values(loop: Loop, connection: "Connection", batch: Batch, received: store.Received | None = None) -> int:
    """Keep what a batch's usable listings tell of predictions that were asked for before it came; how many.

    A prediction that has its true value is not looked at again, so that a step that is done again tells nothing twice.
    ``received`` are the batch's rows where they are at hand; otherwise they are read, where a prediction waits at all.
    """
    if not store.any_names_home(connection, tables=loop.tables):
        return 0
    if received is None:
        rows = store.load_received(connection, tables=loop.tables, contract=loop.contract, batch=batch.id)
        received = store.receive(rows, loop.contract)
    usable = np.asarray(received.rows.frame.index.isin(received.clean[0].index))
    named = received.take(usable & names_property(received.rows.frame, loop.contract))
    waiting = store.load_waiting(
        connection, tables=loop.tables, contract=loop.contract, homes=named.properties, before=batch.received_at
    )

    def trained(version: int) -> live.Trained | None:
        return trained_on(loop, connection, version)

    met = live.match(waiting, named.rows.frame, named.properties, batch, trained, loop.contract)
    store.store_truths(connection, told=[(entry.id, entry.version, entry.value, truth) for entry, truth in met])
    return len(met)


def trained_on(loop: Loop, connection: "Connection", version: int) -> live.Trained | None:
    """The homes that a version was trained on; None where nobody noted it."""
    content = store.load_trained_on(connection, model=loop.settings.mlflow_model, version=version)
    return None if content is None else live.trained_from_bytes(content)


def live_quality(
    loop: Loop, connection: "Connection", at: datetime | None = None, version: int | None = None
) -> LiveQuality | None:
    """How a version does on the true values of its predictions, now or at a moment; without one the version in
    production, and None where nothing is."""
    model, settings = loop.settings.mlflow_model, loop.settings
    if version is None:
        promotion = store.current_promotion(connection, model=model, at=at)
        if promotion is None:
            return None
        version = promotion.version
    met = store.list_met(
        connection, tables=loop.tables, contract=loop.contract, version=version, limit=settings.live_window, at=at
    )
    holdout = store.holdout_metrics(connection, model=model, version=version, at=at) if met else {}
    return live.assess(version, met, holdout, settings.live_least, store.last_training(connection, at=at))
