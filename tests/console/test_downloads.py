"""Rejected rows as files: all of them, as they came, a few thousand at a time."""

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from console import process
from console.downloads import download_routes, rejected_address
from core.loop import open_loop
from core.settings import read_settings
from core.store import rejected as module
from tests.conftest import listings
from tests.core.test_store import Shelf

ODD = 'a "quoted", 🏠\tcity\nin two lines'


@pytest.fixture
def client(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    world = open_loop(read_settings({"DATA_DIR": str(tmp_path)}, None))
    shelf = Shelf(world.raw, world.contract)
    broken: list[Any] = [row | {"price": "dear", "city": ODD} for row in listings(6, seed=2)]
    shelf.put([*listings(3), *broken, 7], shelf.collection())
    monkeypatch.setattr(process, "the_world", lambda: world)
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 4)
    yield TestClient(Starlette(routes=[*download_routes()]))
    world.raw.dispose()
    world.clean.dispose()


def test_every_rejected_row_is_a_line_of_json(client: TestClient) -> None:
    answer = client.get(rejected_address(1, "jsonl", "", ""))
    assert answer.headers["content-disposition"] == 'attachment; filename="rejected_1_0.jsonl"'
    rows = [json.loads(line) for line in answer.text.splitlines()]
    assert [row["row"] for row in rows] == [3, 4, 5, 6, 7, 8, 9]
    assert rows[0]["content"]["city"] == ODD
    assert rows[0]["reasons"] == ["price must be a number, got 'dear'"]
    assert rows[-1]["content"] == 7


def test_every_rejected_row_is_a_row_of_the_csv_file_under_one_heading(client: TestClient) -> None:
    rows = list(csv.DictReader(io.StringIO(client.get(rejected_address(1, "csv", "", "")).text, newline="")))
    assert [row["row"] for row in rows] == list("3456789")
    assert json.loads(rows[0]["content"])["city"] == ODD
    assert rows[0]["reasons"] == "price must be a number, got 'dear'"


def test_a_file_holds_what_was_searched_for(client: TestClient) -> None:
    by_reason = client.get(rejected_address(1, "jsonl", "", "the row must be an object or a list"))
    assert [json.loads(line)["row"] for line in by_reason.text.splitlines()] == [9]
    assert client.get(rejected_address(1, "jsonl", '"quoted", 🏠', "")).text.count("\n") == 6
    nothing = client.get(rejected_address(1, "csv", "nobody wrote this", ""))
    assert nothing.text.strip() == "row,reasons,readmitted_at,readmitted_as,readmitted_by,content"


def test_an_address_carries_any_text() -> None:
    found = parse_qs(urlsplit(rejected_address(4, "csv", "a&b=c #ñ", "reason, with comma")).query)
    assert found == {"text": ["a&b=c #ñ"], "reason": ["reason, with comma"]}


@pytest.mark.parametrize("path", ["/download/rejected/99.csv", "/download/rejected/1.exe"])
def test_what_there_is_not_is_not_found(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.json()["detail"]
