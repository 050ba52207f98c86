"""What a step of a run found, in a line for a reader."""

from collections.abc import Callable, Mapping
from typing import Any

from console.codes import word
from console.formats import METRICS, count, metric_value
from console.language import _, plural, told
from console.long_reasons import shortened
from core.contract import Contract
from core.records import RunStep

Detail = Mapping[str, Any]
SHOWN_METRICS = ("mae", "median_ape")


def step_words(step: RunStep, contract: Contract) -> str:
    """``Version 3; on the test rows: MAE $ 61,695``; "" of a step that has not come to its end."""
    tell = WORDS.get(step.name)
    if not step.detail:
        return ""
    return tell(step.detail, contract) if tell else told(str(step.detail.get("message", "")))


def _cleaned(detail: Detail, _contract: Contract) -> str:
    return plural("{count} row may be trained on", "{count} rows may be trained on", int(detail["rows"]))


def _compared(detail: Detail, _contract: Contract) -> str:
    found = "; ".join(f"{word(reference)} {over}" for reference, over in detail.items())
    return _("statistics over their limits, by reference: {found}", found=found)


def _decided(detail: Detail, _contract: Contract) -> str:
    reason = told(shortened(str(detail["reason"]))[0])
    if detail.get("held"):
        return _("held: {reason}", reason=reason)
    said = _("train: {reason}", reason=reason) if detail["yes"] else _("do not train: {reason}", reason=reason)
    if met := detail.get("true_values"):
        said += " " + plural("{count} true value was found.", "{count} true values were found.", met)
    return said


def _begun(detail: Detail, _contract: Contract) -> str:
    return _("version {number}, put into production ahead of the search", number=detail["version"])


def _trained(detail: Detail, contract: Contract) -> str:
    metrics = detail.get("metrics", {})
    shown = [
        f"{METRICS[name].label} {metric_value(name, metrics[f'test_{name}'], contract)}"
        for name in SHOWN_METRICS
        if f"test_{name}" in metrics
    ]
    return _("version {number}; on the test rows: {metrics}", number=detail["version"], metrics=", ".join(shown))


def _ranked(detail: Detail, _contract: Contract) -> str:
    versions, rows = int(detail["versions"]), count(int(detail["rows"]))
    return plural(
        "{count} version compared on {rows} holdout rows",
        "{count} versions compared on {rows} holdout rows",
        versions,
        rows=rows,
    )


def _promoted(detail: Detail, _contract: Contract) -> str:
    if "version" in detail:
        return _("version {number} is in production", number=detail["version"])
    reason = told(str(detail["reason"]))
    return _("promoted: {reason}", reason=reason) if detail["yes"] else _("not promoted: {reason}", reason=reason)


def _explained(detail: Detail, _contract: Contract) -> str:
    number, rows = detail["version"], count(int(detail["rows"]))
    return _("the reasons of version {number} on {rows} rows", number=number, rows=rows)


def _retained(detail: Detail, _contract: Contract) -> str:
    versions, rows = len(detail["versions"]), count(int(detail["rows"]))
    return plural("{count} version and {rows} rows went", "{count} versions and {rows} rows went", versions, rows=rows)


WORDS: Mapping[str, Callable[[Detail, Contract], str]] = {
    "clean": _cleaned,
    "compare": _compared,
    "decide": _decided,
    "first": _begun,
    "train": _trained,
    "rank": _ranked,
    "promote": _promoted,
    "explain": _explained,
    "retain": _retained,
}
