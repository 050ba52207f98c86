"""The pages, as a table: which script, under which name and address, in which part of the menu."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

FOLDER = Path(__file__).parents[1] / "pages"


@dataclass(frozen=True)
class Entry:
    """A page of the menu; ``url`` is its address below the console's, "" for the first page."""

    script: str
    title: str
    icon: str
    section: str

    @property
    def path(self) -> Path:
        return FOLDER / f"{self.script}.py"

    @property
    def is_first(self) -> bool:
        return self.script == "overview"


PAGES = (
    Entry("overview", "Overview", ":material/dashboard:", ""),
    Entry("batches", "Batches", ":material/inventory_2:", "Data"),
    Entry("drift", "Drift", ":material/trending_up:", "Data"),
    Entry("training", "Training", ":material/model_training:", "Models"),
    Entry("models", "Models", ":material/leaderboard:", "Models"),
    Entry("explain", "Explain", ":material/insights:", "Models"),
    Entry("predict", "Predict", ":material/sell:", "Prices"),
    Entry("history", "History", ":material/history:", "Record"),
    Entry("settings", "Settings", ":material/settings:", "Record"),
)


def page(script: str) -> st.Page:
    """The page of a script, for links and for switching to it."""
    entry = next(entry for entry in PAGES if entry.script == script)
    return _page(entry)


def menu() -> Mapping[str, list[st.Page]]:
    """The pages by section, as the menu shows them."""
    sections: dict[str, list[st.Page]] = {}
    for entry in PAGES:
        sections.setdefault(entry.section, []).append(_page(entry))
    return sections


def link(script: str, label: str, icon: str | None = None, **query: object) -> None:
    """A link to a page, with the selection that it is to open with."""
    st.page_link(page(script), label=label, icon=icon, query_params={name: str(value) for name, value in query.items()})


def _page(entry: Entry) -> st.Page:
    url = None if entry.is_first else entry.script
    return st.Page(entry.path, title=entry.title, icon=entry.icon, url_path=url, default=entry.is_first)
