"""What versions lean on, as tables, and every explained row for a file."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from console.charts.reasons import label_of
from console.drift.tables import Table
from console.exports import as_csv
from console.formats import MISSING, amount, count, share, signed_amount
from console.language import _, form
from core.cleaning import from_features
from core.contract import Contract
from core.explanation import Agreement, importance, importance_changes
from core.records import Explanation, Segment, StoredReasons

FIRST = 3


def importance_table(explanation: Explanation, contract: Contract) -> Table:
    """The mean size of each column's part and its share of all."""
    sizes, unit = importance(explanation), contract.target_column.unit
    total = float(sizes.sum()) or 1.0
    return [
        {
            _("Column"): label_of(str(name), contract),
            _("Mean size of the part"): amount(float(size), unit),
            _("Share of all"): share(float(size) / total),
        }
        for name, size in sizes.items()
    ]


def changes_table(before: Explanation, after: Explanation, names: tuple[str, str], contract: Contract) -> Table:
    """How each column's share of all importance differs between two versions, the largest change first."""
    place = _("{version}, place", version=names[0]), _("{version}, place", version=names[1])
    return [
        {
            _("Column"): label_of(str(feature), contract),
            _("Change (points)"): form().numerals(f"{row.change * 100:+.1f}").replace("-", "−"),
            names[0]: share(row.before),
            names[1]: share(row.after),
            place[0]: _place(row.place_before),
            place[1]: _place(row.place_after),
        }
        for feature, row in importance_changes(before, after, most=None).iterrows()
    ]


def cohorts_table(sizes: pd.DataFrame, segments: Sequence[Segment], names: Sequence[str], contract: Contract) -> Table:
    """The first columns of each cohort; ``sizes`` has a row for each of ``segments``."""
    unit = contract.target_column.unit
    shown = []
    for segment, name, (_label, row) in zip(segments, names, sizes.iterrows(), strict=True):
        first = row.sort_values(ascending=False, kind="stable").head(FIRST)
        ranked = [f"{label_of(str(feature), contract)} ({amount(size, unit)})" for feature, size in first.items()]
        labels = (_("First"), _("Second"), _("Third"))
        shown.append({_("Cohort"): name, _("Rows"): count(segment.rows), **dict(zip(labels, ranked, strict=False))})
    return shown


def disagreement_table(
    one: StoredReasons,
    other: StoredReasons,
    found: Agreement,
    places: Sequence[int],
    rows: Sequence[int],
    contract: Contract,
) -> Table:
    """The rows at ``places``, by the numbers ``rows`` (n,) that a reader knows them by."""
    unit = contract.target_column.unit
    names = [_("Version {number}", number=stored.version) for stored in (one, other)]
    return [
        {
            _("Row"): str(rows[place]),
            _("Difference"): signed_amount(found.difference[place], unit),
            names[0]: amount(one.explanation.predictions[place], unit),
            names[1]: amount(other.explanation.predictions[place], unit),
            contract.target_column.label: amount(one.target[place], unit),
            contract[contract.segment].label: str(one.segments[place]),
            _("First reasons"): " / ".join(_first(stored.explanation, place, contract) for stored in (one, other)),
            _("Correlation"): form().numerals(f"{found.correlation[place]:.2f}"),
        }
        for place in places
    ]


def rows_csv(stored: StoredReasons, numbers: Sequence[int], contract: Contract, batches: Mapping[int, str]) -> str:
    """Every row with its values, its base value, the part of each column, and the prediction."""
    return as_csv(_rows(stored, numbers, contract, batches))


def _rows(
    stored: StoredReasons, numbers: Sequence[int], contract: Contract, batches: Mapping[int, str]
) -> Iterator[dict[str, Any]]:
    explanation = stored.explanation
    parts = [f"part_{name}" for name in explanation.features]
    for place, row in enumerate(explanation.data.to_dict("records")):
        yield {
            "row": numbers[place],
            "version": stored.version,
            "cohort": str(stored.segments[place]),
            "batch": batches.get(int(stored.batches[place]), str(stored.batches[place])),
            "true_value": float(stored.target[place]),
            "prediction": float(explanation.predictions[place]),
            "base": float(explanation.base[place]),
            **from_features({str(name): value for name, value in row.items()}, contract),
            **dict(zip(parts, explanation.values[place].tolist(), strict=True)),
        }


def _first(explanation: Explanation, place: int, contract: Contract) -> str:
    return label_of(explanation.features[int(abs(explanation.values[place]).argmax())], contract)


def _place(place: float) -> str:
    return MISSING if place != place else f"{place:.0f}"
