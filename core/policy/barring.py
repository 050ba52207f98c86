"""Which versions the loop leaves to people."""

import math
from collections.abc import Collection, Mapping, Sequence

from core.records import Approval, Promotion, Ranked

# How a version came into production, as the ledger's ``numbers["kind"]`` has it, where a person chose it.
BY_HAND = ("manual", "undo", "rollback")


def barred_versions(ledger: Sequence[Promotion], approvals: Sequence[Approval]) -> set[int]:
    """The versions that a person took out of production or rejected, and that nobody promoted since.

    Without this the next cycle would undo what a person did.
    """
    taken_out = [
        (entry.at, entry.replaced) for entry in ledger if entry.numbers.get("kind") in BY_HAND and entry.replaced
    ]
    rejected = [(each.decided_at, each.version) for each in approvals if each.status == "rejected" and each.decided_at]
    promoted = {entry.version: max(e.at for e in ledger if e.version == entry.version) for entry in ledger}
    return {version for at, version in (*taken_out, *rejected) if version not in promoted or promoted[version] <= at}


def barred_twins(
    barred: Collection[int], ranked: Sequence[Ranked], fingerprints: Mapping[int, str], ledger: Sequence[Promotion]
) -> dict[int, int]:
    """The versions that are the same model as a barred one, which they come with.

    The same: trained on the same rows, by their fingerprint, and with the same score in every metric. One that was ever
    in production is judged by what people did to itself.
    """
    own = {entry.version for entry in ledger}
    originals = [each for each in ranked if each.number in barred and each.metrics and fingerprints.get(each.number)]
    return {
        each.number: original.number
        for each in ranked
        if each.number not in barred and each.number not in own
        for original in originals[::-1]
        if fingerprints.get(each.number) == fingerprints[original.number] and _score_alike(each, original)
    }


def _score_alike(one: Ranked, other: Ranked) -> bool:
    """Whether two scores differ in no more than the last digits, which hang on where numbers lie in memory."""
    return one.metrics.keys() == other.metrics.keys() and all(
        math.isclose(value, other.metrics[name], rel_tol=1e-9) for name, value in one.metrics.items()
    )
