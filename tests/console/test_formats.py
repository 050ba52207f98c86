"""Values in a reader's form."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.formats import (
    METRICS,
    MISSING,
    ago,
    ahead,
    amount,
    metric_value,
    moment,
    moment_with_zone,
    share,
    signed_amount,
    span,
    without_password,
)
from console.widgets import escaped
from core.contract import Contract
from core.policy import LOWER_IS_BETTER
from tests.conftest import NOON


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0.0 s"), (0.44, "0.4 s"), (12, "12 s"), (89, "89 s"), (120, "2 min"), (7200, "2 h"), (200_000, "2 days")],
)
def test_a_span_has_the_unit_that_fits(seconds: float, text: str) -> None:
    assert span(seconds) == text


@given(st.floats(0, 1e9))
def test_every_span_has_a_number_and_a_unit(seconds: float) -> None:
    size, unit = span(seconds).split()
    assert float(size.replace(",", "")) >= 0
    assert unit in ("s", "min", "h", "days")


def test_times_are_told_from_now() -> None:
    assert ago(NOON - timedelta(minutes=3), NOON) == "3 min ago"
    assert ago(NOON, NOON) == "just now"
    assert ago(None, NOON) == "never"
    assert ahead(NOON + timedelta(minutes=3), NOON) == "in 3 min"
    assert ahead(NOON, NOON) == "due now"
    assert ahead(None, NOON) == "off"


def test_a_moment_is_in_the_readers_zone() -> None:
    assert moment(NOON, UTC) == "2026-05-03 12:00"
    assert moment(NOON, ZoneInfo("America/Bogota")) == "2026-05-03 07:00"


def test_amounts_and_shares_have_their_unit() -> None:
    assert amount(1234.5, "$") == "$ 1,234"
    assert amount(None, "$") == amount(float("nan"), "$") == MISSING
    assert share(-0.1234) == "−12.3 %"
    assert amount(1500.0, "sq ft") == "1,500 sq ft"
    assert amount(0.25, "acres") == "0.25 acres"
    assert signed_amount(-1500.0, "$") == "−$ 1,500"


def test_an_address_is_shown_without_its_password() -> None:
    assert without_password("mysql+pymysql://me:secret@db:3306/mlflow") == "mysql+pymysql://db:3306/mlflow"
    assert without_password("http://mlflow:5000") == "http://mlflow:5000"


def test_every_metric_has_words_and_a_unit(contract: Contract) -> None:
    assert set(METRICS) == {*LOWER_IS_BETTER, "interval_coverage", "interval_width"}
    assert metric_value("rmse", 1089.4, contract) == "$ 1,089"
    assert metric_value("median_ape", 0.214, contract) == "21.4 %"
    assert metric_value("r2", 0.5, contract) == "0.500"


@pytest.mark.parametrize("text", ["$ 5 to $ 6", "a_b_c", "[x](http://y)", "`code`", "<b>", "a*b*"])
def test_text_is_shown_as_it_is_and_not_as_markdown(text: str) -> None:
    shown = escaped(text)
    assert shown.replace("\\", "") == text
    assert all(shown[place - 1] == "\\" for place, sign in enumerate(shown) if sign in "$*_`[]<>")


def test_a_moment_that_leaves_the_page_names_its_zone() -> None:
    at = datetime(2026, 1, 5, 12, 30, tzinfo=UTC)
    assert moment_with_zone(at, UTC).endswith(" UTC")
    assert moment_with_zone(at, ZoneInfo("Europe/Berlin")).endswith(" CET")
    assert moment_with_zone(at, ZoneInfo("America/Bogota")).endswith(" UTC-05")
