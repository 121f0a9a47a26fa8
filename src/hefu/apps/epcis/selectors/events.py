"""Finding events (事件查询) by the parameters of the standard (EPCIS 2.0, section 8.2.7.1).

A parameter is a name and a value; values of lists may come as a list or joined by "|". What is none
of the standard's is refused by name, never silently left out.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.functions import Substr

from hefu.apps.epcis.errors import BadQuery, QueryTooLarge
from hefu.apps.epcis.models import Event, Span, Term
from hefu.apps.epcis.rows import SENSOR_TEXTS, canonical, term
from hefu.apps.epcis.selectors.fields import Scope, field_condition, scope_of, within
from hefu.apps.epcis.selectors.ordering import order_of, place_of, token_of
from hefu.apps.epcis.selectors.patterns import prefixes_of, units_in
from hefu.apps.epcis.selectors.values import amount, flag, time, values_of
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
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
    order = order_of(_scope(actor, parameters), parameters)
    per_page = _whole(parameters, "perPage", PER_PAGE, MOST_PER_PAGE)
    limit = limits_of(parameters, found)
    place = place_of(order, parameters.get("nextPageToken"))
    seen = place.seen if place else 0
    found = order.applied(found)
    if place:
        found = found.filter(order.after(place))
    if limit:
        per_page = max(min(per_page, limit - seen), 0)
    rows = list(order.sorted(found)[: per_page + 1])
    seen += per_page
    more = len(rows) > per_page and not (limit and seen >= limit)
    rows = rows[:per_page]
    return EventPage(events=rows, next=token_of(order, rows[-1], seen) if more and rows else "")


def matching(actor: Actor, parameters: Parameters) -> QuerySet[Event]:
    """The events that match all parameters, in no order.

    Raises:
        BadQuery: see ``find_events``.
    """
    found = events_for(actor)
    scope = _scope(actor, parameters)
    for name, value in parameters.items():
        if name not in _CONTROLS and name != "@context":
            found = found.filter(_condition(actor, scope, name, value))
    return found


def _scope(actor: Actor, parameters: Parameters) -> Scope:
    return scope_of(actor.own_brand(), parameters.get("@context"))


def check_parameters(actor: Actor, parameters: Parameters) -> None:
    """Insist that a query can be run.

    Raises:
        BadQuery: see ``find_events``.
    """
    matching(actor, parameters)
    order_of(_scope(actor, parameters), parameters)
    _whole(parameters, "perPage", PER_PAGE, MOST_PER_PAGE)


def _condition(actor: Actor, scope: Scope, name: str, value: Any) -> Q:
    plain = _PLAIN.get(name)
    if plain is not None:
        return plain(name, value)
    if name in _PLACES:
        return within(scope, _PLACES[name], name, value)
    if name in MATCHES:
        return _match(actor, name, value)
    head, _, rest = name.partition("_")
    if rest == "quantity" and head in _COMPARE:
        return _quantity(head, name, value)
    if head == "EQ" and rest in _TERMS:
        return _has_term(name=rest, value__in=[_TERMS[rest](one) for one in values_of(name, value)])
    condition = _typed(head, rest, name, value) or field_condition(scope, name, value)
    if condition is None:
        raise BadQuery(field=name, rule="unknown_parameter")
    return condition


def _typed(head: str, rest: str, name: str, value: Any) -> Q | None:
    """Papers and parties of a type; None if the parameter is about something else."""
    kind, _, of = rest.partition("_")
    if head != "EQ" or not of or kind not in ("bizTransaction", "source", "destination"):
        return None
    texts = values_of(name, value)
    wanted = texts if kind == "bizTransaction" else [canonical(one) for one in texts]
    vocabulary = "bizTransactionType" if kind == "bizTransaction" else "sourceDestType"
    return _has_term(name=f"{kind}_{term(vocabulary, of)}", value__in=wanted)


def _quantity(head: str, name: str, value: Any) -> Q:
    """By quantities in any unit; ``EQ`` takes a list of numbers, too."""
    if head == "EQ" and isinstance(value, list) and value:
        return _has_term(name__in=_CLASSES, number__in=[amount(name, one) for one in value])
    return _has_term(name__in=_CLASSES, **{f"number{_COMPARE[head]}": amount(name, value)})


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
    return lambda name, value: Q(**{column: time(name, value)})


def _declared(name: str, value: Any) -> Q:
    return Q(declared=True) if flag(name, value) else Q()


def _sensed(name: str, value: Any) -> Q:
    # every report has a type
    return _has_term(name="type") if flag(name, value) else Q()


def _truth(name: str, value: Any) -> Q:
    text = str(value).lower()
    if text not in ("true", "false"):
        raise BadQuery(field=name, rule="true_or_false")
    return _has_term(name="booleanValue", value=text)


def _action(name: str, value: Any) -> Q:
    texts = values_of(name, value)
    if not {"ADD", "OBSERVE", "DELETE"}.issuperset(texts):
        raise BadQuery(field=name, rule="ADD_OBSERVE_DELETE")
    return Q(action__in=texts)


def _declared_at(compare: str) -> Callable[[str, Any], Q]:
    return lambda name, value: _has_term(
        name="errorReason", **{f"number__{compare}": time(name, value).timestamp()}
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
    **dict.fromkeys(SENSOR_TEXTS, canonical),
}
_PLAIN: Mapping[str, Callable[[str, Any], Q]] = {
    "eventType": _column("kind"),
    "GE_eventTime": _moment("event_at__gte"),
    "LT_eventTime": _moment("event_at__lt"),
    "GE_recordTime": _moment("recorded_at__gte"),
    "LT_recordTime": _moment("recorded_at__lt"),
    "EQ_action": _action,
    "EQ_bizStep": _column("biz_step", lambda text: term("bizStep", text)),
    "EQ_disposition": _column("disposition", _disposition),
    "EQ_readPoint": _column("read_point", canonical),
    "EQ_bizLocation": _column("biz_location", canonical),
    "EQ_eventID": _column("event_id"),
    "EXISTS_errorDeclaration": _declared,
    "EXISTS_sensorElementList": _sensed,
    "EQ_booleanValue": _truth,
    # the standard's text and its schema write these two differently
    **dict.fromkeys(("GE_errorDeclarationTime", "GE_errorDeclaration_Time"), _declared_at("gte")),
    **dict.fromkeys(("LT_errorDeclarationTime", "LT_errorDeclaration_Time"), _declared_at("lt")),
}
_PLACES = {"WD_readPoint": "read_point", "WD_bizLocation": "biz_location"}


def ordered(actor: Actor, parameters: Parameters, found: QuerySet[Event]) -> QuerySet[Event]:
    """Events in the order that the parameters ask for.

    Raises:
        BadQuery: no such order.
    """
    order = order_of(_scope(actor, parameters), parameters)
    return order.sorted(order.applied(found))


def limits_of(parameters: Parameters, found: QuerySet[Event]) -> int:
    """The most events to tell of, 0 for all.

    Raises:
        BadQuery: the limits contradict each other or the order.
        QueryTooLarge: more are found than ``maxEventCount``.
    """
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
