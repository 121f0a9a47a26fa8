"""Many rows in one statement (批量语句), the same on SQLite and PostgreSQL.

Rows travel as one JSON parameter, so that a statement's text, and the number of statements, do not
depend on how many rows there are.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db import connection

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
