"""Headings, verdicts, rows of numbers, and what stands in their place where there is nothing or an error."""

from collections.abc import Callable, Mapping, Sequence
from itertools import count
from typing import TYPE_CHECKING, Any

import streamlit as st

from console import health
from console.charts.style import CONFIG
from console.language import _
from console.troubles import in_words
from core.errors import ConsoleError, RegistryUnavailable, StoreError

if TYPE_CHECKING:
    import plotly.graph_objects as go

SECONDS_BETWEEN_LOOKS = 4.0
TONES: dict[str, tuple[Callable[..., Any], str]] = {
    "well": (st.success, ":material/check_circle:"),
    "busy": (st.info, ":material/progress_activity:"),
    "wait": (st.info, ":material/info:"),
    "trouble": (st.error, ":material/error:"),
    "change": (st.warning, ":material/warning:"),
}


def heading(title: str, lead: str) -> None:
    """A page's title and the one sentence on what it is for."""
    st.title(title, anchor=False)
    st.caption(lead)


def verdict(tone: str, headline: str, detail: str = "") -> None:
    """The answer first: one line that says how things stand, and a sentence of why."""
    show, icon = TONES[tone]
    show(f"**{escaped(headline)}**" + (f"  \n{escaped(detail)}" if detail else ""), icon=icon)


def numbers(values: Sequence[tuple[str, str, str]]) -> None:
    """A row of numbers: label, value with its unit, and what it means."""
    with st.container(horizontal=True, gap="small"):
        for label, value, meaning in values:
            st.metric(label, escaped(value), help=meaning or None, border=True, width=170, height="stretch")


def tabs(parts: Mapping[str, tuple[str, Callable[[], None]]], key: str) -> None:
    """Parts of a page side by side behind their labels; only the one that is open is worked out.

    ``parts`` has label and content by name. The address says under ``key`` which is open, by its name and not, as
    Streamlit would, by its label: a link leads readers of every language to the same part.
    """
    labels = {name: label for name, (label, _show) in parts.items()}
    first, named = next(iter(labels)), st.query_params.get(key, "")
    st.session_state[key] = labels[named if named in labels else first]
    names = {label: name for name, label in labels.items()}
    places = st.tabs(list(names), key=key, on_change=_keep_tab, args=(key, names, first))
    for place, (_label, show) in zip(places, parts.values(), strict=True):
        if place.open:
            with place:
                show()


def _keep_tab(key: str, names: Mapping[str, str], first: str) -> None:
    name = names[st.session_state[key]]
    if name == first:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = name


def empty_panel(sentence: str, what_to_do: str) -> None:
    """Nothing to show yet, and what to do about it."""
    with st.container(border=True):
        st.markdown(f"**{escaped(sentence)}**")
        st.markdown(escaped(what_to_do))


def error_panel(error: ConsoleError, *, in_fragment: bool = False, is_timed: bool = False) -> None:
    """What went wrong, in its own sentence, and a way to try again.

    What needs a service that does not answer is drawn anew by itself once it does; ``is_timed`` is so anyway.
    """
    what = _("This could not be shown.")
    st.error(f"**{what}**  \n{escaped(in_words(error))}", icon=":material/error:")
    if not in_fragment:
        st.button(_("Try again"), icon=":material/refresh:", key="try_again")
    if isinstance(error, (StoreError, RegistryUnavailable)) and not is_timed:
        _look_again(error)


def away_panel(error: StoreError) -> None:
    """Prices go on without the store; the page is drawn anew by itself once it answers."""
    what = _("The database does not answer. Prices are given all the same, and are not stored.")
    st.warning(escaped(what), icon=":material/cloud_off:")
    _look_again(error)


def _look_again(error: ConsoleError) -> None:
    """Draw the page anew when what failed answers again; until then it stays as it is, with what was typed."""
    looks = count()

    def look() -> None:
        # The first look is part of the drawing that failed.
        if next(looks) and health.answers_again(error):
            st.rerun()

    st.fragment(look, run_every=SECONDS_BETWEEN_LOOKS)()


def figure(chart: "go.Figure", key: str, alt: str, **options: Any) -> Any:
    """A chart over the whole width, with a text for those who cannot see it."""
    return st.plotly_chart(chart, key=key, config=CONFIG, alt=alt, **options)


def table_height(rows: int) -> int:
    """The height (px) of a table that shows all of its rows, or the first of them where they are many."""
    return min(35 * (rows + 1) + 2, 300)


def escaped(text: str) -> str:
    """Text as it is: without what Markdown would read as formulas, code or links."""
    for sign in "\\$*_`[]<>~":
        text = text.replace(sign, f"\\{sign}")
    return text.replace(":", "\\:") if ":" in text and text.count(":") > 1 else text


def isolated(text: str) -> str:
    """Text from outside within a sentence: signs in it that turn the direction of writing end with it."""
    return f"\u2068{text}\u2069"
