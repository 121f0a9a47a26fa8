"""Who reacts to which event, which jobs exist and which clocks are minded: one screen.

A reaction takes ``(event, now=...)``, may run twice and must not mind.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from hefu.apps.audit.events import Event
from hefu.apps.audit.jobs import Handler
from hefu.apps.audit.replay import forget_answers
from hefu.apps.audit.worker import Minder, forget_delivered
from hefu.apps.catalog.services import imports
from hefu.apps.identity.services import exports
from hefu.apps.ledger.selectors import ledger_sums
from hefu.apps.ledger.services import expire_due
from hefu.apps.members.services import forget_codes
from hefu.apps.notices import services as notices
from hefu.apps.notices.events import MessageQueued

REACTIONS: dict[type[Event], tuple[Callable[..., Any], ...]] = {
    MessageQueued: (notices.deliver,),
}

JOBS: dict[str, Handler] = {
    exports.JOB: exports.run_export,
    imports.JOB: imports.run_import,
}

MINDERS: tuple[Minder, ...] = (
    expire_due,
    forget_answers,
    forget_codes,
    forget_delivered,
    notices.forget_bodies,
)


def sums() -> Any:
    """What a restored backup must add up to: the ledger's sums, as plain values."""
    return asdict(ledger_sums())
