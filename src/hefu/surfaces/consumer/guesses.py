"""Look-ups that somebody might guess at (猜码): what is unknown is counted, and answered alike."""

import time
from collections.abc import Callable
from typing import TypeVar

from hefu.apps.identity.services.throttle import (
    THROTTLE,
    Source,
    pause_before_answer,
    raise_alarms,
)
from hefu.surfaces.consumer.site import Visit

T = TypeVar("T")


def counted(visit: Visit, look: Callable[[], T], *, missed: Callable[[T], bool]) -> T:
    """Look something up that could be guessed; what is unknown is counted.

    It is answered after a fixed time, so that no miss tells by it what it was.

    Raises:
        TooManyMisses: this address or device guessed too often.
    """
    began = time.perf_counter()
    source = Source(device=visit.device, address=visit.address)
    THROTTLE.admit(source, now=visit.now)
    found = look()
    if missed(found):
        raise_alarms(visit.actor, alarms=THROTTLE.miss(source, now=visit.now), now=visit.now)
        time.sleep(pause_before_answer(seconds_taken=time.perf_counter() - began))
    return found
