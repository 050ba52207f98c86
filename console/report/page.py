"""The report as one HTML file: every script, style and number is in it."""

from base64 import b64encode
from collections.abc import Iterable
from datetime import datetime, tzinfo
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from console import language
from console.charts.embedding import figure_json, library
from console.drift import Comparison, Verdict, verdict
from console.formats import count, moment
from console.language import _, told
from console.report.parts import Part, report_parts

FOLDER = Path(__file__).parent


def report_html(comparison: Comparison, numbers: bytes, made_at: datetime, zone: tzinfo) -> str:
    """The report in the reader's language; ``numbers`` are those of ``numbers_json`` and can be saved from it."""
    batch = comparison.batch
    return document_html(
        title=_("Drift report: {batch}", batch=told(batch.label.capitalize())),
        lead=_lead(comparison, zone),
        verdict=verdict(comparison),
        parts=report_parts(comparison),
        made=_("Made on {moment}.", moment=moment(made_at, zone)),
        save=_("Save the numbers of this report (JSON)"),
        file=f"batch_{batch.collection}_{batch.number}.json",
        numbers=numbers,
    )


def document_html(
    *,
    title: str,
    lead: str,
    verdict: Verdict,
    parts: Iterable[Part],
    made: str,
    save: str,
    file: str,
    numbers: bytes,
) -> str:
    """One HTML file of parts; ``numbers`` is what it offers to save under the name ``file``."""
    return _template().render(
        language=language.current(),
        title=title,
        lead=lead,
        verdict=verdict,
        parts=[_drawn(part) for part in parts],
        made=made,
        save=save,
        file=file,
        numbers=b64encode(numbers).decode(),
        library=Markup(library()),  # noqa: S704 - plotly.js itself
        drawing=Markup((FOLDER / "drawing.js").read_text(encoding="utf-8")),  # noqa: S704 - our own
        style=Markup((FOLDER / "style.css").read_text(encoding="utf-8")),  # noqa: S704 - our own
    )


def _lead(comparison: Comparison, zone: tzinfo) -> str:
    batch = comparison.batch
    return _(
        "{title}. Received {moment}: {rows} rows, of which {stored} were stored.",
        title=comparison.contract.title,
        moment=moment(batch.received_at, zone),
        rows=count(batch.rows_received),
        stored=count(batch.rows_stored),
    )


def _drawn(part: Part) -> dict[str, Any]:
    figures = [Markup(figure_json(figure)) for figure in part.figures]  # noqa: S704 - escaped by figure_json
    tables = [table for table in part.tables if table]
    return {"title": part.title, "level": part.level, "words": part.words, "tables": tables, "figures": figures}


@lru_cache(maxsize=1)
def _template() -> Template:
    loader = FileSystemLoader(FOLDER)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True).get_template(
        "report.html.jinja"
    )
