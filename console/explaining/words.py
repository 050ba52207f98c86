"""What versions lean on, in sentences."""

from collections.abc import Mapping, Sequence
from functools import reduce

import numpy as np
import pandas as pd

from console.charts.reasons import label_of
from console.drift import Verdict
from console.formats import amount, count, share, signed_amount
from console.language import _, told
from core.contract import Contract
from core.explanation import Agreement, importance, leaning
from core.records import Explanation, Segment, StoredReasons

Found = Mapping[int, StoredReasons]
NAMED = 2
CLOSE = 0.9


def in_turn(names: Sequence[str]) -> str:
    """What comes first, and what after it."""
    return reduce(lambda first, next_one: _("{first}, then {next}", first=first, next=next_one), names)


def leans_on(number: int, explanation: Explanation, contract: Contract) -> str:
    """``Version 3 leans on Living area ($ 61,000), then State ($ 40,000)``."""
    unit = contract.target_column.unit
    first = [f"{label_of(str(name), contract)} ({amount(size, unit)})" for name, size in _first(explanation)]
    return _("Version {version} leans on {features}", version=number, features=in_turn(first))


def leans_now(number: int, before: Explanation, after: Explanation, contract: Contract) -> str:
    """``Version 16 leans on State first (was Bathrooms), then Living area``: the places beside those of ``before``."""
    places = leaning(list(importance(before).index), list(importance(after).index))
    named = []
    for place, (name, was) in enumerate(places):
        label = label_of(name, contract)
        told_first = _("{feature} first", feature=label) if place == 0 else label
        earlier = label_of(was, contract) if was else ""
        named.append(_("{feature} (was {earlier})", feature=told_first, earlier=earlier) if was else told_first)
    return _("Version {version} leans on {features}", version=number, features=in_turn(named))


def headline(found: Found, part: str, contract: Contract) -> Verdict:
    """What a version leans on first, and, beside another, what has changed; ``part`` names the rows that are shown."""
    (number, stored), *rest = found.items()
    label = contract.target_column.label.lower()
    detail = _(
        "Mean size of the part in the {target}, up or down, over {rows:,} holdout rows.", target=label, rows=len(stored)
    )
    if part:
        detail = f"{part}. {detail}"
    if not rest:
        return Verdict("well", leans_on(number, stored.explanation, contract), detail)
    [(other, beside)] = rest
    said = leans_now(number, beside.explanation, stored.explanation, contract)
    earlier = leans_on(other, beside.explanation, contract)
    return Verdict("well", said, f"{earlier}. {detail}")


def swarm_words() -> str:
    """What the dots of the figure of every row are."""
    return _("Each dot is a row; blue is a low value, orange a high one, grey a text or a value that is not given.")


def not_all_drawn(most: int, count: int) -> str:
    """That a figure has not every cohort."""
    return _("The {most} largest of {all} cohorts are drawn; the table has all.", most=most, all=count)


def cohort_kind(kind: str, contract: Contract) -> str:
    """By what the rows are parted, in a word or two."""
    names = {
        "cohort": contract[contract.segment].label,
        "band": _("{target} band", target=contract.target_column.label),
    }
    return names.get(kind, _("Batch"))


def cohort_name(segment: Segment, contract: Contract, batches: Mapping[int, str]) -> str:
    """A part of the rows as a reader knows it; ``batches`` are the labels of batches by their keys."""
    if segment.kind == "band":
        low, _sign, high = segment.name.partition(" – ")
        unit = contract.target_column.unit
        return _("{low} to {high}", low=_end(low, unit), high=_end(high, unit))
    if segment.kind == "batch":
        return told(batches.get(int(segment.name), _("batch no. {number}", number=segment.name)).capitalize())
    return segment.name or _("not given")


def cohorts_verdict(sizes: pd.DataFrame, names: Sequence[str], overall: Explanation, contract: Contract) -> Verdict:
    """``In Texas Living area matters most; overall it is ZIP code``: ``sizes`` has a row for each of ``names``."""
    most = str(importance(overall).index[0])
    first = sizes.idxmax(axis=1).astype(str).tolist()
    others = [(name, feature) for name, feature in zip(names, first, strict=True) if feature != most]
    label = label_of(most, contract)
    if not others:
        same = _("{feature} matters most in every one of {count} cohorts", feature=label, count=len(names))
        return Verdict("well", same, "")
    largest = {feature: name for name, feature in reversed(others)}
    said = [
        _("in {cohort} {feature} matters most", cohort=name, feature=label_of(feature, contract))
        for feature, name in sorted(largest.items(), key=lambda each: names.index(each[1]))[:NAMED]
    ]
    line = _("{cohorts}; overall it is {feature}", cohorts=", ".join(said), feature=label)
    counted = _("In {count} of {total} cohorts another column comes first.", count=len(others), total=len(names))
    return Verdict("well", line[:1].upper() + line[1:], counted)


def agreement_verdict(one: int, other: int, found: Agreement, first: Explanation, contract: Contract) -> Verdict:
    """Whether two versions say the same of the same rows, and for the same reasons."""
    unit = contract.target_column.unit
    same, correlation = float(found.same_first.mean()), float(np.nanmedian(found.correlation))
    middle = float(np.median(np.abs(found.difference)))
    relative = float(np.median(np.abs(found.difference) / np.maximum(np.abs(first.predictions), 1e-12)))
    line = _(
        "The first reason is the same for {share} of {rows} rows",
        share=share(same, 0),
        rows=count(len(found.difference)),
    )
    detail = _(
        "Half of their predictions differ by less than {amount} ({share}). The parts of all columns of a row have a "
        "correlation of {correlation:.2f} in the middle row: 1 is the same reasons, 0 is none in common.",
        amount=amount(middle, unit),
        share=share(relative),
        correlation=correlation,
    )
    return Verdict("well" if correlation >= CLOSE else "change", f"{line} ({_pair(one, other)})", detail)


def row_sentence(number: int, said: float, true: float, row: int, contract: Contract) -> str:
    """What a version says of a row of the holdout, and what is true."""
    unit, target = contract.target_column.unit, contract.target_column.label.lower()
    return _(
        "Version {version} says {said} for row {row}; its {target} is {true} (off by {off})",
        version=number,
        said=amount(said, unit),
        row=row,
        target=target,
        true=amount(true, unit),
        off=signed_amount(said - true, unit),
    )


def _first(explanation: Explanation) -> list[tuple[str, float]]:
    return [(str(name), float(size)) for name, size in importance(explanation).head(3).items()]


def _end(text: str, unit: str) -> str:
    return amount(float(text.replace(",", "")), unit)


def _pair(one: int, other: int) -> str:
    return _("versions {one} and {other}", one=one, other=other)
