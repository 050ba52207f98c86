"""What the price on the page turned out to be: told by its reader, now or later by its link."""

import streamlit as st

from console import data, process, state
from console.formats import amount, share, signed_amount
from console.language import _, told
from console.widgets.panels import escaped
from core.errors import RowsInvalid, StoreError
from core.live import REASONS
from core.prediction import tell_truths
from core.records import Prediction, Truth


def show_truth(prediction: Prediction) -> None:
    """What is known to be true of a stored price, and a field for it."""
    if prediction.id is None:
        return
    target = state.contract().target_column
    with st.expander(_("Do you know the true {target}?", target=target.label.lower()), icon=":material/fact_check:"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            value = st.number_input(
                _("True value ({unit})", unit=target.unit),
                0.0,
                value=None,
                format="%.10g",
                key="price_truth",
                width=200,
            )
            is_told = st.button(_("Keep it"), icon=":material/save:", disabled=value is None, key="price_tell")
        st.caption(_("It is kept beside the price, and tells how well the version does in use. No model learns it."))
        if is_told:
            _tell(prediction, value)
        try:
            known = data.truth(prediction.id)
        except StoreError:
            st.caption(_("What is known to be true cannot be read: the database does not answer."))
            return
        if known is not None:
            st.markdown(escaped(_known(prediction, known)))


def _tell(prediction: Prediction, value: float | None) -> None:
    target = process.the_contract().target
    row = {"id": prediction.id, "request_id": prediction.request_id, target: value}
    try:
        tell_truths(process.the_predictor(), [row], state.user())
    except RowsInvalid as error:
        for problem in error.rows[0].values():
            st.error(escaped(told(problem)), icon=":material/error:")
    except StoreError:
        st.error(_("It could not be kept: the database does not answer."), icon=":material/error:")


def _known(prediction: Prediction, truth: Truth) -> str:
    """``$ 250,000 is true: the price missed it by +$ 12,000 (4.8 %).``"""
    unit = state.contract().target_column.unit
    error = prediction.value - truth.value
    said = _(
        "{value} is kept as true: the price missed it by {error} ({share}).",
        value=amount(truth.value, unit),
        error=signed_amount(error, unit),
        share=share(abs(error) / truth.value),
    )
    why = told(REASONS[truth.reason]) if truth.reason else ""
    return f"{said} {_('It does not count as a test: {why}.', why=why)}" if why else said
