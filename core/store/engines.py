"""Connections: one way to open a database, to migrate it, and to write in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import orjson
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import SQLAlchemyError

from core.contract import Contract
from core.errors import StoreError
from core.store import bulk
from core.words import sentence

MIGRATIONS = Path(__file__).parents[1] / "migrations"
LOCK_SECONDS = 120
SQLITE_SECONDS = 60


def open_engine(address: str | URL, patience: int | None = None) -> Engine:
    """An engine on a SQLite file or a MySQL database; nothing is connected yet.

    ``patience``: seconds after which it gives up on a server that does not answer and on a lock of another's; as long
    as the work of a step may take where not given.
    """
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        return _open_sqlite(url, patience or SQLITE_SECONDS)
    is_pymysql = url.get_driver_name() == "pymysql"
    engine = create_engine(
        url,
        pool_pre_ping=True,
        pool_recycle=1800,
        isolation_level="READ COMMITTED",
        json_serializer=_to_json,
        connect_args=bulk.CONNECT_ARGUMENTS | ({"connect_timeout": patience} if patience else {}) if is_pymysql else {},
    )
    if patience:
        event.listen(engine, "connect", partial(_be_impatient, patience))
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A connection to read with; a failure of the database becomes a StoreError."""
    with _named(engine), engine.connect() as connection:
        yield connection


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction: all of it is stored, or nothing where anything raises."""
    with _named(engine), engine.execution_options(is_write=True).begin() as connection:
        yield connection


def migrate(engine: Engine, which: str, contract: Contract, to: str = "head") -> None:
    """Bring the ``raw`` or ``clean`` database to the newest tables (or those of one revision); many processes may ask
    at once."""
    with writing(engine) as connection, _only_one(connection):
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.set_main_option("version_locations", str(MIGRATIONS / which))
        config.set_main_option("path_separator", "os")
        config.attributes |= {"connection": connection, "contract": contract}
        command.upgrade(config, to)


def shown(engine: Engine) -> str:
    """The address of a database without its password."""
    return engine.url.render_as_string(hide_password=True)


def _open_sqlite(url: URL, patience: int) -> Engine:
    if url.database:
        _make_folder(Path(url.database).resolve().parent)
    engine = create_engine(url, json_serializer=_to_json, connect_args={"timeout": patience, "isolation_level": None})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            sentence(
                "The folder {folder} of the database cannot be made: {problem}.", folder=folder, problem=error.strerror
            )
        ) from error


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "temp_store=MEMORY"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _be_impatient(seconds: int, connection: Any, _: Any) -> None:
    """Locks of rows and of whole tables."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION innodb_lock_wait_timeout = {seconds}, lock_wait_timeout = {seconds}")


def _begin_sqlite(connection: Connection) -> None:
    """A writer takes the lock at once: one that took it later could be refused in the middle of its work."""
    is_write = connection.get_execution_options().get("is_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if is_write else "BEGIN")


@contextmanager
def _only_one(connection: Connection) -> Iterator[None]:
    """MySQL commits at each CREATE, so a named lock keeps a second migration out; SQLite's write lock already does."""
    if connection.dialect.name == "sqlite":
        yield
        return
    lock = {"name": "console_migration", "seconds": LOCK_SECONDS}
    if connection.execute(text("SELECT GET_LOCK(:name, :seconds)"), lock).scalar() != 1:
        raise StoreError(
            sentence(
                "Another process has been migrating the database for {seconds} s; start again later.",
                seconds=LOCK_SECONDS,
            )
        )
    try:
        yield
    finally:
        connection.execute(text("SELECT RELEASE_LOCK(:name)"), {"name": lock["name"]})


@contextmanager
def _named(engine: Engine) -> Iterator[None]:
    try:
        yield
    except SQLAlchemyError as error:
        cause = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise StoreError(
            sentence("The database {database} refused: {cause}.", database=shown(engine), cause=cause)
        ) from error


def _to_json(value: Any) -> str:
    """JSON as both databases take it: NaN and infinity become null."""
    return orjson.dumps(value, default=_plain, option=orjson.OPT_SERIALIZE_NUMPY | orjson.OPT_NON_STR_KEYS).decode()


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (set, frozenset, tuple)):
        return list(value)
    return str(value)
