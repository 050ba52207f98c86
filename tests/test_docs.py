"""What the documents say is so: settings, pages, tables, commands."""

import re
import tomllib
from pathlib import Path

import pytest

from console.navigation import PAGES
from core.contract import Contract
from core.settings import Settings
from core.tables import RowTables, raw

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
FOR_COMPOSE = {"MYSQL_PASSWORD", "MYSQL_ROOT_PASSWORD", "IMAGE"}


def settings_table() -> list[str]:
    lines = ["| setting | default | what it is |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        commented = re.search(rf"^# {name.upper()}=(.*)$", EXAMPLE, re.MULTILINE)
        default = f"`{commented[1]}`" if commented and commented[1] else ""
        lines.append(f"| `{name.upper()}` | {default} | {field.description} |")
    return lines


def test_the_readme_has_every_setting_with_its_default_and_what_it_is() -> None:
    between = README.split("<!-- settings -->")[1].split("<!-- /settings -->")[0]
    assert between.strip().splitlines() == settings_table()


def test_the_example_has_every_setting_and_no_other() -> None:
    named = set(re.findall(r"^# ([A-Z_]+)=", EXAMPLE, re.MULTILINE))
    assert named - FOR_COMPOSE == {name.upper() for name in Settings.model_fields}


@pytest.mark.parametrize("entry", PAGES, ids=lambda entry: entry.script)
def test_the_readme_names_every_page_and_every_page_has_its_script(entry) -> None:  # type: ignore[no-untyped-def]
    assert f"| {entry.title} |" in README
    assert entry.path.exists()


def test_every_script_of_a_page_is_in_the_menu() -> None:
    assert {path.stem for path in (ROOT / "pages").glob("*.py")} == {entry.script for entry in PAGES}


def test_the_readme_names_every_table(contract: Contract) -> None:
    rows = RowTables(contract)
    names = [*raw.tables, rows.received.name, rows.predictions.name, "data_comp"]
    assert [name for name in names if f"`{name}`" not in README] == []


def test_every_make_command_of_the_readme_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)", README)) - {"are"} <= targets


def test_every_file_that_the_readme_names_exists() -> None:
    named = re.findall(r"`([\w./-]+/[\w.-]+\.\w+)`|\]\(([\w/.-]+)\)", README)
    paths = [Path(a or b) for a, b in named if not (a or b).startswith(("data/", "/"))]
    assert paths
    assert [str(path) for path in paths if not (ROOT / path).exists()] == []


def test_the_pinned_versions_are_those_of_the_source_list() -> None:
    pins = dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE))
    wanted = re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements.in").read_text(), re.MULTILINE)
    lowered = {name.lower(): version for name, version in pins.items()}
    assert [name for name, version in wanted if lowered.get(name.lower()) != version] == []


def test_nothing_in_the_repository_names_a_place_of_one_machine() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["name"]
    for file in ("requirements.txt", "requirements-dev.txt", "README.md", "Makefile"):
        text = (ROOT / file).read_text()
        assert not re.search(r"--index-url|file://|/home/|/work/", text), file
