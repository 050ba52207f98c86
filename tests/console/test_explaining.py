"""What versions lean on, in words and as documents."""

import csv
import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest

from console import language
from console.charts import explained as charts
from console.charts import force
from console.charts.reasons import dependence
from console.explaining.document import Facts, OneRow, explanation_html, explanation_json
from console.explaining.shown import Shown
from console.explaining.tables import changes_table, cohorts_table, disagreement_table, rows_csv
from console.explaining.words import agreement_verdict, cohort_name, cohorts_verdict, headline, leans_now, row_sentence
from core.contract import load_contract
from core.explanation import KINDS, agreement, divide, importances, take
from core.records import Explanation, Segment, StoredReasons

CONTRACT = load_contract("real_estate")
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
NAMES = ("bath", "house_size", "state")


def stored(version: int, sizes: tuple[float, float, float], rows: int = 60, seed: int = 1) -> StoredReasons:
    """Each feature's part has the size given; in Texas that of the state is ten times as large."""
    random = np.random.default_rng(seed)
    state = np.array(["Texas", "Ohio"], dtype=object)[np.arange(rows) % 2]
    signs = random.choice([-1.0, 1.0], (rows, 3))
    parts = signs * np.array(sizes) * np.where((state == "Texas")[:, None], [1.0, 1.0, 10.0], 1.0)
    data = pd.DataFrame({"bath": random.integers(1, 4, rows) * 1.0, "house_size": 1800.0, "state": state})
    base = np.full(rows, 200_000.0)
    explanation = Explanation(NAMES, base, parts, data, base + parts.sum(axis=1))
    batches = np.repeat([1, 2], [rows // 2, rows - rows // 2])
    return StoredReasons(explanation, np.arange(rows), base + 5000, state.astype(str), batches, version)


def shown(*versions: StoredReasons) -> Shown:
    found = {int(each.version or 0): each for each in versions}
    other = list(found)[1] if len(found) == 2 else None
    return Shown(found, found, versions[0], np.arange(len(versions[0])), "cohort", "", other)


FIRST, LATER = stored(4, (9000, 5000, 100)), stored(16, (1000, 7000, 3000))


def test_the_change_is_said_as_a_reader_would_say_it() -> None:
    said = leans_now(16, FIRST.explanation, LATER.explanation, CONTRACT)
    assert said == "Version 16 leans on State first (was Bathrooms), then Living area, then Bathrooms (was State)"
    same = leans_now(4, FIRST.explanation, FIRST.explanation, CONTRACT)
    assert same == "Version 4 leans on Bathrooms first, then Living area, then State"
    assert headline(shown(LATER, FIRST).found, "Ohio", CONTRACT).detail.endswith(
        "Ohio. Mean size of the part in the price, up or down, over 60 holdout rows."
    )
    assert headline(shown(FIRST).found, "", CONTRACT).headline.startswith(
        "Version 4 leans on Bathrooms ($ 9,000), then"
    )


def test_a_cohort_that_leans_on_something_else_is_named_first() -> None:
    mixed = stored(4, (1000, 5000, 700))
    sizes = importances(mixed, divide(mixed, "cohort"))
    said = cohorts_verdict(sizes, list(sizes.index), mixed.explanation, CONTRACT)
    assert said.headline == "In Texas State matters most; overall it is Living area"
    assert said.detail == "In 1 of 2 cohorts another column comes first."
    alike = cohorts_verdict(sizes.loc[["Ohio"]], ["Ohio"], mixed.explanation, CONTRACT)
    assert alike.headline == "Living area matters most in every one of 1 cohorts"


def test_cohorts_have_names_of_their_kind() -> None:
    assert cohort_name(Segment("band", "41,900 – 160,740", 9), CONTRACT, {}) == "$ 41,900 to $ 160,740"
    assert cohort_name(Segment("batch", "2", 9), CONTRACT, {2: "collection 1, batch 0"}) == "Collection 1, batch 0"
    assert cohort_name(Segment("batch", "7", 9), CONTRACT, {}) == "Batch no. 7"
    assert cohort_name(Segment("cohort", "", 9), CONTRACT, {}) == "not given"


def test_agreement_is_said_in_shares_and_in_the_unit() -> None:
    found = agreement(FIRST.explanation, LATER.explanation)
    said = agreement_verdict(4, 16, found, FIRST.explanation, CONTRACT)
    assert said.tone == "change"
    assert said.headline == "The first reason is the same for 0 % of 60 rows (versions 4 and 16)"
    assert "$" in said.detail
    whole = agreement_verdict(4, 5, agreement(FIRST.explanation, FIRST.explanation), FIRST.explanation, CONTRACT)
    assert whole.tone == "well"
    assert "The first reason is the same for 100 % of 60 rows" in whole.headline
    assert "less than $ 0 (0.0 %)" in whole.detail


def test_a_row_is_told_with_its_error() -> None:
    said = row_sentence(4, 240_000, 310_000, 17, CONTRACT)
    assert said == "Version 4 says $ 240,000 for row 17; its price is $ 310,000 (off by −$ 70,000)"


def test_tables_name_columns_and_numbers_as_a_reader_knows_them() -> None:
    names = ("Version 4", "Version 16")
    first = changes_table(FIRST.explanation, LATER.explanation, names, CONTRACT)[0]
    assert (first["Column"], first["Version 4, place"], first["Version 16, place"]) == ("State", "3", "1")
    division = divide(LATER, "cohort")
    sizes = importances(LATER, division)
    rows = {row["Cohort"]: row for row in cohorts_table(sizes, division.segments, list(sizes.index), CONTRACT)}
    assert rows["Texas"]["First"] == "State ($ 30,000)"
    found = agreement(FIRST.explanation, LATER.explanation)
    [row] = disagreement_table(FIRST, LATER, found, [3], list(range(100, 160)), CONTRACT)
    assert row["Row"] == "103"
    assert row["First reasons"] == "Bathrooms / Living area"


def test_every_row_is_in_the_table_with_parts_that_add_up() -> None:
    evil = replace(LATER.explanation, data=LATER.explanation.data.assign(state="=cmd()"))
    rows = list(
        csv.DictReader(io.StringIO(rows_csv(replace(LATER, explanation=evil), range(60), CONTRACT, {1: "b 1"})))
    )
    assert len(rows) == 60
    for row in rows:
        parts = sum(float(row[f"part_{name}"]) for name in NAMES)
        assert float(row["base"]) + parts == pytest.approx(float(row["prediction"]))
    assert (rows[0]["batch"], rows[59]["batch"], rows[0]["version"]) == ("b 1", "2", "16")
    assert rows[0]["state"] == "'=cmd()"


@pytest.mark.parametrize("tag", ["en", "es"])
@pytest.mark.parametrize("versions", [(LATER,), (LATER, FIRST)])
def test_the_document_needs_no_network_and_no_picture(tag: str, versions: tuple[StoredReasons, ...]) -> None:
    facts = Facts(shown(*versions), CONTRACT, UTC, {1: "collection 1, batch 0"})
    with language.speaking(tag):
        page = explanation_html(facts, AT)
    own = page[: page.rindex("<script>", 0, page.rindex("<script>"))]
    assert "<img" not in own
    assert not re.search(r'(src|href)="(?!data:application/json)', own)
    assert f'<html lang="{tag}">' in page
    assert page.count('<div class="figure">') == 1 + len(versions) + 3 + len(KINDS) + (len(versions) == 2)


def test_the_document_has_the_row_that_the_page_shows() -> None:
    one = {each.version: take(each, np.array([7])).explanation for each in (LATER, FIRST)}
    facts = Facts(shown(LATER), CONTRACT, UTC, {}, OneRow("Version 16 says $ 1 for row 7", one))
    page = explanation_html(facts, AT)
    assert "Version 16 says $ 1 for row 7" in page
    for number in (16, 4):
        assert f"How version {number} comes to its prediction" in page
    assert "How version" not in explanation_html(replace(facts, row=None), AT)


def test_the_numbers_of_the_document_are_those_of_its_figures() -> None:
    facts = Facts(shown(LATER, FIRST), CONTRACT, UTC, {})
    numbers = json.loads(explanation_json(facts, AT))
    assert numbers["schema"] == "explanation-document/1"
    assert numbers["importance"]["4"]["mean_part"]["bath"] == pytest.approx(9000)
    assert {each["name"]: each["rows"] for each in numbers["cohorts"]} == {"Texas": 30, "Ohio": 30}
    assert numbers["two_versions"]["same_first_reason"] == 0
    assert len(numbers["two_versions"]["difference"]) == 60


def test_dependence_is_drawn_for_numbers_texts_and_columns_of_nobody() -> None:
    for feature, by in (("bath", "state"), ("state", "bath"), ("bath", None)):
        chart = dependence(LATER.explanation, feature, CONTRACT, by)
        assert len(chart.data[0].y) == 60
    assert list(dependence(LATER.explanation, "state", CONTRACT).layout.xaxis.ticktext) == ["Texas", "Ohio"]
    strange = replace(
        LATER.explanation, features=("odd", *NAMES[1:]), data=LATER.explanation.data.rename(columns={"bath": "odd"})
    )
    assert dependence(strange, "odd", CONTRACT, "state").layout.xaxis.title.text == "odd"


def test_points_of_rows_with_another_first_reason_have_a_colour_of_their_own() -> None:
    found = agreement(FIRST.explanation, LATER.explanation)
    chart = charts.two_predictions(FIRST.explanation, LATER.explanation, found, ("one", "two"), range(60), CONTRACT)
    assert [len(trace.x) for trace in chart.data] == [0, 60, 2]


def test_a_map_of_cohorts_shows_shares_that_sum_to_one() -> None:
    sizes = importances(LATER, divide(LATER, "cohort"))
    chart = charts.cohort_map(sizes, list(sizes.index), CONTRACT)
    assert np.asarray(chart.data[0].z).sum(axis=1) == pytest.approx(1)


def test_a_text_from_outside_cannot_end_the_script_of_the_force_plot(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[Any] = []
    monkeypatch.setattr(force, "_embed", drawn.append)
    evil = "</script><script>alert(1)</script>"
    explanation = replace(LATER.explanation, data=LATER.explanation.data.assign(state=evil))
    force.show_force_plot(explanation, 0, CONTRACT, "force_1")
    page = drawn[0].html()
    assert evil not in page
    assert page.count("</script>") == 1
    assert "\\u2039/script>\\u2039script>alert(1)" in page
