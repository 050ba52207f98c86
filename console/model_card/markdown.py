"""A card as a Markdown text: for a repository, an issue or a wiki, where the page and its figures do not go."""

import re
from collections.abc import Iterator

from console.drift import Verdict
from console.drift.tables import Table
from console.language import _
from console.report.parts import Part

# What Markdown, or a page that shows it, would read as more than a sign.
SIGNS = re.compile(r"([\\`*_\[\]<>|#~$])")


def as_markdown(title: str, lead: str, verdict: Verdict, parts: Iterator[Part], made: str) -> str:
    """The title, what it comes to, then the parts: sentences as a list, tables as tables."""
    blocks = [f"# {_plain(title)}", _plain(lead), f"**{_plain(verdict.headline)}**", _plain(verdict.detail)]
    for part in parts:
        blocks += [f"{'#' * part.level} {_plain(part.title)}", "\n".join(f"- {_plain(said)}" for said in part.words)]
        blocks += [_table(table) for table in part.tables if table]
        if part.figures and not part.tables:
            blocks.append(_plain(_("Its figures are in the HTML document.")))
    return "\n\n".join(block for block in [*blocks, _plain(made)] if block) + "\n"


def _table(table: Table) -> str:
    headings = list(table[0])
    rows = [headings, ["---"] * len(headings), *([_plain(str(row[name])) for name in headings] for row in table)]
    rows[0] = [_plain(name) for name in headings]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _plain(text: str) -> str:
    """A text on one line, its signs as they are."""
    return SIGNS.sub(r"\\\1", " ".join(text.split()))
