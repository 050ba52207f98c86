"""The part of the page that asks for one row and shows its answer."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import streamlit as st

from console import process, state
from console.language import _, told
from console.troubles import in_words
from console.widgets.fragments import fragment
from console.widgets.panels import escaped
from console.widgets.price.answer import show_price, show_reasons
from console.widgets.price.comparable import show_comparables
from console.widgets.price.form import fill_form, price_form
from console.widgets.price.link import show_link, show_recalled
from console.widgets.price.notes import show_notes
from console.widgets.price.truth import show_truth
from console.widgets.price.what_if import show_what_if
from core.errors import ConsoleError, InputError, RegistryError, StoreError
from core.prediction import Recalled, explain_inputs, link_of, predict_rows, recall
from core.records import Explanation, Prediction


@dataclass(frozen=True)
class Shown:
    """The answer that is on the page, which stays while the session lasts; ``recalled`` where a link led to it.

    ``problem`` says why there are no reasons, where there are none.
    ``given`` is the form as it was then; None until the form was drawn with the inputs of a link.
    """

    prediction: Prediction
    explanation: Explanation | None
    recalled: Recalled | None = None
    given: dict[str, Any] | None = None
    problem: ConsoleError | None = None


@fragment
def one_price() -> None:
    """The form and its answer; an answer has an address, under which it comes back."""
    _follow_link()
    given, is_sent = price_form()
    if is_sent:
        _ask(given)
    shown: Shown | None = st.session_state.get(state.PREDICTION)
    if shown is None:
        return
    if shown.given is None:
        shown = st.session_state[state.PREDICTION] = replace(shown, given=given)
    if given != shown.given:
        label = state.contract().target_column.label.lower()
        st.info(
            _("The form was changed since: below is the {target} of what was asked for before.", target=label),
            icon=":material/edit:",
        )
    _show(shown)


def _follow_link() -> None:
    """Where the address names a price that is not the one on the page: that one, and the form as it was."""
    link = st.query_params.get(state.PRICE_LINK, "")
    shown: Shown | None = st.session_state.get(state.PREDICTION)
    if not link or (shown is not None and link_of(shown.prediction) == link):
        return
    try:
        with st.spinner(_("Looking up the price …")):
            found = recall(process.the_predictor(), link, may_open_all=state.is_operator())
    except (InputError, StoreError) as error:
        st.warning(escaped(in_words(error)), icon=":material/link_off:")
        return
    st.session_state[state.PREDICTION] = Shown(found.prediction, found.explanation, found, problem=found.problem)
    fill_form(dict(found.prediction.inputs))


def _ask(given: dict[str, Any]) -> None:
    """Ask the model and keep the answer for this session; what goes wrong is named and nothing is lost."""
    try:
        with st.spinner(_("Asking the model …")):
            [prediction] = predict_rows(process.the_predictor(), [given], "page", uuid4().hex, state.user())
            explanation, problem = _reasons(prediction)
    except ConsoleError as error:
        st.session_state.pop(state.PREDICTION, None)
        st.query_params.pop(state.PRICE_LINK, None)
        problems = error.problems.values() if isinstance(error, InputError) else ()
        for said in [told(each) for each in problems] or [in_words(error)]:
            st.error(escaped(said), icon=":material/error:")
        return
    st.session_state[state.PREDICTION] = Shown(prediction, explanation, given=given, problem=problem)
    if link := link_of(prediction):
        st.query_params[state.PRICE_LINK] = link
    else:
        st.query_params.pop(state.PRICE_LINK, None)


def _reasons(prediction: Prediction) -> tuple[Explanation | None, RegistryError | None]:
    """The reasons of a price, or why they cannot be told: the price is given without them too."""
    try:
        return explain_inputs(process.the_predictor(), prediction.version, prediction.inputs), None
    except RegistryError as error:
        return None, error


def _show(shown: Shown) -> None:
    prediction = shown.prediction
    if shown.recalled is not None:
        show_recalled(shown.recalled)
    show_price(prediction)
    if prediction.id is None:
        label = state.contract().target_column.label.lower()
        text = _("This {target} is not stored, and has no link: the database did not take it.", target=label)
        st.warning(text, icon=":material/cloud_off:")
    show_notes(prediction)
    show_link(prediction)
    show_truth(prediction)
    if shown.explanation is not None:
        show_reasons(shown.explanation)
    elif shown.problem is not None:
        st.warning(escaped(in_words(shown.problem)), icon=":material/warning:")
    try:
        show_comparables(prediction)
    except StoreError:
        noun = state.contract().row_noun
        st.caption(_("Comparable {noun}s are left out: the database does not answer.", noun=noun))
    show_what_if(prediction)
