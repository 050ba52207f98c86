"""Rows in bulk: typed frames in, typed frames out, through the same code on SQLite and MySQL."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, compress
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, Table

from core.checks.columns import framed
from core.contract import Contract
from core.store import bulk

# On SQLite, which takes at most 32,766 values in a statement; PyMySQL joins rows by itself.
ROWS_IN_A_STATEMENT = 100
# So that the server has begun on the first rows while the next are spelled.
ROWS_SPELLED_AT_ONCE = 2500


@dataclass(frozen=True)
class Rows:
    """Typed rows (n) by their row number, their hashes (n,), and the forms that databases take, each made once."""

    frame: pd.DataFrame
    hashes: NDArray[np.int64]
    contract: Contract

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def names(self) -> tuple[str, ...]:
        """The columns of ``tuples`` and of ``lines``."""
        return ("row_number", "row_hash", *self.contract.names)

    def take(self, mask: NDArray[np.bool_]) -> "Rows":
        """The rows (n,) that are marked, with the forms that were made already."""
        if mask.all():
            return self
        taken = Rows(self.frame.loc[mask], self.hashes[mask], self.contract)
        made = {form: vars(self)[form] for form in ("tuples", "_lines") if len(vars(self).get(form, ())) == len(self)}
        vars(taken).update({form: list(compress(rows, mask)) for form, rows in made.items()})
        return taken

    @cached_property
    def tuples(self) -> list[tuple[Any, ...]]:
        """Plain Python values, None where missing."""
        columns = [_to_python(self.frame[name]) for name in self.contract.names]
        return list(zip(self.frame.index.tolist(), self.hashes.tolist(), *columns, strict=True))

    def lines(self) -> Iterator[str]:
        """Escaped texts between tabs, as LOAD DATA takes them: made while they are asked for, and kept."""
        yield from self._lines
        for start in range(len(self._lines), len(self), ROWS_SPELLED_AT_ONCE):
            part = self._spell(slice(start, start + ROWS_SPELLED_AT_ONCE))
            self._lines.extend(part)
            yield from part

    @cached_property
    def _lines(self) -> list[str]:
        return []

    def _spell(self, part: slice) -> list[str]:
        columns = [_spelled(self.frame[c.name].to_numpy()[part], c.is_number) for c in self.contract.columns]
        keys = map(str, self.frame.index[part].tolist()), map(str, self.hashes[part].tolist())
        return list(map("\t".join, zip(*keys, *columns, strict=True)))


@contextmanager
def storing_rows(
    connection: Connection, *, table: Table, rows: Rows, fixed: Mapping[str, int], splits: Sequence[str] | None = None
) -> Iterator[None]:
    """Store rows, the clean ones with their ``splits`` (n,), by the fastest way that the server offers.

    ``fixed`` gives the numbers that all rows share: ``batch_id`` and ``collection_id``. They are stored when the
    context ends; the server takes them while its body works, which must leave this connection alone. A row whose key is
    there already raises.
    """
    names = rows.names if splits is None else (*rows.names, "split")
    if not len(rows):
        yield
    elif bulk.may_load(connection):
        lines = rows.lines() if splits is None else map("\t".join, zip(rows.lines(), splits, strict=True))
        with bulk.loading(connection, table=table, names=names, lines=lines, count=len(rows), fixed=fixed):
            yield
    else:
        pairs = zip(rows.tuples, splits, strict=True) if splits is not None else ()
        tuples = rows.tuples if splits is None else [(*row, word) for row, word in pairs]
        _insert(connection, table, names, tuples, fixed)
        yield


def read_rows(connection: Connection, query: Select[Any], contract: Contract) -> pd.DataFrame:
    """The rows of a query as a typed frame: numbers float64, dates ISO texts, missing texts None."""
    result = connection.execute(query)
    names = list(result.keys())
    columns = list(zip(*result.fetchall(), strict=True)) or [() for _ in names]
    frame = {}
    for name, values in zip(names, columns, strict=True):
        if name in contract and contract[name].is_number:
            frame[name] = np.array(values, dtype=np.float64)
        elif name in contract and contract[name].kind == "date":
            frame[name] = np.array([value.isoformat() if value else None for value in values], dtype=object)
        else:
            frame[name] = np.array(values, dtype=object if name in contract else None)
    return framed(frame, names)


def _to_python(series: pd.Series) -> list[Any]:
    """The values as the database drivers take them: plain Python, None where missing."""
    missing = series.isna().to_numpy()
    if not missing.any():
        return series.tolist()
    values = series.to_numpy(dtype=object, copy=True)
    values[missing] = None
    return values.tolist()


def _spelled(values: NDArray[Any], is_number: bool) -> list[str]:
    """The values as LOAD DATA reads them: each distinct one is spelled once."""
    codes, distinct = pd.factorize(values if is_number else values.astype(object, copy=False))
    texts = map(repr, distinct.tolist()) if is_number else bulk.escaped(distinct.tolist())
    spelled: list[str] = np.array([*texts, bulk.MISSING], dtype=object)[codes].tolist()
    return spelled


def _insert(
    connection: Connection,
    table: Table,
    names: Sequence[str],
    rows: Sequence[tuple[Any, ...]],
    fixed: Mapping[str, int],
) -> None:
    quote = connection.dialect.identifier_preparer.quote
    into = f"INSERT INTO {quote(table.name)} ({', '.join(map(quote, (*fixed, *names)))}) VALUES"
    is_sqlite = connection.dialect.name == "sqlite"
    places = ", ".join([*(str(int(value)) for value in fixed.values()), *["?" if is_sqlite else "%s"] * len(names)])
    size = ROWS_IN_A_STATEMENT if is_sqlite else 1
    whole = len(rows) - len(rows) % size
    for part, count in ((rows[:whole], size), (rows[whole:], len(rows) - whole)):
        if part:
            values = [tuple(chain.from_iterable(part[at : at + count])) for at in range(0, len(part), count)]
            connection.exec_driver_sql(f"{into} {', '.join([f'({places})'] * count)}", values)
