"""The limits of use: sentences that are true of this version's rows and of how it was trained."""

from collections.abc import Iterator

from console.formats import amount, count, share
from console.language import _, told
from console.model_card.facts import Facts
from core.policy import segment_name
from core.records import Card, Segment
from core.training.families import BAGGED_ROWS, MANY_ROWS, STRIDE
from core.training.search import SEARCHED_ROWS


def limits(facts: Facts) -> list[str]:
    """One sentence a limit, the data's first."""
    found = [*_of_the_data(facts, facts.card), *_of_the_range(facts)] if facts.card else list(_of_the_range(facts))
    return [*found, *_of_the_training(facts)]


def _of_the_data(facts: Facts, card: Card) -> Iterator[str]:
    column = facts.contract.target_column
    low, high = amount(card.target_low, column.unit), amount(card.target_high, column.unit)
    named = {"target": column.label, "low": low, "high": high}
    yield _(
        "{target} reaches from {low} to {high} in the train rows; no test says how good an answer beyond is.", **named
    )
    yield _(
        "A value outside the range of its column (below) was in no train row; no test says how good an answer is there."
    )
    yield _("A text that was in no row counts as the average of all texts of its column.")
    if card.sparse:
        segments = ", ".join(f"{name or '–'} ({count(rows)})" for name, rows in card.sparse)
        label = facts.contract[facts.contract.segment].label
        yield _("Fewest train rows by {column}: {segments}.", column=label, segments=segments)
    if card.of("cohort"):
        yield _("A segment with fewer than 30 test rows is not measured on its own.")
    known = [part for part in card.segments if "median_ape" in part.metrics]
    if known:
        worst = max(known, key=lambda part: part.metrics["median_ape"])
        name = told(segment_name(Segment(worst.kind, worst.name, worst.rows)))
        found = share(worst.metrics["median_ape"])
        yield _(
            "It misses most in {segment}: half of the predictions there miss by more than {error}.",
            segment=name,
            error=found,
        )


def _of_the_range(facts: Facts) -> Iterator[str]:
    covered = facts.metrics("test").get("interval_coverage")
    if covered is None:
        yield _("It gives no range with its values, or none was measured.")
    else:
        words = {"share": share(covered)}
        yield _(
            "The range given with a value held {share} of the true values of the test rows; 80 % is aimed at.", **words
        )


def _of_the_training(facts: Facts) -> Iterator[str]:
    family, train, fitted = facts.version.tags.get("family", ""), facts.rows.get("train", 0), facts.fitted_rows
    if train > SEARCHED_ROWS:
        yield _(
            "Its parameters were chosen on {searched} of {rows} train rows; the chosen ones were fitted on {fitted} "
            "rows.",
            searched=count(SEARCHED_ROWS),
            rows=count(train),
            fitted=count(fitted),
        )
    if family == "histogram_boosting" and fitted > MANY_ROWS:
        yield _(
            "Above {limit} rows it has the drawn number of trees divided by {stride}, at {stride} times the drawn "
            "learning rate.",
            limit=count(MANY_ROWS),
            stride=STRIDE,
        )
    if family == "extra_trees" and fitted > BAGGED_ROWS:
        yield _("Each of its trees saw {limit} rows.", limit=count(BAGGED_ROWS))
