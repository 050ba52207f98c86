"""Every fragment tells its errors in the console's own panel."""

import re
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).parents[2]
# The wrapper, and the look after what was away, which shows nothing and raises nothing.
ALLOWED = {"console/widgets/fragments.py", "console/widgets/panels.py"}


def test_no_part_of_a_page_is_a_fragment_without_a_panel_for_its_errors() -> None:
    files = [*(ROOT / "console").rglob("*.py"), *(ROOT / "pages").rglob("*.py")]
    using = {str(file.relative_to(ROOT)) for file in files if re.search(r"\bst\.fragment\b", file.read_text())}
    assert using == ALLOWED


@pytest.mark.parametrize("seconds", [None, 5.0])
def test_an_error_in_a_fragment_is_one_sentence_and_leaves_what_was_typed(seconds: float | None) -> None:
    page = AppTest.from_function(_page, kwargs={"seconds": seconds}).run()
    page.text_input[0].set_value("Maine").run()
    assert not page.exception
    assert [error.value for error in page.error] == []
    page.checkbox[0].check().run()
    assert not page.exception
    [error] = page.error
    assert "This could not be shown." in error.value
    assert "The database is away." in error.value
    assert page.text_input[0].value == "Maine"
    page.checkbox[0].uncheck().run()
    assert not page.error


def _page(seconds: float | None) -> None:
    import streamlit as st

    from console import widgets
    from core.errors import StoreError

    def show() -> None:
        if st.session_state.get("away"):
            raise StoreError("The database is away.")
        st.write("well")

    st.checkbox("away", key="away")
    st.text_input("State")
    widgets.fragment(show, run_every=seconds)()


def test_a_click_that_fails_is_told_and_no_action_is_clicked_without_it() -> None:
    page = AppTest.from_function(_page_whose_click_fails).run()
    page.button[0].click().run()
    assert not page.exception
    assert [toast.value for toast in page.toast] == ["The database refused."]
    files = [*(ROOT / "console").rglob("*.py"), *(ROOT / "pages").glob("*.py")]
    bare = [str(file) for file in files if re.search(r"on_click=actions\.", file.read_text())]
    assert bare == []


def _page_whose_click_fails() -> None:
    import streamlit as st

    from console import widgets
    from core.errors import StoreError

    def fail() -> None:
        raise StoreError("The database refused.")

    st.button("Fetch", on_click=widgets.clicked(fail))
