"""The codes of the store as a reader knows them: kinds and states of runs, and their steps."""

from collections.abc import Mapping

from console.language import told
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
    "rule": sentence("rule"),
    # steps
    "collect": sentence("collect"),
    "clean": sentence("clean"),
    "compare": sentence("compare"),
    "decide": sentence("decide"),
    "first": sentence("first version"),
    "train": sentence("train"),
    "rank": sentence("rank"),
    "promote": sentence("promote"),
    "retain": sentence("retain"),
    # families of models
    "histogram_boosting": sentence("histogram boosting"),
    "extra_trees": sentence("extra trees"),
    "linear": sentence("linear"),
    "explain": sentence("explain"),
    # what was stored
    "batch": sentence("batch"),
    "batches": sentence("batches"),
    "reason": sentence("reason"),
    "rows": sentence("rows"),
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
