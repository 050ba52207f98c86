"""Versions in the form in which they give prices."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from core.tables import serving


def store_serving(connection: Connection, *, model: str, version: int, content: bytes, at: datetime) -> None:
    """Keep the lean form of a version, in place of an earlier one."""
    connection.execute(delete(serving).where(serving.c.model == model, serving.c.version == version))
    connection.execute(insert(serving).values(model=model, version=version, content=content, stored_at=at))


def load_serving(connection: Connection, *, model: str, version: int) -> bytes | None:
    """The lean form of a version; None where it has none."""
    query = select(serving.c.content).where(serving.c.model == model, serving.c.version == version)
    return connection.execute(query).scalar()
