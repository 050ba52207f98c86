"""LOAD DATA: rows into a MySQL-compatible server by the fastest way that it offers.

A server that is asked to load "a local file" may name any file of the client, so PyMySQL's own way stays shut: its
``local_infile`` is off, and a request for a file in answer to any other statement raises. Here the rows lie in memory
and are sent in place of whatever the server names; no file is ever opened.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from pymysql.constants import CLIENT, COMMAND
from pymysql.err import MySQLError
from sqlalchemy import Connection, Table

from core.errors import StoreError
from core.words import sentence

# What the handshake must say so that the server takes rows; FOUND_ROWS is SQLAlchemy's own, which this replaces.
CONNECT_ARGUMENTS = {"client_flag": CLIENT.LOCAL_FILES | CLIENT.FOUND_ROWS}
PACKET = 1 << 20
# Some 60 kB, where the lines are of a usual length; the server begins with them while the next are made.
LINES_AT_ONCE = 500
MISSING = r"\N"
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\0": r"\0"})
ALLOWED = "SELECT @@local_infile AND NOT FIND_IN_SET('NO_BACKSLASH_ESCAPES', @@sql_mode)"
COUNTS = re.compile(r"Records: (\d+)\D+Deleted: (\d+)\D+Skipped: (\d+)\D+Warnings: (\d+)")


def may_load(connection: Connection) -> bool:
    """Whether the server takes rows this way: MySQL 8 does not unless told to, MariaDB does."""
    return connection.dialect.driver == "pymysql" and bool(connection.exec_driver_sql(ALLOWED).scalar())


def escaped(texts: list[str]) -> list[str]:
    """The texts as LOAD DATA takes them; the same list where none has anything to escape, as almost always."""
    together = "".join(texts)
    if together.translate(ESCAPES) == together:
        return texts
    return [text.translate(ESCAPES) for text in texts]


@contextmanager
def loading(
    connection: Connection,
    *,
    table: Table,
    names: Sequence[str],
    lines: Iterable[str],
    count: int,
    fixed: Mapping[str, int],
) -> Iterator[None]:
    """Store ``count`` rows, given as lines of escaped texts between tabs, while the body of the context works.

    All rows are sent before it begins; the server takes them meanwhile and is asked at its end how it went, so that in
    between nothing may be asked on this connection.

    LOAD DATA leaves out a row whose key is there already, and bends a value that does not fit: it only warns of
    either. Where it warned of anything StoreError is raised, and nothing may be kept.
    """
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(map(quote, names))
    shared = ", ".join(f"{quote(name)} = {int(value)}" for name, value in fixed.items())
    into = f"{quote(table.name)} CHARACTER SET utf8mb4 ({columns}) SET {shared}"
    driver: Any = connection.connection.driver_connection
    try:
        with _named(table):
            _send(driver, f"LOAD DATA LOCAL INFILE 'rows' INTO TABLE {into}", lines)
        yield
        with _named(table):
            records, _, skipped, warnings = _read_counts(driver)
    except BaseException:
        # A conversation that broke off cannot be taken up again; the server takes back what it was told in it.
        connection.invalidate()
        raise
    if records != count or skipped or warnings:
        raise StoreError(
            sentence(
                "The server changed values on loading into {table}: {warning}.",
                table=table.name,
                warning=_first_warning(connection),
            )
        )


def _send(driver: Any, statement: str, lines: Iterable[str]) -> None:
    """The first part of LOAD DATA LOCAL: the statement, the server's wish, the rows, an empty packet."""
    driver._execute_command(COMMAND.COM_QUERY, statement)
    if not driver._read_packet().is_load_local_packet():
        raise StoreError(sentence("The server did not ask for the rows that it was told to load."))
    waiting = iter(lines)
    while part := list(islice(waiting, LINES_AT_ONCE)):
        rows = "\n".join([*part, ""]).encode()
        for start in range(0, len(rows), PACKET):
            driver.write_packet(rows[start : start + PACKET])
    driver.write_packet(b"")


def _read_counts(driver: Any) -> tuple[int, ...]:
    """The second part: what became of the rows."""
    answer = driver._read_packet().get_all_data().decode(errors="replace")
    counts = COUNTS.search(answer)
    if counts is None:
        raise StoreError(sentence("The server did not say how many rows it loaded."))
    return tuple(map(int, counts.groups()))


@contextmanager
def _named(table: Table) -> Iterator[None]:
    try:
        yield
    except MySQLError as error:
        raise StoreError(
            sentence("The rows could not be loaded into {table}: {error}.", table=table.name, error=error)
        ) from error


def _first_warning(connection: Connection) -> str:
    warnings = connection.exec_driver_sql("SHOW WARNINGS").fetchall()
    return next((str(text) for _, _, text in warnings), "it does not say which")
