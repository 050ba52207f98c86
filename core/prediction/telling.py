"""True values that are told later, of predictions that are stored."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core import store
from core.checks import check_truth
from core.contract import Contract
from core.errors import InputError, RowsInvalid
from core.prediction.predictor import Predictor
from core.records import ASKER, Answered, Truth
from core.words import sentence

if TYPE_CHECKING:
    from sqlalchemy import Connection

MOST_KEY = 2**63 - 1


@dataclass(frozen=True)
class Told:
    """A stored prediction and what is true of it now; ``before`` is what was known until then."""

    answered: Answered
    truth: Truth
    before: Truth | None

    @property
    def error(self) -> float:
        """What was predicted less what is true, in the target's unit."""
        return self.answered.value - self.truth.value


@dataclass(frozen=True)
class _Wanted:
    """The prediction that is meant, by its key or by its request, and what is true of it."""

    id: int | None
    request_id: str
    value: float


def tell_truths(predictor: Predictor, given: Sequence[Mapping[str, Any]], by: str) -> list[Told]:
    """Keep the true values of stored predictions, all or none, in place of what was known; the audit has who told them.

    Each names its prediction by ``id``, or by a ``request_id`` that asked for one price alone, and has the true value
    under the target's name. Raises RowsInvalid with a sentence for each bad field, or StoreError.
    """
    loop = predictor.loop
    problems: dict[int, Mapping[str, str]] = {}
    wanted: list[_Wanted] = []
    for place, row in enumerate(given):
        try:
            wanted.append(_read(row, loop.contract))
        except InputError as error:
            problems[place] = error.problems
    _refuse(problems)
    with store.writing(loop.raw) as connection:
        found: list[Answered] = []
        for place, each in enumerate(wanted):
            try:
                found.append(_find(predictor, connection, each))
            except InputError as error:
                problems[place] = error.problems
        _refuse(problems)
        return _keep(predictor, connection, list(zip(found, wanted, strict=True)), by)


def _keep(
    predictor: Predictor, connection: "Connection", pairs: Sequence[tuple[Answered, _Wanted]], by: str
) -> list[Told]:
    at, told = predictor.loop.clock(), list[Told]()
    for answered, wanted in pairs:
        before = store.load_truth(connection, prediction=answered.id)
        [reason] = predictor.dishonest(answered.version, [answered.home])
        truth = Truth(wanted.value, ASKER, at, by, reason)
        store.store_truths(connection, told=[(answered.id, answered.version, answered.value, truth)])
        detail = {"prediction": answered.id, "value": truth.value, "before": before.value if before else None}
        store.note_action(connection, at=at, by=by, action="true value of a prediction", detail=detail)
        told.append(Told(answered, truth, before))
    return told


def _refuse(problems: Mapping[int, Mapping[str, str]]) -> None:
    if problems:
        raise RowsInvalid(" ".join(next(iter(problems.values())).values()), problems)


def _read(row: Mapping[str, Any], contract: Contract) -> _Wanted:
    problems = {
        str(name): sentence("{name} is no field of this form.", name=name)
        for name in row
        if name not in ("id", "request_id", contract.target)
    }
    key, request_id, value = row.get("id"), row.get("request_id"), None
    if key is not None and (isinstance(key, bool) or not isinstance(key, int) or not 0 < key <= MOST_KEY):
        problems["id"] = sentence("id must be the number of a stored prediction, got {value}.", value=repr(key)[:60])
    if request_id is not None and not isinstance(request_id, str):
        problems["request_id"] = sentence("request_id must be a text, got {value}.", value=repr(request_id)[:60])
    if key is None and not request_id:
        problems.setdefault("id", sentence("id or request_id must name a stored prediction."))
    try:
        value = check_truth(row.get(contract.target), contract)
    except InputError as error:
        problems |= error.problems
    if value is None:
        problems.setdefault(contract.target, sentence("{name} must have the true value.", name=contract.target))
    if problems or value is None:
        raise InputError(" ".join(problems.values()), problems)
    return _Wanted(key, request_id or "", value)


def _find(predictor: Predictor, connection: "Connection", wanted: _Wanted) -> Answered:
    """The one prediction that is meant."""
    found = store.find_answered(
        connection,
        tables=predictor.loop.tables,
        contract=predictor.loop.contract,
        prediction=wanted.id,
        request_id=wanted.request_id,
    )
    if len(found) == 1:
        return found[0]
    if found:
        problem = sentence(
            "The request {request} asked for several prices: name one by its id.", request=wanted.request_id
        )
    elif wanted.id is None:
        problem = sentence("No price was given to the request {request}.", request=wanted.request_id)
    elif wanted.request_id:
        problem = sentence(
            "The request {request} has no price with the id {id}.", request=wanted.request_id, id=wanted.id
        )
    else:
        problem = sentence("No price is stored under the id {id}.", id=wanted.id)
    raise InputError(problem, {"id" if wanted.id is not None else "request_id": problem})
