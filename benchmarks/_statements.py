r"""The SQL of one activation as a pgbench script, captured while it happens.

Sequences are set far apart before, so that every number in the SQL tells where it came from. A
number that a statement gave becomes a pgbench variable (``\gset``) wherever it is used later;
numbers that the caller chose (serial, member, key) become expressions of the client's own counter.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from psycopg import ClientCursor

#: Where each table's numbers begin: far from each other and from everything else in the SQL.
BEGINNINGS = {
    "identity_unit": 710_000_000,
    "identity_activation": 720_000_000,
    "ledger_transfer": 730_000_000,
    "ledger_account": 740_000_000,
    "members_member": 750_000_000,
}
CHAIN_BEGINS = 760_000_000
NEAR = 2  # numbers this near to a known one are written as a sum: the entries of one chain
_TOLD_APART = re.compile(r"\b(7[1-6]\d{7}|[0-9a-f]{64})\b")


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A statement as it went to the server, and the rows it gave."""

    sql: str
    rows: list[dict[str, str]]


def spread_numbers() -> None:
    """Set every table's numbers apart; before any row of these tables is made."""
    with connection.cursor() as cursor:
        for table, first in BEGINNINGS.items():
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, first])
        cursor.execute("UPDATE audit_chainhead SET seq = seq + %s", [CHAIN_BEGINS])


def captured(act: Callable[[], object]) -> list[Sent]:
    """Return what ``act`` sends, in order, values in their places."""
    sent: list[Sent] = []

    def listen(
        execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]
    ) -> Any:
        found = execute(sql, params, many, context)
        cursor = context["cursor"].cursor
        text = ClientCursor(cursor.connection).mogrify(sql, params)
        sent.append(Sent(sql=" ".join(text.split()), rows=_rows(cursor)))
        return found

    with connection.execute_wrapper(listen):
        act()
    return sent


def _rows(cursor: Any) -> list[dict[str, str]]:
    result = cursor.pgresult
    names = [column.name for column in cursor.description or ()]
    return [
        {name: (result.get_value(row, at) or b"").decode() for at, name in enumerate(names)}
        for row in range(result.ntuples if names else 0)
    ]


def script_of(sent: list[Sent], chosen: Mapping[str, str], head: list[str]) -> str:
    """Write the script: ``head`` sets the variables, ``chosen`` says what to write for which text.

    Raises:
        ValueError: a number in the SQL cannot be traced to where it came from.
    """
    known: dict[str, str] = {}
    lines = [*head, "BEGIN;"]
    for place, statement in enumerate(sent):
        text, made = _with_variables(_with_chosen(statement.sql, chosen), known)
        one = len(statement.rows) == 1  # what \\gset can take
        lines += [*made, f"{text} \\gset s{place}_" if one else f"{text};"]
        for row in statement.rows:
            for name, value in row.items():
                # several rows read at once are the brand's books: the same for everybody
                known.setdefault(value, f":s{place}_{name}" if one else value)
    return "\n".join([*lines, "COMMIT;", ""])


def _with_chosen(sql: str, chosen: Mapping[str, str]) -> str:
    for text, written in chosen.items():
        sql = re.sub(rf"(?<!\w){re.escape(text)}(?!\w)", written, sql)
    return sql


def _with_variables(sql: str, known: Mapping[str, str]) -> tuple[str, list[str]]:
    made: list[str] = []

    def written(found: re.Match[str]) -> str:
        text, before = found.group(), sql[: found.start()]
        hashed = len(text) == 64  # computed in Python: any text of its length will do
        value = known.get(text) or (text if hashed else _near(int(text), known, made))
        if not (before.endswith(":") and value.startswith(":")):
            return value
        # two colons would be a cast: JSON allows a space, other texts are put together
        return f" {value}" if before.endswith('":') else f"' || {value} || '"

    return _TOLD_APART.sub(written, sql), made


def _near(number: int, known: Mapping[str, str], made: list[str]) -> str:
    """A variable made from that of a neighbour."""
    for step in range(-NEAR, NEAR + 1):
        neighbour = known.get(str(number - step), "")
        if neighbour.startswith(":"):
            name = f"{neighbour}_{'less' if step < 0 else 'more'}_{abs(step)}"
            made.append(f"\\set {name[1:]} {neighbour} + ({step})")
            return name
    raise ValueError(f"nobody knows where {number} came from")
