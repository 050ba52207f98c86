"""The feed's client against a real HTTP server with faults."""

import json
import logging
import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConsoleError, FeedAnswerInvalid, FeedError, FeedExhausted, FeedUnavailable
from core.feed import Feed, open_feed
from core.feed.answers import parse_answer
from core.settings import read_settings
from tests.conftest import listings
from tests.feed_server import Answer, FeedServer, free_port, serving

ROWS = listings(5)
BATCH = {"group_number": 1, "batch_number": 3, "data": ROWS}
END = {"detail": "Ya se recolectó toda la información minima necesaria"}
LATER = Answer({"detail": "busy"}, 503)


@pytest.fixture
def server() -> Iterator[FeedServer]:
    with serving(Answer(BATCH)) as running:
        yield running


def open_at(url: str, folder: Path, **settings: str) -> Feed:
    """A feed that hardly pauses between retries."""
    environ = {"DATA_DIR": str(folder), "FEED_TIMEOUT": "5"} | {name.upper(): text for name, text in settings.items()}
    feed = open_feed(read_settings(environ, None), url)
    return replace(feed, wire=replace(feed.wire, first_pause=0.01))


@pytest.fixture
def feed(server: FeedServer, tmp_path: Path) -> Feed:
    return open_at(server.url, tmp_path)


def files(feed: Feed) -> list[str]:
    """What lies in the inbox."""
    folder = feed.inbox.folder
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def error_of(feed: Feed) -> ConsoleError:
    """What asking for a batch raises; a sentence, and nothing left in the inbox but what was refused."""
    with pytest.raises(ConsoleError) as caught:
        feed.next_batch()
    assert str(caught.value).endswith(".")
    assert "\n" not in str(caught.value)
    assert all(name.startswith("refused/") for name in files(feed))
    return caught.value


def test_a_batch_arrives_with_its_number_rows_and_hash(feed: Feed, server: FeedServer) -> None:
    batch = feed.next_batch()
    assert (batch.number, batch.rows) == (3, ROWS)
    assert len(batch.content_hash) == 64
    assert server.asked == [("/data", {"group_number": "1"})]


def test_the_group_and_the_parameters_of_the_settings_are_sent(server: FeedServer, tmp_path: Path) -> None:
    feed = open_at(server.url, tmp_path, feed_group="7", feed_params="day=Tuesday&key=a b")
    feed.next_batch()
    feed.restart()
    query = {"group_number": "7", "day": "Tuesday", "key": "a b"}
    assert server.asked == [("/data", query), ("/restart_data_generation", query)]


def test_an_answer_waits_in_the_inbox_until_it_is_settled(feed: Feed) -> None:
    batch = feed.next_batch()
    assert files(feed) == ["000001.json"]
    assert feed.pending() == batch
    feed.settle(batch)
    assert files(feed) == []
    assert feed.pending() is None
    feed.settle(batch)


def test_what_a_killed_worker_left_is_found_in_the_order_of_its_arrival(server: FeedServer, tmp_path: Path) -> None:
    server.answers = [Answer(BATCH | {"batch_number": number, "data": ROWS[number:]}) for number in (0, 1, 2)]
    killed = open_at(server.url, tmp_path)
    for _ in range(3):
        killed.next_batch()
    feed = open_at(server.url, tmp_path)
    found = []
    while (batch := feed.pending()) is not None:
        found.append(batch.number)
        feed.settle(batch)
    assert found == [0, 1, 2]
    assert server.times_asked == 3


def test_the_same_answer_twice_is_settled_twice(feed: Feed) -> None:
    first, second = feed.next_batch(), feed.next_batch()
    assert first.content_hash == second.content_hash
    feed.settle(first)
    assert files(feed) == ["000002.json"]
    feed.settle(second)
    assert files(feed) == []


def test_half_an_answer_of_a_killed_worker_is_no_batch_and_is_swept_away(feed: Feed) -> None:
    feed.inbox.folder.mkdir(parents=True)
    (feed.inbox.folder / "000001.part").write_bytes(b'{"data": [')
    assert feed.pending() is None
    feed.next_batch()
    assert files(feed) == ["000001.json"]


def test_the_inbox_is_tried_before_the_feed_is_asked(feed: Feed, server: FeedServer) -> None:
    feed.inbox.folder.write_text("a file where the folder should be")
    with pytest.raises(FeedError, match=r"The inbox .* cannot be used"):
        feed.next_batch()
    assert server.asked == []


def test_a_restart_counts_by_its_status_alone(feed: Feed, server: FeedServer) -> None:
    for body in ({"ok": True}, ["ok"], b""):
        server.at["/restart_data_generation"] = Answer(body)
        feed.restart()
    server.at["/restart_data_generation"] = Answer({"detail": "Número de grupo inválido"}, 400)
    with pytest.raises(FeedUnavailable, match="FEED_GROUP"):
        feed.restart()


@pytest.mark.parametrize(
    "answer",
    [
        Answer(END, 400),
        Answer({"detail": "Ya se recolectó toda la información mínima necesaria para el grupo"}, 400),
        Answer({"detail": "YA SE RECOLECTO TODA LA INFORMACION MINIMA NECESARIA"}, 400),
        Answer(END, 404),
        Answer({"detail": "No more data"}, 404),
        Answer(b"", 204),
        Answer(BATCH | {"data": []}),
        Answer([]),
    ],
)
def test_the_end_is_known_in_all_its_forms(feed: Feed, server: FeedServer, answer: Answer) -> None:
    server.answers = [answer]
    assert isinstance(error_of(feed), FeedExhausted)
    assert files(feed) == []
    assert server.times_asked == 1


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer({"detail": "Not Found"}, 404), "answered 404 Not Found at /data: check FEED_URL"),
        (Answer(b"<html>nothing here</html>", 404), "answered 404 Not Found at /data: check FEED_URL"),
        (Answer({"detail": "Número de grupo inválido"}, 400), "set FEED_GROUP to one from 1 to 10"),
        (Answer({"detail": "no such day"}, 400), "answered 400 Bad Request and said no such day"),
        (
            Answer({"detail": [{"loc": ["query", "day"], "msg": "Field required"}]}, 422),
            "day: Field required; .*FEED_P",
        ),
        (Answer({"detail": "who are you"}, 403), "403 Forbidden and said who are you"),
        (Answer(b"", 500), "500 Internal Server Error; try again later"),
        (Answer(b"", 299), "answered 299; check FEED_URL"),
    ],
)
def test_a_refusal_is_explained_and_not_repeated(feed: Feed, server: FeedServer, answer: Answer, words: str) -> None:
    server.answers = [answer]
    problem = error_of(feed)
    assert isinstance(problem, FeedUnavailable)
    assert re.search(words, str(problem)), problem
    assert server.times_asked == 1


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_feed_that_says_later_is_asked_again(feed: Feed, server: FeedServer, status: int) -> None:
    server.answers = [Answer(b"", status), Answer(b"", status), Answer(BATCH)]
    assert feed.next_batch().number == 3
    assert server.times_asked == 3


def test_retries_end(feed: Feed, server: FeedServer) -> None:
    server.answers = [LATER]
    assert "503" in str(error_of(feed))
    assert server.times_asked == 8


def test_all_retries_together_end_at_the_deadline(server: FeedServer, tmp_path: Path) -> None:
    server.answers = [LATER]
    feed = open_at(server.url, tmp_path, feed_timeout="1")
    feed.wire = replace(feed.wire, first_pause=0.3)
    began = time.monotonic()
    error_of(feed)
    assert time.monotonic() - began < 1.2
    assert 2 <= server.times_asked < 8


def test_a_connection_closed_before_any_answer_is_tried_again(feed: Feed, server: FeedServer) -> None:
    server.answers = [Answer(cut=-1), Answer(BATCH)]
    assert feed.next_batch().number == 3


def test_where_nobody_listens_the_sentence_says_so(tmp_path: Path) -> None:
    feed = open_at(f"http://127.0.0.1:{free_port()}", tmp_path, feed_timeout="0.3")
    problem = error_of(feed)
    assert isinstance(problem, FeedUnavailable)
    assert "cannot be reached: connection refused; check FEED_URL" in str(problem)


@pytest.mark.parametrize("answer", [Answer(BATCH, cut=100), Answer(BATCH, length=5000)])
def test_an_answer_that_breaks_off_is_given_up_since_the_next_one_would_be_another_batch(
    feed: Feed, server: FeedServer, answer: Answer
) -> None:
    server.answers = [answer, Answer(BATCH | {"batch_number": 4})]
    problem = error_of(feed)
    assert isinstance(problem, FeedUnavailable)
    assert "broke off" in str(problem)
    assert "only a new collection can fetch it again" in str(problem)
    assert server.times_asked == 1
    assert feed.next_batch().number == 4


@pytest.mark.parametrize(
    "answer", [Answer(BATCH, delay=3.0), Answer(BATCH, drip=0.05), Answer(BATCH, drip=0.05, length=0)]
)
def test_an_answer_that_takes_too_long_is_given_up_at_the_deadline(
    server: FeedServer, tmp_path: Path, answer: Answer
) -> None:
    server.answers = [answer]
    feed = open_at(server.url, tmp_path, feed_timeout="0.5")
    began = time.monotonic()
    problem = error_of(feed)
    assert isinstance(problem, FeedUnavailable)
    assert "did not answer in full within 0.5 s" in str(problem)
    assert time.monotonic() - began < 1.2
    assert server.times_asked == 1


@pytest.mark.parametrize("is_gzip", [False, True])
def test_an_answer_over_the_limit_is_not_taken(server: FeedServer, tmp_path: Path, is_gzip: bool) -> None:
    server.answers = [Answer(b'{"data": [' + b" " * 3_000_000 + b"1]}", is_gzip=is_gzip)]
    assert open_at(server.url, tmp_path).next_batch().rows == [1]
    problem = error_of(open_at(server.url, tmp_path / "small", feed_max_mb="2"))
    assert isinstance(problem, FeedAnswerInvalid)
    assert "at most 2 MB" in str(problem)
    assert "FEED_MAX_MB" in str(problem)


def test_a_packed_answer_is_unpacked(feed: Feed, server: FeedServer) -> None:
    plain = feed.next_batch()
    server.answers = [Answer(BATCH, is_gzip=True)]
    assert feed.next_batch() == plain


def test_a_packed_answer_that_cannot_be_unpacked_is_invalid(feed: Feed, server: FeedServer) -> None:
    server.answers = [Answer(b"no gzip at all", headers={"Content-Encoding": "gzip"})]
    assert isinstance(error_of(feed), FeedAnswerInvalid)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"<html>", "must be JSON, got '<html>'"),
        (b"", "must be JSON, got ''"),
        (b'{"data": [1, NaN', "must be JSON"),
        (b"[" * 100_000 + b"NaN", "must be JSON"),
        (b"\xff\xfe", "must be JSON"),
        (b"7", "a list of rows or an object with a list called data, got 7"),
        (b'{"detail": "hello"}', "got an object with detail"),
        (b'{"data": {}}', "a list called data"),
        (b'{"batch_number": 1.5, "data": [1]}', "batch_number must be a whole number of 0 or more, got 1.5"),
        (b'{"batch_number": true, "data": [1]}', "got True"),
        (b'{"batch_number": -1, "data": [1]}', "got -1"),
        (b'{"batch_number": "one", "data": [1]}', "got one"),
    ],
)
def test_what_is_no_batch_is_put_aside_and_does_not_come_back(
    feed: Feed, server: FeedServer, body: bytes, words: str
) -> None:
    server.answers = [Answer(body), Answer(BATCH)]
    problem = error_of(feed)
    assert isinstance(problem, FeedAnswerInvalid)
    assert words in str(problem)
    kept = feed.inbox.refused / "000001.json"
    assert str(kept) in str(problem)
    assert kept.read_bytes() == body
    assert feed.pending() is None
    feed.settle(feed.next_batch())
    assert files(feed) == ["refused/000001.json"]


@pytest.mark.parametrize(
    ("envelope", "number"),
    [({}, None), ({"batch_number": None}, None), ({"batch_number": 2.0}, 2), ({"batch_number": " 2 "}, 2)],
)
def test_a_batch_number_is_read_in_its_forms(envelope: dict[str, Any], number: int | None) -> None:
    assert parse_answer(json.dumps(envelope | {"data": [1]}).encode()).number == number


def test_a_bare_list_is_a_batch_without_a_number() -> None:
    batch = parse_answer(b"\xef\xbb\xbf" + json.dumps(ROWS).encode())
    assert (batch.number, batch.rows) == (None, ROWS)
    assert batch.content_hash == parse_answer(json.dumps(BATCH).encode()).content_hash


def test_python_s_nan_and_infinity_are_read_and_told_apart() -> None:
    bodies = [b'[{"a": NaN}]', b'[{"a": Infinity}]', b'[{"a": -Infinity}]', b'[{"a": null}]']
    batches = [parse_answer(body) for body in bodies]
    assert batches[0].rows[0]["a"] != batches[0].rows[0]["a"]
    assert batches[1].rows == [{"a": float("inf")}]
    assert len({batch.content_hash for batch in batches}) == 4
    assert parse_answer(b'[{"a": "NaN"}]').rows == [{"a": "NaN"}]


values = st.none() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5)
row_lists = st.lists(
    st.dictionaries(st.text(max_size=3), values, max_size=4) | st.lists(values, max_size=3), max_size=5
)


@given(row_lists, st.integers(0, 9))
def test_the_hash_depends_on_the_rows_and_on_nothing_else(rows: list[Any], number: int) -> None:
    spaced = json.dumps({"data": rows, "extra": number, "batch_number": number}, indent=2)
    packed = json.dumps({"batch_number": 0, "data": rows}, separators=(",", ":"), ensure_ascii=False)
    first, second = parse_answer(spaced.encode()), parse_answer(packed.encode())
    assert first.rows == second.rows == rows
    assert first.content_hash == second.content_hash
    assert parse_answer(json.dumps([*rows, 1]).encode()).content_hash != first.content_hash


def test_a_redirect_on_the_same_host_is_followed(feed: Feed, server: FeedServer) -> None:
    server.at["/data"] = Answer(status=307, headers={"Location": "/data/?group_number=1"})
    assert feed.next_batch().number == 3
    assert server.asked[-1] == ("/data/", {"group_number": "1"})


@pytest.mark.parametrize("place", ["http://localhost:1/data", "//example.invalid/data", "/data"])
def test_a_redirect_to_another_host_or_in_a_circle_is_not_followed(feed: Feed, server: FeedServer, place: str) -> None:
    server.at["/data"] = Answer(status=302, headers={"Location": place})
    assert "sends its visitors elsewhere" in str(error_of(feed))


SECRETS = ("hunter2", "sesame")
REPEATS = {"detail": [{"loc": ["query", "day"], "msg": "not sesame", "input": "sesame"}]}


@pytest.mark.parametrize(
    "answer",
    [Answer({"detail": "sesame?"}, 403), Answer(REPEATS, 422), Answer(b"", 404), LATER, Answer(cut=-1), Answer(b"x")],
)
def test_no_password_and_no_query_reaches_an_error_or_a_log(
    server: FeedServer, tmp_path: Path, answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    server.answers = [answer]
    url = server.url.replace("://", "://me:hunter2@")
    feed = open_at(url, tmp_path, feed_params="key=sesame", feed_timeout="1")
    texts = [str(error_of(feed)), caplog.text]
    assert not [secret for secret in SECRETS for text in texts if secret in text]


def test_a_connection_that_fails_tells_no_secret(tmp_path: Path) -> None:
    url = f"http://me:hunter2@127.0.0.1:{free_port()}"
    problem = error_of(open_at(url, tmp_path, feed_params="key=sesame", feed_timeout="0.2"))
    assert not [secret for secret in SECRETS if secret in str(problem)]
    assert problem.__cause__ is None


@pytest.mark.parametrize(
    ("health", "root"), [(Answer({"status": "OK"}), None), (Answer(b"", 404), Answer({"Proyecto Final": ""}))]
)
def test_a_feed_that_is_there_passes_the_check(
    feed: Feed, server: FeedServer, health: Answer, root: Answer | None
) -> None:
    server.at = {"/health": health} | ({"/": root} if root else {})
    feed.check()
    assert server.times_asked == 0


@pytest.mark.parametrize("answer", [Answer(b"", 404), Answer(b"", 500), LATER, Answer(cut=-1)])
def test_a_feed_that_is_not_there_fails_the_check(feed: Feed, server: FeedServer, answer: Answer) -> None:
    server.answers = [answer]
    with pytest.raises(FeedUnavailable):
        feed.check()
    assert len(server.asked) <= 2
