"""Co-op funds as the brand sees them whole, and a partner only its own part (合作基金对账)."""

from dataclasses import dataclass

from django.db.models import Prefetch, QuerySet

from hefu.apps.ledger.models import Fund, FundMovement, FundParty
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.funds import rests
from hefu.core.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class FundStanding:
    """A party of a fund; minor units. ``balance`` is its part of what the fund holds now."""

    organisation_id: int | None  # None: the brand
    name: str  # empty: the brand
    share_bp: int
    due: int
    paid: int
    drawn: int
    returned: int
    balance: int


def funds_for(actor: Actor) -> QuerySet[Fund]:
    """The brand's funds, the newest first; a partner's are those it is a party of.

    Raises:
        NotAllowed: the role sees no funds.
    """
    actor.require(Permission.FUND_VIEW)
    rows = Fund.objects.filter(brand_id=actor.own_brand()).order_by("-opened_at", "-pk")
    if actor.is_partner:
        rows = rows.filter(parties__organisation_id=actor.organisation_id or 0)
    parties = FundParty.objects.select_related("organisation").order_by("pk")
    return rows.prefetch_related(Prefetch("parties", queryset=parties))


def fund_by_id(actor: Actor, pk: int) -> Fund:
    """Return one fund.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    found = funds_for(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def standings_of(actor: Actor, fund: Fund) -> list[FundStanding]:
    """The parties of a fund of ``funds_for``; a partner gets its own line and no other."""
    parties = list(fund.parties.all())
    parts = rests(fund.balance, [party.paid for party in parties])
    return [
        FundStanding(
            organisation_id=party.organisation_id,
            name=party.organisation.name if party.organisation else "", share_bp=party.share_bp,
            due=party.due, paid=party.paid, drawn=party.drawn, returned=party.returned,
            balance=part,
        )
        for party, part in zip(parties, parts, strict=True)
        if not actor.is_partner or party.organisation_id == actor.organisation_id
    ]  # fmt: skip


def movements_of(actor: Actor, fund: Fund) -> QuerySet[FundMovement]:
    """What came in and went out, the newest first; of others a partner sees nothing."""
    rows = FundMovement.objects.filter(fund=fund, fund__brand_id=actor.own_brand())
    if actor.is_partner:
        rows = rows.filter(party__organisation_id=actor.organisation_id or 0)
    return rows.select_related("fund", "party__organisation").order_by("-pk")
