"""What a row of the data is: read from a TOML file, so that another feed needs a file and no code."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from core.errors import ContractError
from core.words import sentence

Kind = Literal["number", "category", "identifier", "date"]
KINDS: tuple[Kind, ...] = ("number", "category", "identifier", "date")
SPLITS = ("train", "validation", "test")
# Names that the tables of rows and of predictions use themselves.
RESERVED = {
    *("id", "batch_id", "row_number", "collection_id", "row_hash", "split", "asked_at", "channel"),
    *("request_id", "request", "outcome", "error", "model_version", "prediction", "milliseconds"),
    *("interval_low", "interval_high", "asked_by", "property_hash"),
    *("true_value", "true_value_from", "true_value_at"),
}
CONTRACTS = Path(__file__).parent / "contracts"


@dataclass(frozen=True)
class Column:
    """One column: what it holds, what it may hold, and what it is used for."""

    name: str
    kind: Kind
    label: str
    unit: str = ""
    help: str = ""
    required: bool = False
    integer: bool = False
    min: float | date | None = None
    max: float | date | None = None
    length: int = 64
    digits: int = 0
    options: tuple[str, ...] = ()
    default: float | str | None = None
    drift: bool = False
    feature: bool = False

    @property
    def is_number(self) -> bool:
        return self.kind == "number"

    @property
    def is_text(self) -> bool:
        return self.kind in ("category", "identifier")

    @property
    def label_with_unit(self) -> str:
        return f"{self.label} ({self.unit})" if self.unit else self.label

    def range_sentence(self) -> str:
        """The valid range in words, ``""`` where there is none."""
        if self.min is not None and self.max is not None:
            return sentence("{low} to {high}", low=_shown(self.min), high=_shown(self.max))
        if self.min is not None:
            low = _shown(self.min)
            return sentence("{low} or later", low=low) if self.kind == "date" else sentence("{low} or more", low=low)
        if self.max is not None:
            high = _shown(self.max)
            is_date = self.kind == "date"
            return sentence("{high} or earlier", high=high) if is_date else sentence("{high} or less", high=high)
        return ""


@dataclass(frozen=True)
class Drop:
    """A cleaning rule: rows whose ``column`` lies in [low, high] are not trained on."""

    column: str
    low: float
    high: float
    reason: str


@dataclass(frozen=True)
class Contract:
    """What a row is, and what its columns are used for.

    ``hierarchy`` names features from the widest to the narrowest, each of which has a meaning only within those before
    it, as a city within its state; it may be empty.
    """

    name: str
    title: str
    row_noun: str
    columns: tuple[Column, ...]
    target: str
    group: tuple[str, ...]
    segment: str
    split: Mapping[str, float]
    drops: tuple[Drop, ...]
    hierarchy: tuple[str, ...] = ()

    def __getitem__(self, name: str) -> Column:
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    @cached_property
    def _by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @property
    def target_column(self) -> Column:
        return self[self.target]

    @cached_property
    def features(self) -> tuple[Column, ...]:
        """The columns that the model reads, in the contract's order."""
        return tuple(column for column in self.columns if column.feature)

    @cached_property
    def feature_names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.features)

    @cached_property
    def drift_columns(self) -> tuple[Column, ...]:
        return tuple(column for column in self.columns if column.drift)

    @cached_property
    def compared(self) -> tuple[Column, ...]:
        """The features by which two rows of one place are near or far: quantities, and categories with few options."""
        return tuple(column for column in self.features if column.is_number or column.options)

    @cached_property
    def inputs(self) -> tuple[Column, ...]:
        """The columns that a request for a prediction may hold: all but the target."""
        return tuple(column for column in self.columns if column.name != self.target)


def load_contract(name_or_path: str) -> Contract:
    """Read a contract by its shipped name (``real_estate``) or by the path of a TOML file.

    Raises ContractError, in one sentence, for a file that is absent or wrong.
    """
    path = contract_path(name_or_path)
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        problem = error.strerror if isinstance(error, OSError) else error
        raise ContractError(f"The contract {name_or_path!r} cannot be read ({path.absolute()}): {problem}.") from error
    except tomllib.TOMLDecodeError as error:
        raise ContractError(f"The contract {path} is not valid TOML: {error}.") from error
    try:
        return parse_contract(content)
    except ContractError as error:
        raise ContractError(f"The contract {path} is wrong: {error}") from error


def contract_path(name_or_path: str) -> Path:
    """The file of a contract: one of those shipped, or the path itself."""
    return Path(name_or_path) if name_or_path.endswith(".toml") else CONTRACTS / f"{name_or_path}.toml"


def parse_contract(content: Mapping[str, Any]) -> Contract:
    """A contract from the parsed TOML; raises ContractError naming what is missing or wrong."""
    columns = tuple(_parse_column(entry) for entry in _need(content, "columns", list))
    contract = Contract(
        name=_need(content, "name", str),
        title=_need(content, "title", str),
        row_noun=content.get("row_noun", sentence("row")),
        columns=columns,
        target=_need(content, "target", str),
        group=tuple(_need(content, "group", list)),
        segment=_need(content, "segment", str),
        split=dict(_need(content, "split", dict)),
        drops=tuple(_parse_drop(entry) for entry in content.get("cleaning", {}).get("drop", [])),
        hierarchy=tuple(content.get("hierarchy", ())),
    )
    _check_contract(contract)
    return contract


def _parse_column(entry: Mapping[str, Any]) -> Column:
    name = _need(entry, "name", str)
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,47}", name):
        raise ContractError(f"a column's name must be lower-case letters, digits and _, got {name!r}.")
    if name in RESERVED:
        raise ContractError(f"a column cannot be called {name!r}: the tables use that name themselves.")
    kind = _need(entry, "kind", str)
    if kind not in KINDS:
        raise ContractError(f"the kind of column {name} must be one of {', '.join(KINDS)}, got {kind!r}.")
    unknown = set(entry) - {field.name for field in fields(Column)}
    if unknown:
        raise ContractError(f"column {name} has unknown entries: {', '.join(sorted(unknown))}.")
    values = {**entry, "label": entry.get("label", name), "options": tuple(entry.get("options", ()))}
    if kind == "date":
        values |= {end: _parse_date(entry[end], name) for end in ("min", "max") if end in entry}
    return Column(**values)


def _parse_date(text: Any, name: str) -> date:
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise ContractError(f"a range of column {name} must be an ISO date, got {text!r}.") from error


def _parse_drop(entry: Mapping[str, Any]) -> Drop:
    low, high = float(_need(entry, "from", (int, float))), float(_need(entry, "to", (int, float)))
    return Drop(_need(entry, "column", str), low, high, entry.get("reason", sentence("left out by the contract")))


def _check_contract(contract: Contract) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", contract.name):
        raise ContractError(f"name must be lower-case letters, digits and _, got {contract.name!r}.")
    if len(set(contract.names)) != len(contract.names):
        raise ContractError("a column's name stands twice.")
    named = {
        contract.target,
        *contract.group,
        contract.segment,
        *contract.hierarchy,
        *(drop.column for drop in contract.drops),
    }
    for name in sorted(named - set(contract.names)):
        raise ContractError(f"{name!r} is used but is no column.")
    if not contract.target_column.is_number or contract.target_column.feature:
        raise ContractError(f"the target {contract.target} must be a number and no feature.")
    if not contract.features:
        raise ContractError("at least one column must be a feature.")
    if not contract.drift_columns or not all(column.is_number for column in contract.drift_columns):
        raise ContractError("at least one column must be marked for drift, and only numbers can be.")
    if not all(contract[name].feature and contract[name].is_text for name in contract.hierarchy):
        raise ContractError("hierarchy must name features that are texts.")
    if set(contract.split) != set(SPLITS) or abs(sum(contract.split.values()) - 1) > 1e-9:
        raise ContractError(f"split must give shares of {', '.join(SPLITS)} that sum to 1.")
    if not all(contract[drop.column].is_number for drop in contract.drops):
        raise ContractError("a cleaning rule must name a number.")


def _need(content: Mapping[str, Any], key: str, kind: type | tuple[type, ...]) -> Any:
    if not isinstance(content.get(key), kind) or content[key] in ("", [], {}):
        raise ContractError(f"{key!r} is missing or of the wrong type.")
    return content[key]


def _shown(value: float | date) -> str:
    return value.isoformat() if isinstance(value, date) else f"{value:,.10g}"
