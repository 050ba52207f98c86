"""Pages in another language than English."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.pages.conftest import Open


def switch(page: AppTest):  # type: ignore[no-untyped-def]
    return next(group for group in page.button_group if group.key == "language_switch")


def test_the_switch_changes_the_language_at_once_and_has_the_browser_keep_it(
    open_console: Open, empty_folder: Path
) -> None:
    page = open_console(empty_folder, "settings")
    assert "document.cookie" in script(page)
    assert "if (false)" in script(page)
    switch(page).set_value("es").run()
    assert 'if (true) document.cookie = "language=es;' in script(page)
    assert not page.exception


def script(page: AppTest) -> str:
    return next(found.proto.body for found in page.get("html") if "cookie" in found.proto.body)
