"""Finding events (事件查询) by the parameters of the standard (EPCIS 2.0, section 8.2.7.1).

A parameter is a name and a value; values of lists may come as a list or joined by "|". What is not
indexed is refused by name, never silently left out.
"""

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Substr

from hefu.apps.epcis.errors import BadQuery, QueryTooLarge
from hefu.apps.epcis.models import Event, Span, Term
from hefu.apps.epcis.rows import SENSOR_TEXTS, canonical, term
from hefu.apps.epcis.selectors.patterns import prefixes_of, units_in
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.gs1.epcis.findings import moment
from hefu.core.permissions import Permission

PER_PAGE, MOST_PER_PAGE = 30, 1000
#: Which look-up names each MATCH parameter looks at.
MATCHES = {
    "MATCH_epc": ("epc", "child"),
    "MATCH_parentID": ("parent",),
    "MATCH_inputEPC": ("input",),
    "MATCH_outputEPC": ("output",),
    "MATCH_anyEPC": ("epc", "child", "parent", "input", "output"),
    "MATCH_epcClass": ("class", "childClass"),
    "MATCH_inputEPCClass": ("inputClass",),
    "MATCH_outputEPCClass": ("outputClass",),
    "MATCH_anyEPCClass": ("class", "childClass", "inputClass", "outputClass"),
}
_CLASSES = MATCHES["MATCH_anyEPCClass"]
_COMPARE = {"EQ": "", "GT": "__gt", "GE": "__gte", "LT": "__lt", "LE": "__lte"}
_CONTROLS = frozenset(
    {"perPage", "nextPageToken", "orderBy", "orderDirection", "eventCountLimit", "maxEventCount"}
)
_ORDERS = {"eventTime": "event_at", "recordTime": "recorded_at"}

Parameters = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class EventPage:
    """Events in the order asked for, and where the next page begins; empty at the end."""

    events: list[Event]
    next: str


def events_for(actor: Actor) -> QuerySet[Event]:
    """The brand's events; partners have their own systems and see none here.

    Raises:
        NotAllowed: the role or key may not see codes.
    """
    actor.require(Permission.CODE_VIEW)
    rows = Event.objects.filter(brand_id=actor.own_brand())
    return rows.none() if actor.is_partner else rows


def event_by_id(actor: Actor, event_id: str) -> Event:
    """The event of that ID; what was declared an error is given with its declaration.

    Raises:
        NotFound: no such event of this brand.
    """
    found = events_for(actor).filter(event_id=event_id).order_by("-declared").first()
    if found is None:
        raise NotFound(field="eventID")
    return found


def find_events(actor: Actor, parameters: Parameters) -> EventPage:
    """The events that match all parameters, a page at a time.

    Raises:
        BadQuery: a parameter is unknown or cannot be used; ``field`` names it.
        QueryTooLarge: more than ``maxEventCount`` match.
    """
    found = matching(actor, parameters)
    column, down = _order(parameters)
    per_page = _whole(parameters, "perPage", PER_PAGE, MOST_PER_PAGE)
    limit = _limits(parameters, found)
    token = _read_token(parameters.get("nextPageToken"))
    if token:
        found = found.filter(_after(column, down=down, token=token))
        per_page = min(per_page, limit - token["seen"]) if limit else per_page
    elif limit:
        per_page = min(per_page, limit)
    sign = "-" if down else ""
    rows = list(found.order_by(f"{sign}{column}", f"{sign}pk")[: per_page + 1])
    seen = per_page + (token["seen"] if token else 0)
    more = len(rows) > per_page and not (limit and seen >= limit)
    rows = rows[:per_page]
    return EventPage(events=rows, next=_token(rows[-1], column, seen) if more and rows else "")


def matching(actor: Actor, parameters: Parameters) -> QuerySet[Event]:
    """The events that match all parameters, in no order.

    Raises:
        BadQuery: see ``find_events``.
    """
    found = events_for(actor)
    for name, value in parameters.items():
        if name not in _CONTROLS and name != "@context":
            found = found.filter(_condition(actor, name, value))
    return found


def check_parameters(actor: Actor, parameters: Parameters) -> None:
    """Insist that a query can be run.

    Raises:
        BadQuery: see ``find_events``.
    """
    matching(actor, parameters)
    _order(parameters)
    _whole(parameters, "perPage", PER_PAGE, MOST_PER_PAGE)


def values_of(name: str, value: Any) -> list[str]:
    """The values of a list parameter.

    Raises:
        BadQuery: there is none, or it is no text.
    """
    texts = value.split("|") if isinstance(value, str) else value
    if not isinstance(texts, list) or not texts or not all(isinstance(one, str) for one in texts):
        raise BadQuery(field=name, rule="list_of_texts")
    if any("\x00" in one or not one.isprintable() for one in texts):
        raise BadQuery(field=name, rule="control_characters")
    return texts


def _condition(actor: Actor, name: str, value: Any) -> Q:
    plain = _PLAIN.get(name)
    if plain is not None:
        return plain(name, value)
    if name in MATCHES:
        return _match(actor, name, value)
    head, _, rest = name.partition("_")
    if rest == "quantity" and head in _COMPARE:
        compared = {f"number{_COMPARE[head]}": _amount(name, value)}
        return _has_term(name__in=_CLASSES, **compared)
    if head == "EQ" and rest in _TERMS:
        return _has_term(name=rest, value__in=[_TERMS[rest](one) for one in values_of(name, value)])
    kind, _, of = rest.partition("_")
    if head == "EQ" and of and kind in ("bizTransaction", "source", "destination"):
        texts = values_of(name, value)
        wanted = texts if kind == "bizTransaction" else [canonical(one) for one in texts]
        vocabulary = "bizTransactionType" if kind == "bizTransaction" else "sourceDestType"
        return _has_term(name=f"{kind}_{term(vocabulary, of)}", value__in=wanted)
    raise BadQuery(field=name, rule="unknown_parameter")


def _has_term(**about: Any) -> Q:
    """Events that name something; found from the term, so that its index leads."""
    return Q(pk__in=Term.objects.filter(**about).values("event"))


def _match(actor: Actor, name: str, value: Any) -> Q:
    """Things by name or pattern; a unit of ours is also in events about a range of its batch."""
    names = MATCHES[name]
    exact, patterns = prefixes_of(name, values_of(name, value))
    condition = _has_term(name__in=names, value__in=exact)
    for prefix in patterns:
        begins = Term.objects.filter(brand_id=actor.own_brand(), name__in=names).annotate(
            head=Substr("value", 1, len(prefix))
        )
        condition |= Q(pk__in=begins.filter(head=prefix).values("event"))
    if name in ("MATCH_epc", "MATCH_anyEPC"):
        for batch_id, serial in units_in(actor, exact):
            spans = Span.objects.filter(batch_id=batch_id, first__lte=serial)
            holding = spans.filter(count__gt=serial - F("first"))
            condition |= Q(pk__in=holding.values("event"))
    return condition


def _column(column: str, change: Callable[[str], str] = str) -> Callable[[str, Any], Q]:
    return lambda name, value: Q(
        **{f"{column}__in": [change(one) for one in values_of(name, value)]}
    )


def _moment(column: str) -> Callable[[str, Any], Q]:
    return lambda name, value: Q(**{column: _time(name, value)})


def _time(name: str, value: Any) -> datetime:
    # a "+" that was not escaped in an address arrives as a space
    text = value.replace(" ", "+") if isinstance(value, str) else value
    at = moment(text)
    if at is None:
        raise BadQuery(field=name, rule="time_with_offset")
    return at


def _amount(name: str, value: Any) -> float:
    try:
        amount = float(value)
    except (TypeError, ValueError) as error:
        raise BadQuery(field=name, rule="number") from error
    if amount != amount or abs(amount) == float("inf"):  # noqa: PLR0124  (not a number)
        raise BadQuery(field=name, rule="number")
    return amount


def _declared(name: str, value: Any) -> Q:
    del value  # the standard leaves it empty
    del name
    return Q(declared=True)


def _declared_at(compare: str) -> Callable[[str, Any], Q]:
    return lambda name, value: _has_term(
        name="errorReason", **{f"number__{compare}": _time(name, value).timestamp()}
    )


def _disposition(text: str) -> str:
    return term("disposition", text)


_TERMS: Mapping[str, Callable[[str], str]] = {
    "transformationID": str,
    "persistentDisposition_set": _disposition,
    "persistentDisposition_unset": _disposition,
    "errorReason": lambda text: term("errorReason", text),
    "correctiveEventID": str,
    "type": lambda text: term("measurementType", text),
    "booleanValue": str.lower,
    **dict.fromkeys(SENSOR_TEXTS, canonical),
}
_PLAIN: Mapping[str, Callable[[str, Any], Q]] = {
    "eventType": _column("kind"),
    "GE_eventTime": _moment("event_at__gte"),
    "LT_eventTime": _moment("event_at__lt"),
    "GE_recordTime": _moment("recorded_at__gte"),
    "LT_recordTime": _moment("recorded_at__lt"),
    "EQ_action": _column("action"),
    "EQ_bizStep": _column("biz_step", lambda text: term("bizStep", text)),
    "EQ_disposition": _column("disposition", _disposition),
    "EQ_readPoint": _column("read_point", canonical),
    "EQ_bizLocation": _column("biz_location", canonical),
    # who lies below whom is told by master data, which is not kept: a place is below itself
    "WD_readPoint": _column("read_point", canonical),
    "WD_bizLocation": _column("biz_location", canonical),
    "EQ_eventID": _column("event_id"),
    "EXISTS_errorDeclaration": _declared,
    "GE_errorDeclarationTime": _declared_at("gte"),
    "LT_errorDeclarationTime": _declared_at("lt"),
}


def _order(parameters: Parameters) -> tuple[str, bool]:
    """Column and whether downwards; without ``orderBy`` as recorded."""
    by = parameters.get("orderBy")
    direction = parameters.get("orderDirection", "DESC")
    if by is not None and by not in _ORDERS:
        raise BadQuery(field="orderBy", rule="eventTime_or_recordTime")
    if direction not in ("ASC", "DESC"):
        raise BadQuery(field="orderDirection", rule="ASC_or_DESC")
    return (_ORDERS[by], direction == "DESC") if by else ("recorded_at", False)


def _limits(parameters: Parameters, found: QuerySet[Event]) -> int:
    if "maxEventCount" in parameters and "eventCountLimit" in parameters:
        raise BadQuery(field="maxEventCount", rule="not_with_eventCountLimit")
    if "maxEventCount" in parameters:
        most = _whole(parameters, "maxEventCount", 0, 1_000_000_000)
        if found.order_by()[: most + 1].count() > most:
            raise QueryTooLarge(field="maxEventCount", most=most)
    if "eventCountLimit" not in parameters:
        return 0
    if "orderBy" not in parameters:
        raise BadQuery(field="eventCountLimit", rule="needs_orderBy")
    return _whole(parameters, "eventCountLimit", 0, 1_000_000_000)


def _whole(parameters: Parameters, name: str, default: int, most: int) -> int:
    text = str(parameters.get(name, default))
    if not (text.isascii() and text.isdigit() and len(text) < 12 and int(text) > 0):
        raise BadQuery(field=name, rule="whole_number_from_1")
    return min(int(text), most)


def _token(last: Event, column: str, seen: int) -> str:
    where = [getattr(last, column).isoformat(), last.pk, seen]
    return base64.urlsafe_b64encode(json.dumps(where).encode()).decode().rstrip("=")


def _read_token(text: Any) -> dict[str, Any]:
    if not text:
        return {}
    try:
        padded = str(text) + "=" * (-len(str(text)) % 4)
        at, pk, seen = json.loads(base64.urlsafe_b64decode(padded))
        return {"at": datetime.fromisoformat(at), "pk": int(pk), "seen": int(seen)}
    except (ValueError, TypeError, RecursionError) as error:
        raise BadQuery(field="nextPageToken", rule="not_a_token") from error


def _after(column: str, *, down: bool, token: Mapping[str, Any]) -> Q:
    beyond = "lt" if down else "gt"
    same = Q(**{column: token["at"], f"pk__{beyond}": token["pk"]})
    return Q(**{f"{column}__{beyond}": token["at"]}) | same
