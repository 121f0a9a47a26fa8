"""What values the repository knows (资源目录): event types, things, steps, places, dispositions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from hefu.apps.epcis.errors import BadQuery
from hefu.apps.epcis.models import Term
from hefu.apps.epcis.rows import canonical, term
from hefu.apps.epcis.selectors.events import MATCHES, events_for
from hefu.core.actor import Actor

#: Collections of the standard's REST binding, and the query parameter that asks for one value.
COLLECTIONS = {
    "eventTypes": "eventType",
    "epcs": "MATCH_anyEPC",
    "bizSteps": "EQ_bizStep",
    "bizLocations": "EQ_bizLocation",
    "readPoints": "EQ_readPoint",
    "dispositions": "EQ_disposition",
}
_COLUMNS = {
    "eventTypes": "kind", "bizSteps": "biz_step", "bizLocations": "biz_location",
    "readPoints": "read_point", "dispositions": "disposition",
}  # fmt: skip
EVENT_TYPES = (
    "AggregationEvent", "AssociationEvent", "ObjectEvent", "TransactionEvent",
    "TransformationEvent",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class ValuePage:
    """Values in order, and the last of them if there are more."""

    values: Sequence[str]
    next: str


def values_in(actor: Actor, collection: str, *, after: str = "", limit: int) -> ValuePage:
    """The values of a collection that events of the brand name, in order, after ``after``.

    Raises:
        BadQuery: ``after`` cannot be one of them.
    """
    if "\x00" in after:
        raise BadQuery(field="nextPageToken", rule="not_a_token")
    rows: QuerySet[Any] = events_for(actor)
    column = _COLUMNS.get(collection, "value")
    if collection == "epcs":
        things = Term.objects.filter(name__in=MATCHES["MATCH_anyEPC"])
        rows = things.none() if actor.is_partner else things.filter(brand_id=actor.own_brand())
    found = rows.filter(**{f"{column}__gt": after}).order_by(column)
    values = list(found.values_list(column, flat=True).distinct()[: limit + 1])
    more = len(values) > limit
    values = values[:limit]
    return ValuePage(values=values, next=values[-1] if more else "")


def is_known(actor: Actor, collection: str, value: str) -> bool:
    """Whether an event of the brand names a value; the standard's event types always exist."""
    if "\x00" in value:
        return False
    if collection == "eventTypes" and value in EVENT_TYPES:
        return True
    if collection == "epcs":
        rows = Term.objects.filter(
            brand_id=actor.own_brand(), name__in=MATCHES["MATCH_anyEPC"], value=canonical(value)
        )
        return rows.exists() and not actor.is_partner
    wanted = {
        "bizSteps": lambda: term("bizStep", value),
        "dispositions": lambda: term("disposition", value),
        "eventTypes": lambda: value,
    }.get(collection, lambda: canonical(value))()
    return events_for(actor).filter(**{_COLUMNS[collection]: wanted}).exists()
