"""The console of an end user: one page, no menu of others, and nothing that an operator does."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from console import access, actions, navigation, process, state
from core import store
from core.errors import NotAllowed, StoreError
from tests.pages.conftest import Open, button, texts, waiting

PASSWORDS = {"console_password": "run the loop", "end_user_password": "ask for prices"}


@pytest.fixture
def signed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever opens a page is the end user."""
    monkeypatch.setattr(access.Access, "user_of", lambda _self, _cookies: access.END_USER)


def open_prices(open_console: Open, folder: Path) -> AppTest:
    return open_console(folder, **PASSWORDS)


@pytest.mark.usefixtures("signed_in")
def test_the_only_page_is_the_one_with_the_prices(open_console: Open, filled_folder: Path) -> None:
    page = open_prices(open_console, filled_folder)
    assert not page.exception
    assert [title.value for title in page.title] == ["Predict"]
    assert "Signed in as end user." in texts(page)
    assert [entry.script for entry in navigation.pages()] == ["predict"]


@pytest.mark.usefixtures("signed_in")
def test_a_price_is_stored_as_asked_for_by_the_end_user(open_console: Open, filled_folder: Path) -> None:
    page = open_prices(open_console, filled_folder)
    button(page, "Show the price").click()
    page.run()
    assert not page.exception
    with store.reading(process.the_world().raw) as connection:
        kept = store.list_predictions(connection, tables=process.the_world().tables, limit=1)
    assert (kept[0]["channel"], kept[0]["asked_by"]) == ("page", "end user")


@pytest.mark.usefixtures("signed_in")
def test_before_the_first_model_an_end_user_is_sent_to_no_page(open_console: Open, empty_folder: Path) -> None:
    page = open_prices(open_console, empty_folder)
    assert not page.exception
    assert "There is no model in production yet" in texts(page)
    assert "Fetch a batch" not in texts(page)


@pytest.mark.usefixtures("signed_in")
def test_a_failure_names_no_address_to_an_end_user(
    open_console: Open, filled_folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise StoreError("The database mysql+pymysql://root@db.internal/RAW_DATA refused: no route.")

    page = open_prices(open_console, filled_folder)
    with monkeypatch.context() as patch:
        patch.setattr(store, "reading", refuse)
        page.run()
    assert not page.exception
    assert "The database does not answer; what is asked for may not be stored." in texts(page)
    assert "db.internal" not in texts(page)
    assert "db.internal" in caplog.text


@pytest.mark.usefixtures("signed_in")
@pytest.mark.parametrize(
    "act", [actions.fetch_next_batch, actions.rank, lambda: actions.train("mine"), lambda: actions.promote(1, "mine")]
)
def test_no_action_of_an_operator_is_done_for_an_end_user(open_console: Open, filled_folder: Path, act) -> None:  # type: ignore[no-untyped-def]
    page = open_prices(open_console, filled_folder)
    before = waiting(page)
    with pytest.raises(NotAllowed, match="Only an operator may do this; you are signed in as end user"):
        act()
    assert waiting(page) == before


def test_who_is_no_end_user_sees_every_page(open_console: Open, filled_folder: Path) -> None:
    page = open_console(filled_folder)
    assert not page.exception
    assert "Signed in as" not in texts(page)
    assert len(navigation.pages()) == len(navigation.PAGES)
    assert st.session_state is not None
    assert state.is_operator()
