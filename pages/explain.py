"""What a version leans on: over many rows, for one row, and against another version."""

from functools import partial

import streamlit as st

from console import data, navigation, widgets
from console.language import _
from console.widgets import reasons

widgets.heading(_("Explain"), _("What a version leans on: over many rows, for one row, and against another version."))
versions = data.versions()
if not versions:
    widgets.empty_panel(
        _("There is nothing to explain yet."), _("Fetch a batch; the first model is trained from it at once.")
    )
    navigation.link("batches", _("Go to the batches"), ":material/inventory_2:")
    st.stop()
with st.container(horizontal=True, vertical_alignment="bottom"):
    version = widgets.version_picker(versions, _("Version"), "version")
    rest = [found for found in versions if found.number != version]
    other = widgets.version_picker(rest, _("Side by side with"), "other", optional=True) if rest else None
explanation = reasons.explanation_of(version)
if explanation is None:
    st.stop()
against = reasons.explanation_of(other) if other is not None else None
found = {version: explanation, **({other: against} if other is not None and against is not None else {})}
reasons.show_verdict(found)
widgets.tabs(
    {
        _("Importance"): partial(reasons.show_importance, found),
        _("Every row"): partial(reasons.show_every_row, found),
        _("One feature"): partial(reasons.show_dependence, explanation),
    },
    "overall",
)
reasons.show_row(version, explanation, other)
