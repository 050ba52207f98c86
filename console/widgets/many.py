"""Many rows at once: a file up, its columns matched, a price for each row down."""

from collections.abc import Mapping, Sequence

import streamlit as st

from console import process, state
from console.file_answers import SHOWN, FileAnswer, answer_file, excel_of, first_lines
from console.formats import span
from console.language import _, plural, told
from console.widgets.panels import empty_panel, escaped, numbers, verdict
from core.errors import ConsoleError
from core.prediction.files import MOST_ROWS, Table, as_csv, decimals_of, match_columns, read_table, titles

SLOW_ROWS = 20_000
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def many_at_once() -> None:
    """The part of a page that takes a file."""
    st.markdown(
        _(
            "A file with one row for each price: its first line names the columns, by the names or the labels of the "
            "form. A column that is absent is a missing value; other columns come back as they are."
        )
    )
    uploaded = st.file_uploader(
        _("CSV or Excel file, at most {most:,} rows", most=MOST_ROWS),
        type=["csv", "txt", "tsv", "xlsx"],
        key="many_file",
    )
    if uploaded is None:
        st.session_state.pop(state.FILE_ANSWER, None)
        _template()
        return
    if _answer_of(uploaded.file_id) is None:
        _ask(uploaded.name, uploaded.getvalue(), uploaded.file_id)
    found = _answer_of(uploaded.file_id)
    if found is not None:
        show_file_answer(found)


def show_file_answer(found: FileAnswer) -> None:
    """How it went, the files to take away, and a look into each."""
    _verdict(found)
    facts = [
        (_("Answered"), f"{found.answered:,}", _("Rows that have a price.")),
        (_("Refused"), f"{found.refused:,}", _("Rows with a wrong value; the list of problems names each.")),
        (_("Given by"), _("Version {number}", number=found.version), _("One version answers the whole file.")),
        (_("Took"), span(found.seconds), _("From reading the file to the last stored row.")),
    ]
    numbers(facts)
    with st.container(horizontal=True):
        _downloads(found)
    st.caption(_("Every row is kept with its answer under the request {id}.", id=found.request_id))
    if found.answered:
        st.dataframe(first_lines(found.answers), hide_index=True, alt=_("The first answers"))
        st.caption(
            _(
                "Predicted anyway: `unknown` names the fields whose text the version never saw in training, `missing` "
                "those without a value. The address of this page with `?request=` and a row's `id`, a point and its "
                "`request_id` shows its price again."
            )
        )
    if found.refused:
        st.header(_("What is wrong"), anchor=False)
        st.dataframe(first_lines(found.problems), hide_index=True, alt=_("The first problems"))
    st.caption(_("At most {shown} lines are shown here; the files have all.", shown=SHOWN))


def _answer_of(file: str) -> FileAnswer | None:
    """The answer of this session to an uploaded file."""
    key, answer = st.session_state.get(state.FILE_ANSWER, ("", None))
    return answer if key == file else None


def _ask(name: str, content: bytes, file: str) -> None:
    try:
        table = read_table(name, content)
    except ConsoleError as error:
        st.error(escaped(told(str(error))), icon=":material/error:")
        return
    for note in table.notes:
        st.warning(escaped(told(note)), icon=":material/warning:")
    columns = _match(table)
    if not columns:
        empty_panel(
            _("No column of this file is known."),
            _("Name its columns as the template does, or match them above."),
        )
        _template()
        return
    if note := decimals_of(table, columns, state.contract()).note:
        st.info(escaped(told(note)), icon=":material/info:")
    label = plural("Predict {count} row", "Predict {count} rows", len(table))
    if st.button(label, type="primary", icon=":material/sell:"):
        bar = st.progress(0.0, text=_("Reading the file …"))

        def on_part(done: int, rows: int) -> None:
            bar.progress(done / rows, text=_("{done:,} of {rows:,} rows", done=done, rows=rows))

        st.session_state[state.FILE_ANSWER] = (file, answer_file(name, content, columns, state.user(), on_part))
        bar.empty()
        st.rerun()


def _match(table: Table) -> Mapping[str, int]:
    """Which column of the file is which input: found by name, and to be changed by the reader."""
    contract = process.the_contract()
    found = match_columns(table.header, contract)
    absent = [column.label for column in state.contract().features if column.name not in found]
    known = plural("{count} column is known", "{count} columns are known", len(found))
    missing = _("missing: {names}", names=", ".join(absent)) if absent else _("none is missing")
    with st.expander(f"{known}, {missing}", expanded=bool(absent), icon=":material/table_chart:"):
        places = list(range(len(table.header)))
        return _pick_columns(places, table.header, found)


def _pick_columns(places: Sequence[int], header: Sequence[str], found: Mapping[str, int]) -> dict[str, int]:
    chosen: dict[str, int] = {}
    with st.container(horizontal=True):
        for column in titles(state.contract()):
            is_true = column.name == state.contract().target
            place = st.selectbox(
                _("True value ({unit})", unit=column.unit) if is_true else column.label_with_unit,
                places,
                index=found.get(column.name),
                key=f"many_{column.name}",
                format_func=lambda place: header[place] or _("column {number}", number=place + 1),
                placeholder=_("not in the file"),
                width=200,
            )
            if place is not None:
                chosen[column.name] = place
    return chosen


def _verdict(found: FileAnswer) -> None:
    headline = plural("{count} row has a price", "{count} rows have a price", found.answered)
    detail = _("No row was refused.")
    if found.refused:
        detail = plural("{count} row was refused.", "{count} rows were refused.", found.refused)
    if not found.is_stored:
        detail = _("{detail} Some rows could not be stored.", detail=detail)
    verdict("well" if found.is_stored and not found.refused else "change", headline, detail)


def _downloads(found: FileAnswer) -> None:
    stem, icon = found.name.rpartition(".")[0] or found.name, ":material/download:"
    if found.answered:
        label = _("Answers as CSV")
        st.download_button(
            label, found.answers, f"{stem}-answers.csv", "text/csv", icon=icon, on_click="ignore", type="primary"
        )
        slow = _("Takes about a minute for a hundred thousand rows.") if found.rows > SLOW_ROWS else None
        label = _("Answers as Excel")
        st.download_button(
            label,
            lambda: excel_of(found.answers),
            f"{stem}-answers.xlsx",
            EXCEL,
            icon=icon,
            on_click="ignore",
            help=slow,
        )
    if found.refused:
        label = _("Problems as CSV")
        st.download_button(label, found.problems, f"{stem}-problems.csv", "text/csv", icon=icon, on_click="ignore")


def _template() -> None:
    contract = process.the_contract()
    header = [column.name for column in contract.features]
    row = ["" if column.default is None else column.default for column in contract.features]
    label = _("A template with one row")
    st.download_button(
        label, as_csv(header, [row]), "template.csv", "text/csv", icon=":material/download:", on_click="ignore"
    )
