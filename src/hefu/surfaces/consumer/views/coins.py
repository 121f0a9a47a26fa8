"""A member's C-coins (C币): what is there, what expires when, and how it all came about."""

from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from hefu.apps.ledger.models import Posting
from hefu.apps.ledger.selectors import balance_for, history_for
from hefu.surfaces.consumer.results import moment
from hefu.surfaces.consumer.site import Visit, members_only, page
from hefu.surfaces.design.numbers import grouped

PER_PAGE = 20
_DEEDS = {
    "capture": gettext_lazy("Spent"),
    "expire": gettext_lazy("Expired"),
    "grant": gettext_lazy("Received"),
    "hold": gettext_lazy("Set aside"),
    "refund": gettext_lazy("Given back"),
    "release": gettext_lazy("Set free again"),
    "reverse": gettext_lazy("Taken back"),
    "spend": gettext_lazy("Spent"),
}
#: Reasons in plain words; the ledger's own code stands in where a reason is not listed.
_REASONS = {
    "activation": gettext_lazy("For activating a product"),
    "order": gettext_lazy("For an order in the mall"),
    "refund": gettext_lazy("Goods of an order came back"),
    "corrected": gettext_lazy("The product went to its right owner"),
    "returned": gettext_lazy("The product was returned"),
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One movement as the page shows it."""

    title: str
    day: str
    amount: str


@require_safe
@page
@members_only
def coins(visit: Visit) -> HttpResponse:
    """Show the balance and the history."""
    member_id = visit.actor.member_id or 0
    balance = balance_for(visit.actor, member_id, now=visit.now)
    lines = Paginator(history_for(visit.actor, member_id), PER_PAGE).get_page(
        visit.request.GET.get("page")
    )
    held = _("%(count)s set aside") % {"count": grouped(balance.held)} if balance.held else ""
    return visit.page(
        "coins", amount=grouped(balance.available), held=held, page_of_lines=lines,
        lines=[_line(posting) for posting in lines],
        expiring=[
            _("%(count)s expire on %(day)s.")
            % {"count": grouped(part.amount), "day": moment(part.expires_at)}
            for part in balance.expiring
        ],
    )  # fmt: skip


def _line(posting: Posting) -> Line:
    transfer = posting.transfer
    title = _REASONS.get(transfer.reason) or _DEEDS[transfer.deed]
    sign = "+" if posting.amount > 0 else "−"
    return Line(
        title=str(title), day=moment(posting.at), amount=f"{sign}{grouped(abs(posting.amount))}"
    )
