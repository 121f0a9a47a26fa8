"""What was metered: charges of a period, what the year will come to, what is left of blocks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.db.models import Q, QuerySet, Sum
from django.utils import timezone

from hefu.apps.billing.models import Block, Charge, Contract, Meter
from hefu.apps.billing.selectors.contracts import contracts_for, deciding
from hefu.apps.identity.models import Mark, ProductionOrder
from hefu.apps.identity.selectors.reconcile import issued_ranges
from hefu.core.actor import Actor
from hefu.core.clocks.calendar import month_after
from hefu.core.codes import Range, ranges
from hefu.core.metering import line_amount, taken_from
from hefu.core.permissions import Permission


def charges_for(actor: Actor) -> QuerySet[Charge]:
    """The brand's charges, the newest year first; partners have none."""
    actor.require(Permission.BILLING_VIEW)
    rows = Charge.objects.filter(brand_id=actor.own_brand()).select_related("contract", "invoice")
    rows = rows.order_by("-starts_on", "-pk")
    return rows.none() if actor.is_partner else rows


def meters_for(actor: Actor) -> QuerySet[Meter]:
    """The brand's meters, the newest first; partners have none."""
    actor.require(Permission.BILLING_VIEW)
    rows = Meter.objects.filter(brand_id=actor.own_brand()).order_by("-issued_on", "-pk")
    return rows.none() if actor.is_partner else rows


def orders_without_meter(brand_id: int) -> QuerySet[ProductionOrder]:
    """Issued orders of a brand that nobody meters yet, in the order of their issue."""
    issued = ProductionOrder.objects.filter(brand_id=brand_id, issued_at__isnull=False)
    metered = Meter.objects.filter(brand_id=brand_id).values("order_id")
    return issued.exclude(pk__in=metered).order_by("issued_at", "pk")


def void_before(order: ProductionOrder, day: date) -> int:
    """How many codes of an order were void when ``day`` began; does not change afterwards."""
    at = datetime.combine(day, time.min, tzinfo=timezone.get_default_timezone())
    marks = Mark.objects.filter(batch_id=order.batch_id, kind=Mark.Kind.VOID, at__lt=at)
    marks = marks.filter(Q(lifted_at=None) | Q(lifted_at__gte=at))
    void = ranges.merged(
        Range(start=first, stop=first + count)
        for first, count in marks.values_list("first", "count")
    )
    return ranges.count(ranges.common(void, issued_ranges(order)))


def amount_of(charge: Charge) -> int:
    """What a charge costs in minor units: what no block covered, rounded as on its line."""
    return line_amount(codes=charge.codes - charge.prepaid, years=1, price=charge.price)


@dataclass(frozen=True, kw_only=True)
class Use:
    """What years that begin within a period cost; amounts in minor units of ``currency``."""

    codes: int = 0
    prepaid: int = 0
    amount: int = 0


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """This month, this year so far, and the rest of the year if nothing more is ordered."""

    currency: str
    month: Use
    year: Use
    to_come: Use
    prepaid_left: int
    prepaid_until: date | None  # when the next rest lapses

    @property
    def forecast(self) -> int:
        """What the calendar year comes to."""
        return self.year.amount + self.to_come.amount


def outlook_for(actor: Actor, *, now: datetime) -> Outlook:
    """Say what a brand uses and will use; queries do not grow with its orders."""
    today = timezone.localdate(now)
    contracts = list(contracts_for(actor).order_by("from_on"))
    year_ends = date(today.year, 12, 31)
    charges = charges_for(actor).select_related(None)
    this_year = list(charges.filter(starts_on__year=today.year))
    blocks = list(_live_blocks(actor, today))
    return Outlook(
        currency=contracts[-1].currency if contracts else "CNY",
        month=_use([one for one in this_year if one.starts_on.month == today.month]),
        year=_use(this_year),
        to_come=_to_come(actor, contracts, blocks, after=today, until=year_ends),
        prepaid_left=sum(one.left for one in blocks),
        prepaid_until=min((one.expires_on for one in blocks), default=None),
    )


def _live_blocks(actor: Actor, today: date) -> QuerySet[Block]:
    rows = Block.objects.filter(brand_id=actor.own_brand(), left__gt=0, expires_on__gte=today)
    return rows.order_by("bought_on", "pk")


def _use(charges: Sequence[Charge]) -> Use:
    return Use(
        codes=sum(one.codes for one in charges),
        prepaid=sum(one.prepaid for one in charges),
        amount=sum(amount_of(one) for one in charges),
    )


def _to_come(
    actor: Actor, contracts: Sequence[Contract], blocks: Sequence[Block], *, after: date,
    until: date,
) -> Use:  # fmt: skip
    """Renewals of the codes there are; a meter has at most one anniversary until its year's end."""
    due = meters_for(actor).filter(next_on__gt=after, next_on__lte=until, ended_on=None)
    days = due.order_by("next_on").values_list("next_on").annotate(sum=Sum("codes"))
    left = {one.pk: one.left for one in blocks}
    codes = prepaid = amount = 0
    for day, number in days:
        contract = deciding(contracts, day)
        if contract is None:
            continue
        usable = [one for one in blocks if one.expires_on >= day]
        taken = taken_from([left[one.pk] for one in usable], number)
        for one, took in zip(usable, taken, strict=True):
            left[one.pk] -= took
        codes += number
        prepaid += sum(taken)
        amount += line_amount(codes=number - sum(taken), years=1, price=contract.code_price)
    return Use(codes=codes, prepaid=prepaid, amount=amount)


def charges_of_month(actor: Actor, month: date) -> QuerySet[Charge]:
    """The years that begin in a month, given by its first day."""
    return charges_for(actor).filter(starts_on__gte=month, starts_on__lt=month_after(month))
