"""From an event as told to the rows that keep it (事件入库): columns, look-up terms, identity.

Pure: no database. Identifiers are kept in their canonical form, so that an EPC URN and a Digital
Link of any domain find the same events; standard terms by their bare names.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b, sha256
from typing import Any

from hefu.apps.epcis.errors import EventInvalid
from hefu.core.errors import DomainError
from hefu.core.gs1.epc import canonical_or_same
from hefu.core.gs1.epcis import CONTEXT, REFUSING, VOCABULARIES, event_findings, event_hash
from hefu.core.gs1.epcis.fields import Field, event_fields
from hefu.core.gs1.epcis.findings import moment

LONGEST = 500  # characters of an identifier that can be looked up
LONGEST_FACT = (
    120  # characters of a field's text that are kept for looking it up; see ``kept_text``
)

#: Lists of things and classes, and the names they are looked up by.
THINGS = {
    "epcList": "epc", "childEPCs": "child", "inputEPCList": "input", "outputEPCList": "output",
}  # fmt: skip
CLASSES = {
    "quantityList": "class", "childQuantityList": "childClass",
    "inputQuantityList": "inputClass", "outputQuantityList": "outputClass",
}  # fmt: skip
#: Attributes of sensor elements that can be looked up, as the standard's parameters name them.
SENSOR_TEXTS = (
    "deviceID", "dataProcessingMethod", "microorganism", "chemicalSubstance", "bizRules",
    "stringValue", "hexBinaryValue", "uriValue",
)  # fmt: skip

_HASH = slice(len("ni:///sha-256;"), len("ni:///sha-256;") + 64)
_STANDARD_CONTEXTS = frozenset(
    {
        CONTEXT,
        "https://ref.gs1.org/standards/epcis/epcis-context.jsonld",
        "https://gs1.github.io/EPCIS/epcis-context.jsonld",
    }
)


@dataclass(frozen=True, kw_only=True, slots=True)
class TermRow:
    """One thing an event names."""

    name: str
    value: str = ""
    number: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class FactRow:
    """One value of a field of others, or of a sensor's; ``field`` by ``field_key``."""

    field: int
    text: str | None
    number: float | None
    at: datetime | None


@dataclass(frozen=True, kw_only=True, slots=True)
class EventRow:
    """An event, ready to be kept; times aware, texts canonical."""

    kind: str
    event_id: str
    hash: str
    declared: bool
    event_at: datetime
    action: str
    biz_step: str
    disposition: str
    read_point: str
    biz_location: str
    context: str
    body: str
    terms: tuple[TermRow, ...]
    facts: tuple[FactRow, ...]

    @property
    def key(self) -> tuple[str, bool]:
        """What may not be here twice."""
        return self.event_id, self.declared


def event_row(event: object, *, context: object = None, checked: bool = False) -> EventRow:
    """Check an event and write it as a row; ``context`` is its document's.

    Args:
        event: as JSON was read.
        context: the document's ``@context``.
        checked: it was checked before.

    Raises:
        EventInvalid: for the first rule that refuses it.
    """
    if not checked:
        for one in event_findings(event):
            if one.layer in REFUSING:
                raise EventInvalid(layer=one.layer.value, rule=one.rule, field=one.field)
    if not isinstance(event, Mapping):
        raise EventInvalid(layer="structure", rule="not_an_object", field="/")
    told = {name: value for name, value in event.items() if name not in ("@context", "recordTime")}
    _text(told)  # what no database can keep, no hash can be made of
    try:
        digest = event_hash(event, context=context)
    except DomainError as error:
        raise EventInvalid(layer="structure", **error.details) from error
    terms = tuple(_terms(event))
    told.setdefault("eventID", digest)
    row = EventRow(
        kind=str(event["type"]), event_id=told["eventID"], hash=digest[_HASH],
        declared="errorDeclaration" in event, event_at=_at(event["eventTime"]),
        action=event.get("action", ""), biz_step=term("bizStep", event.get("bizStep", "")),
        disposition=term("disposition", event.get("disposition", "")),
        read_point=canonical(event.get("readPoint", {}).get("id", "")),
        biz_location=canonical(event.get("bizLocation", {}).get("id", "")),
        context=_own_context(context, event.get("@context")), body=_text(told), terms=terms,
        facts=facts_of(event, context=context),
    )  # fmt: skip
    _check_lengths(row)
    return row


def facts_of(event: Mapping[str, Any], *, context: object = None) -> tuple[FactRow, ...]:
    """What an event says in fields of others and by sensors, each value once."""
    return tuple(dict.fromkeys(map(_fact, event_fields(event, context=context))))


def _fact(field: Field) -> FactRow:
    value = field.value
    text = None if value.text is None else kept_text(value.text)
    key = field_key(field.area, field.name)
    return FactRow(field=key, text=text, number=value.number, at=value.at)


def field_key(area: str, name: str) -> int:
    """A field as 64 bits (signed), so that its rows stay small however long its namespace is."""
    digest = blake2b(f"{area}\0{name}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, signed=True)


def kept_text(text: str) -> str:
    """A text by which it can be looked up; of a long one its beginning and its hash."""
    if len(text) <= LONGEST_FACT:
        return text
    return f"{text[:64]}#{sha256(text.encode()).hexdigest()[:32]}"


def canonical(uri: str) -> str:
    """One name for one thing: the canonical Digital Link of a GS1 key, others as they are."""
    return canonical_or_same(uri) if uri.startswith(("urn:epc:", "http")) else uri


def term(vocabulary: str, text: str) -> str:
    """A standard term by its bare name; others as they are."""
    return VOCABULARIES[vocabulary].bare(text) if text else ""


def _terms(event: Mapping[str, Any]) -> Iterator[TermRow]:
    if "parentID" in event:
        yield TermRow(name="parent", value=canonical(event["parentID"]))
    for field, name in THINGS.items():
        for uri in event.get(field, ()):
            yield TermRow(name=name, value=canonical(uri))
    for field, name in CLASSES.items():
        for one in event.get(field, ()):
            yield TermRow(
                name=name, value=canonical(one["epcClass"]), number=_number(one.get("quantity"))
            )
    if "transformationID" in event:
        yield TermRow(name="transformationID", value=event["transformationID"])
    for one in event.get("bizTransactionList", ()):
        kind = term("bizTransactionType", one.get("type", ""))
        yield TermRow(name=f"bizTransaction_{kind}", value=one["bizTransaction"])
    for field, name in (("sourceList", "source"), ("destinationList", "destination")):
        for one in event.get(field, ()):
            kind = term("sourceDestType", one["type"])
            yield TermRow(name=f"{name}_{kind}", value=canonical(one[name]))
    yield from _states(event)
    for sensor in event.get("sensorElementList", ()):
        yield from _sensed(sensor)


def _states(event: Mapping[str, Any]) -> Iterator[TermRow]:
    for change, values in event.get("persistentDisposition", {}).items():
        for one in values:
            name = f"persistentDisposition_{change}"
            yield TermRow(name=name, value=term("disposition", one))
    declaration = event.get("errorDeclaration")
    if declaration:
        reason = term("errorReason", declaration.get("reason", ""))
        seconds = _at(declaration["declarationTime"]).timestamp()
        yield TermRow(name="errorReason", value=reason, number=seconds)
        for one in declaration.get("correctiveEventIDs", ()):
            yield TermRow(name="correctiveEventID", value=one)


def _sensed(sensor: Mapping[str, Any]) -> Iterator[TermRow]:
    metadata = sensor.get("sensorMetadata", {})
    for name in SENSOR_TEXTS:
        if name in metadata:
            yield TermRow(name=name, value=canonical(str(metadata[name])))
    for report in sensor["sensorReport"]:
        yield TermRow(name="type", value=term("measurementType", report["type"]))
        for name in SENSOR_TEXTS:
            if name in report:
                yield TermRow(name=name, value=canonical(str(report[name])))
        if "booleanValue" in report:
            yield TermRow(name="booleanValue", value=str(report["booleanValue"]).lower())


def _own_context(document: object, event: object) -> str:
    """The parts of both contexts that are not the standard's, as JSON; empty for none."""
    parts: list[object] = []
    for context in (document, event):
        for part in context if isinstance(context, list) else [context]:
            if part and part not in parts and not _is_standard(part):
                parts.append(part)
    return json.dumps(parts, ensure_ascii=False, separators=(",", ":")) if parts else ""


def _is_standard(part: object) -> bool:
    return isinstance(part, str) and (
        part in _STANDARD_CONTEXTS or part.endswith("/epcis-context.jsonld")
    )


def _at(text: str) -> datetime:
    at = moment(text)
    if at is None:
        raise EventInvalid(layer="structure", rule="bad_time", field="/eventTime")
    return at


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _text(event: Mapping[str, Any]) -> str:
    """JSON that both databases can keep."""
    text = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise EventInvalid(layer="structure", rule="not_unicode", field="/") from error
    if "\\u0000" in text:
        raise EventInvalid(layer="structure", rule="control_character", field="/")
    return text


def _check_lengths(row: EventRow) -> None:
    for name, value, longest in (
        ("eventID", row.event_id, LONGEST), ("type", row.kind, 300),
        ("bizStep", row.biz_step, 300), ("disposition", row.disposition, 300),
        ("readPoint", row.read_point, LONGEST), ("bizLocation", row.biz_location, LONGEST),
    ):  # fmt: skip
        if len(value) > longest:
            raise EventInvalid(layer="structure", rule="too_long", field=f"/{name}")
    for one in row.terms:
        if len(one.value) > LONGEST or len(one.name) > 300:
            raise EventInvalid(layer="structure", rule="too_long", field=f"/{one.name}")
