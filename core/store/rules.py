"""The limits that somebody set; whatever is not here has its default."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from core.records import RuleKey, Rules, SetRule
from core.tables import rules


def load_rules(connection: Connection, *, default: float) -> Rules:
    """The rules in force; ``default`` is the limit of every change that nobody set one for."""
    return Rules(default, {rule.key: rule.limit for rule in list_rules(connection)})


def list_rules(connection: Connection) -> list[SetRule]:
    """Every limit that somebody set, with who and when."""
    return [
        SetRule(RuleKey(row.kind, row.column_name, row.statistic), row.limit_value, row.set_by, row.set_at)
        for row in connection.execute(select(rules))
    ]


def store_rules(connection: Connection, *, changes: Mapping[RuleKey, float | None], by: str, at: datetime) -> None:
    """Set limits, in force from the next batch on; None puts a rule back to its default."""
    for key, limit in changes.items():
        names = {"kind": key.kind, "column_name": key.column, "statistic": key.statistic}
        connection.execute(delete(rules).filter_by(**names))
        if limit is not None:
            connection.execute(insert(rules).values(**names, limit_value=limit, set_at=at, set_by=by))
