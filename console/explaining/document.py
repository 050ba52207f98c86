"""What the page Explain shows, to take away: one HTML file that needs no network, and every row as CSV."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any

import orjson

from console.charts import explained as charts
from console.charts import reasons as row_charts
from console.charts.reasons import label_of
from console.explaining.shown import Shown
from console.explaining.tables import changes_table, cohorts_table, disagreement_table, importance_table
from console.explaining.words import (
    agreement_verdict,
    cohort_kind,
    cohort_name,
    cohorts_verdict,
    headline,
    not_all_drawn,
    swarm_words,
)
from console.formats import moment
from console.language import _
from console.report import document_html
from console.report.parts import Part
from core.contract import Contract
from core.explanation import KINDS, agreement, divide, importance, importance_changes, importances, interactions
from core.records import Explanation

# Raised where a field changes its meaning or goes; a new field leaves it as it is.
SCHEMA = "explanation-document/1"
MOST_FEATURES, MOST_ROWS, MOST_DRAWN = 4, 15, 20


@dataclass(frozen=True)
class OneRow:
    """A row as the page shows it: what is said of it, and its reasons by version."""

    said: str
    found: Mapping[int, Explanation]


@dataclass(frozen=True)
class Facts:
    """What a document is made of: ``batches`` are the labels of batches by their keys, ``row`` is the row that the page
    shows, None where it shows none."""

    shown: Shown
    contract: Contract
    zone: tzinfo
    batches: Mapping[int, str]
    row: OneRow | None = None


def explanation_html(facts: Facts, made_at: datetime) -> str:
    """The document in the reader's language."""
    shown = facts.shown
    return document_html(
        title=_("What version {number} leans on", number=shown.version),
        lead=_("{title}. {rows:,} rows of the holdout.", title=facts.contract.title, rows=len(shown.first)),
        verdict=headline(shown.found, shown.part, facts.contract),
        parts=_parts(facts),
        made=_("Made on {moment}.", moment=moment(made_at, facts.zone)),
        save=_("Save the numbers of this document (JSON)"),
        file=f"explanation_{shown.version}.json",
        numbers=explanation_json(facts, made_at),
    )


def explanation_json(facts: Facts, made_at: datetime) -> bytes:
    """The numbers behind the document's figures; the rows themselves are in the CSV file."""
    shown = facts.shown
    content: dict[str, Any] = {
        "schema": SCHEMA,
        "made_at": made_at,
        "contract": {"name": facts.contract.name, "target": facts.contract.target},
        "cohort": shown.part or None,
        "importance": {
            str(number): {"rows": len(stored), "mean_part": importance(stored.explanation).to_dict()}
            for number, stored in shown.found.items()
        },
        "cohorts_by": shown.kind,
        "cohorts": _plain_cohorts(shown),
    }
    if shown.are_two:
        (number, later), (other, earlier) = shown.found.items()
        found = agreement(earlier.explanation, later.explanation)
        changes = importance_changes(earlier.explanation, later.explanation, most=None)[["before", "after", "change"]]
        content["two_versions"] = {
            "before": other,
            "after": number,
            "share_of_importance": changes.to_dict("index"),
            "same_first_reason": float(found.same_first.mean()),
            "correlation": [None if value != value else value for value in found.correlation.tolist()],
            "difference": found.difference.tolist(),
        }
    return orjson.dumps(content, option=orjson.OPT_INDENT_2)


def _parts(facts: Facts) -> Iterator[Part]:
    shown, contract = facts.shown, facts.contract
    explanation = shown.first.explanation
    sizes = {_("version {version}", version=number): importance(each.explanation) for number, each in _each(shown)}
    bars = row_charts.importance_bars(sizes, contract)
    yield Part(_("Importance"), tables=(importance_table(explanation, contract),), figures=(bars,))
    for number, stored in _each(shown):
        title = _("Every row, version {version}", version=number)
        words = (swarm_words(),)
        yield Part(title, words=words, figures=(row_charts.beeswarm(stored.explanation, contract),))
    yield Part(_("Feature by feature"))
    for name in importance(explanation).index[:MOST_FEATURES]:
        yield _feature(explanation, str(name), contract)
    for kind in KINDS:
        yield from _cohorts(facts, kind)
    if facts.row is not None:
        yield from _row(facts.row, contract)
    if shown.are_two:
        yield from _two(shown, contract)


def _each(shown: Shown) -> list[tuple[int, Any]]:
    return list(shown.found.items())


def _feature(explanation: Explanation, name: str, contract: Contract) -> Part:
    found = interactions(explanation, name)
    by = str(found.index[0]) if len(found) else None
    words = (_("Coloured by {by}.", by=label_of(by, contract)),) if by else ()
    return Part(label_of(name, contract), 3, words, figures=(row_charts.dependence(explanation, name, contract, by),))


def _row(row: OneRow, contract: Contract) -> Iterator[Part]:
    yield Part(_("One row"), words=(row.said,))
    for number, explanation in row.found.items():
        title = _("How version {version} comes to its prediction", version=number)
        yield Part(title, 3, figures=(row_charts.waterfall(explanation, 0, contract),))


def _cohorts(facts: Facts, kind: str) -> Iterator[Part]:
    shown, contract = facts.shown, facts.contract
    stored = shown.whole[shown.version]
    division = divide(stored, kind)
    if not division.segments:
        return
    names = [cohort_name(segment, contract, facts.batches) for segment in division.segments]
    sizes = importances(stored, division)
    said = cohorts_verdict(sizes, names, stored.explanation, contract)
    title = _("By {kind}", kind=cohort_kind(kind, contract))
    chart = charts.cohort_map(sizes[:MOST_DRAWN], names[:MOST_DRAWN], contract)
    table = cohorts_table(sizes, division.segments, names, contract)
    words = [f"{said.headline}. {said.detail}"]
    if len(names) > MOST_DRAWN:
        words.append(not_all_drawn(MOST_DRAWN, len(names)))
    yield Part(title, words=words, tables=(table,), figures=(chart,))


def _two(shown: Shown, contract: Contract) -> Iterator[Part]:
    (number, later), (other, earlier) = shown.found.items()
    found = agreement(earlier.explanation, later.explanation)
    said = agreement_verdict(other, number, found, earlier.explanation, contract)
    names = _("Version {number}", number=other), _("Version {number}", number=number)
    yield Part(
        _("What it leans on, and did"), tables=(changes_table(earlier.explanation, later.explanation, names, contract),)
    )
    numbers, worst = shown.shared_numbers(), found.worst_first()[:MOST_ROWS].tolist()
    yield Part(
        _("Row by row"),
        words=(f"{said.headline}. {said.detail}",),
        tables=(disagreement_table(earlier, later, found, worst, numbers.tolist(), contract),),
        figures=(
            charts.two_predictions(earlier.explanation, later.explanation, found, names, numbers.tolist(), contract),
        ),
    )


def _plain_cohorts(shown: Shown) -> list[dict[str, Any]]:
    stored = shown.whole[shown.version]
    division = divide(stored, shown.kind)
    rows = importances(stored, division).to_dict("records")
    return [
        {"name": segment.name, "rows": segment.rows, "mean_part": row}
        for segment, row in zip(division.segments, rows, strict=True)
    ]
