"""Kinds of columns that both databases know, and how a control table is made."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

Key = BigInteger().with_variant(Integer(), "sqlite")

LongText = Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")

LongBinary = LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, to the microsecond; aware in Python, stored in UTC."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        is_mysql = dialect.name in ("mysql", "mariadb")
        return dialect.type_descriptor(mysql.DATETIME(fsp=6) if is_mysql else DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.replace(tzinfo=UTC) if value else None


raw = MetaData()


def control_table(name: str, *columns: Any) -> Table:
    return Table(name, raw, *columns, mysql_charset="utf8mb4", mysql_engine="InnoDB")
