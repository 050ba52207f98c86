"""Candidates that wait for a person: what each new judgement makes of them, and what an approval is judged by."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from core import policy, store
from core.errors import InputError
from core.loop.comparing import comparisons_with, rules_in_force
from core.loop.world import Loop
from core.records import APPROVAL, Approval, Comparison, Decision, PromotionRules
from core.words import sentence

if TYPE_CHECKING:
    from sqlalchemy import Connection

Comparisons = Mapping[int, Comparison]


def hold_to(
    loop: Loop,
    connection: "Connection",
    decision: Decision,
    production: int | None,
    rules: PromotionRules,
    comparisons: Comparisons,
) -> Decision:
    """What a new judgement makes of the candidates that wait, and the decision as it is stored.

    In approval mode a yes is a no that waits: the version is put forward, or the evidence of one that waits already is
    renewed. A candidate that no longer keeps every rule is withdrawn, in either mode: nobody should be asked to approve
    what the rules would not put forward today. It may be put forward again once it keeps them.
    """
    if decision.yes:
        return _wait(loop, connection, decision, production, comparisons) if rules.mode == APPROVAL else decision
    said = [
        _withdraw(loop, connection, each, decision, rules, comparisons)
        for each in store.list_approvals(connection, model=loop.settings.mlflow_model, status="pending")
    ]
    return replace(decision, reason=" ".join([decision.reason, *said]))


def approved_facts(loop: Loop, connection: "Connection", approved: Approval, production: int | None) -> dict[str, Any]:
    """What the ledger keeps of an approval: the comment, and what each rule says on the newest holdout.

    Raises InputError where the version no longer keeps every rule there.
    """
    facts = {"approval": approved.id, "comment": approved.comment, "rules": approved.numbers.get("rules", [])}
    comparisons = comparisons_with(loop, connection, production, only=approved.version) if production else {}
    if approved.version not in comparisons:
        return facts
    rules = rules_in_force(loop, connection).rules
    failed = policy.not_kept(approved.version, rules, comparisons)
    if failed:
        raise InputError(f"{_no_longer(approved.version)} {failed}")
    return facts | {"rules": [asdict(each) for each in policy.judge(comparisons[approved.version], rules)]}


def _wait(
    loop: Loop, connection: "Connection", decision: Decision, production: int | None, comparisons: Comparisons
) -> Decision:
    """Put the version forward, or renew what is known of it where it waits already, and say so."""
    model, version, at = loop.settings.mlflow_model, int(decision.numbers["version"]), loop.clock()
    numbers = {**decision.numbers, "judged": _judged_on(loop, connection, comparisons.get(version))}
    facts: dict[str, Any] = {"reason": decision.reason, "numbers": numbers}
    waiting = store.list_approvals(connection, model=model, status="pending")
    known = next((each for each in waiting if each.version == version and each.replaces == production), None)
    if known is None:
        store.put_forward(connection, model=model, version=version, replaces=production, at=at, **facts)
    else:
        store.renew_approval(connection, approval=known.id, **facts)
    reason = f"{decision.reason} {sentence('It waits for the approval of a person.')}"
    return replace(decision, yes=False, reason=reason, numbers={**decision.numbers, "waits": True})


def _judged_on(loop: Loop, connection: "Connection", comparison: Comparison | None) -> dict[str, Any]:
    """The holdout that a candidate was judged on, and when."""
    holdout = store.last_holdout(connection, model=loop.settings.mlflow_model)
    size = {"rows": comparison.rows, "properties": comparison.properties} if comparison else {}
    return {"at": loop.clock().isoformat(), "holdout": holdout, **size}


def _withdraw(
    loop: Loop,
    connection: "Connection",
    waiting: Approval,
    decision: Decision,
    rules: PromotionRules,
    comparisons: Comparisons,
) -> str:
    """Take a candidate back with its reason; in words."""
    failed = policy.not_kept(waiting.version, rules, comparisons)
    comment = f"{_no_longer(waiting.version)} {failed}" if failed else decision.reason
    at, key = loop.clock(), waiting.id
    store.decide_approval(connection, approval=key, status="withdrawn", by="worker", comment=comment, at=at)
    return sentence("Version {version} no longer waits for approval.", version=waiting.version)


def _no_longer(version: int) -> str:
    return sentence("Version {version} no longer keeps every rule.", version=version)
