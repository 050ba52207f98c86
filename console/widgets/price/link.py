"""The address of a price, and what a reader should know who came by it."""

from urllib.parse import urlencode, urlsplit

import streamlit as st

from console import state
from console.formats import amount, moment, signed_amount
from console.language import _
from console.widgets.panels import verdict
from core.prediction import Recalled, link_of
from core.records import Prediction


def show_link(prediction: Prediction) -> None:
    """The address that shows this price again, to be copied."""
    link = link_of(prediction)
    if not link:
        return
    site = urlsplit(st.context.url or "")
    address = f"{site.scheme}://{site.netloc}" if site.netloc else ""
    with st.expander(_("Link to this price"), icon=":material/link:"):
        st.code(f"{address}/predict?{urlencode({'request': link})}", language=None, wrap_lines=True)
        st.caption(
            _("It shows these inputs, this price and the version that gave it to everybody who may open this page.")
        )


def show_recalled(recalled: Recalled) -> None:
    """When and by which version the price was given, and what the version in production says today."""
    prediction, today = recalled.prediction, recalled.today
    unit, label = state.contract().target_column.unit, state.contract().target_column.label.lower()
    given = _(
        "This {target} was given on {moment} by version {version}.",
        target=label,
        moment=moment(recalled.at, state.zone()),
        version=prediction.version,
    )
    if today is None:
        verdict("well", given, _("The same version is in production."))
    elif amount(today.value, unit) == amount(prediction.value, unit):
        text = _("Version {version}, in production now, says the same.", version=today.version)
        verdict("well", given, text)
    else:
        text = _(
            "Version {version}, in production now, says {value} ({change}): show the {target} again for its answer.",
            version=today.version,
            value=amount(today.value, unit),
            change=signed_amount(today.value - prediction.value, unit),
            target=label,
        )
        verdict("change", given, text)
