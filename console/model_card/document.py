"""A card to take away: one HTML file that needs no network, a Markdown text, and its numbers as JSON."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import orjson

from console.formats import moment_with_zone
from console.language import _
from console.model_card.facts import Facts
from console.model_card.markdown import as_markdown
from console.model_card.parts import card_parts, headline
from console.report import document_html
from core.records import LiveQuality

# Raised where a field changes its meaning or goes; a new field leaves it as it is.
SCHEMA = "model-card-document/1"


def card_html(facts: Facts, made_at: datetime) -> str:
    """The card in the reader's language."""
    number = facts.version.number
    return document_html(
        title=_title(facts),
        lead=_lead(facts),
        verdict=headline(facts),
        parts=card_parts(facts),
        made=_made(facts, made_at),
        save=_("Save the numbers of this card (JSON)"),
        file=f"model_card_{number}.json",
        numbers=card_json(facts, made_at),
    )


def card_markdown(facts: Facts, made_at: datetime) -> str:
    """The same words and tables as Markdown."""
    return as_markdown(_title(facts), _lead(facts), headline(facts), card_parts(facts), _made(facts, made_at))


def _title(facts: Facts) -> str:
    return _("Model card: version {number}", number=facts.version.number)


def _lead(facts: Facts) -> str:
    trained = moment_with_zone(facts.version.created_at, facts.zone)
    if facts.is_foreign:
        return _("{title}. Registered {moment} by another program.", title=facts.contract.title, moment=trained)
    return _("{title}. Trained {moment}.", title=facts.contract.title, moment=trained)


def _made(facts: Facts, made_at: datetime) -> str:
    return _("Made on {moment}.", moment=moment_with_zone(made_at, facts.zone))


def card_json(facts: Facts, made_at: datetime) -> bytes:
    """Everything of the card for a program; ``order`` is what a training takes to make the version again."""
    content = {
        "schema": SCHEMA,
        "made_at": made_at,
        "contract": {"name": facts.contract.name, "target": facts.contract.target},
        "version": facts.version.number,
        "trained_at": facts.version.created_at,
        "mlflow_run": facts.version.mlflow_run,
        "lineage": dict(facts.version.tags),
        "rows": dict(facts.rows),
        "parameters": facts.parameters,
        "parameter_sets_tried": facts.tried,
        "metrics": {"validation": facts.metrics("validation"), "test": facts.metrics("test"), "holdout": facts.holdout},
        "live": _live(facts.live) if facts.live and facts.live.count else None,
        "card": asdict(facts.card) if facts.card else None,
        "order": facts.order,
    }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)


def _live(quality: LiveQuality) -> dict[str, Any]:
    """The errors on true values, without the values: those are no part of a document that is passed on."""
    errors = {each.metric: {"value": each.live, "low": each.low, "high": each.high} for each in quality.errors}
    return {"true_values": quality.count, "status": quality.status, "metrics": errors}
