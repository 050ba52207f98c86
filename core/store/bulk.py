"""LOAD DATA: rows into a MySQL-compatible server by the fastest way that it offers.

A server that is asked to load "a local file" may name any file of the client, so PyMySQL's own way stays shut: its
``local_infile`` is off, and a request for a file in answer to any other statement raises. Here the rows lie in memory
and are sent in place of whatever the server names; no file is ever opened.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from pymysql.constants import CLIENT, COMMAND
from pymysql.err import MySQLError
from sqlalchemy import Connection, Table

from core.errors import StoreError
from core.words import sentence

# What the handshake must say so that the server takes rows; FOUND_ROWS is SQLAlchemy's own, which this replaces.
CONNECT_ARGUMENTS = {"client_flag": CLIENT.LOCAL_FILES | CLIENT.FOUND_ROWS}
PACKET = 1 << 16
MISSING = r"\N"
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r", "\0": r"\0"})
ALLOWED = "SELECT @@local_infile AND NOT FIND_IN_SET('NO_BACKSLASH_ESCAPES', @@sql_mode)"
COUNTS = re.compile(r"Records: (\d+)\D+Deleted: (\d+)\D+Skipped: (\d+)\D+Warnings: (\d+)")


def may_load(connection: Connection) -> bool:
    """Whether the server takes rows this way: MySQL 8 does not unless told to, MariaDB does."""
    return connection.dialect.driver == "pymysql" and bool(connection.exec_driver_sql(ALLOWED).scalar())


def load(
    connection: Connection, *, table: Table, names: Sequence[str], lines: Sequence[str], fixed: Mapping[str, int]
) -> None:
    """Store rows, given as lines of escaped texts between tabs.

    LOAD DATA leaves out a row whose key is there already, and bends a value that does not fit: it only warns of
    either. Where it warned of anything StoreError is raised, and nothing may be kept.
    """
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(map(quote, names))
    shared = ", ".join(f"{quote(name)} = {int(value)}" for name, value in fixed.items())
    into = f"{quote(table.name)} CHARACTER SET utf8mb4 ({columns}) SET {shared}"
    driver: Any = connection.connection.driver_connection
    try:
        found = _send(driver, f"LOAD DATA LOCAL INFILE 'rows' INTO TABLE {into}", "\n".join([*lines, ""]))
    except MySQLError as error:
        raise StoreError(
            sentence("The rows could not be loaded into {table}: {error}.", table=table.name, error=error)
        ) from error
    records, _, skipped, warnings = map(int, found)
    if records != len(lines) or skipped or warnings:
        raise StoreError(
            sentence(
                "The server changed values on loading into {table}: {warning}.",
                table=table.name,
                warning=_first_warning(connection),
            )
        )


def _send(driver: Any, statement: str, content: str) -> tuple[str, ...]:
    """The protocol of LOAD DATA LOCAL: the statement, the server's wish, the rows, an empty packet, the counts."""
    driver._execute_command(COMMAND.COM_QUERY, statement)
    if not driver._read_packet().is_load_local_packet():
        raise StoreError(sentence("The server did not ask for the rows that it was told to load."))
    rows = memoryview(content.encode())
    for start in range(0, len(rows), PACKET):
        driver.write_packet(bytes(rows[start : start + PACKET]))
    driver.write_packet(b"")
    answer = driver._read_packet().get_all_data().decode(errors="replace")
    counts = COUNTS.search(answer)
    if counts is None:
        raise StoreError(sentence("The server did not say how many rows it loaded."))
    return counts.groups()


def _first_warning(connection: Connection) -> str:
    warnings = connection.exec_driver_sql("SHOW WARNINGS").fetchall()
    return next((str(text) for _, _, text in warnings), "it does not say which")
