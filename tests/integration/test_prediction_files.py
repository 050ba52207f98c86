"""A file through the version in production: every row answered or named, all by one version, each one stored."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest

from core import store
from core.loop import Loop
from core.prediction import open_predictor, predict_rows, recall
from core.prediction.files import (
    answer_header,
    answer_rows,
    answer_table,
    as_csv,
    match_columns,
    problem_rows,
    read_table,
)
from tests.integration.conftest import cycle

MakeLoop = Callable[..., Loop]
FILE = b"""notes,Bedrooms,bath,house_size,city,state,zip_code
=1+1,3,2,1800,Town 4,Texas,01004
plain,many,99,1800,Town 4,Texas,01004
@x,2,,900,Nowhere,Maine,1007
"""


def test_good_rows_are_answered_as_one_by_one_and_bad_ones_are_named(
    make_loop: MakeLoop, three_batches: list[list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.prediction.files.answering.ROWS_AT_ONCE", 2)
    loop = make_loop(three_batches[:1])
    cycle(loop)
    predictor, table = open_predictor(loop), read_table("a.csv", FILE)
    parts = list(answer_table(predictor, table, match_columns(table.header, loop.contract), "file-1", "operator"))
    assert [(part.done, part.version, part.is_stored) for part in parts] == [(2, 1, True), (3, 1, True)]
    with store.reading(loop.raw) as connection:
        kept = [dict(row) for row in store.list_predictions(connection, tables=loop.tables)][::-1]
    assert [(row["outcome"], row["channel"], row["request_id"]) for row in kept] == [
        ("answered", "file", "file-1"),
        ("refused", "file", "file-1"),
        ("answered", "file", "file-1"),
    ]
    first = {"bed": 3, "bath": 2, "house_size": 1800, "city": "Town 4", "state": "Texas", "zip_code": "01004"}
    alone = predict_rows(predictor, [first], "api")[0]
    answers = list(
        csv.DictReader(io.StringIO(as_csv(answer_header(table), answer_rows(table, parts)).decode("utf-8-sig")))
    )
    assert [row["line"] for row in answers] == ["2", "4"]
    assert [row["notes"] for row in answers] == ["'=1+1", "'@x"]
    assert float(answers[0]["prediction"]) == pytest.approx(alone.value, abs=0.01)
    assert alone.interval is not None
    assert float(answers[0]["low"]) == pytest.approx(alone.interval.low, abs=0.01)
    assert kept[0]["prediction"] == pytest.approx(alone.value)
    assert kept[0]["interval_high"] == pytest.approx(alone.interval.high)
    parts_of_first = [abs(float(answers[0][f"reason_{number}_part"])) for number in (1, 2, 3)]
    assert parts_of_first == sorted(parts_of_first, reverse=True)
    assert answers[0]["reason_1"] in loop.contract.feature_names
    assert list(problem_rows((found for part in parts for found in part.problems), str)) == [
        [3, "Bedrooms (bed) must be a number, got 'many'.", "bed", "many"],
        [3, "Bathrooms (bath) must be 0 to 20, got '99'.", "bath", "99"],
    ]
    # What a price does not lean on is said, and each is found again: by its key, and by the link of the page.
    assert list(answers[0])[:6] == ["line", "prediction", "low", "high", "unknown", "missing"]
    nothing_of = "brokered_by, status, acre_lot, prev_sold_date"
    assert [(row["unknown"], set(row["missing"].split(", "))) for row in answers] == [
        ("", set(nothing_of.split(", "))),
        ("city", {"bath", *nothing_of.split(", ")}),
    ]
    assert [int(row["id"]) for row in answers] == [kept[0]["id"], kept[2]["id"]]
    link = f"{answers[1]['id']}.{answers[1]['request_id']}"
    assert recall(predictor, link, may_open_all=False).prediction.inputs["city"] == "Nowhere"


def test_a_file_that_could_not_be_stored_says_so(make_loop: MakeLoop, three_batches: list[list[Any]]) -> None:
    loop = make_loop(three_batches[:1])
    cycle(loop)
    predictor, table = open_predictor(loop), read_table("a.csv", FILE)
    predictor.serving()
    with store.writing(loop.raw) as connection:
        connection.exec_driver_sql("ALTER TABLE new_real_estate RENAME TO lost")
    parts = list(answer_table(predictor, table, match_columns(table.header, loop.contract), "file-1", "operator"))
    assert [(len(part.places), part.is_stored) for part in parts] == [(2, False)]
    assert {(row[-8], row[-7]) for row in answer_rows(table, parts)} == {("", "")}


def test_a_file_without_a_good_row_is_answered_with_its_problems(
    make_loop: MakeLoop, three_batches: list[list[Any]]
) -> None:
    loop = make_loop(three_batches[:1])
    cycle(loop)
    table = read_table("a.csv", b"bed,city\nmany,Town 4\n")
    [part] = answer_table(open_predictor(loop), table, match_columns(table.header, loop.contract), "file-3", "operator")
    assert (len(part.places), part.keys, len(part.problems)) == (0, [], 1)
    assert list(answer_rows(table, [part])) == []


def test_decimal_commas_are_priced_as_points_and_kept_as_they_came(
    make_loop: MakeLoop, three_batches: list[list[Any]]
) -> None:
    loop = make_loop(three_batches[:1])
    cycle(loop)
    predictor, prices = open_predictor(loop), []
    for content in (b"acre_lot;bath;price\n0,25;2;250.000,5\n", b"acre_lot,bath,price\n0.25,2,250000.5\n"):
        table = read_table("a.csv", content)
        [part] = answer_table(predictor, table, match_columns(table.header, loop.contract), "file-4", "operator")
        prices.append(part.priced.values.tolist())
    assert prices[0] == prices[1]
    assert len(prices[0]) == 1
    with store.reading(loop.raw) as connection:
        kept = store.list_predictions(connection, tables=loop.tables, limit=2)
    assert [row["true_value"] for row in kept] == [250_000.5, 250_000.5]
    assert kept[1]["request"]["acre_lot"] == "0,25"
    table = read_table("a.csv", b'house_size,bath\n"1,800",2\n1800,2\n')
    [part] = answer_table(predictor, table, match_columns(table.header, loop.contract), "file-5", "operator")
    [problem] = part.problems
    assert "without marks of thousands, such as 1800 or 0.25, got '1,800'." in problem.detail
    assert part.places.tolist() == [1]


WITH_PRICES = b"""street,city,state,zip_code,bed,price
77,Town 4,Texas,01004,3,250000
78,Town 4,Texas,01004,3,
79,Town 4,Texas,01004,3,500
,Town 4,Texas,01004,3,310000
"""


def test_a_column_of_true_prices_is_kept_beside_the_answers(
    make_loop: MakeLoop, three_batches: list[list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.prediction.files.answering.ROWS_AT_ONCE", 3)
    loop = make_loop(three_batches[:1])
    cycle(loop)
    predictor, table = open_predictor(loop), read_table("a.csv", WITH_PRICES)
    parts = list(answer_table(predictor, table, match_columns(table.header, loop.contract), "file-2", "operator"))
    [problem] = [problem for part in parts for problem in part.problems]
    assert (problem.line, problem.column) == (4, "price")
    assert "must be a true value" in problem.detail
    with store.reading(loop.raw) as connection:
        kept = [dict(row) for row in store.list_predictions(connection, tables=loop.tables)][::-1]
        met = store.list_met(connection, tables=loop.tables, contract=loop.contract, version=1, limit=9)
        assert store.any_names_home(connection, tables=loop.tables)
    assert [row["true_value"] for row in kept] == [250_000.0, None, None, 310_000.0]
    assert [row["outcome"] for row in kept] == ["answered", "answered", "refused", "answered"]
    assert {each.truth.by for each in met} == {"operator"}
