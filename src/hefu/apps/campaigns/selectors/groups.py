"""Group buys as their readers may see them (拼团): the brand's staff, visitors, one member."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Count, QuerySet

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models import (
    BuyingGroup,
    Campaign,
    GroupOffer,
    GroupPlace,
    GroupState,
    OfferState,
    OfferVersion,
    PlaceState,
)
from hefu.apps.members.models import Member
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotFound
from hefu.core.group_buying import GroupTerms, read_terms
from hefu.core.group_rules import LANGUAGES
from hefu.core.permissions import Permission

#: Places that are somebody's: they count against the group's size and the person's limit.
ALIVE = (PlaceState.HELD, PlaceState.PAID)

_VISITORS = (ActorKind.CONSUMER, ActorKind.ANONYMOUS)


def offers_for(actor: Actor) -> QuerySet[GroupOffer]:
    """All of the brand's offers for staff, what was ever in force for everybody else; newest first.

    Raises:
        NotAllowed: the role does not see campaigns.
    """
    rows = GroupOffer.objects.filter(brand_id=actor.own_brand()).order_by("-pk")
    if actor.is_partner:
        return rows.none()
    if actor.kind in _VISITORS:
        return rows.filter(version__gt=0)
    actor.require(Permission.CAMPAIGN_VIEW)
    return rows


def offer_by_id(actor: Actor, pk: int) -> GroupOffer:
    """Return one offer.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    found = offers_for(actor).select_related("campaign").filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def offer_by_code(actor: Actor, code: str) -> GroupOffer:
    """Return one offer by the short name in its address.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    found = offers_for(actor).filter(code=code).first()
    if found is None:
        raise NotFound
    return found


def open_offers(actor: Actor, sku: str, *, now: datetime) -> QuerySet[GroupOffer]:
    """The offers of an article in which a group can be opened now."""
    rows = offers_for(actor).filter(sku=sku, state=OfferState.LIVE)
    return rows.filter(starts_at__lte=now, ends_at__gt=now)


def terms_of(offer: GroupOffer) -> GroupTerms:
    """Return the terms in force; of an offer that was never signed, those that are written."""
    return read_terms(offer.document)


def open_version(offer: GroupOffer) -> OfferVersion | None:
    """Return the wording that is being written or waits for a second person."""
    states = (OfferVersion.State.DRAFT, OfferVersion.State.ASKED)
    return OfferVersion.objects.filter(offer=offer, state__in=states).first()


def newest_version(offer: GroupOffer) -> OfferVersion | None:
    """Return the wording that was written last."""
    return OfferVersion.objects.filter(offer=offer).order_by("-number").first()


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferRules:
    """The public rules of an offer as they were signed."""

    text: str
    hash: str
    version: int
    approved_at: datetime | None
    stopped_at: datetime | None
    stop_reason: str


def offer_rules(offer: GroupOffer, *, language: str) -> OfferRules:
    """Return the rules in force of an offer the caller was given by this module.

    Raises:
        NotFound: nothing was signed yet.
    """
    signed = OfferVersion.objects.filter(offer=offer, state=OfferVersion.State.SIGNED).first()
    if signed is None:
        raise NotFound
    return OfferRules(
        text=signed.page.get(language) or signed.page[LANGUAGES[0]], hash=signed.content_hash,
        version=signed.number, approved_at=signed.approved_at, stopped_at=offer.stopped_at,
        stop_reason=offer.stop_reason,
    )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class OfferCounts:
    """How an offer's groups stand, and how many places were refunded."""

    open: int = 0
    formed: int = 0
    lapsed: int = 0
    refunded: int = 0


def offer_counts(actor: Actor, campaign: Campaign) -> dict[int, OfferCounts]:
    """Count the groups of a campaign's offers; two queries, however many there are.

    Raises:
        NotAllowed: the role does not see campaigns.
    """
    offers = offers_for(actor).filter(campaign=campaign).order_by()
    by_state: dict[int, dict[str, int]] = defaultdict(dict)
    groups = BuyingGroup.objects.filter(offer__in=offers).order_by()
    for pk, state, count in groups.values_list("offer_id", "state").annotate(Count("pk")):
        by_state[pk][state] = count
    refunded = dict(
        GroupPlace.objects.filter(group__offer__in=offers, state=PlaceState.REFUNDED)
        .order_by().values_list("group__offer_id").annotate(Count("pk"))
    )  # fmt: skip
    return {
        pk: OfferCounts(
            open=states.get(GroupState.OPEN, 0), formed=states.get(GroupState.FORMED, 0),
            lapsed=states.get(GroupState.LAPSED, 0), refunded=refunded.get(pk, 0),
        )
        for pk, states in by_state.items()
    }  # fmt: skip


def groups_for(actor: Actor) -> QuerySet[BuyingGroup]:
    """The brand's groups for staff, the newest first.

    Raises:
        NotAllowed: the role does not see campaigns.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    rows = BuyingGroup.objects.filter(brand_id=actor.own_brand()).order_by("-pk")
    return rows.none() if actor.is_partner else rows


def brand_of_group(token: str) -> int:
    """Return whose group has this address; who knows the address may look at it.

    Raises:
        NotFound: nobody's.
    """
    brand_id = BuyingGroup.objects.filter(token=token).values_list("brand_id", flat=True).first()
    if brand_id is None:
        raise NotFound
    return brand_id


def group_by_token(actor: Actor, token: str) -> BuyingGroup:
    """Return a group of the actor's brand by its address.

    Raises:
        NotFound: there is none, or the actor is a partner.
    """
    rows = BuyingGroup.objects.filter(brand_id=actor.own_brand(), token=token)
    found = rows.select_related("offer").first()
    if found is None or actor.is_partner:
        raise NotFound
    return found


def group_address(brand: Brand, token: str) -> str:
    """The whole address to share: on the brand's own host where it has one."""
    site = f"https://{brand.host}" if brand.host else settings.HEFU_ORIGIN
    return f"{site}/group/{token}/"


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """One place of a group as others may read it; ``who`` is masked, "" where nobody is."""

    number: int
    who: str
    paid: bool
    own: bool
    taken: bool


def places_of(actor: Actor, group: BuyingGroup) -> list[Place]:
    """Return all places of a group in their order; two queries."""
    states = ALIVE if group.state != GroupState.LAPSED else (*ALIVE, PlaceState.REFUNDED)
    rows = GroupPlace.objects.filter(group=group, state__in=states).order_by("number", "pk")
    taken = {row.number: row for row in rows}
    names = _masked(group.brand_id, {row.member_id for row in taken.values()})
    own = actor.member_id if actor.kind is ActorKind.CONSUMER else None
    return [
        Place(
            number=number, taken=row is not None,
            who=names.get(row.member_id, "") if row else "",
            paid=row is not None and row.state != PlaceState.HELD,
            own=row is not None and row.member_id == own,
        )
        for number in range(1, group.size + 1)
        for row in (taken.get(number),)
    ]  # fmt: skip


def _masked(brand_id: int, member_ids: Iterable[int]) -> dict[int, str]:
    """The first character of the nickname and a star (law L36); "" for who has none."""
    rows = Member.objects.filter(brand_id=brand_id, pk__in=member_ids, closed_at=None)
    return {
        pk: f"{name.strip()[0]}*" if name.strip() else ""
        for pk, name in rows.values_list("pk", "nickname")
    }


def own_place(actor: Actor, group: BuyingGroup) -> GroupPlace | None:
    """Return the signed-in member's newest place in a group, whatever became of it."""
    if actor.kind is not ActorKind.CONSUMER:
        return None
    rows = GroupPlace.objects.filter(group=group, member_id=actor.member_id or 0)
    return rows.order_by("-pk").first()


def places_left(actor: Actor, offer: GroupOffer) -> int:
    """How many more places of an offer the signed-in member may take; advice, nothing is kept."""
    rows = GroupPlace.objects.filter(offer=offer, member_id=actor.member_id or 0, state__in=ALIVE)
    return max(0, offer.per_person - rows.count())


def group_of_order(actor: Actor, order_id: int) -> BuyingGroup | None:
    """Return the group that an order the caller may see belongs to; None: to none."""
    rows = GroupPlace.objects.filter(brand_id=actor.own_brand(), order_id=order_id)
    place = rows.select_related("group__offer").first()
    return place.group if place is not None else None
