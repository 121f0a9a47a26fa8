"""Where every promotion stands now (活动状态): its real state, what it used, when it runs out.

The stored state says what people decided; whether something approved is to come, running or over
is a question of its window and of the instant one asks at.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    FilteredRelation,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.campaigns.models import (
    PartnerCharge,
    PromotionState,
    PromotionVersion,
    UseState,
    Win,
)
from hefu.apps.campaigns.models.draws import ENTERABLE, DrawPrize
from hefu.apps.campaigns.selectors.draws import draws_for
from hefu.apps.campaigns.selectors.flash import flash_sales_for
from hefu.apps.campaigns.selectors.promotions import promotions_for
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
#: A promotion whose budget or uses are gone to this part is near its end.
NEAR_BP = 8_000


class Standing(StrEnum):
    """What a promotion is at an instant."""

    DRAFT = "draft"
    WAITING = "waiting"  # for a second person
    SCHEDULED = "scheduled"  # approved, not begun
    RUNNING = "running"
    ENDED = "ended"
    STOPPED = "stopped"  # by the kill switch


#: A row with further fields, as its selector says.
Annotated = Any


def promotions_with_standing(actor: Actor, *, now: datetime) -> QuerySet[Annotated]:
    """The promotions an actor may see, with ``standing`` and what the version shown says.

    The version shown is the approved one, of what was never approved the newest. Further fields:
    ``shown`` (its number), ``unsigned`` (another version is being written), ``starts_at``,
    ``ends_at``, ``budget``, ``currency``, ``audience``, ``used``, ``spent``, ``max_uses``.
    """
    versions = PromotionVersion.objects.filter(promotion=OuterRef("pk"))
    live_first = versions.annotate(
        live=Case(When(number=F("promotion__live_version"), then=1), default=0)
    ).order_by("-live", "-number")
    rows = promotions_for(actor).annotate(
        shown=Subquery(live_first.values("number")[:1]),
        unsigned=Exists(versions.filter(approved_at=None, withdrawn_at=None)),
        starts_at=Subquery(live_first.values("starts_at")[:1]),
        ends_at=Subquery(live_first.values("ends_at")[:1]),
        budget=Subquery(live_first.values("budget")[:1]),
        currency=_said(live_first, "currency"), audience=_said(live_first, "audience"),
        used=Coalesce(F("counter__uses"), 0), spent=Coalesce(F("counter__spent"), 0),
        max_uses=F("counter__max_uses"),
    )  # fmt: skip
    return rows.annotate(standing=_standing(now))


def _said(versions: QuerySet[PromotionVersion], name: str) -> Coalesce:
    words = versions.annotate(said=KeyTextTransform(name, "document")).values("said")[:1]
    return Coalesce(Subquery(words, output_field=CharField()), Value(""))


def _standing(now: datetime) -> Case:
    live = Q(state=PromotionState.LIVE)
    return Case(
        When(state=PromotionState.DRAFT, then=Value(Standing.DRAFT.value)),
        When(state=PromotionState.ASKED, then=Value(Standing.WAITING.value)),
        When(state=PromotionState.STOPPED, then=Value(Standing.STOPPED.value)),
        When(live & Q(ends_at__lte=now), then=Value(Standing.ENDED.value)),
        When(live & Q(starts_at__gt=now), then=Value(Standing.SCHEDULED.value)),
        default=Value(Standing.RUNNING.value), output_field=CharField(),
    )  # fmt: skip


def promotion_with_standing(actor: Actor, pk: int, *, now: datetime) -> Annotated:
    """Return one promotion with its standing.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    found = promotions_with_standing(actor, now=now).filter(pk=pk).first()
    if found is None:
        raise NotFound
    return found


def running_promotions(actor: Actor, *, now: datetime) -> QuerySet[Annotated]:
    """What runs now, with the uses of the last hour and day; one query however many there are.

    Further fields: ``hour_uses``, ``day_uses``, ``hour_amount``, ``day_amount``, ``given_back``
    (uses of the last day that were released again).
    """
    rows = promotions_with_standing(actor, now=now).filter(standing=Standing.RUNNING)
    kept = ~Q(recent__state=UseState.RELEASED)
    hour = kept & Q(recent__at__gt=now - HOUR)
    counted: QuerySet[Annotated] = rows.annotate(
        recent=FilteredRelation("uses", condition=Q(uses__at__gt=now - DAY))
    ).annotate(
        hour_uses=Count("recent", filter=hour), day_uses=Count("recent", filter=kept),
        hour_amount=Coalesce(Sum("recent__amount", filter=hour), 0),
        day_amount=Coalesce(Sum("recent__amount", filter=kept), 0),
        given_back=Count("recent", filter=Q(recent__state=UseState.RELEASED)),
    )  # fmt: skip
    return counted


def running_flash_sales(actor: Actor, *, now: datetime) -> QuerySet[Annotated]:
    """Flash sales that run now, with ``hour_taken``, ``day_taken``, ``given_back``; one query."""
    rows = flash_sales_for(actor).filter(starts_at__lte=now, ends_at__gt=now, killed_at=None)
    newest = Q(reservations__reserved_at__gt=now - DAY)
    return rows.annotate(recent=FilteredRelation("reservations", condition=newest)).annotate(
        hour_taken=Count("recent", filter=Q(recent__reserved_at__gt=now - HOUR)),
        day_taken=Count("recent"),
        given_back=Count("recent", filter=Q(recent__state__in=("released", "expired"))),
    )  # fmt: skip


def running_draws(actor: Actor, *, now: datetime) -> QuerySet[Annotated]:
    """Draws that take entries now, with entries and prizes won; one query.

    Further fields: ``prizes_all``, ``prizes_won``, ``hour_won``, ``day_won``, ``hour_entries``,
    ``day_entries``.
    """
    rows = draws_for(actor).filter(state__in=ENTERABLE, starts_at__lte=now, ends_at__gt=now)
    pieces = DrawPrize.objects.filter(draw=OuterRef("pk")).order_by().values("draw")
    wins = Win.objects.filter(draw=OuterRef("pk"), prize__isnull=False, instead_of=None)
    won = wins.order_by().values("draw")
    return rows.annotate(
        recent=FilteredRelation("entries", condition=Q(entries__at__gt=now - DAY))
    ).annotate(
        day_entries=Count("recent"),
        hour_entries=Count("recent", filter=Q(recent__at__gt=now - HOUR)),
        prizes_all=_number(pieces.annotate(n=Sum("quantity"))),
        prizes_won=_number(won.annotate(n=Count("pk"))),
        day_won=_number(won.annotate(n=Count("pk", filter=Q(won_at__gt=now - DAY)))),
        hour_won=_number(won.annotate(n=Count("pk", filter=Q(won_at__gt=now - HOUR)))),
    )  # fmt: skip


def _number(rows: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(rows.values("n")[:1]), 0)


def runs_out_at(
    *, left: int, hour: int, day: int, now: datetime, ends_at: datetime | None
) -> datetime | None:
    """Say when ``left`` is gone at the rate of the last hour, of a still hour that of the last day.

    None where nothing is used, or where it lasts until ``ends_at``. Nothing left is gone now.
    """
    if left <= 0:
        return now
    per_second = hour / HOUR.total_seconds() if hour else day / DAY.total_seconds()
    if not per_second or left / per_second > DAY.total_seconds() * 3_650:
        return None
    gone = now + timedelta(seconds=left / per_second)
    return None if ends_at is not None and gone >= ends_at else gone


@dataclass(frozen=True, kw_only=True, slots=True)
class PartnerPart:
    """What one partner bears of one promotion; minor units. ``returned`` is negative or zero."""

    organisation_id: int
    organisation: str
    promotion_id: int
    promotion: str
    currency: str
    uses: int
    borne: int
    returned: int

    @property
    def due(self) -> int:
        """What is to be settled."""
        return self.borne + self.returned


def charges_for(actor: Actor) -> QuerySet[PartnerCharge]:
    """What partners bear: the brand's staff all, a partner its own.

    Raises:
        NotAllowed: staff who may not see campaigns.
    """
    rows = PartnerCharge.objects.filter(brand_id=actor.own_brand())
    if actor.is_partner:
        return rows.filter(organisation_id=actor.organisation_id or 0)
    actor.require(Permission.CAMPAIGN_VIEW)
    return rows


def partner_parts(
    actor: Actor, *, since: datetime, until: datetime, promotion_id: int | None = None
) -> list[PartnerPart]:
    """Add up partners' parts by partner and promotion, the largest first; two queries.

    ``since`` is inclusive, ``until`` exclusive.
    """
    rows = charges_for(actor).filter(at__gte=since, at__lt=until)
    if promotion_id is not None:
        rows = rows.filter(use__promotion_id=promotion_id)
    sums = rows.order_by().values_list(
        "organisation_id", "use__promotion_id", "use__promotion__title", "use__hold__currency"
    ).annotate(
        uses=Count("use", distinct=True), borne=Sum("amount", filter=Q(amount__gt=0)),
        returned=Sum("amount", filter=Q(amount__lt=0)),
    )  # fmt: skip
    names = {row.pk: row.name for row in organisations_for(actor)}
    parts = [
        PartnerPart(
            organisation_id=organisation, organisation=names.get(organisation, str(organisation)),
            promotion_id=promotion, promotion=title, currency=currency, uses=uses,
            borne=borne or 0, returned=returned or 0,
        )
        for organisation, promotion, title, currency, uses, borne, returned in sums
    ]  # fmt: skip
    return sorted(parts, key=lambda one: (one.organisation, -one.due, one.promotion))
