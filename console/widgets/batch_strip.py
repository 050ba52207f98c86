"""The newest batches side by side, a cell a batch: its verdict as a colour, what followed as icons; each is a link."""

from collections.abc import Mapping, Sequence

import streamlit as st

from console import navigation
from console.chronicle import ICONS
from console.language import _, told
from core.records import Batch, Decision, StoredDecision

# Room for a number such as 12·345 and two icons.
CELL = 112
Decided = Mapping[tuple[int | None, str], Decision]


def batch_strip(batches: Sequence[Batch], decisions: Sequence[StoredDecision]) -> None:
    """A cell for each of ``batches``, the oldest first."""
    decided: Decided = {(found.batch, found.kind): found.decision for found in reversed(decisions)}
    with st.container(horizontal=True, gap="xsmall"):
        for batch in reversed(batches):
            train, promote = decided.get((batch.id, "train")), decided.get((batch.id, "promote"))
            st.page_link(
                navigation.page("drift"),
                label=f":{verdict_colour(train)}-badge[{batch.collection}·{batch.number}{_icons(train, promote)}]",
                icon="",
                help=" ".join(told(found.reason) for found in (train, promote) if found) or _("Not judged yet."),
                width=CELL,
                query_params={"batch": str(batch.id)},
            )
    st.caption(
        _(
            "Orange: over its limits, green: within them, grey: not compared. {trained} trained, {promoted} promoted, "
            "{held} held. Each opens the batch's drift.",
            **ICONS,
        )
    )


def verdict_colour(train: Decision | None) -> str:
    """A batch's verdict as one of the colours of a badge."""
    if train is None or train.held or "compared" not in train.numbers:
        return "gray"
    return "orange" if train.numbers.get("exceeded") else "green"


def _icons(train: Decision | None, promote: Decision | None) -> str:
    found = {
        "held": bool(train and train.held),
        "trained": bool(train and train.yes),
        "promoted": bool(promote and promote.yes),
    }
    return "".join(f" {ICONS[name]}" for name, is_so in found.items() if is_so)
