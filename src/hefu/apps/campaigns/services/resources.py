"""The resource plan of a campaign (资源计划): people, goods, systems, shared things booked.

Booking more than there is is possible, for two campaigns may still come to terms; it is shown on
both, and neither plan is submitted before.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.partners import Overbooked
from hefu.apps.campaigns.models import (
    Campaign,
    GoodsNeed,
    PlanLine,
    Resource,
    ResourceBooking,
    StaffNeed,
    SystemNeed,
)
from hefu.apps.campaigns.selectors.plans import campaign_by_id, open_plan, plan_of
from hefu.apps.campaigns.selectors.resources import clashes_of, resources_for
from hefu.apps.orders.selectors.articles import articles_for
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.core.planning import Phase

MOST = 1_000_000  # pieces, people, hours: beyond it somebody mistyped


def _text(field: str, text: str, longest: int, *, needed: bool = True) -> str:
    text = text.strip()
    if needed and not text:
        raise Invalid(field=field, rule="required")
    if len(text) > longest:
        raise Invalid(field=field, rule="too_long", value=longest)
    return text


def _count(field: str, number: int, *, least: int = 0) -> None:
    if not least <= number <= MOST:
        raise Invalid(field=field, rule="out_of_range", value=number)


@service
def keep_resource(
    actor: Actor, *, kind: str, name: str, place: str = "", capacity: int, now: datetime
) -> Resource:
    """Enter a shared thing of the brand, or say anew how many of it there are.

    Raises:
        NotAllowed: the role manages no campaigns.
        Invalid: no such kind, no name, or a number that makes no sense.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    if kind not in Resource.Kind.values:
        raise Invalid(field="kind", rule="not_a_choice", value=kind)
    name, place = _text("name", name, 80), _text("place", place, 120, needed=False)
    _count("capacity", capacity)
    said = {"kind": kind, "place": place, "capacity": capacity}
    resource, _made = Resource.objects.update_or_create(
        brand_id=actor.own_brand(), name=name, defaults=said, create_defaults={
            **said, "created_at": now,
        },
    )  # fmt: skip
    record(actor, "campaigns.resource_kept", resource, now=now, name=name, capacity=capacity)
    return resource


@service
def book(
    actor: Actor, *, campaign: Campaign, resource: Resource, quantity: int, starts_at: datetime,
    ends_at: datetime, now: datetime,
) -> ResourceBooking:  # fmt: skip
    """Book so many of a shared thing from an instant until before another.

    Raises:
        NotAllowed, NotFound: the role manages no campaigns; another brand's campaign or thing.
        Invalid: not a piece, or an end that is not after the start.
    """
    campaign, resource = _ours(actor, campaign), _known(actor, resource)
    _count("quantity", quantity, least=1)
    if ends_at <= starts_at:
        raise Invalid(field="ends_at", rule="order")
    booking = ResourceBooking.objects.create(
        brand_id=campaign.brand_id, campaign=campaign, resource=resource, quantity=quantity,
        starts_at=starts_at, ends_at=ends_at, booked_by=actor.label, booked_at=now,
    )  # fmt: skip
    record(
        actor, "campaigns.resource_booked", campaign, now=now, name=resource.name,
        quantity=quantity,
    )  # fmt: skip
    return booking


@service
def cancel_booking(actor: Actor, *, campaign: Campaign, booking_id: int, now: datetime) -> None:
    """Give a booking back.

    Raises:
        NotAllowed, NotFound: see ``book``; or it is none of this campaign.
    """
    campaign = _ours(actor, campaign)
    booking = ResourceBooking.objects.filter(campaign=campaign, pk=booking_id).first()
    if booking is None:
        raise NotFound(field="booking")
    record(
        actor, "campaigns.booking_cancelled", campaign, now=now, name=booking.resource.name,
        quantity=booking.quantity,
    )  # fmt: skip
    booking.delete()


def check_booked(campaign: Campaign, *, now: datetime) -> None:
    """Insist that nothing the campaign counts on from now on is booked beyond what there is.

    Raises:
        Overbooked: names the first thing, the time, and how much over.
    """
    for clash in clashes_of(campaign):
        if clash.stretch.until <= now:
            continue
        raise Overbooked(
            resource=clash.resource.name, over=clash.stretch.over,
            since=timezone.localtime(clash.stretch.since).isoformat(),
            until=timezone.localtime(clash.stretch.until).isoformat(),
        )  # fmt: skip


@service
def plan_staff(
    actor: Actor, *, campaign: Campaign, role: str, phase: str, people: int, hours: int,
    now: datetime,
) -> None:  # fmt: skip
    """Say how many people a phase needs in a role, and for how many hours in all; nobody: none.

    Raises:
        NotAllowed, NotFound: see ``book``.
        Invalid: no such role or phase, or a number that makes no sense.
    """
    campaign = _ours(actor, campaign)
    if role not in StaffNeed.Role.values:
        raise Invalid(field="role", rule="not_a_choice", value=role)
    if phase not in [one.value for one in Phase]:
        raise Invalid(field="phase", rule="not_a_choice", value=phase)
    if not 0 <= people <= 10_000:
        raise Invalid(field="people", rule="out_of_range", value=people)
    _count("hours", hours)
    if people:
        StaffNeed.objects.update_or_create(
            campaign=campaign, role=role, phase=phase,
            defaults={"people": people, "hours": hours, "brand_id": campaign.brand_id},
        )  # fmt: skip
    else:
        StaffNeed.objects.filter(campaign=campaign, role=role, phase=phase).delete()
    record(actor, "campaigns.staff_planned", campaign, now=now, role=role, people=people)


@service
def plan_goods(
    actor: Actor, *, campaign: Campaign, kind: str, sku: str, pieces: int = 0, orders: int = 0,
    each: int = 0, line: str = "", now: datetime,
) -> GoodsNeed:  # fmt: skip
    """Say how many pieces of an article a campaign needs: so many, or enough for orders expected.

    ``line`` is the ID of the plan's budget line it is paid from. Said again, it is changed.

    Raises:
        NotAllowed, NotFound: see ``book``.
        Invalid: no such article, not a piece, or no such budget line.
    """
    campaign = _ours(actor, campaign)
    if kind not in GoodsNeed.Kind.values:
        raise Invalid(field="kind", rule="not_a_choice", value=kind)
    for field, number in (("pieces", pieces), ("orders", orders), ("each", each)):
        _count(field, number)
    if not max(pieces, orders * each):
        raise Invalid(field="pieces", rule="required")
    _count("each", orders * each)
    article = articles_for(actor).filter(sku=sku.strip()).first()
    if article is None:
        raise Invalid(field="sku", rule="unknown", value=sku[:64])
    if line and line not in dict(lines_to_pay_from(campaign)):
        raise Invalid(field="line", rule="not_a_choice", value=line[:20])
    need, _made = GoodsNeed.objects.update_or_create(
        campaign=campaign, kind=kind, sku=article.sku,
        defaults={
            "brand_id": campaign.brand_id, "title": article.title, "pieces": pieces,
            "orders": orders, "each": each, "line": line,
        },
    )  # fmt: skip
    record(
        actor, "campaigns.goods_planned", campaign, now=now, sku=article.sku,
        pieces=max(pieces, orders * each),
    )  # fmt: skip
    return need


def lines_to_pay_from(campaign: Campaign) -> list[tuple[str, str]]:
    """The budget lines of the plan, the one being written first; (ID, name)."""
    version = open_plan(campaign)
    if version is not None:
        return [(line.id, line.name) for line in plan_of(version).lines]
    rows = PlanLine.objects.filter(campaign=campaign).order_by("pk")
    return list(rows.values_list("line", "name"))


@service
def drop_goods(actor: Actor, *, campaign: Campaign, need_id: int, now: datetime) -> None:
    """Need an article no more.

    Raises:
        NotAllowed, NotFound: see ``book``; or it is none of this campaign's.
    """
    campaign = _ours(actor, campaign)
    need = GoodsNeed.objects.filter(campaign=campaign, pk=need_id).first()
    if need is None:
        raise NotFound(field="goods")
    need.delete()
    record(actor, "campaigns.goods_dropped", campaign, now=now, sku=need.sku)


@service
def note_system(
    actor: Actor, *, campaign: Campaign, name: str, ready: bool, proof: str = "", now: datetime
) -> SystemNeed:
    """Name a system the campaign depends on, and whether it is ready; ready needs a proof.

    Raises:
        NotAllowed, NotFound: see ``book``.
        Invalid: no name, or ready without saying what shows it.
    """
    campaign = _ours(actor, campaign)
    name = _text("name", name, 80)
    proof = _text("proof", proof, 200, needed=ready)
    try:
        with transaction.atomic():
            system, _made = SystemNeed.objects.update_or_create(
                campaign=campaign, name=name,
                defaults={
                    "brand_id": campaign.brand_id, "ready": ready, "proof": proof,
                    "said_by": actor.label, "said_at": now,
                },
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="name", rule="taken", value=name) from error
    record(actor, "campaigns.system_noted", campaign, now=now, name=name, ready=ready)
    return system


@service
def drop_system(actor: Actor, *, campaign: Campaign, system_id: int, now: datetime) -> None:
    """Depend on a system no more.

    Raises:
        NotAllowed, NotFound: see ``book``; or it is none of this campaign's.
    """
    campaign = _ours(actor, campaign)
    system = SystemNeed.objects.filter(campaign=campaign, pk=system_id).first()
    if system is None:
        raise NotFound(field="system")
    system.delete()
    record(actor, "campaigns.system_dropped", campaign, now=now, name=system.name)


def _ours(actor: Actor, campaign: Campaign) -> Campaign:
    actor.require(Permission.CAMPAIGN_MANAGE)
    return campaign_by_id(actor, campaign.pk)


def _known(actor: Actor, resource: Resource) -> Resource:
    found = resources_for(actor).filter(pk=resource.pk).first()
    if found is None:
        raise NotFound(field="resource")
    return found
