"""Parts of a page that are drawn again by themselves, and clicks; what goes wrong in one is told in its place."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st

from console.troubles import in_words
from console.widgets.panels import error_panel, escaped
from core.errors import ConsoleError

Arguments = ParamSpec("Arguments")


def fragment(show: Callable[Arguments, None], run_every: float | None = None) -> Callable[Arguments, None]:
    """``st.fragment`` with the console's own panel for an error, in which the rest of the page stays as it is.

    No other way to a fragment: Streamlit catches what a fragment raises before the page could, and shows it its way.
    Drawn every ``run_every`` seconds where given, and otherwise anew when what failed answers again.
    """

    return st.fragment(guarded(show, is_timed=run_every is not None), run_every=run_every)


def guarded(show: Callable[Arguments, None], is_timed: bool = False) -> Callable[Arguments, None]:
    """A part, such as a dialog's, that tells its errors in its place; ``is_timed`` where it is drawn again anyway."""

    @wraps(show)
    def shown(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            show(*args, **kwargs)
        except ConsoleError as error:
            error_panel(error, in_fragment=True, is_timed=is_timed)

    return shown


def clicked(act: Callable[Arguments, object]) -> Callable[Arguments, None]:
    """What a click does, for ``on_click``: Streamlit runs it before the page, which could not tell what it raises."""

    @wraps(act)
    def done(*args: Arguments.args, **kwargs: Arguments.kwargs) -> None:
        try:
            act(*args, **kwargs)
        except ConsoleError as error:
            st.toast(escaped(in_words(error)), icon=":material/error:", duration="long")

    return done
