"""What a card holds, part by part, in the reader's language."""

from collections.abc import Iterator, Mapping

from console.charts import cards as charts
from console.codes import word
from console.drift import Verdict
from console.formats import METRICS, metric_value
from console.language import _, told
from console.long_reasons import shortened
from console.model_card import tables
from console.model_card.facts import Facts
from console.model_card.foreign import foreign_headline, foreign_parts
from console.model_card.limits import limits
from console.report.parts import Part
from core.records import Card


def headline(facts: Facts) -> Verdict:
    """What it is and how far it misses."""
    if facts.is_foreign:
        return foreign_headline(facts)
    value = metric_value("median_ape", facts.metrics("test").get("median_ape"), facts.contract)
    family = word(facts.version.tags.get("family", "")) or _("unknown family")
    named = {"number": facts.version.number, "family": family, "metric": METRICS["median_ape"].label, "value": value}
    title = _("Version {number} ({family}): {metric} {value} on its test rows", **named)
    reason = told(shortened(facts.version.tags.get("reason", ""))[0])
    return Verdict("wait", title, _("Trained because: {reason}", reason=reason) if reason else "")


def card_parts(facts: Facts) -> Iterator[Part]:
    """The parts below the headline."""
    if facts.is_foreign:
        yield from foreign_parts(facts)
        return
    yield Part(_("Limits of use"), words=limits(facts))
    yield Part(_("Metrics"), tables=(tables.metrics(facts),))
    if facts.card is None:
        missing = _("Nothing was kept of its rows: train it again, and the new version has a whole card.")
        yield Part(_("Segments and data"), words=(missing,))
    else:
        yield from _of_rows(facts, facts.card)
    yield Part(_("Where it comes from"), tables=(tables.origin(facts),))
    yield Part(_("Search and parameters"), tables=(tables.search(facts),))
    yield Part(_("To train it again"), words=again_words(facts))


def again_words(facts: Facts) -> list[str]:
    """What it takes to get the same model, and which versions have the same rows."""
    if facts.order is None:
        return [_("It does not say which batches and which plan it was trained with: it cannot be trained again.")]
    words = _(
        "The same batches, families, seed {seed} and {draws} parameter sets give the same fingerprint and the same "
        "model, with the commit above and while its rows are stored.",
        seed=facts.order["seed"],
        draws=facts.order["draws"],
    )
    return [words, *(_twin(facts, each.number, each.metrics) for each in facts.twins)]


def _twin(facts: Facts, number: int, metrics: Mapping[str, float]) -> str:
    own = facts.version.metrics.get("test_rmse")
    if own is not None and metrics.get("test_rmse") == own:
        return _("Version {number} has the same fingerprint and the same error.", number=number)
    return _("Version {number} has the same fingerprint, and another error.", number=number)


def _of_rows(facts: Facts, card: Card) -> Iterator[Part]:
    label = _("Version {number}", number=facts.version.number)
    shown, contract = {label: card}, facts.contract
    spread = charts.relative_errors(shown, _("share of the test rows"))
    yield Part(_("Errors"), figures=(spread, charts.predicted_against_actual(shown, contract)))
    for kind, title in (("band", _("Error by band of the true value")), ("cohort", _("Error by segment"))):
        if card.of(kind):
            figure = charts.errors_by_segment(label, card, kind, contract)
            yield Part(title, tables=(tables.segments(facts, card, kind),), figures=(figure,))
    yield Part(_("Data"), tables=(tables.features(facts, card),))
