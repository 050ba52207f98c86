"""What a version leans on: over many rows, by cohort, for one row, and against another version."""

import streamlit as st

from console import data, navigation, widgets
from console.language import _
from console.widgets import reasons

VIEWS = {
    "importance": reasons.show_importance,
    "rows": reasons.show_every_row,
    "feature": reasons.show_dependence,
    "cohorts": reasons.show_cohorts,
    "versions": reasons.show_agreement,
    "row": reasons.show_row,
}

widgets.heading(_("Explain"), _("What a version leans on: over many rows, for one row, and against another version."))
versions = data.versions()
if not versions:
    widgets.empty_panel(
        _("There is nothing to explain yet."), _("Fetch a batch; the first model is trained from it at once.")
    )
    navigation.link("batches", _("Go to the batches"), ":material/inventory_2:")
    st.stop()
pickers = st.container(horizontal=True, vertical_alignment="bottom")
with pickers:
    version = widgets.version_picker(versions, _("Version"), "version") or versions[0].number
    rest = [found for found in versions if found.number != version]
    other = widgets.version_picker(rest, _("Side by side with"), "other", optional=True) if rest else None
widgets.note_gone_versions(versions, "version", "other")
stored = reasons.reasons_of(version)
if stored is None:
    st.stop()
beside = reasons.reasons_of(other) if other is not None else None
with pickers:
    shown = reasons.choose_rows(version, stored, other, beside)
reasons.show_verdict(shown)
names = {
    "importance": _("Importance"),
    "rows": _("Every row"),
    "feature": _("One feature"),
    "cohorts": _("Cohorts"),
    "versions": _("Two versions"),
    "row": _("One row"),
}
row = VIEWS[widgets.pick_button(_("Show"), list(VIEWS), "show", "importance", names.__getitem__)](shown)
reasons.documents(shown, row)
reasons.show_check(version, stored)
if other is not None and beside is not None:
    reasons.show_check(other, beside)
