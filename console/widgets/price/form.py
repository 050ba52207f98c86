"""The form of one row, made from the contract: places within places, what is typical there, what is wrong at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import streamlit as st

from console import data, state
from console.formats import count
from console.language import _, form, told
from console.widgets.panels import escaped
from core.checks import problem_with
from core.contract import Column
from core.records import Typical

COLUMNS = 3
PLACE, TOUCHED, KEPT = "price_place", "price_touched", "price_kept"


def price_form() -> tuple[dict[str, Any], bool]:
    """The fields as they are filled in, None for what is not given, and whether their price was asked for."""
    contract = state.contract()
    given: dict[str, Any] = {}
    with st.container(border=True):
        _row([contract[name] for name in contract.hierarchy], given)
        typical = data.typical_of(given)
        _fill_in(typical, given)
        rest = [column for column in contract.features if column.name not in contract.hierarchy]
        quantities = [column for column in rest if column.is_number]
        _rows(quantities, given)
        _rows([column for column in rest if not column.is_number], given)
        _say_typical(typical, given)
        _name_property(given)
        problems = [contract[name] for name, value in given.items() if problem_with(contract[name], value)]
        label = contract.target_column.label.lower()
        is_sent = st.button(
            _("Show the {target}", target=label), type="primary", icon=":material/sell:", disabled=bool(problems)
        )
        if problems:
            names = ", ".join(column.label for column in problems)
            st.caption(_("First mend: {names}.", names=names))
    st.session_state[KEPT] = {name: st.session_state.get(_key(contract[name])) for name in given}
    return given, is_sent


def fill_form(inputs: dict[str, Any]) -> None:
    """Put inputs into the form, each as if the reader had typed it."""
    contract = state.contract()
    for column in (*contract.features, *_only_named()):
        value = inputs.get(column.name)
        if column.kind == "date":
            value = date.fromisoformat(value) if value else None
        elif column.is_text and not column.options and column.name not in contract.hierarchy:
            value = value or ""
        st.session_state[_key(column)] = value
    st.session_state[TOUCHED] = {column.name for column in contract.features}


def _rows(columns: Sequence[Column], given: dict[str, Any]) -> None:
    for first in range(0, len(columns), COLUMNS):
        _row(columns[first : first + COLUMNS], given)


def _row(columns: Sequence[Column], given: dict[str, Any]) -> None:
    for place, column in zip(st.columns(COLUMNS), columns, strict=False):
        with place:
            given[column.name] = _field(column, given)
            problem = problem_with(column, given[column.name])
            if problem:
                st.markdown(f":red[:material/error: {escaped(told(problem))}]")


def _field(column: Column, given: dict[str, Any]) -> Any:
    """The field of a column; None for a value that is not given."""
    contract, key, label = state.contract(), _key(column), column.label_with_unit
    if column.is_number:
        _begin_with(column, column.default)
        step = 1.0 if column.integer else None
        # Without a value of its own, so that an emptied field is not given in place of 0.
        return st.number_input(
            label,
            value=None,
            key=key,
            step=step,
            help=_help(column),
            format="%.12g",
            placeholder=_("not given"),
            on_change=_touch,
            args=(column.name,),
        )
    if column.kind == "date":
        _begin_with(column, None)
        first = column.min if isinstance(column.min, date) else None
        chosen = st.date_input(label, None, first, "today", key=key, help=column.help, format=form().calendar)
        return chosen.isoformat() if isinstance(chosen, date) else None
    if column.name in contract.hierarchy:
        return _place(column, given)
    _begin_with(column, column.default if column.options else str(column.default or ""))
    if column.options:
        return st.selectbox(
            label,
            _with_current(list(column.options), key),
            key=key,
            format_func=lambda option: told(option).replace("_", " "),
            accept_new_options=True,
            help=column.help,
            placeholder=_("not given"),
        )
    return st.text_input(label, key=key, help=column.help, placeholder=_("not given")).strip() or None


def _place(column: Column, given: dict[str, Any]) -> Any:
    """One of the places that the data knows within the wider ones, or another one typed."""
    contract, key = state.contract(), _key(column)
    known = data.places(given, column.name)
    wider = contract.hierarchy[: contract.hierarchy.index(column.name)]
    within = tuple(given[name] for name in wider)
    if st.session_state.get(f"{key}_within", within) != within and st.session_state.get(key) not in known:
        # What was chosen lies in another place than the one chosen since.
        st.session_state[key] = None
    st.session_state[f"{key}_within"] = within
    # The contract's example may be no place of this data: then nothing is chosen for the reader.
    _begin_with(column, column.default if column.default in known else None)
    chosen = st.selectbox(
        column.label_with_unit,
        _with_current(known, key),
        key=key,
        accept_new_options=True,
        help=column.help,
        placeholder=_("not given"),
    )
    if chosen is not None and known and chosen not in known:
        st.caption(_("New: no stored {noun} has it. A price is given all the same.", noun=contract.row_noun))
    return chosen


def _begin_with(column: Column, value: Any) -> None:
    """A field that is shown for the first time has ``value``; one that was away for a while what it had then."""
    st.session_state.setdefault(_key(column), st.session_state.get(KEPT, {}).get(column.name, value))


def _with_current(known: list[str], key: str) -> list[str]:
    """The options, and the one that is chosen where it is none of them."""
    chosen = st.session_state.get(key)
    return known if chosen is None or chosen in known else [chosen, *known]


def _fill_in(typical: Typical | None, given: dict[str, Any]) -> None:
    """Where another place was chosen: what is typical there, in each quantity that the reader has not changed."""
    contract = state.contract()
    place = tuple(given[name] for name in contract.hierarchy)
    if st.session_state.get(PLACE) == place:
        return
    st.session_state[PLACE] = place
    touched = st.session_state.get(TOUCHED, set())
    for name, value in (typical.values if typical else {}).items():
        if name not in touched and contract[name].feature:
            st.session_state[_key(contract[name])] = value


def _say_typical(typical: Typical | None, given: dict[str, Any]) -> None:
    contract, touched = state.contract(), st.session_state.get(TOUCHED, set())
    untouched = [column.label for column in contract.compared if column.is_number and column.name not in touched]
    if typical is None or not untouched:
        return
    where = f"{contract[typical.level].label} {given[typical.level]}" if typical.level else contract.title
    st.caption(
        _(
            "{columns}: the median of {rows} {noun}s ({where}), until you change it.",
            columns=", ".join(untouched),
            rows=count(typical.rows),
            noun=contract.row_noun,
            where=where,
        )
    )


def _name_property(given: dict[str, Any]) -> None:
    """What names the property beside the fields that the model reads, so that a later row of it is found."""
    named = _only_named()
    if not named:
        return
    noun = state.contract().row_noun
    with st.expander(_("Find out later how good the price was"), icon=":material/fact_check:"):
        _rows(named, given)
        st.caption(_("Not needed for the price: by it a later {noun} of the same property is found.", noun=noun))


def _only_named() -> list[Column]:
    contract = state.contract()
    return [contract[name] for name in contract.group if not contract[name].feature and name != contract.target]


def _help(column: Column) -> str:
    reach = told(column.range_sentence())
    if not reach:
        return column.help
    valid = _("Valid: {range}.", range=f"{reach} {column.unit}".strip())
    return f"{column.help} {valid}"


def _touch(name: str) -> None:
    st.session_state[TOUCHED] = st.session_state.get(TOUCHED, set()) | {name}


def _key(column: Column) -> str:
    return f"price_{column.name}"
