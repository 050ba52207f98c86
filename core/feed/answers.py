"""What an answer of the feed means: a batch, the end, or a refusal."""

import hashlib
import json
import unicodedata
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import orjson

from core.errors import FeedAnswerInvalid, FeedError, FeedExhausted, FeedUnavailable
from core.records import FeedBatch
from core.words import sentence

END = "ya se recolecto toda la informacion minima necesaria"
WRONG_GROUP = "numero de grupo invalido"
# What a server without such an address says by itself.
NO_SUCH_ADDRESS = "not found"
NOT_FINITE = (b"NaN", b"Infinity")
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
Dump = Callable[[Any], bytes]


def parse_answer(body: bytes) -> FeedBatch:
    """The batch in the body of an answer: ``{"batch_number": 0, "data": [...]}`` or a bare list of rows.

    Raises FeedAnswerInvalid for anything else.
    """
    answer, dump = _decode(body.removeprefix(BYTE_ORDER_MARK))
    envelope = {"data": answer} if isinstance(answer, list) else answer
    if not isinstance(envelope, dict) or not isinstance(envelope.get("data"), list):
        raise FeedAnswerInvalid(
            sentence(
                "The feed's answer must be a list of rows or an object with a list called data, got {answer}; check "
                "FEED_URL.",
                answer=_short(_outline(answer)),
            )
        )
    rows = envelope["data"]
    return FeedBatch(_read_number(envelope.get("batch_number")), rows, hashlib.sha256(dump(rows)).hexdigest())


def read_refusal(status: int, body: bytes, address: str, hide: Callable[[str], str]) -> FeedError:
    """The error that an answer other than 200 stands for.

    ``address`` is the feed's without secrets, ``hide`` takes them out of a text that may repeat them.
    """
    detail = _read_detail(body)
    words = _fold(detail) if isinstance(detail, str) else ""
    is_end = status == 204 or (status in (400, 404) and words.startswith(END))
    if is_end or (status == 404 and words not in ("", NO_SUCH_ADDRESS)):
        return FeedExhausted(
            sentence(
                "The feed at {address} has handed out every batch (it answered {status}).",
                address=address,
                status=status,
            )
        )
    return FeedUnavailable(_refusal(status, words, detail, {"address": address, "status": _named(status)}, hide))


def _decode(body: bytes) -> tuple[Any, Dump]:
    """The parsed body, and the function whose bytes tell two contents apart."""
    try:
        return orjson.loads(body), lambda value: orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONDecodeError as error:
        # Python servers write NaN and Infinity, which are no JSON; the checks of the rows deal with them.
        if not any(word in body for word in NOT_FINITE):
            raise _no_json(body, error) from None
    try:
        return json.loads(body), lambda value: json.dumps(value, sort_keys=True).encode()
    except (ValueError, RecursionError) as error:
        raise _no_json(body, error) from None


def _no_json(body: bytes, error: Exception) -> FeedAnswerInvalid:
    start = body[:60].decode(errors="replace")
    return FeedAnswerInvalid(
        sentence("The feed's answer must be JSON, got {start!r} ({error}); check FEED_URL.", start=start, error=error)
    )


def _read_number(raw: Any) -> int | None:
    """A batch number: 3, 3.0 or "3"; None where there is none."""
    if raw is None:
        return None
    if isinstance(raw, str) and raw.strip().isascii() and raw.strip().isdigit() and len(raw) < 20:
        return int(raw)
    is_whole = isinstance(raw, int) or (isinstance(raw, float) and raw.is_integer())
    if isinstance(raw, bool) or not is_whole or raw < 0:
        raise FeedAnswerInvalid(
            sentence(
                "The feed's batch_number must be a whole number of 0 or more, got {raw}; check the feed.",
                raw=_short(raw),
            )
        )
    return int(raw)


def _read_detail(body: bytes) -> Any:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return answer.get("detail") if isinstance(answer, dict) else None


def _refusal(status: int, words: str, detail: Any, named: Mapping[str, str], hide: Callable[[str], str]) -> str:
    """What the feed answered, what it said, and what to do."""
    if status == 400 and words.startswith(WRONG_GROUP):
        return sentence(
            "The feed at {address} answered {status}: it does not know this group number; set FEED_GROUP to one from 1 "
            "to 10.",
            **named,
        )
    if status == 422:
        return sentence(
            "The feed at {address} answered {status}: {faults}; set what it asks for in FEED_PARAMS, such as "
            "day=Tuesday.",
            **named,
            faults=hide(_faults(detail)),
        )
    if status == 404:
        return sentence("The feed at {address} answered {status} at /data: check FEED_URL.", **named)
    is_passing = status >= 500 or status == 429
    if isinstance(detail, str):
        said = {**named, "detail": _short(hide(detail))}
        if is_passing:
            return sentence("The feed at {address} answered {status} and said {detail}; try again later.", **said)
        return sentence("The feed at {address} answered {status} and said {detail}; check FEED_URL.", **said)
    if is_passing:
        return sentence("The feed at {address} answered {status}; try again later.", **named)
    return sentence("The feed at {address} answered {status}; check FEED_URL.", **named)


def _faults(detail: Any) -> str:
    """``day: Field required`` from FastAPI's list of faults, which also repeats what was sent: that is left out."""
    faults = [fault for fault in detail if isinstance(fault, Mapping)] if isinstance(detail, list) else []
    named = [f"{_last(fault.get('loc'))}: {fault.get('msg', 'wrong')}" for fault in faults]
    return ", ".join(named)[:300] or sentence("a parameter is missing or wrong")


def _last(place: Any) -> str:
    return str(place[-1]) if isinstance(place, list) and place else "a parameter"


def _fold(text: str) -> str:
    """Lower case, without accents and surplus spaces."""
    letters = (letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
    return " ".join("".join(letters).casefold().split())


def _named(status: int) -> str:
    known = status in HTTPStatus.__members__.values()
    return f"{status} {HTTPStatus(status).phrase}" if known else str(status)


def _outline(answer: Any) -> Any:
    """An object by its keys: its values may be a whole batch."""
    return (
        sentence("an object with {names}", names=", ".join(map(str, answer)) or "nothing")
        if isinstance(answer, dict)
        else answer
    )


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."
