"""Events and documents for tests, as partners' systems would send them."""

import json
from datetime import timedelta
from itertools import count

from hefu.apps.audit import worker
from hefu.apps.epcis.models import Capture
from hefu.apps.epcis.services import capture as capturing
from hefu.core.gs1.epcis import CONTEXT
from tests.factories import NOW

_numbers = count(1)
SGTIN = "urn:epc:id:sgtin:9506000.013435.{}"


def an_event(**about) -> dict:
    """An observation of a thing of its own."""
    event = {
        "type": "ObjectEvent", "eventTime": "2026-11-20T08:00:00.000+08:00",
        "eventTimeZoneOffset": "+08:00", "action": "OBSERVE", "bizStep": "shipping",
        "disposition": "in_transit", "epcList": [SGTIN.format(f"K{next(_numbers)}")],
        "readPoint": {"id": "urn:epc:id:sgln:9506000.13430.0"}, **about,
    }  # fmt: skip
    return {name: value for name, value in event.items() if value is not None}


def a_document(*events, context=CONTEXT) -> str:
    return json.dumps(
        {
            "@context": context, "type": "EPCISDocument", "schemaVersion": "2.0",
            "creationDate": "2026-11-21T00:00:00Z", "epcisBody": {"eventList": list(events)},
        }
    )  # fmt: skip


def work() -> None:
    """Run all jobs and reactions that wait."""
    worker.work_off(clock=lambda: NOW + timedelta(days=1))


def captured(
    actor, *events, behaviour="rollback", text=None, xml=False, context=CONTEXT
) -> Capture:
    """Capture a document and wait for it."""
    text = text if text is not None else a_document(*events, context=context)
    capture = capturing.capture_document(actor, text=text, xml=xml, behaviour=behaviour, now=NOW)
    work()
    capture.refresh_from_db()
    return capture
