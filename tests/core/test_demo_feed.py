"""The demo feed without its process: generated listings, CSV files, positions, answers."""

import csv
import json
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from core.checks import check_rows
from core.cleaning import clean
from core.contract import Contract, load_contract
from core.demo_feed.__main__ import open_source
from core.demo_feed.csv_rows import CsvRows
from core.demo_feed.listings import Listings
from core.demo_feed.places import make_places
from core.demo_feed.population import COLUMNS
from core.demo_feed.positions import Positions
from core.demo_feed.server import DemoFeed
from core.drift import compare, merge_profiles, profile_rows
from core.errors import SettingsError
from core.records import CheckedBatch, DriftReport
from core.settings import read_settings
from tests.conftest import REAL_DATA

SEED = 20260101
ROWS = (73_784, 94_551, 230_366, 4_055, 320_696, 361_457)
MEAN_PRICES = (219_186, 179_512, 196_747, 236_810, 397_339, 1_134_678)
VERDICTS = [True, True, False, True, True]
PROPERTY = ["street", "city", "state", "zip_code"]
Frames = list[pd.DataFrame]


def received(seed: int, scale: float, contract: Contract) -> list[CheckedBatch]:
    """All batches of a seed as the collector sees them."""
    source = Listings(seed, scale)
    return [check_rows(source.rows(number), contract) for number in range(len(source))]


@pytest.fixture(scope="module")
def batches(contract: Contract) -> list[CheckedBatch]:
    return received(SEED, 0.05, contract)


@pytest.fixture(scope="module")
def frames(batches: list[CheckedBatch]) -> Frames:
    return [batch.accepted for batch in batches]


@pytest.fixture(scope="module")
def everything(frames: Frames) -> pd.DataFrame:
    return pd.concat(frames, keys=range(6), names=["batch", "row"]).reset_index("batch")


def reports(frames: Frames, contract: Contract) -> list[DriftReport]:
    """Each batch from the second on against everything before it."""
    known, found = profile_rows(frames[0], contract), []
    for frame in frames[1:]:
        merged = merge_profiles(known, profile_rows(frame, contract))
        found.append(compare(known, merged, contract, lambda *_: 0.15, "accumulated", "everything before"))
        known = merged
    return found


def changes(report: DriftReport, statistic: str = "mean") -> dict[str, float]:
    return {m.column: m.change or 0.0 for m in report.measurements if m.statistic == statistic}


@pytest.mark.parametrize(("seed", "scale"), [(SEED, 0.01), (1, 0.01), (2, 0.02)])
def test_the_batches_ask_for_a_training_as_the_real_ones_did(seed: int, scale: float, contract: Contract) -> None:
    assert verdicts([batch.accepted for batch in received(seed, scale, contract)], contract) == VERDICTS


def test_they_do_so_at_the_scale_that_is_the_default(frames: Frames, contract: Contract) -> None:
    assert verdicts(frames, contract) == VERDICTS


def verdicts(frames: Frames, contract: Contract) -> list[bool]:
    return [bool(report.exceeded) for report in reports(frames, contract)]


def test_the_changes_are_about_as_large_as_the_real_ones(frames: Frames, contract: Contract) -> None:
    """Of the means by .03 (price) and .06 (rooms and sizes), of the last spread by a sixth; land's tail is too long."""
    first, second, third, fourth, fifth = reports(frames, contract)
    expected = {"price": -0.1017, "bed": -0.1285, "bath": -0.1592, "house_size": -0.2570}
    for column, change in expected.items():
        assert changes(first)[column] == pytest.approx(change, abs=0.03 if column == "price" else 0.06)
    assert changes(first)["acre_lot"] < -0.1
    assert changes(second)["price"] == pytest.approx(0.0005, abs=0.03)
    assert next((m.column, m.statistic) for m in second.exceeded) == ("house_size", "std")
    assert changes(third)["price"] == pytest.approx(0.0020, abs=0.001)
    assert changes(fourth)["price"] == pytest.approx(0.4542, abs=0.03)
    assert changes(fifth)["price"] == pytest.approx(0.9914, abs=0.06)
    assert changes(fifth, "std")["price"] == pytest.approx(8.95, rel=0.17)


def test_each_batch_has_its_rows_its_mean_price_and_its_rules(everything: pd.DataFrame) -> None:
    limits = ((1, 300_000),) * 3 + ((10_000, 300_000), (300_023, 500_000), (500_007, 515_000_000))
    statuses: list[set[str]] = [{"for_sale"}, {"for_sale"}, {"sold"}, *[{"for_sale", "sold"}] * 3]
    for number, batch in everything.groupby("batch"):
        assert len(batch) == pytest.approx(ROWS[number] * 0.05, abs=4), "a few dates are no dates"
        assert batch.price.mean() == pytest.approx(MEAN_PRICES[number], rel=0.05)
        assert batch.price.between(*limits[number]).all()
        assert set(batch.status) == statuses[number]
        assert ("Massachusetts" in set(batch.state)) == (number >= 3)
    assert set(everything[everything.batch == 3].state) == {"Massachusetts"}
    assert everything[everything.batch == 0].house_size.min() >= 1500
    assert everything[everything.batch == 1].house_size.max() < 1500
    assert everything.state.nunique() > 50


def test_prices_follow_from_place_and_house(everything: pd.DataFrame) -> None:
    """ZIP explains nearly half of the variance of ln(price), corrected for the number of ZIPs; the city a bit less."""
    usable = (everything.price > 1000) & (everything.house_size <= 50_000)
    rows = everything[usable & (everything.bed <= 20) & (everything.bath <= 20)]
    rows = rows.assign(ln_price=np.log(rows.price))
    by_zip, by_city, by_state = (explained(rows, names) for names in (["zip_code"], ["state", "city"], ["state"]))
    assert 0.40 < by_zip < 0.60
    assert 0.10 < by_state < by_city < by_zip
    size, bed, bath, land = slopes(rows)
    assert size == pytest.approx(0.69, abs=0.2)
    assert bed == pytest.approx(-0.13, abs=0.05)
    assert bath == pytest.approx(0.23, abs=0.08)
    assert land == pytest.approx(0.11, abs=0.05)
    assert 0.45 < rows.price.corr(rows.house_size, "spearman") < 0.75
    assert rows.bath.corr(rows.house_size, "spearman") > 0.6


def explained(rows: pd.DataFrame, names: list[str]) -> float:
    """The share of the variance of ln(price) that lies between groups, corrected for their number."""
    groups = rows.groupby(names).ln_price
    within = ((rows.ln_price - groups.transform("mean")) ** 2).sum() / (len(rows) - groups.ngroups)
    return float(1 - within / rows.ln_price.var())


def slopes(rows: pd.DataFrame) -> list[float]:
    houses = np.column_stack([np.log(rows.house_size), rows.bed, rows.bath, np.log(rows.acre_lot)])
    states = pd.get_dummies(rows.state).to_numpy(dtype=float)
    known = np.hstack([houses, states])
    found = np.linalg.solve(known.T @ known, known.T @ rows.ln_price.to_numpy())
    return [float(value) for value in found[:4]]


def test_about_six_of_a_hundred_rows_repeat_a_property_first_for_sale_and_then_sold(everything: pd.DataFrame) -> None:
    repeats = everything[everything.duplicated(PROPERTY, keep=False) & ~everything.duplicated()]
    assert everything.duplicated(PROPERTY).mean() == pytest.approx(0.058, abs=0.004)
    pairs = repeats.groupby(PROPERTY, sort=False).filter(lambda rows: len(rows) == 2).groupby(PROPERTY, sort=False)
    first, second = pairs.first(), pairs.last()
    in_order = (first.status == "for_sale") & (second.status == "sold")
    assert in_order.mean() > 0.97
    assert 0.6 < (first.price == second.price)[in_order].mean() < 0.95
    assert set(first.batch[in_order & (second.batch == 2)]) == {0, 1}


def test_a_little_junk_shows_in_the_checks_and_in_the_cleaning(batches: list[CheckedBatch], contract: Contract) -> None:
    for number in (0, 1, 2, 4, 5):
        checked = batches[number]
        assert 0 < len(checked.rejected) < 0.001 * len(checked.accepted)
        assert {"bed", "bath"} <= set(checked.out_of_range)
        assert sum(checked.out_of_range.values()) < 0.003 * len(checked.accepted)
        assert checked.accepted.duplicated().any()
        assert not checked.accepted.isna().any(axis=None)
        reasons = clean(checked.accepted, contract)[1]
        assert any("placeholder" in reason for reason in reasons) == (number < 3)
    assert not batches[3].rejected
    assert not batches[3].out_of_range


def test_a_row_is_what_the_real_feed_sends() -> None:
    rows = Listings(SEED, 0.001).rows(4)
    assert all(tuple(row) == COLUMNS for row in rows)
    texts = {"status", "city", "state", "prev_sold_date"}
    assert {name: {type(row[name]) for row in rows} for name in COLUMNS} == {
        name: {str} if name in texts else {float} for name in COLUMNS
    }
    json.dumps(rows, allow_nan=False)


@given(st.integers(0, 2**40), st.floats(0.0001, 0.002), st.integers(0, 5))
@settings(max_examples=8, deadline=None)
def test_a_batch_is_the_same_each_time_and_does_not_depend_on_the_others(seed: int, scale: float, number: int) -> None:
    source = Listings(seed, scale)
    everything = [source.rows(place) for place in range(len(source))]
    assert [len(rows) for rows in everything] == [max(1, round(rows * scale)) for rows in ROWS]
    assert Listings(seed, scale).rows(number) == everything[number]
    assert Listings(seed + 1, scale).rows(number) != everything[number]


def test_the_names_of_places_are_the_same_for_every_seed() -> None:
    first, second = make_places(1), make_places(2)
    assert list(first.city) == list(second.city)
    assert list(first.zip_code) == list(second.zip_code)
    assert list(first.price) != list(second.price)
    assert len(set(first.zip_code)) == len(first.zip_code)
    assert 2000 < len(first.zip_code) < 6000


# --- positions

steps = st.lists(st.tuples(st.sampled_from(["take", "restart"]), st.integers(1, 3)), max_size=20)


@given(steps, st.integers(0, 4), st.booleans())
@settings(deadline=None)
def test_each_group_gets_every_batch_once_until_its_restart(
    steps: list[tuple[str, int]], count: int, is_kept: bool
) -> None:
    expected: Counter[int] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "state.json" if is_kept else None
        positions = Positions(file)
        for what, group in steps:
            if is_kept:
                positions = Positions(file)
            if what == "restart":
                positions.restart(group)
                expected[group] = 0
            else:
                taken = positions.take(group, count, lambda number: b"%d" % number)
                assert taken == (b"%d" % expected[group] if expected[group] < count else None)
                expected[group] = min(expected[group] + 1, count)


@pytest.mark.parametrize("is_kept", [True, False])
def test_many_at_once_get_different_batches(tmp_path: Path, is_kept: bool) -> None:
    shared = Positions(None)
    taken: list[bytes | None] = []

    def take() -> None:
        positions = Positions(tmp_path / "state.json") if is_kept else shared
        taken.extend(positions.take(1, 40, lambda number: b"%d" % number) for _ in range(5))

    threads = [threading.Thread(target=take) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(int(number or -1) for number in taken) == list(range(40))


def test_a_batch_that_could_not_be_made_is_not_counted_as_handed_out(tmp_path: Path) -> None:
    for positions in (Positions(tmp_path / "state.json"), Positions(None)):
        with pytest.raises(ZeroDivisionError):
            positions.take(1, 3, lambda number: b"%d" % (1 // number))
        assert positions.take(1, 3, lambda number: b"%d" % number) == b"0"


@pytest.mark.parametrize("text", ["", "[1]", '{"1": null}', '{"x": 1}', "\xff"])
def test_a_file_that_somebody_else_wrote_begins_anew(tmp_path: Path, text: str) -> None:
    file = tmp_path / "state.json"
    file.write_text(text)
    assert Positions(file).take(1, 3, lambda number: b"%d" % number) == b"0"
    assert json.loads(file.read_text()) == {"1": 1}


# --- CSV files


def write_csv(file: Path, contract: Contract, rows: list[list[str]]) -> Path:
    with file.open("w", newline="") as text:
        csv.writer(text).writerows([contract.names, *rows])
    return file


def line(number: int, **values: str) -> list[str]:
    row = {"brokered_by": "103378.0", "status": "sold", "price": "105000", "bed": "", "bath": "2.0", "acre_lot": "0.12"}
    row |= {"street": f"{number}.0", "city": "A, b", "state": "Ohio", "zip_code": "00601", "house_size": "920.0"}
    return [(row | {"prev_sold_date": ""} | values)[name] for name in COLUMNS]


@given(st.integers(1, 40), st.integers(1, 60))
@settings(deadline=None)
def test_the_batches_of_a_file_are_its_rows_in_their_order(count: int, batches: int) -> None:
    contract = load_contract("real_estate")
    with tempfile.TemporaryDirectory() as folder:
        file = write_csv(Path(folder) / "rows.csv", contract, [line(number) for number in range(count)])
        source = CsvRows(file, contract, batches)
        parts = [source.rows(number) for number in range(len(source))]
    assert [row["street"] for part in parts for row in part] == [float(number) for number in range(count)]
    assert len(parts) == min(batches, count)
    assert max(map(len, parts)) - min(map(len, parts)) <= 1


def test_values_of_a_file_are_floats_texts_and_nulls(tmp_path: Path, contract: Contract) -> None:
    rows = [line(1)[:-1], line(2, zip_code="601.0", price="nan", bed="many", bath="inf")]
    first, second = CsvRows(write_csv(tmp_path / "a.csv", contract, rows), contract, 1).rows(0)
    assert first["brokered_by"] == 103378.0
    assert (first["price"], first["bed"], first["city"], first["zip_code"]) == (105000.0, None, "A, b", "00601")
    assert (second["zip_code"], second["price"], second["bed"], second["bath"]) == (601.0, None, "many", "inf")
    assert first["prev_sold_date"] is None
    checked = check_rows([first, second], contract)
    assert list(checked.accepted.zip_code) == ["00601"]
    assert len(checked.rejected) == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "lacks the columns brokered_by, status"),
        (b"price,bed\n1,2\n", "lacks the columns brokered_by, status, bath"),
        (b"\xff\xfe\x00\x01", "is no CSV in UTF-8"),
        (",".join(COLUMNS).encode() + b"\n", "has no rows"),
        (",".join(COLUMNS).encode() + b"\n" + b"1," * 12 + b"\n", "has 13 values in row 1 and 12 names"),
        (None, "cannot be read (No such file or directory)"),
    ],
)
def test_what_is_no_csv_of_the_contract_is_refused_in_one_sentence(
    tmp_path: Path, contract: Contract, content: bytes | None, words: str
) -> None:
    file = tmp_path / "rows.csv"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(SettingsError) as caught:
        CsvRows(file, contract, 6)
    assert words in str(caught.value)
    assert str(caught.value).startswith("The file of DEMO_FEED_CSV")
    assert "\n" not in str(caught.value)


def test_the_real_listings_can_be_handed_out(real_listings: pd.DataFrame, contract: Contract) -> None:
    source = CsvRows(REAL_DATA / "realtor_head.csv", contract, 6)
    frames = []
    for number in range(len(source)):
        checked = check_rows(source.rows(number), contract)
        assert not checked.rejected
        frames.append(checked.accepted)
    found = pd.concat(frames, ignore_index=True)
    assert len(found) == len(real_listings)
    assert found.price.sum() == real_listings.price.sum()
    assert found.bed.isna().sum() == real_listings.bed.isna().sum()
    assert list(found.zip_code.dropna()) == list(real_listings.zip_code.dropna())


# --- answers


class TwoBatches:
    """A source of any other kind of rows: the server does not know what is in them."""

    def __len__(self) -> int:
        return 2

    def rows(self, number: int) -> list[dict[str, Any]]:
        return [{"anything": float(number), "nothing": None}]


@pytest.fixture
def client() -> Iterator[TestClient]:
    with TestClient(DemoFeed(TwoBatches(), Positions(None)).app()) as running:
        yield running


def test_each_group_is_handed_its_batches_until_the_end_and_again_after_a_restart(client: TestClient) -> None:
    first = client.get("/data?group_number=7&day=Tuesday")
    assert first.json() == {"group_number": 7, "batch_number": 0, "data": [{"anything": 0.0, "nothing": None}]}
    assert client.get("/data?group_number=8").json()["batch_number"] == 0
    assert client.get("/data?group_number=7").json()["batch_number"] == 1
    end = client.get("/data?group_number=7")
    assert end.status_code == 400
    assert end.json() == {"detail": "Ya se recolectó toda la información mínima necesaria"}
    assert client.get("/restart_data_generation?group_number=7").json() == {"ok": True}
    assert client.get("/data?group_number=7").content == first.content
    assert client.get("/data?group_number=8").json()["batch_number"] == 1


@pytest.mark.parametrize("path", ["/data", "/restart_data_generation"])
def test_a_wrong_group_is_answered_as_the_real_feed_does(client: TestClient, path: str) -> None:
    for group in ("0", "11", "-1"):
        answer = client.get(f"{path}?group_number={group}")
        assert (answer.status_code, answer.json()) == (400, {"detail": "Número de grupo inválido"})
    for query, kind in (("", "missing"), ("?group_number=one", "int_parsing"), ("?group_number=", "int_parsing")):
        answer = client.get(f"{path}{query}")
        assert answer.status_code == 422
        assert answer.json()["detail"][0]["type"] == kind
        assert answer.json()["detail"][0]["loc"] == ["query", "group_number"]


def test_it_says_who_and_how_it_is(client: TestClient) -> None:
    assert "Proyecto Final" in client.get("/").json()
    assert client.get("/health").json() == {"status": "OK"}
    assert client.get("/elsewhere").status_code == 404


def test_metrics_count_answers_and_rows(client: TestClient) -> None:
    client.get("/data?group_number=1")
    client.get("/data")
    text = client.get("/metrics")
    assert text.headers["content-type"].startswith("text/plain; version=0.0.4")
    lines = text.text.splitlines()
    assert 'demo_feed_answers_total{path="/data",status="200"} 1' in lines
    assert 'demo_feed_answers_total{path="/data",status="422"} 1' in lines
    assert 'demo_feed_rows_total{group="1"} 1' in lines


def test_listings_stand_in_for_no_other_contract(tmp_path: Path, contract: Contract) -> None:
    other = tmp_path / "wine.toml"
    text = (Path(__file__).parents[2] / "core" / "contracts" / "real_estate.toml").read_text()
    other.write_text(text.replace('name = "house_size"', 'name = "volume"'))
    chosen = read_settings({"CONTRACT": str(other)}, None)
    with pytest.raises(SettingsError, match=r"which lack volume of CONTRACT=.*set DEMO_FEED_CSV"):
        open_source(chosen)
    renamed = replace(contract, columns=load_contract(str(other)).columns)
    file = write_csv(tmp_path / "rows.csv", renamed, [line(1)])
    source = open_source(chosen.model_copy(update={"demo_feed_csv": file}))
    assert source.rows(0)[0]["volume"] == 920.0
