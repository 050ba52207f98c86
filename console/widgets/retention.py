"""What may go: a preview of the versions and rows that leave, and the button that lets them."""

import streamlit as st

from console import actions, data, process, state
from console.formats import amount, moment
from console.language import _, plural, told
from console.widgets.panels import empty_panel, verdict
from core.loop.retaining import MOST_KEPT, Leaving
from core.policy.retention import MADE_HERE


def retention_panel() -> None:
    """How much is kept, what would go by that, and the click that lets it go."""
    settings = process.the_settings()
    st.caption(
        _(
            "A version that was ever in production stays, so does one of another program, and so do batches with their "
            "figures and rejected rows. What KEEP_VERSIONS and COLLECTION_RETENTION_DAYS say is done once a day; here "
            "it is done once, by hand."
        )
    )
    with st.container(horizontal=True):
        keep = st.number_input(
            _("Newest versions to keep (0: all)"), 0, MOST_KEPT, settings.keep_versions, key="keep_versions"
        )
        days = st.number_input(
            _("Days to keep the rows of a closed collection (0: for ever)"),
            0,
            MOST_KEPT,
            settings.collection_retention_days,
            key="keep_days",
        )
    found = data.leaving(keep, days)
    _foreign(keep)
    if not found.versions and not found.collections:
        empty_panel(_("Nothing would go."), _("Lower a number above to see what would."))
        return
    _preview(found)
    is_sure = st.checkbox(_("I know that what goes cannot be brought back"), key="retention_sure")
    if st.button(_("Let it go"), type="primary", icon=":material/delete:", disabled=not is_sure, key="retention_now"):
        actions.retain(keep_versions=keep, keep_days=days)


def _foreign(keep: int) -> None:
    """The versions that would go by their age and stay, because this console did not make them."""
    old = data.versions()[keep:] if keep else []
    names = ", ".join(str(version.number) for version in reversed(old) if MADE_HERE not in version.tags)
    if names:
        st.caption(
            _("Registered by another program, which alone knows whether it needs them: {versions}.", versions=names)
        )


def _preview(found: Leaving) -> None:
    batches = [batch for batch in data.batches() if batch.collection in found.collections]
    rows = sum(batch.rows_stored for batch in batches)
    versions = plural("{count} version", "{count} versions", len(found.versions))
    verdict("change", _("{versions} and {rows} rows would go", versions=versions, rows=amount(rows)))
    if found.versions:
        known = {version.number: version for version in data.versions()}
        table = [
            {
                _("Version"): number,
                _("Registered"): moment(known[number].created_at, state.zone()) if number in known else "",
                _("Trained for"): told(known[number].tags.get("reason", "")) if number in known else "",
            }
            for number in found.versions
        ]
        st.dataframe(table, hide_index=True, alt=_("Versions that would go"))
    if batches:
        table = [
            {_("Collection"): batch.collection, _("Batch"): batch.number, _("Rows"): batch.rows_stored}
            for batch in batches
        ]
        st.dataframe(table, hide_index=True, alt=_("Batches whose rows would go"))
