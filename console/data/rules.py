"""The rules in force, and what they would have made of the last batches."""

from dataclasses import dataclass

import streamlit as st

from console import process
from console.data.clock import LIVES, stamp
from console.data.comparisons import reports, rows_stored
from console.data.ledger import decisions
from console.data.received import batches
from core import store
from core.loop import gather_evidence
from core.records import Batch, Decision, Evidence, Rules, SetRule
from core.store import Stamp

PREVIEWED = 12


@dataclass(frozen=True)
class Case:
    """A batch that was decided on, and all that it was judged on then."""

    batch: Batch
    decided: Decision
    evidence: Evidence

    @property
    def is_released(self) -> bool:
        return "released_by" in self.decided.numbers


def rules() -> Rules:
    """The rules in force from the next batch on."""
    return Rules(process.the_settings().drift_limit, {entry.key: entry.limit for entry in set_rules()})


def set_rules() -> list[SetRule]:
    """Every limit that somebody set, the newest first."""
    return _set_rules(stamp())


def cases(with_profiles: bool) -> list[Case]:
    """The newest batches that were decided on, the newest first; ``with_profiles`` where a rule looks at them."""
    decided = {entry.batch: entry.decision for entry in reversed(decisions()) if entry.kind == "train"}
    found = [(batch, decided[batch.id]) for batch in batches() if batch.id in decided][:PREVIEWED]
    stored = rows_stored()
    return [Case(batch, decision, _evidence(batch, with_profiles, stored)) for batch, decision in found]


@st.cache_data(max_entries=4, ttl=LIVES, show_spinner=False)
def _set_rules(stamp: Stamp) -> list[SetRule]:
    with store.reading(process.the_world().raw) as connection:
        return sorted(store.list_rules(connection), key=lambda entry: entry.at, reverse=True)


# What a batch was judged on when it arrived changes no more, but for rows that are let into their batch later.
@st.cache_data(max_entries=4 * PREVIEWED, ttl=LIVES, show_spinner="Reading what the last batches were judged on …")
def _evidence(batch: Batch, with_profiles: bool, rows_stored: int) -> Evidence:
    world = process.the_world()
    report = reports(batch.id).get(world.settings.drift_reference)
    with store.reading(world.raw) as connection:
        return gather_evidence(world, connection, batch, report, with_profiles, at=batch.received_at)
