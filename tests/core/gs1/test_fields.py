"""Names, values and units of fields that queries ask for; nothing in an event breaks the reader."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hefu.core.gs1.epcis import event_findings
from hefu.core.gs1.epcis.fields import event_fields, field_name, read_value
from hefu.core.gs1.epcis.units import in_base

KNOWN = {"ex": "https://ns.example.com/epcis/", "old": "urn:example:ns"}


@pytest.mark.parametrize(
    "name",
    ["ex:colour", "https://ns.example.com/epcis#colour", "https://ns.example.com/epcis/colour",
     "{https://ns.example.com/epcis}colour", "{https://ns.example.com/epcis/}colour"],
)  # fmt: skip
def test_a_field_has_one_name_however_it_is_written(name):
    assert field_name(name, KNOWN) == "https://ns.example.com/epcis#colour"


def test_other_names():
    assert field_name("old:a", KNOWN) == "urn:example:ns#a"
    assert field_name("urn:epcglobal:cbv:mda:lotNumber", {}) == "urn:epcglobal:cbv:mda#lotNumber"
    assert field_name("unheard:a", KNOWN) == "unheard:a"


# amounts of one thing in two units, by the definitions in UN/ECE Recommendation 20
@pytest.mark.parametrize(
    ("amount", "unit", "same", "other"),
    [(26, "CEL", 78.8, "FAH"), (0, "CEL", 273.15, "KEL"), (1, "BAR", 1000, "MBR"),
     (1, "PS", 6894.757293168, "PAL"), (1, "LBR", 453.59237, "GRM"), (1, "INH", 25.4, "MMT"),
     (3.6, "KMH", 1, "MTS"), (1, "KWH", 3600, "KJO"), (50, "P1", 0.5, "C62")],
)  # fmt: skip
def test_equal_amounts_are_equal_in_any_unit(amount, unit, same, other):
    assert in_base(amount, unit) == in_base(same, other)


def test_units_that_cannot_be_compared_are_not():
    assert in_base(1, "KGM")[0] != in_base(1, "MTR")[0]
    assert in_base(7, "XYZ") == ("XYZ", 7)
    assert in_base(1, "CEL", spread=True) == in_base(1.8, "FAH", spread=True)


def test_values_are_texts_and_what_they_mean():
    assert (read_value("0012").text, read_value("0012").number) == ("0012", 12)
    assert read_value(12.0).text == "12"
    assert read_value(float("nan")).number is None
    assert read_value(10**400).number is None
    assert read_value("2026-11-20T08:00:00+08:00").at == read_value("2026-11-20T00:00:00Z").at
    link = "https://a.example/01/09506000134352/21/K1"
    assert read_value(link).text == read_value("urn:epc:id:sgtin:9506000.013435.K1").text


FIELDS = st.sampled_from(
    ["epcList", "sensorElementList", "quantityList", "readPoint", "bizStep", "parentID", "ilmd",
     "persistentDisposition", "action", "errorDeclaration", "ex:a", "@context", "sourceList",
     "bizTransactionList", "sensorReport", "uom", "value", "time", "id", "type", "quantity"]
)  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(FIELDS, inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(FIELDS, ANYTHING, max_size=4))
def test_no_event_breaks_the_reader(about):
    assert all(one.name for one in event_fields(about))


@pytest.mark.parametrize(
    "about",
    [{"epcList": 5}, {"epcList": [5]}, {"sensorElementList": [{}]}, {"quantityList": [1]},
     {"readPoint": 5}, {"bizStep": 3}, {"parentID": 3}, {"bizTransactionList": [{}]},
     {"persistentDisposition": 4}, {"action": 4}, {"transformationID": []}],
)  # fmt: skip
def test_events_of_other_types_tell_the_standards_facts_in_the_standards_form(about):
    event = {"type": "urn:x:my", "eventTime": "2026-11-20T08:00:00Z",
             "eventTimeZoneOffset": "+08:00", "x:own": 1, "own": {}}  # fmt: skip
    assert event_findings(event) == []
    assert event_findings({**event, **about})
