"""Many rows in one statement (批量语句), the same on SQLite and PostgreSQL.

Rows travel as one JSON parameter, so that a statement's text, and the number of statements, do not
depend on how many rows there are.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

#: Column types as PostgreSQL calls them; SQLite takes what JSON gives.
Columns = Mapping[str, str]


def given(columns: Columns) -> str:
    """Return a FROM item named ``given`` with these columns, fed by one parameter (``packed``)."""
    if connection.vendor == "postgresql":
        types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        return f"jsonb_to_recordset(%s::jsonb) AS given({types})"
    fields = ", ".join(f"value->>'{name}' AS {name}" for name in columns)
    return f"(SELECT {fields} FROM json_each(%s)) AS given"  # noqa: S608  (our own column names)


def packed(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as the parameter of ``given``; values are text, whole numbers or None."""
    return json.dumps(list(rows), ensure_ascii=False, separators=(",", ":"))


#: How many rows a statement of ``execute_rows`` may have room for: few enough to be kept prepared.
_ROOMS = (1, 2, 4, 8, 12, 16, 20, 24, 28, 32, 48, 64, 96, 128, 192, 256, 512, 1024)
MOST = _ROOMS[-1]


def execute_rows(
    sql: str, columns: Columns, rows: Sequence[tuple[Any, ...]], params: Sequence[Any] = ()
) -> list[tuple[Any, ...]]:
    """Run one statement over many rows where microseconds count; return its rows, if it has any.

    ``{given}`` in ``sql`` becomes what ``given`` makes; parameters of the statement's own come
    before it and are written ``%s``. On SQLite values are bound as they are, without JSON, and a
    statement has room for a round number of rows, so that it is found prepared. The first column
    is never None.

    Raises:
        ValueError: more rows than one statement has room for.
    """
    database = connections[DEFAULT_DB_ALIAS]  # asked for once: the proxy looks it up every time
    if database.vendor == "postgresql":
        names = tuple(columns)
        given_rows = packed(dict(zip(names, row, strict=True)) for row in rows)
        return execute(sql.replace("{given}", given(columns)), [*params, given_rows])
    place = bisect_left(_ROOMS, len(rows))
    if place == len(_ROOMS):
        raise ValueError(f"{len(rows)} rows are too many for one statement")
    text = _prepared(sql, tuple(columns), _ROOMS[place])
    spare = (None,) * ((_ROOMS[place] - len(rows)) * len(columns))
    return _bound(database, text, [*params, *chain.from_iterable(rows), *spare])


@lru_cache(maxsize=256)
def _prepared(sql: str, names: tuple[str, ...], size: int) -> str:
    fields = ", ".join(f"column{number} AS {name}" for number, name in enumerate(names, 1))
    row = f"({', '.join('?' * len(names))})"
    values = ", ".join([row] * size)
    rows = f"(SELECT {fields} FROM (VALUES {values}) WHERE column1 IS NOT NULL) AS given"  # noqa: S608
    return sql.replace("%s", "?").replace("{given}", rows)


def _bound(database: BaseDatabaseWrapper, sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a statement as SQLite wants it: Django would rewrite its place holders every time."""
    if database.queries_logged or database.execute_wrappers:
        return execute(sql.replace("?", "%s"), params)  # somebody listens
    database.ensure_connection()
    with database.wrap_database_errors:
        found: list[tuple[Any, ...]] = database.connection.execute(sql, params).fetchall()
    return found


def execute(sql: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run one statement and return its rows, if it has any."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def stored(at: datetime) -> Any:
    """Return an instant as this database's parameter."""
    return connection.ops.adapt_datetimefield_value(at)


def instant(value: Any) -> datetime:
    """Return an instant as this database's rows give it, aware and in UTC."""
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    found: datetime = value
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
