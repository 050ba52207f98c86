"""Which versions the loop leaves to people."""

from collections.abc import Sequence

from core.records import Approval, Promotion

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
