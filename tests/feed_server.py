"""A real HTTP server whose answers a test scripts, faults included."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Answer:
    """One answer: ``body`` is bytes, or anything that becomes JSON.

    ``delay`` is waited before the first byte. ``drip`` is the pause between bytes. ``cut`` ends the connection after so
    many bytes of the body (-1: before the status line). ``length`` is what Content-Length says (None: the truth, 0: no
    such header).
    """

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drip: float = 0.0
    cut: int | None = None
    length: int | None = None
    is_gzip: bool = False

    def content(self) -> bytes:
        body = self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()
        return gzip.compress(body) if self.is_gzip else body


@dataclass
class FeedServer:
    """Answers ``/data`` (and any path without answers of its own) from a list, the last answer again and again."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    at: dict[str, Answer] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def take(self, target: str) -> Answer:
        parts = urlsplit(target)
        self.asked.append((parts.path, {name: values[0] for name, values in parse_qs(parts.query).items()}))
        if parts.path in self.at:
            return self.at[parts.path]
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def times_asked(self) -> int:
        return sum(path == "/data" for path, _ in self.asked)


@contextmanager
def serving(*answers: Answer) -> Iterator[FeedServer]:
    """A server on a free port with these answers."""
    script = FeedServer(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _send(self, script.take(self.path))

        def log_message(self, *_: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    server.block_on_close = False
    script.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def free_port() -> int:
    """A port where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _send(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    time.sleep(answer.delay)
    content = answer.content()
    if answer.cut == -1:
        return _hang_up(handler)
    handler.send_response(answer.status)
    for name, value in answer.headers.items():
        handler.send_header(name, value)
    if answer.is_gzip:
        handler.send_header("Content-Encoding", "gzip")
    if answer.length != 0:
        handler.send_header("Content-Length", str(len(content) if answer.length is None else answer.length))
    handler.end_headers()
    _send_body(handler, answer, content)
    return None


def _send_body(handler: BaseHTTPRequestHandler, answer: Answer, content: bytes) -> None:
    try:
        if answer.drip:
            for place in range(len(content)):
                handler.wfile.write(content[place : place + 1])
                time.sleep(answer.drip)
        else:
            handler.wfile.write(content[: answer.cut])
    except OSError:
        return
    if answer.cut is not None:
        _hang_up(handler)


def _hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)
