"""The reasons that are kept of versions, whether they are those of the model, and those of single rows."""

import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from console import process
from console.data.clock import LIVES, stamp
from core import store
from core.errors import ConsoleError, ModelNotLoadable
from core.records import Explanation, StoredReasons
from core.store import Stamp

if TYPE_CHECKING:
    from core.prediction import Predictor

SECONDS_UNTIL_ASKED_AGAIN = 60.0
# One model at a time is loaded to be asked, beside the pages.
_checking = ThreadPoolExecutor(1, thread_name_prefix="check-reasons")


@dataclass(frozen=True)
class Kept:
    """What is kept of a version: its reasons, or, in an English sentence, why what is kept cannot be taken for them.

    Neither where nothing is kept.
    """

    reasons: StoredReasons | None
    problem: str = ""


@dataclass(frozen=True)
class Checked:
    """What came of asking the model: ``disagrees`` says that it says something else now, ``unasked`` why it could not
    be asked; English sentences, both "" where all is well. ``at`` is when, by the process's own clock."""

    disagrees: str = ""
    unasked: str = ""
    at: float = 0.0


def kept_reasons(version: int) -> Kept:
    """The reasons that are kept of a version, refused where they do not add up or are another's."""
    return _kept_reasons(stamp(), version)


def model_check(version: int, reasons: StoredReasons) -> Checked | None:
    """What the version's model says of the same rows; None while it is asked, beside the page, for the first time."""
    # The stored predictions tell one from another, so that reasons stored anew are checked anew.
    mark = reasons.explanation.predictions.tobytes()
    asked = _model_check(version, mark, reasons)
    if not asked.done():
        return None
    found = asked.result()
    if found.unasked and time.monotonic() - found.at >= SECONDS_UNTIL_ASKED_AGAIN:
        _model_check.clear(version, mark, reasons)
        _model_check(version, mark, reasons)
        return None
    return found


def row_explanation(version: int, row: pd.DataFrame) -> Explanation:
    """The SHAP values of any version for one row of features, as stored reasons hold them."""
    return _row_explanation(version, row)


def request(key: int) -> dict[str, Any] | None:
    """A price that was asked for, as stored; None where there is none of that key."""
    world = process.the_world()
    with store.reading(world.raw) as connection:
        return store.load_prediction(connection, tables=world.tables, key=key)


def request_explanation(version: int, key: int) -> Explanation:
    """What a version says now of the row that was asked about, and why."""
    return _request_explanation(version, key)


@st.cache_data(max_entries=6, ttl=LIVES, show_spinner="Reading the stored reasons …")
def _kept_reasons(stamp: Stamp, version: int) -> Kept:
    from core.explanation import inner_problem

    try:
        reasons = process.the_world().registry.load_reasons(version)
    except ModelNotLoadable as error:
        return Kept(None, str(error))
    problem = inner_problem(reasons, version) if reasons else ""
    return Kept(None if problem else reasons, problem)


@st.cache_resource(max_entries=32, ttl=LIVES, show_spinner=False)
def _model_check(version: int, mark: bytes, _reasons: StoredReasons) -> "Future[Checked]":
    return _checking.submit(_checked, process.the_predictor(), version, _reasons)


def _checked(predictor: "Predictor", version: int, reasons: StoredReasons) -> Checked:
    from core.prediction import check_reasons

    try:
        return Checked(disagrees=check_reasons(predictor, version, reasons), at=time.monotonic())
    except ConsoleError as error:
        return Checked(unasked=str(error), at=time.monotonic())


@st.cache_data(max_entries=16, ttl=LIVES, show_spinner="Asking that version for its reasons …")
def _row_explanation(version: int, row: pd.DataFrame) -> Explanation:
    from core.prediction import explain_row

    return explain_row(process.the_predictor(), version, row)


@st.cache_data(max_entries=16, ttl=LIVES, show_spinner="Asking that version for its reasons …")
def _request_explanation(version: int, key: int) -> Explanation:
    from core.prediction import explain_inputs

    return explain_inputs(process.the_predictor(), version, request(key) or {})
