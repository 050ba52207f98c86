"""What a step found, in one line for a reader: words, no codes, hashes or names of the store."""

from typing import Any

import pytest

from console.step_words import step_words
from core.contract import Contract
from core.records import RunStep
from tests.conftest import NOON

LONG = "Against the previous batch: Price mean +66.1 % (limit 15 %), 4 of 9 over their limits."
FURTHER = "".join(f" Also Price std +{number}.0 % (limit 15 %)." for number in range(3))


@pytest.mark.parametrize(
    ("name", "detail", "said"),
    [
        ("collect", {"batch": 1, "message": "Batch 0 of collection 1: 4 rows.", "is_new": True}, "Batch 0 of coll"),
        ("clean", {"rows": 1234}, "1,234 rows may be trained on"),
        ("clean", {"rows": 1}, "1 row may be trained on"),
        (
            "compare",
            {"previous": 3, "production": 0},
            "statistics over their limits, by reference: previous 3; production 0",
        ),
        ("decide", {"yes": True, "held": False, "reason": LONG + FURTHER}, f"train: {LONG}"),
        (
            "decide",
            {"yes": False, "held": False, "reason": "Nothing changed.", "true_values": 2},
            "do not train: Nothing changed. 2 true values were found.",
        ),
        ("decide", {"yes": False, "held": True, "reason": "Too small."}, "held: Too small."),
        (
            "train",
            {"version": 3, "metrics": {"validation_rmse": 52_380.0, "test_mae": 61_694.6, "test_median_ape": 0.208}},
            "version 3; on the test rows: MAE $ 61,695, Median error 20.8 %",
        ),
        (
            "rank",
            {"versions": 3, "rows": 1500, "batches": [1], "holdout": "13551ef6e9"},
            "3 versions compared on 1,500 holdout rows",
        ),
        ("promote", {"yes": False, "reason": "No rule holds."}, "not promoted: No rule holds."),
        ("promote", {"yes": True, "reason": "It is better."}, "promoted: It is better."),
        ("promote", {"version": 4}, "version 4 is in production"),
        ("explain", {"version": 4, "rows": 2000}, "the reasons of version 4 on 2,000 rows"),
        ("retain", {"versions": [1, 2], "collections": [], "rows": 3000}, "2 versions and 3,000 rows went"),
        ("readmit", {"batch": 1, "readmitted": 2, "message": "Two were let in."}, "Two were let in."),
        ("rank", {}, ""),
    ],
)
def test_what_a_step_found_is_told_in_words(name: str, detail: dict[str, Any], said: str, contract: Contract) -> None:
    found = step_words(RunStep(name, "succeeded", NOON, NOON, detail), contract)
    assert found == said or (name == "collect" and found.startswith(said))
