"""Choosing a batch, a version, or a page of a table. The address is the truth of what is chosen, so that a link to a
page is a link to what it shows; where the address says nothing, a page follows what is newest."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from console import data
from console.language import _, told
from console.widgets.panels import escaped, isolated
from core.records import Batch, Version


def pick(
    label: str,
    options: Sequence[Any],
    name: str,
    default: Any = None,
    format_func: Callable[[Any], str] = str,
    **layout: Any,
) -> Any:
    """One of ``options`` by a list; ``name`` is its query parameter."""
    _set_from_address(name, options, default)
    return st.selectbox(
        label, options, key=name, format_func=format_func, on_change=_keep_in_address, args=(name,), **layout
    )


def pick_button(
    label: str, options: Sequence[Any], name: str, default: Any, format_func: Callable[[Any], str] = str
) -> Any:
    """One of a few ``options`` by a row of buttons; ``name`` is its query parameter."""
    _set_from_address(name, options, default)
    return st.segmented_control(
        label,
        options,
        key=name,
        required=True,
        format_func=format_func,
        on_change=_keep_in_address,
        args=(name,),
    )


def pick_number(label: str, low: int, high: int, name: str, **layout: Any) -> int:
    """A whole number from ``low`` to ``high``; ``name`` is its query parameter."""
    named = key_in_address(name)
    st.session_state[name] = named if named is not None and low <= named <= high else low
    return int(st.number_input(label, low, high, key=name, on_change=_keep_in_address, args=(name,), **layout))


def type_text(label: str, name: str, **layout: Any) -> str:
    """A text to look for; ``name`` is its query parameter."""
    st.session_state[name] = st.query_params.get(name, "")
    typed = st.text_input(label, key=name, type="search", on_change=_keep_in_address, args=(name,), **layout)
    return str(typed or "").strip()


def key_in_address(name: str) -> int | None:
    """The key of the store that the address names; None where it names none, or no number of up to 18 digits."""
    named = st.query_params.get(name, "")
    return int(named) if named.isdecimal() and len(named) <= 18 else None


def batch_picker() -> Batch:
    """The batch that the address names, or the newest; there is one."""
    batches = {batch.id: batch for batch in data.batches_with(key_in_address("batch"))}
    newest = next(iter(batches))
    chosen = pick(_("Batch"), list(batches), "batch", newest, lambda key: _batch_label(batches[key]), width=360)
    return batches[chosen]


def version_picker(found: list[Version], label: str, name: str, optional: bool = False) -> int | None:
    """The version that the address names; otherwise the one in production, or none where that is allowed."""
    numbers = [version.number for version in found]
    current = data.production()

    def named(number: int) -> str:
        text = _("Version {number}", number=number)
        return _("{version} (in production)", version=text) if current and number == current.version else text

    first = None if optional else chosen_version(found, name).number
    return pick(label, numbers, name, first, named, placeholder=_("none"), width=260)  # type: ignore[no-any-return]


def chosen_version(found: Sequence[Version], name: str) -> Version:
    """The version that the address names; one that is not there gives way to the one in production, or the newest."""
    by_number = {str(version.number): version for version in found}
    current = data.production()
    production = by_number.get(str(current.version)) if current else None
    return by_number.get(st.query_params.get(name, "")) or production or found[0]


def note_gone_versions(found: Sequence[Version], *names: str) -> None:
    """A sentence for each version that the address names and that does not exist, or no longer."""
    numbers = {str(version.number) for version in found}
    for named in dict.fromkeys(st.query_params.get(name, "") for name in names):
        if named and named not in numbers:
            said = _("There is no version {number}, or no longer: another one is shown.", number=isolated(named[:20]))
            st.warning(escaped(said), icon=":material/warning:")


def pager(rows: int, size: int, key: str) -> int:
    """The page (from 1) of a table of which only one page is read."""
    pages = max(1, math.ceil(rows / size))
    return st.pagination(pages, key=key) if pages > 1 else 1


def _batch_label(batch: Batch) -> str:
    label = told(batch.label.capitalize())
    return _("{batch} · {rows:,} rows", batch=label, rows=batch.rows_stored)


def _set_from_address(name: str, options: Sequence[Any], default: Any) -> None:
    named = st.query_params.get(name)
    if named is not None:
        # A link to the page that is open leaves the browser's address as it was until it is sent what it leads to.
        st.query_params[name] = named
    st.session_state[name] = next((option for option in options if str(option) == named), default)


def _keep_in_address(name: str) -> None:
    chosen = st.session_state[name]
    if chosen in (None, ""):
        st.query_params.pop(name, None)
    else:
        st.query_params[name] = str(chosen)
