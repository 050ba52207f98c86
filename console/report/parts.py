"""What a batch's report holds, part by part, in the reader's language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from console.charts import drift as charts
from console.drift import (
    Comparison,
    categories_table,
    columns_table,
    how_sure,
    missing_words,
    new_and_vanished,
    quantiles_table,
    references_table,
    statistic_name,
    statistics_table,
)
from console.drift.tables import Table
from console.language import _
from core.records import Profile

if TYPE_CHECKING:
    import plotly.graph_objects as go


@dataclass(frozen=True)
class Part:
    """A heading with sentences, tables and figures below it, in this order; ``level`` 2 or 3."""

    title: str
    level: int = 2
    words: Sequence[str] = ()
    tables: Sequence[Table] = ()
    figures: Sequence["go.Figure"] = ()


def report_parts(comparison: Comparison) -> Iterator[Part]:
    """The parts after the verdict."""
    contract, report = comparison.contract, comparison.report
    heat = charts.heat_map(report, contract, comparison.examination)
    yield Part(_("Every change"), figures=(heat,))
    yield Part(_("Every column"), words=(how_sure(comparison),), tables=(columns_table(comparison),))
    side_by_side = charts.references_map(comparison.reports, contract, comparison.columns)
    title = _("The three references side by side")
    yield Part(title, tables=(references_table(comparison),), figures=(side_by_side,))
    yield Part(_("Column by column"))
    for name in comparison.columns:
        yield _column(comparison, name)
    yield Part(_("Categories"), tables=(categories_table(comparison),))
    if comparison.profiles:
        for name in comparison.profiles[1].categories:
            yield _category(comparison, name, comparison.profiles)


def _column(comparison: Comparison, name: str) -> Part:
    column = comparison.contract[name]
    tables, figures = [statistics_table(comparison, name)], [_history(comparison, name)]
    if comparison.profiles:
        before, now = (profile.numbers[name] for profile in comparison.profiles)
        tables.append(quantiles_table(comparison, name))
        figures = [charts.distributions(before, now, column), charts.quantile_lines(before, now, column), *figures]
    return Part(column.label_with_unit, 3, missing_words(comparison, name), tables, figures)


def _history(comparison: Comparison, name: str) -> "go.Figure":
    """Of the statistic that changed most."""
    statistic = comparison.worst(name).statistic
    shown = comparison.history(name, statistic)
    figure = charts.changes_over_batches(shown, comparison.labels, comparison.batch.id)
    return figure.update_yaxes(title=_("change of the {statistic}", statistic=statistic_name(statistic)))


def _category(comparison: Comparison, name: str, profiles: tuple[Profile, Profile]) -> Part:
    before, now = (profile.categories.get(name, {}) for profile in profiles)
    figure = charts.category_shares(before, now)
    return Part(comparison.contract[name].label, 3, new_and_vanished(comparison, name), figures=(figure,))
