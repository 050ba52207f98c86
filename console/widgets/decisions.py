"""Every decision in plain words: a line a run, filtered and paged in the store, with links to what it led to."""

from collections.abc import Iterator, Sequence
from typing import Any

import streamlit as st

from console import chronicle, data, language, navigation, process, state
from console.codes import word
from console.exports import as_csv
from console.formats import moment
from console.language import _, plural
from console.widgets.panels import empty_panel, escaped
from console.widgets.pickers import key_in_address, pager, pick, type_text
from core.contract import Contract
from core.records import OUTCOMES, HistoryEntry, HistoryFilter, Measurement

LINES = 20
KINDS = ("cycle", "training", "ranking", "promotion")
Largest = dict[tuple[int, str], Measurement]


def show_decisions() -> None:
    """The history with its filters, a page of it, and all that was found as a file."""
    wanted = _pick_filter()
    total = data.count_history(wanted)
    if not total and wanted == HistoryFilter():
        todo = _("Fetch a batch; whether a model is trained from it, and why, is the first line here.")
        empty_panel(_("Nothing was decided yet."), todo)
        navigation.link("batches", _("Go to the batches"), ":material/inventory_2:")
        return
    if not total:
        st.caption(_("No decision is like that."))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(plural("{count} decision, the newest first.", "{count} decisions, the newest first.", total))
        _download(wanted)
    place = st.container()
    entries = data.history(wanted, pager(total, LINES, f"decisions_{hash(wanted)}"), LINES)
    largest, links = data.largest_changes(_batches(entries)), data.mlflow_links()
    with place.container(gap="xsmall"):
        for entry in entries:
            _show_line(entry, largest, links.get(entry.version or 0))


def _pick_filter() -> HistoryFilter:
    found = data.batches_with(key_in_address("batch"))
    batches = {batch.id: f"{batch.collection}·{batch.number}" for batch in found}
    collections = sorted({batch.collection for batch in found}, reverse=True)
    outcomes = {
        "trained": _("Trained"),
        "not_trained": _("Not trained"),
        "held": _("Held"),
        "promoted": _("Promoted"),
        "not_promoted": _("Not promoted"),
    }
    kinds = {
        "cycle": _("Batches"),
        "training": _("Trainings by hand"),
        "ranking": _("Rankings"),
        "promotion": _("Promotions by people"),
    }
    one_of: dict[str, Any] = {"placeholder": _("all")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        return HistoryFilter(
            collection=pick(_("Collection"), collections, "collection", width=120, **one_of),
            batch=pick(_("Batch"), list(batches), "batch", format_func=batches.__getitem__, width=120, **one_of),
            outcome=pick(_("Outcome"), OUTCOMES, "outcome", format_func=outcomes.__getitem__, width=170, **one_of)
            or "",
            kind=pick(_("Kind"), KINDS, "kind", format_func=kinds.__getitem__, width=190, **one_of) or "",
            text=type_text(_("Search"), "text", placeholder=_("in reasons and names"), width=240),
        )


def _show_line(entry: HistoryEntry, largest: Largest, mlflow: str | None) -> None:
    told = chronicle.tell(entry, _largest_of(entry, largest), state.contract())
    line = f"{chronicle.icon_of(entry)} **{escaped(chronicle.subject_of(entry))}**: {escaped(told)}"
    about = _("{moment}, asked for by {by}", moment=moment(entry.at, state.zone()), by=word(entry.by))
    said, links = st.columns([7, 2], vertical_alignment="center", gap="xsmall")
    said.markdown(f"{line}  \n:small[{escaped(about)}]")
    with links.container(horizontal=True, gap="xxsmall"):
        _show_links(entry, mlflow)


def _show_links(entry: HistoryEntry, mlflow: str | None) -> None:
    navigation.link("history", _("Run {number}", number=entry.run), "", show="runs", run=entry.run)
    if entry.batch is not None:
        navigation.link("drift", _("Drift"), "", batch=entry.batch)
    if entry.version is not None:
        navigation.link("models", _("Version {number}", number=entry.version), "", version=entry.version)
    if mlflow:
        st.page_link(mlflow, label="MLflow", icon=":material/open_in_new:")


def _download(wanted: HistoryFilter) -> None:
    """All that was found; it is read when somebody asks for it, in a thread that has no session."""
    tag, contract = language.tag(), state.contract()

    def content() -> str:
        with language.speaking(tag):
            return as_csv(_rows(wanted, contract))

    st.download_button(
        _("Download as CSV"), content, "decisions.csv", "text/csv", icon=":material/download:", on_click="ignore"
    )


def _rows(wanted: HistoryFilter, contract: Contract) -> Iterator[dict[str, Any]]:
    links = data.mlflow_links()
    for entry in data.whole_history(wanted):
        largest = data.largest_changes(_batches([entry]))
        yield {
            "at": entry.at.isoformat(),
            "run": entry.run,
            "kind": entry.kind,
            "cause": entry.cause,
            "by": entry.by,
            "collection": entry.collection,
            "batch": entry.number,
            "told": f"{chronicle.subject_of(entry)}: {chronicle.tell(entry, _largest_of(entry, largest), contract)}",
            "trained": entry.train.yes if entry.train else None,
            "held": entry.train.held if entry.train else None,
            "reason": entry.train.reason if entry.train else "",
            "promoted": entry.promote.yes if entry.promote else None,
            "promotion_reason": entry.promote.reason if entry.promote else "",
            "version": entry.version,
            "mlflow": links.get(entry.version or 0, ""),
        }


def _largest_of(entry: HistoryEntry, largest: Largest) -> Measurement | None:
    reference = entry.train.numbers.get("reference") if entry.train else None
    return largest.get((entry.batch or 0, reference or process.the_settings().drift_reference))


def _batches(entries: Sequence[HistoryEntry]) -> list[int]:
    return [entry.batch for entry in entries if entry.batch is not None]
