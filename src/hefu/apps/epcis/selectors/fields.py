"""Finding events by fields of others, by what sensors measured and by master data (扩展查询).

The families of parameters of EPCIS 2.0, section 8.2.7.1, whose names are made of an operator, an
area of the event and the full name of a field: ``EQ_ILMD_cbvmda:lotNumber``, ``GE_value_CEL``,
``EXISTS_INNER_http://ns.example.com/epcis#colour``, ``EQATTR_bizLocation_cbvmda:countryCode``.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from hefu.apps.epcis.errors import BadQuery
from hefu.apps.epcis.models import Event, Fact, Term, VocabularyAttribute
from hefu.apps.epcis.rows import canonical, field_key, kept_text
from hefu.apps.epcis.selectors.values import amount, flag, time, values_of
from hefu.apps.identity.rows import given, packed
from hefu.core.gs1.epcis.fields import (
    AREAS,
    MEASURES,
    QUANTITY,
    RANK,
    SENSOR,
    SENSOR_TIMES,
    field_name,
    measured,
    read_value,
)
from hefu.core.gs1.epcis.namespaces import namespaces

_COMPARE = {"EQ": "", "GT": "__gt", "GE": "__gte", "LT": "__lt", "LE": "__lte"}
_FIELD = re.compile(rf"(EQ|GT|GE|LT|LE|EXISTS)_(INNER_)?(?:({'|'.join(AREAS)})_)?(.*:.*)")
_MEASURE = re.compile(
    rf"(EQ|GT|GE|LT|LE)_(?:({QUANTITY}|{'|'.join(MEASURES)})_([A-Z0-9]{{2,4}})|({RANK}))"
)
_SENSED_AT = re.compile(rf"(EQ|GT|GE|LT|LE)_({'|'.join(SENSOR_TIMES)})")
_HAS_ATTRIBUTE = re.compile(r"HASATTR_(.+)")
_ATTRIBUTE = re.compile(r"(?:EQATTR|EQ_ATTR)_(.+)")
#: Fields whose values master data may describe: columns of events, and look-up terms.
_COLUMNS = {
    "bizStep": "biz_step", "disposition": "disposition", "readPoint": "read_point",
    "bizLocation": "biz_location",
}  # fmt: skip
_THINGS = ("epc", "child", "input", "output")
_TERMS: Mapping[str, tuple[str, ...]] = {
    "epc": ("parent", *_THINGS), "epcList": ("epc",), "childEPCs": ("child",),
    "parentID": ("parent",), "inputEPCList": ("input",), "outputEPCList": ("output",),
    "epcClass": ("class", "childClass", "inputClass", "outputClass"),
    "deviceID": ("deviceID",), "dataProcessingMethod": ("dataProcessingMethod",),
    "microorganism": ("microorganism",), "chemicalSubstance": ("chemicalSubstance",),
    "bizRules": ("bizRules",), "transformationID": ("transformationID",),
}  # fmt: skip
_TYPED = ("bizTransaction", "source", "destination")


@dataclass(frozen=True, kw_only=True, slots=True)
class Scope:
    """Whose events are asked for, and the prefixes the asker writes names with.

    ``loose``: some of the asker's prefixes are defined elsewhere, so others may stand as they are.
    """

    brand_id: int
    known: Mapping[str, str]
    loose: bool


def scope_of(brand_id: int, context: object) -> Scope:
    """The scope of a query with this ``@context``."""
    parts = context if isinstance(context, list) else [context]
    loose = any(isinstance(part, str) and part for part in parts)
    return Scope(brand_id=brand_id, known=namespaces(context), loose=loose)


def field_condition(scope: Scope, name: str, value: Any) -> Q | None:
    """What a parameter of these families asks for; None if it belongs to none.

    Raises:
        BadQuery: it does, but its value or the name of its field cannot be used.
    """
    for pattern, build in _FAMILIES:
        match = pattern.fullmatch(name)
        if match is not None:
            return build(scope, name, match, value)
    return None


def full_name(scope: Scope, parameter: str, name: str) -> str:
    """The full name of a field in a parameter.

    Raises:
        BadQuery: its prefix is not known.
    """
    full = field_name(name, scope.known)
    if "#" not in full and not (scope.loose and ":" in full):
        raise BadQuery(field=parameter, rule="unknown_prefix")
    return full


def facts_of(scope: Scope, area: str, name: str) -> QuerySet[Fact]:
    """All values of a field in the brand's events."""
    return Fact.objects.filter(brand_id=scope.brand_id, field=field_key(area, name))


def _by_field(scope: Scope, name: str, match: re.Match[str], value: Any) -> Q:
    operator, inner, area, field = match[1], match[2] or "", match[3] or "", match[4]
    facts = facts_of(scope, inner + area, full_name(scope, name, field))
    if operator == "EXISTS":
        return _in(facts) if flag(name, value) else Q()
    if operator == "EQ":
        return _in(facts.filter(_equal(name, value)))
    return _in(facts.filter(_compared(name, operator, value)))


def _equal(name: str, value: Any) -> Q:
    """Texts are equal letter by letter, times in any zone; numbers only if asked as numbers."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Q(number=amount(name, value))
    read = [read_value(one) for one in values_of(name, value)]
    wanted = Q(text__in=[kept_text(one.text) for one in read if one.text is not None])
    times = [one.at for one in read if one.at is not None]
    return wanted | Q(at__in=times) if times else wanted


def _compared(name: str, operator: str, value: Any) -> Q:
    at = _maybe_time(value)
    column, wanted = ("number", amount(name, value)) if at is None else ("at", at)
    return Q(**{f"{column}{_COMPARE[operator]}": wanted})


def _maybe_time(value: Any) -> datetime | None:
    if not isinstance(value, str):
        return None
    try:
        return time("", value)
    except BadQuery:
        return None


def _by_measure(scope: Scope, name: str, match: re.Match[str], value: Any) -> Q:
    operator, measure, unit = match[1], match[2] or match[4], match[3] or ""
    area = QUANTITY if measure == QUANTITY else SENSOR
    values = value if isinstance(value, list) else [value]
    if not values or (operator != "EQ" and len(values) > 1):
        raise BadQuery(field=name, rule="number")
    wanted = Q()
    key = measure
    for one in values:
        number = amount(name, one)
        if measure != RANK:
            key, number = measured(measure, number, unit)
        wanted |= Q(**{f"number{_COMPARE[operator]}": number})
    return _in(facts_of(scope, area, key).filter(wanted))


def _by_time(scope: Scope, name: str, match: re.Match[str], value: Any) -> Q:
    compared = {f"at{_COMPARE[match[1]]}": time(name, value)}
    return _in(facts_of(scope, SENSOR, match[2]).filter(**compared))


def _has_attribute(scope: Scope, name: str, match: re.Match[str], value: Any) -> Q:
    keys = [_attribute_key(scope, one) for one in values_of(name, value)]
    return _described(scope, name, match[1], Q(attribute__in=keys))


def _by_attribute(scope: Scope, name: str, match: re.Match[str], value: Any) -> Q:
    # neither may hold an underscore (the standard lets us refuse that)
    field, _, attribute = match[1].partition("_")
    if not attribute:
        raise BadQuery(field=name, rule="unknown_parameter")
    wanted = [kept_text(text) for one in values_of(name, value)
              if (text := read_value(one).text) is not None]  # fmt: skip
    about = Q(attribute=_attribute_key(scope, attribute), text__in=wanted)
    return _described(scope, name, field, about)


def _attribute_key(scope: Scope, name: str) -> int:
    return field_key("", field_name(name, scope.known))


def _described(scope: Scope, name: str, field: str, about: Q) -> Q:
    """Events whose ``field`` names an element with such an attribute."""
    mine = VocabularyAttribute.objects.filter(brand_id=scope.brand_id)
    elements = mine.filter(about).values("element")
    if field in _COLUMNS:
        return _at(scope, _COLUMNS[field], elements)
    terms = Term.objects.filter(brand_id=scope.brand_id, value__in=elements)
    if field in _TERMS:
        return _in(terms.filter(name__in=_TERMS[field]))
    if field in _TYPED:
        return _in(terms.filter(name__startswith=f"{field}_"))
    if ":" not in field:
        raise BadQuery(field=name, rule="unknown_parameter")
    facts = facts_of(scope, "", full_name(scope, name, field))
    return _in(facts.filter(text__in=elements))


def within(scope: Scope, column: str, name: str, value: Any) -> Q:
    """Events at one of these places or below it, by the children that master data names."""
    roots = [canonical(one) for one in values_of(name, value)]
    below = f"""
        WITH RECURSIVE below(id) AS (
            SELECT given.id FROM {given({"id": "text"})}
            UNION
            SELECT CAST(one.child AS text) FROM epcis_vocabularychild AS one
            JOIN below ON one.parent = below.id WHERE one.brand_id = %s
        )
        SELECT id FROM below
    """  # noqa: S608  (our own words)
    params = [packed({"id": one} for one in roots), scope.brand_id]
    return _at(scope, column, RawSQL(below, params))  # noqa: S611  (as above)


def _at(scope: Scope, column: str, elements: Any) -> Q:
    """The brand's events with one of these in a column; found from the column's index."""
    rows = Event.objects.filter(brand_id=scope.brand_id, **{f"{column}__in": elements})
    return Q(pk__in=rows.values("pk"))


def _in(rows: QuerySet[Any]) -> Q:
    """The events of these rows; found from them, so that their index leads."""
    return Q(pk__in=rows.values("event"))


_FAMILIES: tuple[tuple[re.Pattern[str], Callable[[Scope, str, re.Match[str], Any], Q]], ...] = (
    (_MEASURE, _by_measure),
    (_SENSED_AT, _by_time),
    (_HAS_ATTRIBUTE, _has_attribute),
    (_ATTRIBUTE, _by_attribute),
    (_FIELD, _by_field),
)
