"""The shape of EPCIS documents and events in JSON (文档结构): our own reading of the standard.

Written from EPCIS 2.0, sections 7 (data model) and 10.1 (JSON binding); no schema file of others is
part of this project. Names that are not the standard's must be URIs or CURIEs: other people's
extensions.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from hefu.core.gs1.epcis import findings as f
from hefu.core.gs1.epcis.findings import Check, Finding, below, found

_ACTION = f.one_of("OBSERVE", "ADD", "DELETE")
_URIS = f.list_of(f.uri)
_UNIQUE_URIS = f.list_of(f.uri, unique=True)
_DISPOSITIONS = f.list_of(f.term("disposition"), least=1, unique=True)
_QUANTITIES = f.list_of(
    f.group({"epcClass": f.uri, "quantity": f.number, "uom": f.unit}, required=("epcClass",))
)
_TRANSACTION = f.group(
    {"type": f.term("bizTransactionType"), "bizTransaction": f.uri}, required=("bizTransaction",)
)
_PLACE = f.group({"id": f.uri}, required=("id",), others=f.anything)
_CONTEXT_PART = f.either(f.uri, f.group({}, others=f.anything), rule="bad_context")
_CONTEXT = f.either(_CONTEXT_PART, f.list_of(_CONTEXT_PART, unique=True), rule="bad_context")


def _party(name: str) -> Check:
    return f.list_of(
        f.group({"type": f.term("sourceDestType"), name: f.uri}, required=("type", name))
    )


_SENSOR_FACTS: Mapping[str, Check] = {
    "time": f.time,
    "deviceID": f.uri,
    "deviceMetadata": f.uri,
    "rawData": f.uri,
    "dataProcessingMethod": f.uri,
    "bizRules": f.uri,
}
_METADATA = f.group({**_SENSOR_FACTS, "startTime": f.time, "endTime": f.time}, others=f.uri)
_REPORT = f.group(
    {
        **_SENSOR_FACTS,
        "type": f.term("measurementType"),
        "exception": f.term("sensorAlertType"),
        "component": f.term("component"),
        **dict.fromkeys(
            ("microorganism", "chemicalSubstance", "coordinateReferenceSystem", "uriValue"), f.uri
        ),
        **dict.fromkeys(
            ("value", "minValue", "maxValue", "meanValue", "sDev", "percRank", "percValue"),
            f.number,
        ),
        "stringValue": f.text,
        "booleanValue": f.boolean,
        "hexBinaryValue": f.hexadecimal,
        "uom": f.text,
    },
    required=("type",),
    others=f.uri,
)
_SENSOR = f.group(
    {"sensorMetadata": _METADATA, "sensorReport": f.list_of(_REPORT, least=1)},
    required=("sensorReport",),
    others=f.uri,
)
_ERROR = f.group(
    {"declarationTime": f.time, "reason": f.term("errorReason"), "correctiveEventIDs": _URIS},
    required=("declarationTime",),
    others=f.uri,
)


def _persistent(value: object, at: str) -> Iterator[Finding]:
    """Dispositions that stay until taken back: set, unset or both."""
    yield from f.group({"set": _DISPOSITIONS, "unset": _DISPOSITIONS})(value, at)
    if isinstance(value, Mapping) and not value.keys() & {"set", "unset"}:
        yield found("required_missing", below(at, "set"))


#: What every event may tell: when, by whom recorded, whether in error.
_EVERY: Mapping[str, Check] = {
    "@context": _CONTEXT,
    "eventTime": f.time,
    "recordTime": f.time,
    "eventTimeZoneOffset": f.offset,
    "eventID": f.uri,
    "certificationInfo": f.either(f.uri, _URIS, rule="not_a_uri"),
    "errorDeclaration": _ERROR,
}
#: What the standard's events may tell of why and where.
_BUSINESS: Mapping[str, Check] = {
    "bizStep": f.term("bizStep"),
    "disposition": f.term("disposition"),
    "readPoint": _PLACE,
    "bizLocation": _PLACE,
    "bizTransactionList": f.list_of(_TRANSACTION),
    "sourceList": _party("source"),
    "destinationList": _party("destination"),
    "sensorElementList": f.list_of(_SENSOR),
}
_ILMD = f.group({}, others=f.uri)
_PARENT: Mapping[str, Check] = {
    "parentID": f.uri,
    "childEPCs": _URIS,
    "childQuantityList": _QUANTITIES,
    "action": _ACTION,
}


def _kind(name: str, fields: Mapping[str, Check], *required: str) -> Check:
    return f.group(
        {**_EVERY, **_BUSINESS, **fields, "type": f.one_of(name)},
        required=("eventTime", "eventTimeZoneOffset", *required),
        others=f.uri,
    )


#: The shape of each type of event.
EVENTS: Mapping[str, Check] = MappingProxyType(
    {
        "ObjectEvent": _kind(
            "ObjectEvent",
            {
                "epcList": _UNIQUE_URIS,
                "quantityList": _QUANTITIES,
                "action": _ACTION,
                "persistentDisposition": _persistent,
                "ilmd": _ILMD,
            },
            "action",
        ),
        "AggregationEvent": _kind("AggregationEvent", _PARENT, "action"),
        "AssociationEvent": _kind("AssociationEvent", _PARENT, "action", "parentID"),
        "TransactionEvent": _kind(
            "TransactionEvent",
            {
                "bizTransactionList": f.list_of(_TRANSACTION, least=1),
                "parentID": f.uri,
                "epcList": _URIS,
                "quantityList": _QUANTITIES,
                "action": _ACTION,
            },
            "action",
            "bizTransactionList",
        ),
        "TransformationEvent": _kind(
            "TransformationEvent",
            {
                "inputEPCList": _UNIQUE_URIS,
                "inputQuantityList": _QUANTITIES,
                "outputEPCList": _UNIQUE_URIS,
                "outputQuantityList": _QUANTITIES,
                "transformationID": f.uri,
                "persistentDisposition": _persistent,
                "ilmd": _ILMD,
            },
        ),
    }
)
#: What the standard's events may tell of what happened to what.
_THINGS: Mapping[str, Check] = {
    **_PARENT,
    **dict.fromkeys(("epcList", "inputEPCList", "outputEPCList"), _URIS),
    **dict.fromkeys(("quantityList", "inputQuantityList", "outputQuantityList"), _QUANTITIES),
    "transformationID": f.uri,
    "persistentDisposition": _persistent,
    "ilmd": _ILMD,
}
#: An event of a type that is not the standard's: what it shares with those that are, looks the
#: same; the rest cannot be checked.
_OTHER_EVENT = f.group(
    {**_EVERY, **_BUSINESS, **_THINGS, "type": f.uri},
    required=("eventTime", "eventTimeZoneOffset"),
    others=f.anything,
)


def event(value: object, at: str) -> Iterator[Finding]:
    """What breaks the shape of an event."""
    if not isinstance(value, Mapping):
        yield found("not_an_object", at)
        return
    kind = value.get("type")
    if not isinstance(kind, str):
        rule = "not_text" if "type" in value else "required_missing"
        yield found(rule, below(at, "type"))
        return
    yield from EVENTS.get(kind, _OTHER_EVENT)(value, at)


_ATTRIBUTE = f.group(
    {"id": f.uri, "attribute": f.either(f.number, f.either(f.text, f.group({}, others=f.anything),
                                                           rule="bad_attribute"),
                                        rule="bad_attribute")},
    required=("id",),
    others=f.anything,
)  # fmt: skip
_ELEMENT = f.group(
    {"id": f.uri, "attributes": f.list_of(_ATTRIBUTE), "children": _URIS},
    required=("id",),
    others=f.anything,
)
_VOCABULARY = f.group(
    {"type": f.uri, "vocabularyElementList": f.list_of(_ELEMENT)},
    required=("type",),
    others=f.anything,
)
_HEADER = f.group(
    {"epcisMasterData": f.group({"vocabularyList": f.list_of(_VOCABULARY)}, others=f.anything)},
    others=f.uri,
)
#: The frame of a document; its events are checked one by one (``event``).
DOCUMENT = f.group(
    {
        "@context": _CONTEXT,
        "id": f.uri,
        "type": f.one_of("EPCISDocument"),
        "schemaVersion": f.version,
        "creationDate": f.time,
        "instanceIdentifier": f.text,
        "sender": f.text,
        "receiver": f.text,
        "epcisHeader": _HEADER,
        "epcisBody": f.group(
            {"eventList": f.list_of(f.anything)}, required=("eventList",), others=f.anything
        ),
    },
    required=("@context", "type", "schemaVersion", "creationDate", "epcisBody"),
    others=f.uri,
)
_RESULTS = f.group(
    {"eventList": f.list_of(f.anything), "vocabularyList": f.list_of(_VOCABULARY)},
    required=("eventList",),
    others=f.uri,
)
_QUERY_RESULTS = f.group(
    {"queryName": f.text, "subscriptionID": f.text, "resultsBody": _RESULTS},
    required=("queryName", "resultsBody"),
    others=f.uri,
)
#: The frame of a document that answers a query.
QUERY_DOCUMENT = f.group(
    {
        "@context": _CONTEXT,
        "id": f.uri,
        "type": f.one_of("EPCISQueryDocument"),
        "schemaVersion": f.version,
        "creationDate": f.time,
        "epcisBody": f.group(
            {"queryResults": _QUERY_RESULTS}, required=("queryResults",), others=f.uri
        ),
    },
    required=("@context", "type", "epcisBody"),
    others=f.uri,
)
