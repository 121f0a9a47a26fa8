"""How a flash sale stands for one visitor (秒杀页), and what the door answers, in words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from hefu.apps.campaigns.models import FlashSale, Reservation, ReservationState
from hefu.apps.campaigns.services.flash_reserving import ReserveOutcome
from hefu.core.errors import DomainError, Kind
from hefu.surfaces.design.numbers import grouped, price

#: Buttons for so many pieces at most; who may have more asks again.
MOST_BUTTONS = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """An answer in a word for programs and a sentence for people."""

    #: States the page itself does not show: it is told of them in its address.
    NOTES: ClassVar[frozenset[str]] = frozenset({"too_often", "busy", "limit"})

    state: str
    text: Promise | str
    kind: Kind = Kind.CONFLICT
    won: bool = False
    retry_after: int = 0


_BY_STATE: dict[str, Promise] = {
    "before": _("It has not begun yet."),
    "busy": _("Very many people are asking just now. Please try again in a moment."),
    "ended": _("This sale is over."),
    "killed": _("The maker has stopped this sale."),
    "limit": _("You have as many as one person may have."),
    "sold_out": _("All are taken at this moment."),
    "too_often": _("That was a little too often. Please wait a second and press once."),
    "yours": _("It is yours. Please pay in time."),
}


def said(found: ReserveOutcome | DomainError) -> Said:
    """Put an outcome or a refusal into words, in the reader's language when shown."""
    if isinstance(found, ReserveOutcome):
        return Said(state="yours", text=_BY_STATE["yours"], won=True)
    state = _state_of(found)
    return Said(
        state=state, text=_BY_STATE[state], kind=found.kind,
        retry_after=int(found.details.get("retry_after") or 0),
    )  # fmt: skip


def note_text(state: str) -> str:
    """What the page says about an answer of the door that sent the browser back here."""
    return str(_BY_STATE[state]) if state in Said.NOTES else ""


def _state_of(refusal: DomainError) -> str:
    if refusal.code == "campaigns.sale_not_open":
        return str(refusal.details["reason"])
    if refusal.code == "campaigns.per_person_limit":
        return "limit"
    if refusal.kind is Kind.THROTTLED:
        return "too_often"
    return "sold_out" if refusal.code == "campaigns.sold_out" else "busy"


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """A sale for one visitor at one instant.

    ``state``: before, open, waiting (all held, some may come back), sold_out, ended, killed; or
    yours (held, to be paid until ``due``), paid, when the visitor has something.
    """

    state: str
    held: Sequence[Reservation] = field(default=())
    paid: Sequence[Reservation] = field(default=())
    lapsed: bool = False  # the last one ran out, and there is none now
    due: datetime | None = None
    counts_to: datetime | None = None  # what the clock on the page runs towards


def standing_of(sale: FlashSale, mine: Sequence[Reservation], *, now: datetime) -> Standing:
    """Say how ``sale`` stands for who has ``mine``; newest first."""
    held = [one for one in mine if one.state == ReservationState.HELD]
    paid = [one for one in mine if one.state == ReservationState.PAID]
    if held:
        due = min(one.expires_at for one in held)
        return Standing(state="yours", held=held, paid=paid, due=due, counts_to=due)
    state = "paid" if paid else _open_state(sale, now)
    lapsed = not paid and bool(mine) and mine[0].state == ReservationState.EXPIRED
    ahead = {"before": sale.starts_at, "open": sale.ends_at, "waiting": sale.ends_at}
    return Standing(state=state, paid=paid, lapsed=lapsed, counts_to=ahead.get(state))


def _open_state(sale: FlashSale, now: datetime) -> str:
    if sale.killed_at is not None:
        return "killed"
    if now < sale.starts_at:
        return "before"
    if now >= sale.ends_at:
        return "ended"
    if sale.left:
        return "open"
    return "waiting" if sale.held else "sold_out"


def may_take(sale: FlashSale, standing: Standing, *, now: datetime) -> tuple[int, ...]:
    """The numbers of pieces in all that this visitor may ask for now, buttons' worth of them."""
    has = len(standing.held) + len(standing.paid)
    asked = _open_state(sale, now) in ("before", "open", "waiting")
    return tuple(range(has + 1, sale.per_person + 1))[:MOST_BUTTONS] if asked else ()


def title_of(sale: FlashSale) -> str:
    """The sale's title in the reader's language, where it has one."""
    return sale.title_en if get_language() == "en" and sale.title_en else sale.title


def price_of(sale: FlashSale) -> str:
    """The price of one piece."""
    return price(sale.price, sale.currency)


def left_of(sale: FlashSale) -> str:
    """How many of how many are left."""
    told = {"left": grouped(sale.left), "all": grouped(sale.initial)}
    return str(_("%(left)s of %(all)s left")) % told
