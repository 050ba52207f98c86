"""Choosing the reference, the verdict, and the references side by side."""

import streamlit as st

from console import data, navigation, process, state, widgets
from console.charts import drift as charts
from console.drift import Comparison, reference_name, references_table, verdict
from console.language import _, told
from core.records import REFERENCES, Batch, DriftReport


def no_comparison() -> None:
    """Nothing was fetched yet."""
    widgets.empty_panel(
        _("There is nothing to compare yet."), _("Fetch two batches; the second is compared with the first.")
    )
    navigation.link("batches", _("Go to the batches"), ":material/inventory_2:")


def first_batch(batch: Batch) -> None:
    """A batch that nothing came before."""
    widgets.empty_panel(
        _(
            "{batch} was the first of its collection: there was nothing to compare it with.",
            batch=told(batch.label.capitalize()),
        ),
        _("Choose another batch, or fetch the next one."),
    )


def pick_reference(reports: dict[str, DriftReport]) -> str | None:
    """The reference that the address names, or the one that decides; None where there is nothing to compare with."""
    known = [name for name in REFERENCES if name in reports]
    if not known:
        return None
    deciding = process.the_settings().drift_reference
    first = deciding if deciding in known else known[0]
    chosen: str = widgets.pick_button(_("Compared with"), known, "reference", first, reference_name)
    return chosen


def open_comparison(batch: Batch, reports: dict[str, DriftReport], reference: str) -> Comparison:
    """Everything that the page and its report show."""
    return Comparison(
        contract=state.contract(),
        batch=batch,
        reports={name: reports[name] for name in REFERENCES if name in reports},
        reference=reference,
        deciding=process.the_settings().drift_reference,
        decision=data.decision(batch.id),
        profiles=data.compared_profiles(batch, reference),
        examination=data.examination(batch, reference),
        changes=data.changes(reference),
        labels={found.id: f"{found.collection}·{found.number}" for found in data.batches()},
    )


def show_verdict(comparison: Comparison) -> None:
    """The answer first."""
    found = verdict(comparison)
    widgets.verdict(found.tone, found.headline, found.detail)


def show_references(comparison: Comparison) -> None:
    """The same batch against each reference."""
    st.dataframe(references_table(comparison), hide_index=True, alt=_("The verdict against each reference"))
    widgets.figure(
        charts.references_map(comparison.reports, comparison.contract, comparison.columns),
        "references_map",
        _("The statistic of each column that changed most, against each reference"),
    )
    st.caption(_("Each cell: the statistic that changed most against its limit. Coloured: over its limit."))
