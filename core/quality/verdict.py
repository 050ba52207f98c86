"""What to look at in a batch: a pure function over what was counted when it and those before it were stored."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from core.contract import Column, Contract
from core.quality.usual import is_high, usual_band
from core.records import Band, Batch, ColumnFacts, Quality
from core.words import sentence

Facts = Mapping[str, ColumnFacts]
# By how much a share may be above its usual size, as a share of the rows.
REJECTED, REPEATED, UNUSABLE = 0.01, 0.1, 0.05
MISSING, OUT_OF_RANGE, EXTREME = 0.05, 0.01, 0.02


def judge(
    batch: Batch, facts: Facts, earlier: Sequence[Batch], earlier_facts: Sequence[Facts], contract: Contract
) -> Quality:
    """The quality of a batch against some ``earlier`` batches and their figures by column.

    What is said is said of the rows as they were checked: no row is looked at here.
    """
    columns = tuple(facts[column.name] for column in contract.columns if column.name in facts)
    volume = usual_band([found.rows_received for found in earlier])
    usual_missing = {
        found.column: share
        for found in columns
        if (share := _pooled(earlier_facts, found.column, lambda entry: entry.missing)) is not None
    }
    concerns = [
        *_on_arrival(batch, volume),
        *_on_rows(batch, earlier),
        *(text for found in columns for text in _on_column(found, contract[found.column], earlier_facts)),
    ]
    return Quality(tuple(concerns), columns, usual_missing, volume)


def _on_arrival(batch: Batch, volume: Band | None) -> Iterator[str]:
    if batch.note:
        yield batch.note
    for change in batch.schema_changes:
        yield sentence("Schema: {change}.", change=change)
    if volume is not None and batch.rows_received not in volume:
        sizes = {"rows": f"{batch.rows_received:,}", "low": f"{volume.low:,.0f}", "high": f"{volume.high:,.0f}"}
        if batch.rows_received < volume.low:
            yield sentence("The batch has fewer rows than usual: {rows}, usually {low} to {high}.", **sizes)
        else:
            yield sentence("The batch has more rows than usual: {rows}, usually {low} to {high}.", **sizes)


def _on_rows(batch: Batch, earlier: Sequence[Batch]) -> Iterator[str]:
    received = sum(found.rows_received for found in earlier)
    stored = sum(found.rows_stored for found in earlier)

    def usual(count: Callable[[Batch], int], of: int) -> float:
        return sum(map(count, earlier)) / of if of else 0.0

    rejected = usual(lambda found: found.rows_rejected + found.rows_readmitted, received)
    if is_high(batch.rows_rejected, batch.rows_received, rejected, REJECTED):
        yield sentence(
            "{count} of {rows} rows were rejected ({share}), usually {usual}.",
            **_shares(batch.rows_rejected, batch.rows_received, rejected),
        )
    repeated = usual(lambda found: found.rows_repeated, received)
    if is_high(batch.rows_repeated, batch.rows_received, repeated, REPEATED):
        yield sentence(
            "{count} of {rows} rows were there already ({share}), usually {usual}.",
            **_shares(batch.rows_repeated, batch.rows_received, repeated),
        )
    unusable = usual(lambda found: found.rows_stored - found.rows_clean, stored)
    left_out = batch.rows_stored - batch.rows_clean
    if is_high(left_out, batch.rows_stored, unusable, UNUSABLE):
        yield sentence(
            "{count} of {rows} stored rows cannot be used for training ({share}), usually {usual}.",
            **_shares(left_out, batch.rows_stored, unusable),
        )


def _on_column(found: ColumnFacts, column: Column, earlier: Sequence[Facts]) -> Iterator[str]:
    def usual(count: Callable[[ColumnFacts], int]) -> float | None:
        return _pooled(earlier, found.column, count)

    missing = usual(lambda entry: entry.missing)
    # Without a history only a column that must be there is judged.
    base = 0.0 if missing is None and column.required else missing
    if base is not None and found.missing < found.rows and is_high(found.missing, found.rows, base, MISSING):
        yield sentence(
            "{column} is missing in {count} of {rows} rows ({share}), usually {usual}.",
            column=column.label,
            **_shares(found.missing, found.rows, base),
        )
    outside = usual(lambda entry: entry.out_of_range) or 0.0
    if is_high(found.out_of_range, found.rows, outside, OUT_OF_RANGE):
        yield sentence(
            "{column} is outside its range in {count} of {rows} rows ({share}), usually {usual}.",
            column=column.label,
            **_shares(found.out_of_range, found.rows, outside),
        )
    extreme = usual(lambda entry: entry.extreme)
    if extreme is not None and is_high(found.extreme, found.rows, extreme, EXTREME):
        yield sentence(
            "{column} is extreme in {count} of {rows} rows ({share}), usually {usual}.",
            column=column.label,
            **_shares(found.extreme, found.rows, extreme),
        )


def _pooled(earlier: Sequence[Facts], name: str, count: Callable[[ColumnFacts], int]) -> float | None:
    """The share of the rows of all earlier batches together; None where none has figures."""
    found = [facts[name] for facts in earlier if name in facts and facts[name].rows]
    return sum(map(count, found)) / sum(entry.rows for entry in found) if found else None


def _shares(count: int, rows: int, usual: float) -> dict[str, str]:
    return {
        "count": f"{count:,}",
        "rows": f"{rows:,}",
        "share": f"{count / rows * 100:.1f} %",
        "usual": f"{usual * 100:.1f} %",
    }
