"""The reasons that are kept of a version: taken, refused, or asked for."""

import streamlit as st

from console import actions, data, state
from console.formats import moment
from console.language import _, told
from console.widgets.fragments import clicked, fragment
from console.widgets.panels import empty_panel, escaped
from core.records import StoredReasons

SECONDS_BETWEEN_LOOKS = 1.0


def reasons_of(version: int) -> StoredReasons | None:
    """The reasons that are kept, or a panel that says why there are none and computes them."""
    kept = data.kept_reasons(version)
    if kept.reasons is not None:
        checked = data.model_check(version, kept.reasons)
        if not (checked and checked.disagrees):
            return kept.reasons
    failed = data.last_explanation(version)
    problem = kept.problem or (checked.disagrees if kept.reasons is not None and checked else "")
    if failed is not None and failed.status == "failed":
        what = _("The reasons of version {version} could not be computed.", version=version)
        at = moment(failed.finished_at or failed.requested_at, state.zone())
        why = _("Run {run} failed on {moment}: {reason}", run=failed.id, moment=at, reason=told(failed.error))
    elif problem:
        what = _("The stored reasons of version {version} are refused.", version=version)
        why = _("{problem} They can be computed again, on the current holdout.", problem=told(problem))
    else:
        what = _("The reasons of version {version} are not stored.", version=version)
        why = _("They are computed once, on the current holdout, and kept.")
    empty_panel(what, why)
    compute_button(version)
    return None


def compute_button(*versions: int) -> None:
    """Puts runs into the queue that compute the reasons of versions on the current holdout."""
    label = (
        _("Compute the reasons of version {version}", version=versions[0])
        if len(versions) == 1
        else _("Compute the reasons of both on the current holdout")
    )
    key = f"explain_{'_'.join(map(str, versions))}"
    st.button(label, type="primary", on_click=clicked(_ask), args=versions, key=key)


def show_check(version: int, reasons: StoredReasons) -> None:
    """Whether the stored reasons were held against the model; the page does not wait for it."""
    checked = data.model_check(version, reasons)
    fragment(_show_check, run_every=None if checked else SECONDS_BETWEEN_LOOKS)(version, reasons, checked is None)


def _show_check(version: int, reasons: StoredReasons, was_pending: bool) -> None:
    checked = data.model_check(version, reasons)
    if checked is None:
        st.caption(_("Checking version {version}: the model is being asked about the same rows …", version=version))
        return
    if was_pending:
        # The page refuses what the model does not say, and stops looking.
        st.rerun()
    if checked.unasked:
        why = escaped(told(checked.unasked))
        said = _("Version {version}: the parts of each row add up; the model could not be asked.", version=version)
        st.caption(f":material/help: {said} {why}")
        return
    st.caption(
        ":material/verified: "
        + _(
            "Checked: base value and parts add up to what version {version} says now, in each of {rows:,} rows.",
            version=version,
            rows=len(reasons),
        )
    )


def _ask(*versions: int) -> None:
    for version in versions:
        actions.explain(version)
