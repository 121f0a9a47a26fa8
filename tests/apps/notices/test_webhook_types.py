"""Every event of the house joins the webhooks by itself: named, described, without a person.

A test that fails here for a new event says what it lacks; see docs/integrators/webhooks.md.
"""

import re
import typing
from dataclasses import fields

import pytest

from hefu.apps.audit.events import Event
from hefu.apps.notices.webhooks.fields import FIELDS
from hefu.apps.notices.webhooks.types import _all_kinds, event_types, public_name

PLAIN = {int, str, bool, list[int], list[str], int | None, str | None}
PERSONAL = re.compile(
    r"phone|mobile|mail|address|contact|birth|gender|openid|nick|first_name|last_name|full_name"
    r"|text|body|note|comment|secret|token|password"
)


def kinds():
    event_types()
    return sorted(_all_kinds(Event), key=lambda kind: kind.__qualname__)


def test_there_are_events():
    assert len(event_types()) >= 30


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.__name__)
def test_every_event_has_a_public_name_and_tells_of_no_person(kind):
    app = kind.__module__.split(".")[2]
    assert re.fullmatch(rf"{app}\.[a-z]+(_[a-z]+)+", kind.name), "app.past_participle"
    assert kind.__doc__, "say what happened in the docstring's first paragraph"
    assert isinstance(kind.version, int)
    if not kind.public:
        assert public_name(kind) not in event_types()
        return
    described = event_types()[public_name(kind)]
    assert 10 < len(described.about) < 200
    assert described.data, "an event without a field tells nothing"
    unknown = set(described.data) - FIELDS.keys()
    assert not unknown, "say what it means in apps/notices/webhooks/fields.py"
    hints = typing.get_type_hints(kind)
    for field in fields(kind):
        assert hints[field.name] in PLAIN, f"{field.name}: plain values only"


def test_no_field_is_about_a_person():
    assert [name for name in FIELDS if PERSONAL.search(name)] == ["text_version"]


def test_names_are_unique():
    names = [kind.name for kind in kinds()]
    assert len(set(names)) == len(names)
