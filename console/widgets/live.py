"""The version in use: how it does on true values of the prices that it gave, and a form to tell one."""

from collections.abc import Sequence

import streamlit as st

from console import actions, data, state
from console.charts import live as charts
from console.codes import word
from console.formats import METRICS, amount, metric_value, moment, share, signed_amount
from console.language import _, plural, told
from console.widgets.panels import escaped, figure, numbers, verdict
from core.errors import InputError
from core.live import REASONS
from core.records import BATCH, LiveError, LiveQuality, Met

SHOWN = 200


def show_live() -> None:
    """The verdict, the numbers beside the holdout's, how they came about, and each true value."""
    quality = data.live()
    if quality is None:
        st.caption(_("Nothing is in production, so no price is given that could be held against the truth."))
        return
    known = data.true_values(quality.version, SHOWN)
    left_out = [each for each in known if each.truth.reason]
    _show_verdict(quality, len(left_out))
    if quality.errors:
        _show_numbers(quality)
    if quality.met:
        contract = state.contract()
        chart = charts.errors_over_time(quality, contract.target_column.unit, state.zone())
        figure(chart, "live_chart", _("By how much each price missed its true value, one after the other"))
    _tell_form()
    if known:
        _show_table(known)
    st.caption(
        _(
            "A true value is told by who asked for the price, or by a later {noun} of the same property. It counts "
            "where the version was not trained on that property and the numbers are the same; of one property the "
            "newest counts. The holdout's values are those of the last ranking.",
            noun=state.contract().row_noun,
        )
    )


def _show_verdict(quality: LiveQuality, left_out: int) -> None:
    rest = plural("{count} more does not count.", "{count} more do not count.", left_out) if left_out else ""
    own = quality.of("median_ape")
    if quality.status == "few" or own is None:
        headline = _(
            "Too few true values to judge version {version} yet: {count} of {least}",
            version=quality.version,
            count=quality.count,
            least=quality.least,
        )
        how = _("Each comes with a request for a price, is told below or over the API, or is found in a later batch.")
        verdict("wait", headline, f"{how} {rest}".strip())
        return
    facts = {
        "version": quality.version,
        "live": share(own.live),
        "holdout": share(own.holdout),
        "low": share(own.low),
        "high": share(own.high),
        "count": quality.count,
    }
    if own.holdout is None:
        headline = _("Version {version} misses by {live} in the median of {count} true values", **facts)
        detail = _("It was not scored on a holdout yet, so there is nothing to hold this against.")
    elif quality.status == "worse":
        headline = _("Version {version} does worse in use than on its holdout: {live} instead of {holdout}", **facts)
        detail = _(
            "Median error on {count} true values, 95 % interval {low} to {high}: that is not by chance. A training may "
            "help where the market has moved; the rules on the page Drift say when one starts by itself.",
            **facts,
        )
    else:
        headline = _("Version {version} does as well in use as on its holdout: {live} against {holdout}", **facts)
        detail = _("Median error on {count} true values, 95 % interval {low} to {high}.", **facts)
    verdict("change" if quality.status == "worse" else "well", headline, f"{detail} {rest}".strip())


def _show_numbers(quality: LiveQuality) -> None:
    numbers([(METRICS[each.metric].label, _value(each, each.live), _beside(each)) for each in quality.errors])


def _beside(error: LiveError) -> str:
    """What a live value is to be read with."""
    said = _(
        "95 % interval {low} to {high}. On the holdout: {holdout}.",
        low=_value(error, error.low),
        high=_value(error, error.high),
        holdout=_value(error, error.holdout),
    )
    return f"{METRICS[error.metric].help} {escaped(said)}"


def _value(error: LiveError, value: float | None) -> str:
    return metric_value(error.metric, value, state.contract())


def _tell_form() -> None:
    """A field for the number of a stored price and one for what is true of it."""
    target = state.contract().target_column
    with (
        st.expander(_("Tell a true value"), icon=":material/fact_check:"),
        st.form("tell", border=False),
        st.container(horizontal=True, vertical_alignment="bottom"),
    ):
        number = st.number_input(
            _("Number of the request"),
            1,
            None,
            None,
            key="told_request",
            help=_("As the answer and the page History have it."),
            width=180,
        )
        value = st.number_input(
            _("True value ({unit})", unit=target.unit), 0.0, None, None, key="told_value", format="%.10g", width=180
        )
        is_sent = st.form_submit_button(_("Keep it"), icon=":material/save:")
    if not is_sent:
        return
    if number is None or value is None:
        st.error(_("Give the number of a request and its true value."), icon=":material/error:")
        return
    try:
        actions.tell(number, value)
        st.rerun()
    except InputError as error:
        for problem in error.problems.values():
            st.error(escaped(told(problem)), icon=":material/error:")


def _show_table(known: Sequence[Met]) -> None:
    unit = state.contract().target_column.unit
    st.dataframe(
        [
            {
                _("Request"): each.prediction,
                _("Told"): moment(each.truth.at, state.zone()),
                _("By"): _source(each),
                _("Answer"): amount(each.predicted, unit),
                _("True value"): amount(each.truth.value, unit),
                _("Missed by"): f"{signed_amount(each.error, unit)} ({share(each.share)})",
                _("Counts"): _("yes")
                if not each.truth.reason
                else _("no: {why}", why=told(REASONS[each.truth.reason])),
            }
            for each in known
        ],
        hide_index=True,
        alt=_("True values of prices, the newest first"),
    )


def _source(met: Met) -> str:
    if met.truth.source != BATCH:
        return word(met.truth.by)
    found = next((batch for batch in data.batches() if batch.id == met.truth.batch), None)
    return told(found.label) if found else word(met.truth.source)
