"""A document that is made when a reader asks for it, and in the reader's language."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from console import language

FORMS = {
    "html": ("text/html", ":material/description:"),
    "md": ("text/markdown", ":material/markdown:"),
    "json": ("application/json", ":material/data_object:"),
    "csv": ("text/csv", ":material/table:"),
}
Make = Callable[[], str | bytes]


def document_button(label: str, help_text: str, file: str, make: Make) -> None:
    """A button that saves what ``make`` gives as ``file``, whose ending is a key of FORMS."""
    mime, icon = FORMS[file.rpartition(".")[2]]
    made = partial(_spoken, make, language.tag())
    st.download_button(label, made, file, mime, on_click="ignore", icon=icon, help=help_text)


def _spoken(make: Make, tag: str) -> str | bytes:
    """Streamlit makes it in a thread of its own, which does not know the reader's language."""
    with language.speaking(tag):
        return make()
