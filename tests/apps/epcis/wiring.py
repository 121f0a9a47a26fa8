"""The reactions and jobs of this app, wired as in the product."""

from hefu.apps.epcis.events import EventsCaptured, PushQueued
from hefu.apps.epcis.services import applying, capture, outbound, subscribing, telling, warehouse
from hefu.apps.identity.events import (
    UnitActivated,
    UnitReturned,
    UnitsMarked,
    UnitsPacked,
    UnitsReleased,
    UnitsUnpacked,
)

REACTIONS = {
    EventsCaptured: (applying.apply_events, subscribing.queue_pushes),
    UnitActivated: (telling.tell_activated,),
    UnitReturned: (telling.tell_returned,),
    UnitsMarked: (telling.tell_marked,),
    UnitsPacked: (telling.tell_packed, warehouse.follow_packing),
    UnitsReleased: (telling.tell_released,),
    UnitsUnpacked: (telling.tell_unpacked,),
    PushQueued: (subscribing.send_push,),
}
JOBS = {capture.JOB: capture.run_capture, outbound.JOB: outbound.run_outbound}
