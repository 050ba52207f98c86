"""What a run decided, told in one line: what was done, for which change, and what came of it."""

from console.formats import METRICS
from console.language import _, form, plural, told
from console.long_reasons import shortened
from core.contract import Contract
from core.policy import STATISTIC_LABELS, percent
from core.records import Decision, HistoryEntry, Measurement

ICONS = {
    "promoted": ":material/publish:",
    "trained": ":material/model_training:",
    "waits": ":material/hourglass_top:",
    "held": ":material/pan_tool:",
    "nothing": ":material/remove:",
}


def icon_of(entry: HistoryEntry) -> str:
    """The furthest that the entry came, as an icon."""
    if entry.kind == "promotion" or (entry.promote and entry.promote.yes):
        return ICONS["promoted"]
    if entry.promote and entry.promote.numbers.get("waits"):
        return ICONS["waits"]
    if entry.kind == "training" or (entry.train and entry.train.yes):
        return ICONS["trained"]
    return ICONS["held"] if entry.train and entry.train.held else ICONS["nothing"]


def subject_of(entry: HistoryEntry) -> str:
    """What the entry is about: ``Batch 1·3``, or what somebody asked for."""
    if entry.batch is not None:
        return _("Batch {name}", name=f"{entry.collection}·{entry.number}")
    if entry.kind == "promotion":
        ways = {
            "approved": _("Approval"),
            "undo": _("Undo of a promotion"),
            "rollback": _("Return to an earlier version"),
        }
        return ways.get(entry.how, _("Promotion by hand"))
    names = {"training": _("Training by hand"), "ranking": _("Ranking")}
    return names.get(entry.kind, entry.kind)


def tell(entry: HistoryEntry, largest: Measurement | None, contract: Contract) -> str:
    """``not trained, largest change Price mean +0.8 % (limit 15 %)``; ``largest`` is the batch's largest change."""
    if entry.train is None and entry.promote is None:
        return told(entry.message)
    said = [judged(entry.train, largest, contract)] if entry.train else []
    if entry.kind == "training":
        said.append(_trained_by_hand(entry))
    return "; ".join([*said, *([_promote(entry.promote)] if entry.promote else [])])


def _trained_by_hand(entry: HistoryEntry) -> str:
    if not entry.asked:
        return _("version {version} trained", version=entry.version)
    reason = told(shortened(entry.asked)[0]).removesuffix(".")
    return _("version {version} trained: {reason}", version=entry.version, reason=reason)


def judged(decision: Decision, largest: Measurement | None, contract: Contract) -> str:
    """What was decided on training, in a few words: ``trained for Price mean +45 % and 3 more``."""
    if decision.held:
        return _("held: {reason}", reason=_reason(decision))
    over = decision.numbers.get("exceeded")
    if largest is None or (decision.yes and not over):
        reason = _reason(decision)
        return _("trained: {reason}", reason=reason) if decision.yes else _("not trained: {reason}", reason=reason)
    change, limit = _change(largest, contract), form().numerals(f"{largest.limit * 100:.4g}")
    if not decision.yes:
        return _("not trained, largest change {change} (limit {limit} %)", change=change, limit=limit)
    if over == 1:
        return _("trained for {change} (limit {limit} %)", change=change, limit=limit)
    return plural(
        "trained for {change} and {count} more",
        "trained for {change} and {count} more",
        int(over or 0) - 1,
        change=change,
    )


def _promote(decision: Decision) -> str:
    found = decision.numbers
    waits = bool(found.get("waits"))
    if not decision.yes and not waits:
        return _("no promotion: {reason}", reason=_reason(decision))
    best, champion = found.get("best"), found.get("champion")
    if found.get("version") is None or not best or not champion:
        if waits:
            return _("version {version} waits for approval", version=found.get("version"))
        return _("promoted: {reason}", reason=_reason(decision))
    facts = {"version": found["version"], "metric": METRICS[found["metric"]].label}
    facts["change"] = form().numerals(percent((best - champion) / abs(champion)))
    if waits:
        return _("version {version} waits for approval, {metric} {change}", **facts)
    return _("version {version} promoted, {metric} {change}", **facts)


def _change(measurement: Measurement, contract: Contract) -> str:
    name = f"{contract[measurement.column].label} {told(STATISTIC_LABELS[measurement.statistic])}"
    if measurement.change is None:
        return f"{name}: {told(measurement.note)}"
    return f"{name} {form().numerals(percent(measurement.change))}"


def _reason(decision: Decision) -> str:
    """The reason as a part of a sentence."""
    return told(decision.reason).removesuffix(".")
