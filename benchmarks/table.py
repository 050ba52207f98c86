"""The lines of the result: printed as a table, written as JSON."""

import json
import operator
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

VERSIONS = ("pandas", "numpy", "scikit-learn", "mlflow", "SQLAlchemy", "PyMySQL", "streamlit", "shap", "xgboost-cpu")
HEADINGS = ("part", "step", "ours", "recipe", "ratio", "target", "met")


@dataclass(frozen=True)
class Target:
    """A limit: on ``ours``, or on the ratio of the recipe's figure to ours (``is_ratio``)."""

    sign: str
    limit: float
    is_ratio: bool = False

    def words(self) -> str:
        """The target in the table's words."""
        return f"{'ratio ' if self.is_ratio else ''}{self.sign} {self.limit:,g}"

    def is_met(self, ours: float, ratio: float | None) -> bool | None:
        """Whether it is met; None where the recipe was not measured."""
        value = ratio if self.is_ratio else ours
        compare = operator.le if self.sign == "<=" else operator.ge
        return None if value is None else bool(compare(value, self.limit))


def at_most(limit: float) -> Target:
    """``ours`` must be this or less."""
    return Target("<=", limit)


def at_least(limit: float) -> Target:
    """``ours`` must be this or more."""
    return Target(">=", limit)


def times(limit: float) -> Target:
    """The recipe's figure must be at least this many times ours."""
    return Target(">=", limit, is_ratio=True)


@dataclass(frozen=True)
class Line:
    """One line: ``ours`` is None where it was not measured; ``note`` says why, or what the recipe's column holds."""

    part: str
    step: str
    ours: float | None
    unit: str = "s"
    recipe: float | None = None
    target: Target | None = None
    runs: int = 1
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """By how many times ours is better: the recipe's figure over ours, of a rate ours over the recipe's."""
        if not self.recipe or not self.ours:
            return None
        is_rate = self.target is not None and self.target.sign == ">=" and not self.target.is_ratio
        return self.ours / self.recipe if is_rate else self.recipe / self.ours

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None where there is none or it could not be measured."""
        return self.target.is_met(self.ours, self.ratio) if self.target and self.ours is not None else None


def as_text(lines: Sequence[Line], is_judged: bool) -> str:
    """The table in Markdown; targets are left out where the sizes were not those that the targets are for."""
    rows = [HEADINGS, tuple("---" for _ in HEADINGS), *(_cells(line, is_judged) for line in lines)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(HEADINGS))]
    padded = [[cell.ljust(width) for cell, width in zip(row, widths, strict=True)] for row in rows]
    return "\n".join(f"| {' | '.join(row)} |" for row in padded) + "\n"


def as_record(lines: Sequence[Line], date: str, is_quick: bool) -> dict[str, Any]:
    """Everything worth keeping of a run."""
    entries = [
        {**asdict(line), "target": line.target.words() if line.target else "", "ratio": line.ratio, "met": line.met}
        for line in lines
    ]
    return {"date": date, "quick": is_quick, "machine": machine(), "lines": entries}


def write(record: dict[str, Any], path: Path) -> None:
    """Write a record as JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")


def machine() -> dict[str, Any]:
    """The size of the machine, what else it was doing (15 minutes' load), and the versions that were measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[2], 1),
        "python": platform.python_version(),
        **{name: _version(name) for name in VERSIONS},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _cells(line: Line, is_judged: bool) -> tuple[str, ...]:
    ours = "not measured" if line.ours is None else _figure(line.ours, line.unit)
    recipe = "" if line.recipe is None else _figure(line.recipe, line.unit)
    ratio = "" if line.ratio is None else f"{line.ratio:,.3g}"
    target = line.target.words() if line.target and is_judged else ""
    met = {True: "yes", False: "NO", None: ""}[line.met if is_judged else None]
    step = f"{line.step} ({line.note})" if line.note else line.step
    return (line.part, step, ours, recipe, ratio, target, met)


def _figure(value: float, unit: str) -> str:
    return f"{value:,.3g} {unit}".strip() if abs(value) < 1000 else f"{value:,.0f} {unit}".strip()
