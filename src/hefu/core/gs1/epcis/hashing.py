"""The event hash (事件哈希): one name for one event, whoever wrote it down and in which syntax.

The event's facts are strung together in a fixed order and form (the *pre-hash string*) and hashed
with SHA-256 to an ``ni`` URI, RFC 6920. When it was recorded, its own ID and a later error
declaration are left out. Source: Core Business Vocabulary 2.0, section 8.9.
"""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from hefu.core.gs1.epc import canonical_or_same
from hefu.core.gs1.epcis.findings import too_deep
from hefu.core.gs1.epcis.namespaces import namespaces, qualified
from hefu.core.gs1.epcis.vocabulary import VOCABULARIES
from hefu.core.gs1.errors import InvalidEvent

Event = Mapping[str, object]
_Known = Mapping[str, str]

#: Facts that are not part of what happened.
_LEFT_OUT = frozenset({"@context", "type", "eventID", "recordTime", "errorDeclaration"})
_CONTENT = "#text"  # the text of an XML element that has attributes too
_COMMENTS = frozenset({"@context", "comment", "rdfs:comment"})
_TIMES = frozenset({"eventTime", "time", "startTime", "endTime"})
_TERMS = {
    "bizStep": "bizStep",
    "disposition": "disposition",
    "set": "disposition",
    "unset": "disposition",
    "exception": "sensorAlertType",
    "component": "component",
}
#: Namespaces of the standard vocabularies. (A prefix of other people may well be "https".)
_STANDARD = ("https://ref.gs1.org/", "https://gs1.org/")
_TERM_URN = "urn:epcglobal:cbv:"
_NAMES_A_KEY = ("urn:epc:", "http://", "https://")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?", re.ASCII)
_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[Tt](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)", re.ASCII
)
_QUANTITY = ("epcClass", "quantity", "uom")
_METADATA = (
    "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData",
    "dataProcessingMethod", "bizRules",
)  # fmt: skip
_REPORT = (
    "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod", "time",
    "microorganism", "chemicalSubstance", "value", "component", "stringValue", "booleanValue",
    "hexBinaryValue", "uriValue", "minValue", "maxValue", "meanValue", "sDev", "percRank",
    "percValue", "uom", "coordinateReferenceSystem",
)  # fmt: skip


def event_hash(event: Event, *, context: object = None) -> str:
    """The hash ID of ``event``, as ``ni:///sha-256;...?ver=CBV2.0``.

    ``context`` is the document's ``@context`` if the event has none of its own.

    Raises:
        InvalidEvent: if the event has no type, a time cannot be read, or it nests too deep.
    """
    digest = sha256(prehash(event, context=context).encode("utf-8")).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def prehash(event: Event, *, context: object = None) -> str:
    """The pre-hash string of ``event``. Raises as ``event_hash``."""
    known = namespaces(context, event.get("@context"))
    kind = event.get("type")
    if not isinstance(kind, str):
        raise InvalidEvent(rule="required_missing", field="/type")
    if too_deep(event):
        raise InvalidEvent(rule="nested_too_deep", field="/")
    text = f"eventType={qualified(kind, known)}"
    for name, write in _ORDER.items():
        if name in event and event[name] not in ([], "", None):
            text += write(name, event[name], known)
    return text + _extensions(event, _LEFT_OUT | _ORDER.keys(), known)


def _plain(name: str, value: object, known: _Known) -> str:
    """``name=value`` for each of the values, sorted."""
    values = value if isinstance(value, list) else [value]
    return "".join(sorted(f"{name}={_text(name, one, known)}" for one in values))


def _listed(item: str) -> Callable[[str, object, _Known], str]:
    """A list whose items are plain values, called ``item``."""
    return lambda name, value, known: name + _plain(item, value, known)


def _group(name: str, value: object, known: _Known, fields: tuple[str, ...]) -> str:
    """``name``, then its ``fields`` in order, then what else it has."""
    if not isinstance(value, Mapping):
        return _plain(name, value, known)
    text = "".join(_plain(field, value[field], known) for field in fields if field in value)
    return name + text + _extensions(value, frozenset(fields), known)


def _grouped(
    item: str, fields: tuple[str, ...], terms: str = ""
) -> Callable[[str, object, _Known], str]:
    """A list of groups; ``item`` labels each, ``terms`` is the vocabulary of their types."""

    def write(name: str, value: object, known: _Known) -> str:
        values = value if isinstance(value, list) else [value]
        return name + "".join(
            sorted(_group(item, _typed(one, terms), known, fields) for one in values)
        )

    return write


def _typed(value: object, terms: str) -> object:
    """``value`` with its type as web address."""
    if terms and isinstance(value, Mapping) and isinstance(value.get("type"), str):
        return {**value, "type": VOCABULARIES[terms].web_address(value["type"])}
    return value


def _place(name: str, value: object, known: _Known) -> str:
    return _group(name, value, known, ("id",))


def _persistent(name: str, value: object, known: _Known) -> str:
    return _group(name, value, known, ("set", "unset"))


def _ilmd(name: str, value: object, known: _Known) -> str:
    return _group(name, value, known, ())


def _sensors(name: str, value: object, known: _Known) -> str:
    values = value if isinstance(value, list) else [value]
    return name + "".join(sorted(_sensor(one, known) for one in values))


def _sensor(value: object, known: _Known) -> str:
    if not isinstance(value, Mapping):
        return _plain("sensorElement", value, known)
    text = "sensorElement"
    if "sensorMetadata" in value:
        text += _group("sensorMetadata", value["sensorMetadata"], known, _METADATA)
    reports = value.get("sensorReport", [])
    text += "".join(
        sorted(
            _group("sensorReport", _typed(report, "measurementType"), known, _REPORT)
            for report in (reports if isinstance(reports, list) else [reports])
        )
    )
    return text + _extensions(value, frozenset({"sensorMetadata", "sensorReport"}), known)


#: The standard's facts in the order of the published hashes, which after the sensors is that of
#: their names (the standard's own table has another).
_ORDER: Mapping[str, Callable[[str, object, _Known], str]] = {
    "eventTime": _plain,
    "eventTimeZoneOffset": _plain,
    "certificationInfo": _plain,
    "parentID": _plain,
    "epcList": _listed("epc"),
    "inputEPCList": _listed("epc"),
    "childEPCs": _listed("epc"),
    "quantityList": _grouped("quantityElement", _QUANTITY),
    "childQuantityList": _grouped("quantityElement", _QUANTITY),
    "inputQuantityList": _grouped("quantityElement", _QUANTITY),
    "outputEPCList": _listed("epc"),
    "outputQuantityList": _grouped("quantityElement", _QUANTITY),
    "action": _plain,
    "transformationID": _plain,
    "bizStep": _plain,
    "disposition": _plain,
    "persistentDisposition": _persistent,
    "readPoint": _place,
    "bizLocation": _place,
    "sensorElementList": _sensors,
    "bizTransactionList": _grouped("", ("type", "bizTransaction"), "bizTransactionType"),
    "destinationList": _grouped("", ("type", "destination"), "sourceDestType"),
    "ilmd": _ilmd,
    "sourceList": _grouped("", ("type", "source"), "sourceDestType"),
}


def _extensions(value: Mapping[str, object], fields: frozenset[str], known: _Known) -> str:
    """What ``value`` has beside ``fields``: facts of others, sorted. Comments do not count."""
    if "@context" in value:
        known = {**known, **namespaces(value["@context"])}
    names = [name for name in value if name not in fields and name not in _COMMENTS]
    return "".join(sorted(_extension(name, value[name], known) for name in names))


def _extension(name: str, value: object, known: _Known) -> str:
    label = qualified(name, known)
    if isinstance(value, list):
        return "".join(sorted(_extension(name, one, known) for one in value))
    if isinstance(value, Mapping):
        text = _text(name, value.get(_CONTENT, ""), known)
        rest = _extensions(value, frozenset({_CONTENT}), known)
    else:
        text, rest = _text(name, value, known), ""
    return (f"{label}={text}" if text else label) + rest


def _text(name: str, value: object, known: _Known) -> str:
    """A value in its one form: UTC milliseconds, web addresses, canonical links, short numbers."""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value).strip()
    if name in _TIMES:
        return _utc(name, text)
    if not isinstance(value, str) or _NUMBER.fullmatch(text):
        return _number(text)
    if name in _TERMS:
        text = VOCABULARIES[_TERMS[name]].web_address(text)
    elif text.startswith(_NAMES_A_KEY):
        return canonical_or_same(text)
    return _web(text, known)


def _number(text: str) -> str:
    """Without zeros after the last digit that counts, and without exponent."""
    try:
        plain = f"{Decimal(text):f}"
    except InvalidOperation:  # null, or a number JSON does not know
        return text
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _web(text: str, known: _Known) -> str:
    """A CURIE or an URN of the standard vocabularies as web address; others stay as they are."""
    if text.startswith(_TERM_URN):
        for vocabulary in VOCABULARIES.values():
            if vocabulary.urn and text.startswith(vocabulary.urn):
                return vocabulary.web + text.removeprefix(vocabulary.urn)
    prefix, colon, local = text.partition(":")
    address = known.get(prefix, "") if colon else ""
    return address + local if address.startswith(_STANDARD) else text


def _utc(name: str, text: str) -> str:
    """A time in UTC, rounded to milliseconds (half up)."""
    match = _TIME.fullmatch(text)
    if match is None:
        raise InvalidEvent(rule="bad_time", field=f"/{name}")
    day, clock, fraction, zone = match.groups()
    try:
        moment = datetime.fromisoformat(f"{day}T{clock}{zone.upper()}").astimezone(UTC)
        moment += timedelta(milliseconds=int(Decimal(f"0.{fraction or 0}") * 1000 + Decimal("0.5")))
    except (ValueError, OverflowError) as error:
        raise InvalidEvent(rule="bad_time", field=f"/{name}") from error
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03d}Z"
