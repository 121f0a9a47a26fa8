"""Queries by extension, ILMD, sensors and master data say what the standard's table says."""

import importlib
import json

import pytest
from django.apps import apps

from hefu.apps.epcis.errors import BadQuery, NotADocument
from hefu.apps.epcis.models import Event, Fact
from hefu.apps.epcis.selectors.events import find_events
from hefu.apps.epcis.services import capture as capturing
from hefu.core.gs1.epcis import CONTEXT
from tests.apps.epcis.documents import a_document, an_event, captured
from tests.factories import NOW, a_brand, operator

NS = "https://ns.example.com/epcis/"
EXAMPLE = {"example": NS}


@pytest.fixture
def actor(db):
    return operator(a_brand())


def told(actor, *, context=(CONTEXT, EXAMPLE), **about):
    event = an_event(**about)
    return capturing.capture_event(actor, event=event, context=list(context), now=NOW).event_id


def found(actor, context=EXAMPLE, **parameters) -> set[str]:
    return {
        event.event_id for event in find_events(actor, {**parameters, "@context": context}).events
    }


def test_fields_of_others_are_found_by_their_full_names(actor):
    event = told(actor, **{"example:colour": "red", "example:weight": 12.5})
    told(actor, **{"example:colour": "blue", "example:other": {"example:colour": "red"}})

    assert found(actor, **{"EQ_example:colour": ["red"]}) == {event}
    assert found(actor, **{"EQ_example:colour": "red|green"}) == {event}
    assert found(actor, **{"EQ_https://ns.example.com/epcis#colour": "red"}) == {event}
    assert found(actor, **{"EQ_https://ns.example.com/epcis/colour": "red"}) == {event}
    assert found(actor, **{"GT_example:weight": 12}) == {event}
    assert found(actor, **{"LE_example:weight": "12.5"}) == {event}
    assert found(actor, **{"LT_example:weight": 12.5}) == set()
    assert found(actor, **{"EQ_example:weight": 12.5}) == {event}
    assert found(actor, **{"EXISTS_example:weight": True}) == {event}
    assert len(found(actor, **{"EXISTS_example:weight": False})) == 2
    assert found(actor, context={"e2": NS}, **{"EQ_e2:colour": ["red"]}) == {event}


def test_ilmd_and_what_lies_inside_are_apart(actor):
    lots = {"cbvmda:lotNumber": "0012", "example:best": "2027-03-01T00:00:00+08:00",
            "example:oven": {"example:heat": 180}}  # fmt: skip
    event = told(actor, action="ADD", bizStep="commissioning", ilmd=lots)
    told(actor, **{"cbvmda:lotNumber": "0012"})

    assert found(actor, **{"EQ_ILMD_cbvmda:lotNumber": ["0012"]}) == {event}
    assert found(actor, **{"EQ_ILMD_cbvmda:lotNumber": ["12"]}) == set()  # codes are texts
    assert found(actor, **{"EQ_ILMD_urn:epcglobal:cbv:mda#lotNumber": ["0012"]}) == {event}
    assert found(actor, **{"GE_ILMD_example:best": "2027-02-28T16:00:00Z"}) == {event}
    assert found(actor, **{"GT_ILMD_example:best": "2027-02-28T16:00:00Z"}) == set()
    assert found(actor, **{"EQ_ILMD_example:best": "2027-02-28T16:00:00Z"}) == {event}
    assert found(actor, **{"EXISTS_ILMD_example:oven": ""}) == {event}
    assert found(actor, **{"EXISTS_ILMD_example:heat": ""}) == set()
    assert found(actor, **{"EXISTS_INNER_ILMD_example:heat": ""}) == {event}
    assert found(actor, **{"GE_INNER_ILMD_example:heat": 180}) == {event}
    assert found(actor, **{"GE_INNER_example:heat": 180}) == set()


def test_places_and_declarations_have_fields_of_others(actor):
    place = {"id": "urn:epc:id:sgln:9506000.13430.0", "example:dock": "7"}
    event = told(actor, readPoint=place)
    row = Event.objects.get()
    declaration = {
        "declarationTime": "2026-11-21T08:00:00Z", "example:by": "Li",
        "example:why": {"example:case": 4},
    }  # fmt: skip
    declared = {**json.loads(row.body), "errorDeclaration": declaration}
    capturing.capture_event(actor, event=declared, context=[CONTEXT, EXAMPLE], now=NOW)

    assert found(actor, **{"EQ_readPoint_example:dock": "7"}) == {event}
    assert found(actor, **{"EQ_bizLocation_example:dock": "7"}) == set()
    declared = find_events(
        actor, {"@context": EXAMPLE, "EQ_ERROR_DECLARATION_example:by": ["Li"]}
    ).events
    assert [one.declared for one in declared] == [True]
    assert found(actor, **{"EXISTS_INNER_ERROR_DECLARATION_example:case": None}) == {event}
    assert found(actor, **{"LT_INNER_ERROR_DECLARATION_example:case": 4}) == set()
    assert found(actor, EXISTS_errorDeclaration="false") == {event}
    assert found(actor, GE_errorDeclaration_Time="2026-11-21T08:00:00Z") == {event}


SENSORS = [
    {
        "sensorMetadata": {"time": "2026-11-20T01:00:00Z", "startTime": "2026-11-20T00:00:00Z",
                           "endTime": "2026-11-20T02:00:00Z", "example:loop": 3},
        "sensorReport": [
            {"type": "Temperature", "value": 26.0, "uom": "CEL", "sDev": 1.0, "percRank": 50},
            {"type": "Mass", "minValue": 250, "maxValue": 1000, "uom": "GRM",
             "booleanValue": True, "example:probe": "a"},
        ],
        "example:box": {"example:lid": "open"},
    }
]  # fmt: skip


def test_sensors_are_found_in_any_comparable_unit(actor):
    event = told(actor, sensorElementList=SENSORS)
    told(actor)

    assert found(actor, EXISTS_sensorElementList=True) == {event}
    assert found(actor, EQ_value_CEL=[26]) == {event}
    assert found(actor, EQ_value_FAH=[78.8]) == {event}  # 26 degrees Celsius
    assert found(actor, GT_value_KEL=299.15) == set()
    assert found(actor, GE_value_KEL=299.15) == {event}
    assert found(actor, EQ_value_KGM=26) == set()
    assert found(actor, GE_minValue_KGM="0.25", LE_maxValue_KGM=1) == {event}
    assert found(actor, LE_sDev_FAH=1.8) == {event}  # a deviation knows no zero
    assert found(actor, GT_percRank=49) == {event}
    assert found(actor, LT_percRank=50) == set()
    assert found(actor, GE_time="2026-11-20T01:00:00Z") == {event}
    assert found(actor, LT_startTime="2026-11-20T00:00:00Z") == set()
    assert found(actor, GE_endTime="2026-11-20T10:00:00+08:00") == {event}
    assert found(actor, EQ_booleanValue=True) == {event}
    assert found(actor, **{"GE_SENSORMETADATA_example:loop": 3}) == {event}
    assert found(actor, **{"EQ_SENSORREPORT_example:probe": ["a"]}) == {event}
    assert found(actor, **{"EXISTS_SENSORELEMENT_example:box": 1}) == {event}
    assert found(actor, **{"EQ_INNER_SENSORELEMENT_example:lid": ["open"]}) == {event}


def test_quantities_are_found_by_unit(actor):
    lot = "urn:epc:class:lgtin:9506000.013435.L1"
    event = told(actor, quantityList=[{"epcClass": lot, "quantity": 2.5, "uom": "KGM"}])

    assert found(actor, EQ_quantity=[2.5]) == {event}
    assert found(actor, GE_quantity_GRM=2500) == {event}
    assert found(actor, GT_quantity_GRM=2500) == set()
    assert found(actor, EQ_quantity_LTR=[2.5]) == set()


def test_long_texts_are_equal_only_as_a_whole(actor):
    first, second = "x" * 150 + "1", "x" * 150 + "2"
    event = told(actor, **{"example:note": first})
    told(actor, **{"example:note": second})
    assert found(actor, **{"EQ_example:note": [first]}) == {event}


def test_order_by_a_field_of_others_pages_without_loss(actor):
    values = [3, 10, 2.5, None, 10, -1, None]
    ids = {told(actor, **{"example:n": value}): value for value in values}
    for direction in ("ASC", "DESC"):
        seen, token = [], ""
        while True:
            page = find_events(actor, {
                "@context": EXAMPLE, "orderBy": "example:n", "orderDirection": direction,
                "perPage": 2, "nextPageToken": token,
            })  # fmt: skip
            seen += [event.event_id for event in page.events]
            if not (token := page.next):
                break
        assert sorted(seen) == sorted(ids)
        known = [ids[one] for one in seen if ids[one] is not None]
        assert known == sorted(known, reverse=direction == "DESC")


def test_texts_are_ordered_by_their_code_points(actor):
    ids = {told(actor, **{"example:name": name}): name for name in ("b", "A", "a", "B", "Ä")}
    page = find_events(
        actor, {"@context": EXAMPLE, "orderBy": "example:name", "orderDirection": "ASC"}
    )
    assert [ids[one.event_id] for one in page.events] == ["A", "B", "a", "b", "Ä"]


MASTER = [
    {
        "type": "urn:epcglobal:epcis:vtype:BusinessLocation",
        "vocabularyElementList": [
            {
                "id": "urn:epc:id:sgln:9506000.13430.0",
                "attributes": [
                    {"id": "urn:epcglobal:cbv:mda:countryCode", "attribute": "CN"},
                    {"id": "cbvmda:address", "attribute": {"example:street": "1"}},
                ],
                "children": ["urn:epc:id:sgln:9506000.13430.7"],
            },
            {
                "id": "urn:epc:id:sgln:9506000.13430.7",
                "children": ["urn:x:shelf", "urn:epc:id:sgln:9506000.13430.0"],  # a circle
            },
        ],
    },
    {
        "type": "urn:epcglobal:epcis:vtype:BusinessStep",
        "vocabularyElementList": [
            {"id": "https://ref.gs1.org/cbv/BizStep-packing",
             "attributes": [{"id": "example:line", "attribute": 4}]},
        ],
    },
]  # fmt: skip


def a_master_document(*events, vocabularies=None) -> str:
    document = json.loads(a_document(*events, context=[CONTEXT, EXAMPLE]))
    told = MASTER if vocabularies is None else vocabularies
    return json.dumps({**document, "epcisHeader": {"epcisMasterData": {"vocabularyList": told}}})


def events_in_places():
    return [
        an_event(eventID=f"urn:x:{name}", bizStep=step, readPoint={"id": place})
        for name, step, place in (
            ("site", "packing", "https://id.gs1.org/414/9506000134307"),
            ("dock", "packing", "urn:epc:id:sgln:9506000.13430.7"),
            ("shelf", "shipping", "urn:x:shelf"), ("other", "shipping", "urn:x:other"),
        )
    ]  # fmt: skip


@pytest.mark.parametrize("behaviour", ["rollback", "proceed"])
def test_places_below_a_place_come_from_captured_master_data(actor, wired, behaviour):
    captured(actor, text=a_master_document(*events_in_places()), behaviour=behaviour)
    site = "urn:epc:id:sgln:9506000.13430.0"

    assert found(actor, EQ_readPoint=site) == {"urn:x:site"}
    assert found(actor, WD_readPoint=site) == {"urn:x:site", "urn:x:dock", "urn:x:shelf"}
    assert found(actor, WD_readPoint=["urn:x:shelf"]) == {"urn:x:shelf"}
    assert found(actor, WD_bizLocation=site) == set()
    other = operator(a_brand())
    captured(other, *events_in_places())
    assert found(other, WD_readPoint=site) == {"urn:x:site"}  # others' master data is not ours


def test_attributes_of_master_data_are_asked_for(actor, wired):
    captured(actor, text=a_master_document(*events_in_places()))

    assert found(actor, HASATTR_readPoint=["cbvmda:countryCode"]) == {"urn:x:site"}
    assert found(actor, HASATTR_readPoint=["cbvmda:address"]) == {"urn:x:site"}
    assert found(actor, HASATTR_readPoint=["cbvmda:city"]) == set()
    country = "EQATTR_readPoint_urn:epcglobal:cbv:mda:countryCode"
    assert found(actor, **{country: ["CN", "JP"]}) == {"urn:x:site"}
    assert found(actor, **{"EQ_ATTR_readPoint_cbvmda:countryCode": "JP"}) == set()
    assert found(actor, **{"EQATTR_bizStep_example:line": "4"}) == {"urn:x:site", "urn:x:dock"}


def test_the_last_document_says_all_about_an_element(actor, wired):
    captured(actor, text=a_master_document(*events_in_places()))
    bare = [{"type": "urn:epcglobal:epcis:vtype:ReadPoint", "vocabularyElementList": [
        {"id": "urn:epc:id:sgln:9506000.13430.0", "children": ["urn:x:other"]}]}]  # fmt: skip
    captured(actor, text=a_master_document(vocabularies=bare))

    site = "urn:epc:id:sgln:9506000.13430.0"
    assert found(actor, WD_readPoint=site) == {"urn:x:site", "urn:x:other"}
    assert found(actor, HASATTR_readPoint=["cbvmda:countryCode"]) == set()


def test_a_document_that_is_rolled_back_leaves_no_master_data(actor, wired):
    events = [*events_in_places(), an_event(bizStep="flying")]
    made = captured(actor, text=a_master_document(*events))
    captured(actor, *events_in_places())

    assert made.refused == 1
    assert found(actor, WD_readPoint="urn:epc:id:sgln:9506000.13430.0") == {"urn:x:site"}
    long = [{"type": "urn:x:y", "vocabularyElementList": [{"id": "urn:x:" + "y" * 500}]}]
    with pytest.raises(NotADocument):
        capturing.capture_document(actor, text=a_master_document(vocabularies=long), now=NOW)


XML = """<epcis:EPCISDocument xmlns:epcis="urn:epcglobal:epcis:xsd:2" schemaVersion="2.0"
 creationDate="2026-11-21T00:00:00Z"><EPCISHeader><extension><EPCISMasterData><VocabularyList>
 <Vocabulary type="urn:epcglobal:epcis:vtype:ReadPoint"><VocabularyElementList>
 <VocabularyElement id="urn:epc:id:sgln:9506000.13430.0">
 <attribute id="urn:epcglobal:cbv:mda:countryCode">CN</attribute>
 <children><id>urn:x:other</id></children></VocabularyElement></VocabularyElementList></Vocabulary>
 </VocabularyList></EPCISMasterData></extension></EPCISHeader>
 <EPCISBody><EventList/></EPCISBody></epcis:EPCISDocument>"""


def test_master_data_in_xml_is_read(actor, wired):
    captured(actor, text=XML, xml=True)
    captured(actor, *events_in_places())
    assert found(actor, WD_readPoint="urn:epc:id:sgln:9506000.13430.0") == {
        "urn:x:site", "urn:x:other"
    }  # fmt: skip
    assert found(actor, **{"EQATTR_readPoint_cbvmda:countryCode": "CN"}) == {"urn:x:site"}


@pytest.mark.parametrize(
    ("name", "value", "rule"),
    [
        ("EQ_unheard:colour", "red", "unknown_prefix"),
        ("GT_example:n", "many", "number"),
        ("EXISTS_example:n", "perhaps", "true_or_false"),
        ("GE_value_CEL", "warm", "number"),
        ("GE_value_CEL", [], "number"),
        ("GE_value_cel", 1, "unknown_parameter"),
        ("GE_startTime", "noon", "time_with_offset"),
        ("HASATTR_colour", "x:y", "unknown_parameter"),
        ("EQATTR_readPoint", "CN", "unknown_parameter"),
        ("EQ_action", "MOVE", "ADD_OBSERVE_DELETE"),
        ("EQ_booleanValue", "perhaps", "true_or_false"),
        ("WD_readPoint", [], "list_of_texts"),
        ("EQ_example:n", ["x"] * 1001, "too_many_values"),
        ("orderBy", "unheard:n", "unknown_prefix"),
    ],
)
def test_what_cannot_be_used_is_named(actor, name, value, rule):
    with pytest.raises(BadQuery) as caught:
        found(actor, **{name: value})
    assert caught.value.details == {"field": name, "rule": rule}


def test_every_parameter_of_the_schema_is_answered(actor, shared_data):
    """The published list of names, patterns filled in by hand, run against the repository."""
    path = shared_data / "identity" / "epcis_schema" / "query-schema.json"
    query = json.loads(path.read_text())["definitions"]["EPCIS-Query"]
    names = [name for name in query["properties"] if name != "@context"]
    for pattern in query["patternProperties"]:
        name = pattern.strip("^$")
        for regex, filled in (
            (r"[a-z][a-zA-Z0-9]*\\:\\w+", "example:field"), ("[a-z][a-zA-Z0-9_]+", "owning_party"),
            ("[A-Z0-9]{2,4}", "CEL"), (r"\\w+_\\w+", "readPoint_name"),
        ):  # fmt: skip
            name = name.replace(regex, filled)
        names.append(name)
    assert len(names) > 160
    values = {"orderBy": "eventTime", "orderDirection": "ASC", "EQ_booleanValue": True,
              "EQ_action": ["ADD"]}  # fmt: skip
    for name in names:
        limits = {"orderBy": "eventTime"} if name == "eventCountLimit" else {}
        tried = []
        for value in (values.get(name), 1, ["urn:x:y"], "2026-11-20T00:00:00Z"):
            try:
                find_events(actor, {"@context": EXAMPLE, name: value, **limits})
            except BadQuery as refusal:
                tried.append(refusal.details["rule"])
            else:
                break
        else:
            pytest.fail(f"{name}: {tried}")


def test_events_kept_before_the_table_are_found_too(actor):
    event = told(actor, **{"example:colour": "red"})
    Fact.objects.all().delete()
    assert found(actor, **{"EQ_example:colour": "red"}) == set()
    migration = importlib.import_module("hefu.apps.epcis.migrations.0002_queries")
    migration.look_up_kept_events(apps, None)
    assert found(actor, **{"EQ_example:colour": "red"}) == {event}
