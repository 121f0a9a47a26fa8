"""The order of events in an answer, and where its next page begins (排序与分页)."""

import base64
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import (
    CharField,
    DateTimeField,
    F,
    Field,
    FloatField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Collate

from hefu.apps.epcis.errors import BadQuery
from hefu.apps.epcis.models import Event, Fact
from hefu.apps.epcis.rows import field_key
from hefu.apps.epcis.selectors.fields import Scope, facts_of, full_name

_COLUMNS = {"eventTime": "event_at", "recordTime": "recorded_at"}
_KEY = "order_key"
_FIRST_TIME = datetime(1, 1, 2, tzinfo=UTC)


@dataclass(frozen=True, kw_only=True, slots=True)
class Order:
    """By which column, and whether downwards; ``field`` of others with its ``kind`` of values."""

    column: str
    down: bool
    field: int = 0
    kind: str = ""  # number, at, text

    def applied(self, events: QuerySet[Event]) -> QuerySet[Event]:
        """Events with what they are ordered by, not yet in order."""
        if not self.kind:
            return events
        facts = Fact.objects.filter(event=OuterRef("pk"), field=self.field)
        found = Subquery(
            facts.filter(**{f"{self.kind}__isnull": False})
            .order_by(F(self.kind).asc()).values(self.kind)[:1]
        )  # fmt: skip
        key: Any = Coalesce(found, _LEAST[self.kind], output_field=_TYPES[self.kind])
        if self.kind == "text":  # by code points, whatever the database's language
            key = Collate(key, "C" if connection.vendor == "postgresql" else "BINARY")
        return events.annotate(**{_KEY: key})

    def sorted(self, events: QuerySet[Event]) -> QuerySet[Event]:
        """Events of ``applied`` in order; equal ones as they were recorded."""
        sign = "-" if self.down else ""
        return events.order_by(f"{sign}{self.column}", f"{sign}pk")

    def after(self, place: "Place") -> Q:
        """What comes behind a place."""
        beyond = "lt" if self.down else "gt"
        same = Q(**{self.column: place.key, f"pk__{beyond}": place.pk})
        return Q(**{f"{self.column}__{beyond}": place.key}) | same


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """The last event of a page, and how many were seen up to it."""

    key: datetime | float | str
    pk: int
    seen: int


_LEAST: Mapping[str, Value] = {
    "number": Value(-1.7e308), "at": Value(_FIRST_TIME), "text": Value(""),
}  # fmt: skip
_TYPES: Mapping[str, "Field[Any, Any]"] = {
    "number": FloatField(), "at": DateTimeField(), "text": CharField(),
}  # fmt: skip


def order_of(scope: Scope, parameters: Mapping[str, Any]) -> Order:
    """The order asked for; without ``orderBy`` as recorded.

    An extension field is ordered as numbers if the brand's events have numbers in it, else as
    times, else as texts. Events without the field count as least.

    Raises:
        BadQuery: no such order.
    """
    by = parameters.get("orderBy")
    direction = parameters.get("orderDirection", "DESC")
    if direction not in ("ASC", "DESC"):
        raise BadQuery(field="orderDirection", rule="ASC_or_DESC")
    down = direction == "DESC"
    if by is None:
        return Order(column="recorded_at", down=False)
    if isinstance(by, str) and by in _COLUMNS:
        return Order(column=_COLUMNS[by], down=down)
    if not isinstance(by, str) or ":" not in by:
        raise BadQuery(field="orderBy", rule="eventTime_or_recordTime")
    name = full_name(scope, "orderBy", by)
    facts = facts_of(scope, "", name)
    kinds = ("number", "at")
    kind = next(
        (one for one in kinds if facts.filter(**{f"{one}__isnull": False}).exists()), "text"
    )
    return Order(column=_KEY, down=down, field=field_key("", name), kind=kind)


def token_of(order: Order, last: Event, seen: int) -> str:
    """Where the next page begins, as others carry it."""
    key = getattr(last, order.column)
    where = [key.isoformat() if isinstance(key, datetime) else key, last.pk, seen]
    return base64.urlsafe_b64encode(json.dumps(where).encode()).decode().rstrip("=")


def place_of(order: Order, token: Any) -> Place | None:
    """The place a token names; None without one.

    Raises:
        BadQuery: it is no token of this query.
    """
    if not token:
        return None
    try:
        padded = str(token) + "=" * (-len(str(token)) % 4)
        key, pk, seen = json.loads(base64.urlsafe_b64decode(padded))
        place = Place(key=_read_key(order, key), pk=int(pk), seen=int(seen))
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        raise BadQuery(field="nextPageToken", rule="not_a_token") from error
    if not (0 < place.pk < 2**63 and place.seen >= 0):
        raise BadQuery(field="nextPageToken", rule="not_a_token")
    return place


def _read_key(order: Order, key: Any) -> datetime | float | str:
    if order.kind == "number":
        number = float(key)
        if not math.isfinite(number):
            raise ValueError(key)
        return number
    if order.kind == "text":
        if not isinstance(key, str) or "\x00" in key:
            raise ValueError(key)
        return key
    at = datetime.fromisoformat(key)
    return at if at.tzinfo else at.replace(tzinfo=UTC)
