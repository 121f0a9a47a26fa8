"""Who reacts to which event, which jobs exist and which clocks are minded: one screen.

A reaction takes ``(event, now=...)``, may run twice and must not mind.
"""

from collections.abc import Callable
from typing import Any

from hefu.apps.audit.events import Event
from hefu.apps.audit.jobs import Handler
from hefu.apps.audit.worker import Minder, forget_delivered
from hefu.apps.catalog.services import imports

REACTIONS: dict[type[Event], tuple[Callable[..., Any], ...]] = {}

JOBS: dict[str, Handler] = {
    imports.JOB: imports.run_import,
}

MINDERS: tuple[Minder, ...] = (forget_delivered,)
