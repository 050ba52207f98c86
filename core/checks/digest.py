"""Which rules a batch was checked by."""

import hashlib

from core.contract import Contract


def rules_digest(contract: Contract) -> str:
    """A digest of all that decides whether a row is accepted or may be trained on: labels and help texts do not."""
    columns = [(c.name, c.kind, c.required, c.min, c.max, c.length, c.digits) for c in contract.columns]
    drops = [(drop.column, drop.low, drop.high) for drop in contract.drops]
    return hashlib.sha256(repr((columns, drops, contract.target)).encode()).hexdigest()
