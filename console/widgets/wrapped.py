"""Tables and reasons that find room on a narrow screen."""

from collections.abc import Mapping, Sequence

import streamlit as st

from console.language import plural, told
from console.long_reasons import shortened
from console.widgets.panels import escaped


def wrapped_table(rows: Sequence[Mapping[str, str]], key: str) -> None:
    """A table whose cells wrap, so that no column is off a phone's screen; it does not sort."""
    heads = list(rows[0])
    lines = [heads, ["---"] * len(heads), *([_cell(row[head]) for head in heads] for row in rows)]
    with st.container(key=f"wrapped_{key}"):
        st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))


def folded_reason(lead: str, reason: str) -> None:
    """A stored reason behind its ``lead``; a long list of further changes is folded."""
    text, further = shortened(reason)
    st.markdown(f"**{lead}** {escaped(told(text))}")
    if further:
        with st.expander(plural("{count} more change", "{count} more changes", len(further))):
            st.markdown("\n".join(f"- {escaped(told(change))}" for change in further))


def _cell(text: str) -> str:
    return escaped(text).replace("|", "\\|")
