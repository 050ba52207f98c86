"""The codes of the store as a reader knows them: kinds and states of runs, their steps, and what a step found."""

from collections.abc import Mapping
from typing import Any

from console.language import form, told
from core.words import sentence

CODES: Mapping[str, str] = {
    # kinds of runs
    "cycle": sentence("cycle"),
    "training": sentence("training"),
    "ranking": sentence("ranking"),
    "promotion": sentence("promotion"),
    "explanation": sentence("explanation"),
    "release": sentence("release"),
    "readmission": sentence("readmission"),
    "retention": sentence("retention"),
    # how a run or a step stands
    "queued": sentence("queued"),
    "running": sentence("running"),
    "succeeded": sentence("succeeded"),
    "failed": sentence("failed"),
    "cancelled": sentence("cancelled"),
    "interrupted": sentence("interrupted"),
    # why a run was asked for, and by whom
    "schedule": sentence("schedule"),
    "operator": sentence("operator"),
    "end user": sentence("end user"),
    "program": sentence("program"),
    "command": sentence("command"),
    "first run": sentence("first run"),
    "worker": sentence("worker"),
    "repair": sentence("repair"),
    # steps
    "collect": sentence("collect"),
    "clean": sentence("clean"),
    "compare": sentence("compare"),
    "decide": sentence("decide"),
    "train": sentence("train"),
    "rank": sentence("rank"),
    "promote": sentence("promote"),
    "retain": sentence("retain"),
    # families of models
    "histogram_boosting": sentence("histogram boosting"),
    "extra_trees": sentence("extra trees"),
    "linear": sentence("linear"),
    "explain": sentence("explain"),
    # what a step found
    "batch": sentence("batch"),
    "batches": sentence("batches"),
    "holdout": sentence("holdout"),
    "is_new": sentence("new"),
    "message": sentence("message"),
    "metrics": sentence("metrics"),
    "reason": sentence("reason"),
    "rows": sentence("rows"),
    "true_values": sentence("true values"),
    "version": sentence("version"),
    "versions": sentence("versions"),
    "yes": sentence("yes"),
    # references and parts of the data
    "previous": sentence("previous"),
    "accumulated": sentence("accumulated"),
    "production": sentence("production"),
    "test": sentence("test"),
    "validation": sentence("validation"),
    # kinds of columns and what they are used for
    "number": sentence("number"),
    "category": sentence("category"),
    "identifier": sentence("identifier"),
    "date": sentence("date"),
    "drift": sentence("drift"),
    "feature": sentence("feature"),
    "required": sentence("required"),
    # requests for a price
    "answered": sentence("answered"),
    "refused": sentence("refused"),
    "page": sentence("page"),
}


def word(code: str) -> str:
    """A code in the reader's language; one that is not known stays as it is."""
    return told(CODES.get(code, code))


def values_in_words(values: Mapping[str, Any]) -> str:
    """What a step found, in one line."""
    return ", ".join(f"{word(name)}: {_value(value)}" for name, value in values.items())


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return told(sentence("yes")) if value else told(sentence("no"))
    if isinstance(value, float):
        return form().numerals(f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.4g}")
    if isinstance(value, Mapping):
        return "; ".join(f"{word(name)} {_value(each)}" for name, each in value.items())
    text = told(str(value))
    return text if len(text) <= 120 else f"{text[:117]}..."
