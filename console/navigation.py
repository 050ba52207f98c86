"""The pages, as a table: which script, under which name and address, in which part of the menu."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from console import state
from console.language import told
from core.words import sentence

FOLDER = Path(__file__).parents[1] / "pages"


@dataclass(frozen=True)
class Entry:
    """A page of the menu, its ``title`` and ``section`` in English, and whether end users see it too."""

    script: str
    title: str
    icon: str
    section: str
    is_for_end_users: bool = False

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.script}.py"


PAGES = (
    Entry("overview", sentence("Overview"), ":material/dashboard:", ""),
    Entry("batches", sentence("Batches"), ":material/inventory_2:", sentence("Data")),
    Entry("drift", sentence("Drift"), ":material/trending_up:", sentence("Data")),
    Entry("training", sentence("Training"), ":material/model_training:", sentence("Models")),
    Entry("models", sentence("Models"), ":material/leaderboard:", sentence("Models")),
    Entry("explain", sentence("Explain"), ":material/insights:", sentence("Models")),
    Entry("predict", sentence("Predict"), ":material/sell:", sentence("Prices"), is_for_end_users=True),
    Entry("history", sentence("History"), ":material/history:", sentence("Record")),
    Entry("settings", sentence("Settings"), ":material/settings:", sentence("Record")),
)


def pages() -> Sequence[Entry]:
    """The pages that who is signed in may see, the first of which is at the root."""
    return PAGES if state.is_operator() else [entry for entry in PAGES if entry.is_for_end_users]


def page(script: str) -> st.Page:
    """The page of a script, for links and for switching to it."""
    entry = next(entry for entry in pages() if entry.script == script)
    return _page(entry)


def menu() -> Mapping[str, list[st.Page]]:
    """The pages by section, as the menu shows them."""
    sections: dict[str, list[st.Page]] = {}
    for entry in pages():
        sections.setdefault(told(entry.section), []).append(_page(entry))
    return sections


def link(script: str, label: str, icon: str | None = None, **query: object) -> None:
    """A link to a page, with the selection that it is to open with; none where it may not be seen."""
    if script in [entry.script for entry in pages()]:
        wanted = {name: str(value) for name, value in query.items()}
        st.page_link(page(script), label=label, icon=icon, query_params=wanted)


def _page(entry: Entry) -> st.Page:
    is_first = entry is pages()[0]
    url = None if is_first else entry.script
    return st.Page(entry.path, title=told(entry.title), icon=entry.icon, url_path=url, default=is_first)
