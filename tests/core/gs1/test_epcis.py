"""EPCIS events: published documents accepted, broken ones refused with field and rule, hashes."""

import json
from copy import deepcopy
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.gs1 import InvalidEvent, epcis
from tests.conformance import epcis_documents, event_hashes
from tests.core.gs1 import samples

OBJECT_EVENT = {
    "@context": [epcis.CONTEXT, {"example": "https://ns.example.com/epcis/"}],
    "type": "ObjectEvent",
    "eventTime": "2026-02-03T08:00:00.000+08:00",
    "eventTimeZoneOffset": "+08:00",
    "epcList": ["https://id.gs1.org/01/09506000134352/21/K7"],
    "action": "ADD",
    "bizStep": "commissioning",
    "disposition": "active",
    "readPoint": {"id": "https://id.gs1.org/414/9506000134307"},
    "bizTransactionList": [{"type": "po", "bizTransaction": "urn:epc:id:gdti:9506000.13430.7"}],
    "sourceList": [{"type": "owning_party", "source": "https://id.gs1.org/417/9506000134307"}],
    "persistentDisposition": {"set": ["completeness_verified"]},
    "sensorElementList": [
        {
            "sensorMetadata": {
                "startTime": "2026-02-03T00:00:00Z",
                "endTime": "2026-02-03T01:00:00Z",
            },
            "sensorReport": [{"type": "Temperature", "minValue": 1, "maxValue": 2.5, "uom": "CEL"}],
        }
    ],
    "ilmd": {"example:batch": "B1"},
}
AGGREGATION = {
    "@context": epcis.CONTEXT,
    "type": "AggregationEvent",
    "eventTime": "2026-02-03T08:00:00Z",
    "eventTimeZoneOffset": "+00:00",
    "parentID": "https://id.gs1.org/00/095060001343500002",
    "childEPCs": ["https://id.gs1.org/01/09506000134352/21/K7"],
    "action": "ADD",
}
TRANSFORMATION = {
    "@context": epcis.CONTEXT,
    "type": "TransformationEvent",
    "eventTime": "2026-02-03T08:00:00Z",
    "eventTimeZoneOffset": "+00:00",
    "inputEPCList": ["https://id.gs1.org/01/09506000134352/21/K7"],
    "outputQuantityList": [
        {"epcClass": "https://id.gs1.org/01/09506000134352/10/B", "quantity": 5.5, "uom": "KGM"}
    ],
}
DOCUMENT = {
    "@context": epcis.CONTEXT,
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-02-03T08:00:00Z",
    "epcisBody": {"eventList": [OBJECT_EVENT]},
}
GONE = object()

#: (document, where, new value, field and rule of the refusal); GONE takes the field away.
BROKEN = [
    (DOCUMENT, "schemaVersion", GONE, "/schemaVersion", "required_missing"),
    (DOCUMENT, "creationDate", "2026-02-03", "/creationDate", "bad_time"),
    (DOCUMENT, "@context", GONE, "/@context", "required_missing"),
    (DOCUMENT, "epcisBody", {}, "/epcisBody/eventList", "required_missing"),
    (DOCUMENT, "colour", "red", "/colour", "unknown_field"),
    (DOCUMENT, "type", 7, "/type", "not_text"),
    (OBJECT_EVENT, "eventTime", GONE, "/eventTime", "required_missing"),
    (OBJECT_EVENT, "eventTime", "2026-02-30T08:00:00Z", "/eventTime", "bad_time"),
    (OBJECT_EVENT, "eventTime", "2026-02-03T08:00:00", "/eventTime", "bad_time"),
    (OBJECT_EVENT, "eventTime", 1770105600, "/eventTime", "bad_time"),
    (OBJECT_EVENT, "eventTimeZoneOffset", "+8", "/eventTimeZoneOffset", "bad_time_zone_offset"),
    (OBJECT_EVENT, "eventTimeZoneOffset", "+15:00", "/eventTimeZoneOffset", "bad_time_zone_offset"),
    (OBJECT_EVENT, "action", GONE, "/action", "required_missing"),
    (OBJECT_EVENT, "action", "add", "/action", "not_allowed"),
    (OBJECT_EVENT, "action", "OBSERVE", "/ilmd", "ilmd_without_add"),
    (OBJECT_EVENT, "epcList", ["K7"], "/epcList/0", "not_a_uri"),
    (OBJECT_EVENT, "epcList", ["urn:x:1", "urn:x:1"], "/epcList", "repeated_item"),
    (OBJECT_EVENT, "epcList", "urn:x:1", "/epcList", "not_a_list"),
    (OBJECT_EVENT, "bizStep", "buying", "/bizStep", "unknown_term"),
    (OBJECT_EVENT, "bizStep", "urn:epcglobal:cbv:bizstep:packing", "/bizStep", "unknown_term"),
    (OBJECT_EVENT, "bizStep", "https://ref.gs1.org/cbv/BizStep-buying", "/bizStep", "unknown_term"),
    (OBJECT_EVENT, "disposition", 7, "/disposition", "not_text"),
    (OBJECT_EVENT, "readPoint", {}, "/readPoint/id", "required_missing"),
    (OBJECT_EVENT, "sourceList", [{"source": "urn:x:1"}], "/sourceList/0/type", "required_missing"),
    (OBJECT_EVENT, "persistentDisposition", {}, "/persistentDisposition/set", "required_missing"),
    (
        OBJECT_EVENT,
        "persistentDisposition",
        {"set": ["active"], "unset": ["active"]},
        "/persistentDisposition",
        "set_and_unset",
    ),
    (OBJECT_EVENT, "parentID", "urn:x:1", "/parentID", "unknown_field"),
    (OBJECT_EVENT, "ilmd", {"batch": "B1"}, "/ilmd/batch", "unknown_field"),
    (OBJECT_EVENT, "eventID", "17", "/eventID", "not_a_uri"),
    (OBJECT_EVENT, "errorDeclaration", {}, "/errorDeclaration/declarationTime", "required_missing"),
    (AGGREGATION, "childEPCs", [], "/childEPCs", "no_children"),
    (AGGREGATION, "parentID", GONE, "/parentID", "parent_missing"),
    (AGGREGATION, "childEPCs", [AGGREGATION["parentID"]], "/parentID", "own_parent"),
    (TRANSFORMATION, "inputEPCList", [], "/inputEPCList", "no_input"),
    (TRANSFORMATION, "outputQuantityList", [], "/outputEPCList", "no_output"),
    (TRANSFORMATION, "action", "ADD", "/action", "unknown_field"),
    (
        TRANSFORMATION,
        "outputQuantityList",
        [{"epcClass": "urn:x:1", "uom": "kilo"}],
        "/outputQuantityList/0/uom",
        "bad_unit_of_measure",
    ),
]


@pytest.mark.parametrize("document", [DOCUMENT, OBJECT_EVENT, AGGREGATION, TRANSFORMATION])
def test_a_right_document_is_accepted_without_advice(document):
    assert epcis.verify_document(document) == []


@pytest.mark.parametrize(("document", "name", "value", "field", "rule"), BROKEN)
def test_a_broken_document_is_refused_with_field_and_rule(document, name, value, field, rule):
    broken = deepcopy(document)
    if value is GONE:
        del broken[name]
    else:
        broken[name] = value

    with pytest.raises(InvalidEvent) as caught:
        epcis.verify_document(broken)

    assert (caught.value.details["field"], caught.value.rule) == (field, rule)


@pytest.mark.parametrize(
    ("place", "key", "rule"),
    [
        ("epcList", ["https://id.gs1.org/01/09506000134353/21/K7"], "incorrect_check_digit"),
        ("epcList", ["urn:epc:class:lgtin:9506000.013435.B"], "class_where_instance_is_due"),
        ("quantityList", [{"epcClass": "urn:epc:id:sscc:9506000.0000000011"}],
         "instance_where_class_is_due"),
        ("epcList", ["urn:epc:id:sgtin:9506000.13435.K7"], "wrong_number_of_digits"),
    ],
)  # fmt: skip
def test_bad_keys_are_advice_unless_refused_on_request(place, key, rule):
    event = {**OBJECT_EVENT, place: key}

    assert [one.rule for one in epcis.verify_document(event)] == [rule]
    with pytest.raises(InvalidEvent) as caught:
        epcis.verify_document(event, refusing=frozenset(epcis.Layer))
    assert caught.value.rule == rule


def test_a_further_layer_has_its_say():
    finding = epcis.Finding(layer=epcis.Layer.STRUCTURE, rule="schema", field="/id")

    with pytest.raises(InvalidEvent) as caught:
        epcis.verify_document(DOCUMENT, extra=lambda _: [finding])

    assert caught.value.rule == "schema"


def test_all_published_documents_are_accepted():
    folder = samples.path("epcis_documents/valid")
    reasons = {path.name: epcis_documents.refusal(path) for path in folder.iterdir()}
    assert len(reasons) >= 60
    assert not any(reasons.values()), reasons


def test_published_hashes_in_both_syntaxes(capsys):
    assert event_hashes.run(samples.path("epcis_event_hash"))
    assert "13 passed, 0 failed" in capsys.readouterr().out


def test_the_hash_forgets_who_recorded_it_and_how():
    same = {
        **OBJECT_EVENT,
        "recordTime": "2026-02-04T00:00:00Z",
        "eventID": "urn:uuid:2a7e0a0c-4b6b-4d9f-8f0a-0d6c0f0a2b11",
        "eventTime": "2026-02-03T00:00:00Z",
        "epcList": ["urn:epc:id:sgtin:9506000.013435.K7"],
        "bizStep": "cbv:BizStep-commissioning",
    }
    assert epcis.event_hash(same) == epcis.event_hash(OBJECT_EVENT)
    assert epcis.event_hash({**same, "action": "OBSERVE"}) != epcis.event_hash(OBJECT_EVENT)


def test_xml_with_a_document_type_is_refused():
    with pytest.raises(InvalidEvent) as caught:
        epcis.parse_xml('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')
    assert caught.value.rule == "document_type_definition"


def test_what_nests_to_break_its_reader_is_refused():
    deep = {}
    for _ in range(5000):
        deep = {"example:deeper": deep}
    with pytest.raises(InvalidEvent) as caught:
        epcis.event_hash({**OBJECT_EVENT, "example:deep": deep})
    assert caught.value.rule == "nested_too_deep"
    assert epcis.verify_document({**OBJECT_EVENT, "example:deep": deep}) == []
    with pytest.raises(InvalidEvent) as caught:
        epcis.parse_xml("<a>" * 5000 + "</a>" * 5000)
    assert caught.value.rule == "nested_too_deep"


@given(st.text(max_size=80) | st.from_regex(r"<a( b='c')?>(<EPCISBody>)?.{0,9}</a>"))
def test_no_text_breaks_the_xml_reader(text):
    try:
        document = epcis.parse_xml(text)
    except InvalidEvent:
        return
    assert document["type"] == "EPCISDocument"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(sorted(OBJECT_EVENT)) | st.text(max_size=5), inner)
    ),
    max_leaves=8,
)


@given(JSON, st.sampled_from(sorted(OBJECT_EVENT)), st.booleans())
@settings(max_examples=300)
def test_no_json_breaks_the_checks_or_the_hash(value, name, whole):
    event = value if whole else {**OBJECT_EVENT, name: value}
    try:
        epcis.verify_document(event)
        epcis.event_hash(event)
    except InvalidEvent as error:
        assert error.details["field"]


@cache
def published_schema():
    schema = json.loads(samples.path("epcis_schema/EPCIS-JSON-Schema.json").read_text("utf-8"))
    return pytest.importorskip("fastjsonschema").compile(schema)


@given(st.data())
@settings(max_examples=200, deadline=None)
def test_whatever_a_schema_validator_refuses_we_refuse(data):
    """The published JSON Schema, formats on, is the other opinion; ours may only be stricter."""
    fastjsonschema = pytest.importorskip("fastjsonschema")
    validate = published_schema()
    document = deepcopy(data.draw(st.sampled_from([OBJECT_EVENT, AGGREGATION, TRANSFORMATION])))
    name = data.draw(st.sampled_from(sorted(document)))
    value = data.draw(JSON | st.just(GONE))
    if value is GONE:
        del document[name]
    else:
        document[name] = value
    try:
        validate(deepcopy(document))
    except fastjsonschema.JsonSchemaException:
        with pytest.raises(InvalidEvent):
            epcis.verify_document(document)
