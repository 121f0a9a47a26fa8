"""Activations counted over time, by channel and by province; made, shipped, activated (R087)."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Substr, TruncDate

from hefu.apps.identity.models import Activation, Batch, Mark, SerialRange
from hefu.apps.identity.selectors.activations import activations_for
from hefu.apps.identity.selectors.channels import kept_ranges
from hefu.apps.network.models import Channel
from hefu.core.actor import Actor
from hefu.core.codes.ranges import Range, common, count, merged, subtract
from hefu.core.permissions import Permission


@dataclass(frozen=True, kw_only=True, slots=True)
class Period:
    """Business days from ``first`` to ``last``, both included.

    Raises:
        ValueError: the last is before the first.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError(f"{self.last} is before {self.first}")

    @property
    def days(self) -> Iterator[date]:
        """Every day of it."""
        for number in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=number)


@dataclass(frozen=True, kw_only=True, slots=True)
class DayCount:
    """Activations of one day."""

    on: date
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class ChannelCount:
    """Activations of one channel; ``channel_id`` None: the channel was never told."""

    channel_id: int | None
    code: str
    name: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class RegionCount:
    """Activations of one province (GB/T 2260, six digits); empty: unknown, or another country."""

    region: str
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Funnel:
    """Made, shipped, activated: of one model, channel and month of production."""

    product_id: int
    item_no: str
    model: str
    channel_id: int | None
    channel: str
    month: date  # its first day
    made: int
    shipped: int
    activated: int
    members: int

    @property
    def activated_bp(self) -> int | None:
        """Activated of shipped, in basis points, half up; None where nothing was shipped."""
        if not self.shipped:
            return None
        return (self.activated * 20_000 + self.shipped) // (2 * self.shipped)


def activations_by_day(actor: Actor, period: Period) -> list[DayCount]:
    """How many units were activated each day, days without any included; one query.

    Raises:
        NotAllowed: the actor may not see activations.
    """
    rows = _within(actor, period).values(day=TruncDate("at")).annotate(count=Count("pk"))
    counts = {row["day"]: row["count"] for row in rows.order_by("day")}
    return [DayCount(on=day, count=counts.get(day, 0)) for day in period.days]


def activations_by_channel(actor: Actor, period: Period) -> list[ChannelCount]:
    """How many units were activated per channel, most first; one query.

    Raises:
        NotAllowed: the actor may not see activations.
    """
    rows = (
        _within(actor, period)
        .values("channel_id", "channel__code", "channel__name")
        .annotate(count=Count("pk"))
        .order_by("-count", "channel_id")
    )
    return [
        ChannelCount(
            channel_id=row["channel_id"], code=row["channel__code"] or "",
            name=row["channel__name"] or "", count=row["count"],
        )
        for row in rows
    ]  # fmt: skip


def activations_by_province(actor: Actor, period: Period) -> list[RegionCount]:
    """How many units were activated per province, most first; one query.

    Raises:
        NotAllowed: the actor may not see activations.
    """
    rows = (
        _within(actor, period)
        .values(province=Substr("region", 1, 2))
        .annotate(count=Count("pk"))
        .order_by("-count", "province")
    )
    counts: dict[str, int] = defaultdict(int)
    for row in rows:
        code = row["province"]
        counts[f"{code}0000" if code.isdigit() else ""] += row["count"]
    return [RegionCount(region=region, count=number) for region, number in counts.items()]


def _within(actor: Actor, period: Period) -> QuerySet[Activation]:
    rows = activations_for(actor).filter(at__date__gte=period.first, at__date__lte=period.last)
    return rows.select_related(None).order_by()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Destination:
    channel_id: int | None
    organisation_id: int | None
    shipped: bool


def made_shipped_activated(actor: Actor, produced: Period) -> list[Funnel]:
    """Of what was produced in ``produced``: how much was made, shipped and activated.

    Goods count where they were shipped last, before that where they were ordered for; a partner
    sees what was shipped to it. Four queries and one per group of batches' activations.

    Raises:
        NotAllowed: the actor may not see activations.
    """
    actor.require(Permission.ACTIVATION_VIEW)
    batches = {
        batch.pk: batch
        for batch in Batch.objects.filter(
            brand_id=actor.own_brand(), produced_on__gte=produced.first,
            produced_on__lte=produced.last,
        ).select_related("product")
    }  # fmt: skip
    made: dict[tuple[int, int | None, date], int] = defaultdict(int)
    shipped: dict[tuple[int, int | None, date], int] = defaultdict(int)
    for batch_id, goods in _whereabouts(batches).items():
        batch = batches[batch_id]
        for to, ranges in goods.items():
            if actor.is_partner and to.organisation_id != actor.organisation_id:
                continue
            key = (batch.product_id, to.channel_id, batch.produced_on.replace(day=1))
            made[key] += count(ranges)
            shipped[key] += count(ranges) if to.shipped else 0
    return _funnels(actor, batches, made, shipped)


def _whereabouts(batches: dict[int, Batch]) -> dict[int, dict[_Destination, list[Range]]]:
    """Where every issued serial of each batch is, by ranges.

    What was activated before its channel was put right counts where it was sold.
    """
    found: dict[int, dict[_Destination, list[Range]]] = defaultdict(lambda: defaultdict(list))
    for part in SerialRange.objects.filter(batch_id__in=batches).select_related("order__channel"):
        channel_id = part.order.channel_id or batches[part.batch_id].channel_id
        planned = part.order.channel.organisation_id if part.order.channel else None
        to = _Destination(channel_id=channel_id, organisation_id=planned, shipped=False)
        found[part.batch_id][to].append(Range(start=part.first, stop=part.first + part.count))
    for batch_id, channel, kept in kept_ranges(batches):
        goods, partner = found[batch_id], channel.organisation_id
        stays = _Destination(channel_id=channel.pk, organisation_id=partner, shipped=False)
        for to, ranges in list(goods.items()):
            if staying := common(merged(ranges), kept):
                goods[to] = subtract(merged(ranges), staying)
                goods[stays] = merged([*goods.get(stays, []), *staying])
    marks = Mark.objects.filter(batch_id__in=batches, kind=Mark.Kind.SHIPPED, lifted_at=None)
    for mark in marks.order_by("at", "pk"):
        moved = [Range(start=mark.first, stop=mark.first + mark.count)]
        _move(found[mark.batch_id], moved, mark)
    return found


def _move(goods: dict[_Destination, list[Range]], moved: list[Range], mark: Mark) -> None:
    """Take serials from where they were and count them where they went."""
    arriving: dict[_Destination, list[Range]] = defaultdict(list)
    for to, ranges in list(goods.items()):
        leaving = common(merged(ranges), moved)
        if not leaving:
            continue
        goods[to] = subtract(merged(ranges), leaving)
        there = _Destination(
            channel_id=mark.channel_id or to.channel_id, organisation_id=mark.organisation_id,
            shipped=True,
        )  # fmt: skip
        arriving[there] += leaving
    for to, ranges in arriving.items():
        goods[to] = merged([*goods.get(to, []), *ranges])


def _funnels(
    actor: Actor, batches: dict[int, Batch], made: dict[tuple[int, int | None, date], int],
    shipped: dict[tuple[int, int | None, date], int],
) -> list[Funnel]:  # fmt: skip
    activated: dict[tuple[int, int | None, date], int] = defaultdict(int)
    members: dict[tuple[int, int | None, date], set[int]] = defaultdict(set)
    rows = (
        activations_for(actor)
        .filter(Q(unit__batch__in=batches), ended_at=None)
        .select_related(None)
        .order_by()
        .annotate(batch_id=F("unit__batch_id"))
        .values_list("batch_id", "channel_id", "member_id")
        .annotate(number=Count("pk"))
    )
    for batch_id, channel_id, member_id, number in rows:
        batch = batches[batch_id]
        key = (batch.product_id, channel_id, batch.produced_on.replace(day=1))
        activated[key] += number
        members[key].add(member_id)
    names = dict(Channel.objects.filter(brand_id=actor.own_brand()).values_list("pk", "name"))
    products = {batch.product_id: batch.product for batch in batches.values()}
    keys = {*made, *activated}
    return [
        Funnel(
            product_id=product_id, item_no=products[product_id].item_no,
            model=products[product_id].model, channel_id=channel_id,
            channel=names.get(channel_id, "") if channel_id else "", month=month,
            made=made[product_id, channel_id, month],
            shipped=shipped[product_id, channel_id, month],
            activated=activated[product_id, channel_id, month],
            members=len(members[product_id, channel_id, month]),
        )
        for product_id, channel_id, month in sorted(
            keys, key=lambda key: (key[2], products[key[0]].item_no, key[1] or 0)
        )
    ]  # fmt: skip
