"""Fields of others in an event (扩展字段): what queries by extension, ILMD or sensor ask for.

A field is known by its *area* (where in the event it stands) and its full name. Areas are named as
the standard's query parameters name them: "" for a field of the event itself, ``ILMD``,
``ERROR_DECLARATION``, ``SENSORELEMENT``, ``SENSORMETADATA``, ``SENSORREPORT``, ``readPoint``,
``bizLocation``; with ``INNER_`` before it, anywhere below such a field. Source: EPCIS 2.0, 8.2.7.1.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from math import isfinite

from hefu.core.gs1.epc import canonical_or_same
from hefu.core.gs1.epcis.findings import moment
from hefu.core.gs1.epcis.namespaces import namespaces
from hefu.core.gs1.epcis.units import in_base

INNER = "INNER_"
#: Where fields of others may stand besides the event itself.
AREAS = (
    "ILMD", "ERROR_DECLARATION", "SENSORELEMENT", "SENSORMETADATA", "SENSORREPORT", "readPoint",
    "bizLocation",
)  # fmt: skip
#: The standard's own numbers and times of sensors, and quantities with a unit.
SENSOR, QUANTITY = "sensor", "quantity"
SENSOR_TIMES = ("time", "startTime", "endTime")
#: Numbers that bear the report's unit of measure; a rank has none.
MEASURES = ("value", "minValue", "maxValue", "meanValue", "sDev", "percValue")
RANK, DEVIATION = "percRank", "sDev"
_QUANTITIES = (
    "quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList",
)  # fmt: skip
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_NAMES_A_KEY = ("urn:epc:", "http://", "https://")
_CONTENTS = ("#text", "@value")  # of an XML element with attributes, of a typed JSON-LD value

Known = Mapping[str, str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Value:
    """What a field holds: its text, and the number or time that the text is.

    ``text`` is None for a field that only holds other fields.
    """

    text: str | None = None
    number: float | None = None
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Field:
    """A field, once for each of its values; ``name`` as ``field_name`` writes it."""

    area: str
    name: str
    value: Value


def field_name(name: str, known: Known) -> str:
    """The full name of a field as "namespace#local", however it was written.

    ``prefix:local`` with the prefixes ``known``, a web address, an URN, "namespace#local" or
    "{namespace}local"; what a namespace ends with ("/", "#", ":") does not count, for XML and
    JSON-LD write that differently. A prefix that is not known stays: "prefix:local".
    """
    prefix, colon, local = name.partition(":")
    if colon and prefix in known and not local.startswith("//"):
        return f"{known[prefix].rstrip('/#:')}#{local}"
    if name.startswith("{"):
        namespace, _, local = name[1:].partition("}")
        return f"{namespace.rstrip('/#:')}#{local}"
    for mark in ("#", "/" if "://" in name else "", ":" if name.startswith("urn:") else ""):
        namespace, found, local = name.rpartition(mark) if mark else ("", "", "")
        if found:
            return f"{namespace.rstrip('/#:')}#{local}"
    return name


def read_value(value: object) -> Value:
    """What a value means: a text, and the number or time it is; keys in their canonical form."""
    if isinstance(value, bool):
        return Value(text="true" if value else "false")
    if isinstance(value, int | float):
        try:
            number = float(value)
        except OverflowError:
            return Value(text=str(value))
        whole = isfinite(number) and number.is_integer() and abs(number) < 1e15
        return Value(
            text=str(int(number)) if whole else str(value),
            number=number if isfinite(number) else None,
        )
    text = str(value).strip()
    if _NUMBER.fullmatch(text) and isfinite(float(text)):
        return Value(text=text, number=float(text))
    at = moment(text)
    if at is not None:
        return Value(text=text, at=at)
    if text.startswith(_NAMES_A_KEY):
        text = canonical_or_same(text)
    return Value(text=text)


def event_fields(event: Mapping[str, object], *, context: object = None) -> Iterator[Field]:
    """Every field of others, and what sensors measured, of an event of right shape."""
    known = namespaces(context, event.get("@context"))
    yield from _others("", event, known)
    ilmd = event.get("ilmd")
    if isinstance(ilmd, Mapping):
        yield from _others("ILMD", ilmd, known)
    for area in ("readPoint", "bizLocation"):
        place = event.get(area)
        if isinstance(place, Mapping):
            yield from _others(area, place, known)
    declaration = event.get("errorDeclaration")
    if isinstance(declaration, Mapping):
        yield from _others("ERROR_DECLARATION", declaration, known)
    for name in _QUANTITIES:
        for one in _mappings(event.get(name)):
            if "uom" in one:
                yield from _measured(QUANTITY, "quantity", one.get("quantity"), one["uom"])
    for element in _mappings(event.get("sensorElementList")):
        yield from _sensed(element, known)


def measured(name: str, number: float, unit: str) -> tuple[str, float]:
    """What a measure is kept under (comparable units share a name), and its comparable amount."""
    dimension, base = in_base(number, unit, spread=name == DEVIATION)
    return f"{name} {dimension}", base


def _mappings(value: object) -> Iterator[Mapping[str, object]]:
    for one in value if isinstance(value, list) else [value]:
        if isinstance(one, Mapping):
            yield one


def _others(area: str, value: Mapping[str, object], known: Known) -> Iterator[Field]:
    """The fields of others in an object, each with what lies below it."""
    if "@context" in value and area:
        known = {**known, **namespaces(value["@context"])}
    for name, what in value.items():
        if ":" in name and not name.startswith("@"):
            yield from _field(area, name, what, known)


def _field(area: str, name: str, what: object, known: Known) -> Iterator[Field]:
    full = field_name(name, known)
    for one in what if isinstance(what, list) else [what]:
        if isinstance(one, Mapping):
            content = next((one[key] for key in _CONTENTS if key in one), None)
            held = Value() if content is None or isinstance(content, Mapping | list) else None
            yield Field(area=area, name=full, value=held or read_value(content))
            yield from _inner(area, one, known)
        elif isinstance(one, list):
            yield from _field(area, name, one, known)
        elif one is not None:
            yield Field(area=area, name=full, value=read_value(one))


def _inner(area: str, value: Mapping[str, object], known: Known) -> Iterator[Field]:
    """Everything below a field; names without a namespace hold others, but cannot be asked for."""
    area = area if area.startswith(INNER) else INNER + area
    if "@context" in value:
        known = {**known, **namespaces(value["@context"])}
    for name, what in value.items():
        if name.startswith("@"):
            continue
        if ":" in name:
            yield from _field(area, name, what, known)
        else:
            for one in _mappings(what):
                yield from _inner(area, one, known)


def _sensed(element: Mapping[str, object], known: Known) -> Iterator[Field]:
    yield from _others("SENSORELEMENT", element, known)
    for metadata in _mappings(element.get("sensorMetadata")):
        yield from _others("SENSORMETADATA", metadata, known)
        yield from _times(metadata)
    for report in _mappings(element.get("sensorReport")):
        yield from _others("SENSORREPORT", report, known)
        yield from _times(report)
        for name in MEASURES:
            yield from _measured(SENSOR, name, report.get(name), report.get("uom"))
        yield from _measured(SENSOR, RANK, report.get(RANK), None)


def _times(about: Mapping[str, object]) -> Iterator[Field]:
    for name in SENSOR_TIMES:
        at = moment(about.get(name))
        if at is not None:
            yield Field(area=SENSOR, name=name, value=Value(at=at))


def _measured(area: str, name: str, number: object, unit: object) -> Iterator[Field]:
    if isinstance(number, bool) or not isinstance(number, int | float):
        return
    if name == RANK:
        yield Field(area=area, name=name, value=read_value(number))
    elif isinstance(unit, str):
        full, base = measured(name, float(number), unit)
        yield Field(area=area, name=full, value=Value(number=base))
