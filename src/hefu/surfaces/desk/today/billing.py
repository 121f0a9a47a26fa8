"""A contract that nears its end (合同到期提醒): said in time to whoever sees the bills."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from hefu.apps.billing.selectors.contracts import account_for
from hefu.core.actor import Actor
from hefu.core.metering import Standing
from hefu.surfaces.desk.shown import NOTHING, day
from hefu.surfaces.desk.today.values import Tile, Today


def contract(actor: Actor, now: datetime, home: Today) -> None:
    """A contract in its last month that none follows, or one that is over; else nothing is said."""
    account = account_for(actor, now=now)
    ends = account.contract.until_on if account.contract else None
    until = {"until": day(account.issuing_until)}
    hints = {
        Standing.ENDING: _("No other follows yet. New codes are issued until %(until)s.") % until,
        Standing.GRACE: _("It is over. New codes are issued until %(until)s only.") % until,
        Standing.ENDED: _("No new codes are issued since %(until)s. Codes are answered as before.")
        % until,
    }
    hint = hints.get(account.standing)
    if hint is None:
        return
    home.tiles.append(
        Tile(
            label=_("Contract ends"), value=day(ends) if ends else NOTHING,
            url=reverse("desk:billing"), hint=hint,
            tone="notice" if account.standing is Standing.ENDING else "bad",
        )
    )  # fmt: skip
