"""A batch that is held: why, and the operator's release."""

import streamlit as st

from console import actions, data
from console.language import _, told
from console.widgets.panels import verdict
from core.records import Batch


def held_panel(batch: Batch) -> None:
    """Why a batch is held, and the form that releases it; nothing where it is not held."""
    found = data.decision(batch.id)
    if found is None or not found.decision.held:
        return
    verdict("change", _("This batch is held"), told(found.decision.reason))
    if any(run.kind == "release" and run.parameters.get("batch") == batch.id for run in data.open_runs()):
        st.caption(_("Its release is under way."))
    elif batch.collection != data.batches()[0].collection:
        st.caption(_("Its collection is closed, so it stays as it is: nothing is trained on a closed collection."))
    else:
        _release_form(batch)


def _release_form(batch: Batch) -> None:
    with st.form(f"release_{batch.id}", border=True):
        st.caption(
            _(
                "Its rows are stored, but nothing is compared with them or trained on them. Released, it is decided "
                "on again and counts like any other batch."
            )
        )
        why = st.text_input(_("Reason of the release"), max_chars=300, key=f"why_{batch.id}")
        if st.form_submit_button(_("Release this batch"), type="primary", icon=":material/lock_open:"):
            if why.strip():
                actions.release(batch.id, batch.label, why.strip())
                st.rerun()
            st.error(_("A release needs a reason: write in a few words why this batch may be judged after all."))
