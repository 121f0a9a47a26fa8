"""Reports of campaigns as they were measured (总结报告), and what is measured for them."""

from datetime import date, datetime, time, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.utils import timezone

from hefu.apps.campaigns.models import (
    Campaign,
    CouponBatch,
    CouponState,
    PlanTask,
    PlanVersion,
    Promotion,
    PromotionVersion,
    ReportText,
    ReportVersion,
    UseState,
)
from hefu.apps.campaigns.selectors.placements import came_of
from hefu.apps.campaigns.selectors.plans import lines_of, measured, plan_of, tasks_of
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.planning import (
    REPORT_TASK,
    ChannelCame,
    CouponsCame,
    GoalCame,
    LineCame,
    Phase,
    Plan,
    PromotionCame,
    Report,
    collect_on,
    phases,
)


def reports_of(campaign: Campaign) -> QuerySet[ReportVersion]:
    """The measurements of a campaign, the newest first."""
    rows = ReportVersion.objects.filter(campaign=campaign).select_related("plan")
    return rows.order_by("-number")


def report_by_number(campaign: Campaign, number: int) -> ReportVersion:
    """Return one measurement.

    Raises:
        NotFound: there is none of this number.
    """
    found = reports_of(campaign).filter(number=number).first()
    if found is None:
        raise NotFound(field="report")
    return found


def texts_of(campaign: Campaign) -> QuerySet[ReportText]:
    """What was concluded, the newest wording first."""
    return ReportText.objects.filter(campaign=campaign).order_by("-number")


def report_task(campaign: Campaign) -> PlanTask | None:
    """Return the task that the report belongs to; None where the plan has it no more."""
    return tasks_of(campaign).filter(task=REPORT_TASK).first()


def due_reports(today: date) -> list[PlanVersion]:
    """Signed plans whose figures are due and were not gathered, the oldest first."""
    gathered = ReportVersion.objects.filter(by_clock=True).values("plan")
    rows = PlanVersion.objects.filter(state=PlanVersion.State.SIGNED).exclude(pk__in=gathered)
    return [
        row
        for row in rows.select_related("campaign").order_by("pk")
        if collect_on(plan_of(row)) <= today
    ]


def measured_report(actor: Actor, campaign: Campaign, plan: Plan, *, now: datetime) -> Report:
    """Measure a campaign against its plan, over its run or what of it is over."""
    run = phases(plan)[Phase.RUN]
    today = timezone.localdate(now)
    until = max(run.first_on, min(run.last_on, today))
    since_at, until_at = _begins(run.first_on), _begins(until + timedelta(days=1))
    return Report(
        since=run.first_on, until=until,
        goals=tuple(
            GoalCame(
                kind=goal.kind.value, metric=goal.metric.value, baseline=goal.baseline,
                target=goal.target,
                came=measured(actor, goal.metric, since=since_at, until=until_at),
            )
            for goal in plan.goals
        ),
        lines=tuple(
            LineCame(kind=row.kind, name=row.name, planned=row.planned, committed=row.committed,
                     spent=row.spent)
            for row in lines_of(campaign)
        ),
        promotions=_promotions(campaign), channels=_channels(campaign), coupons=_coupons(campaign),
    )  # fmt: skip


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _promotions(campaign: Campaign) -> tuple[PromotionCame, ...]:
    used = Q(uses__state=UseState.CONFIRMED)
    rows = Promotion.objects.filter(campaign=campaign, live_version__isnull=False).annotate(
        orders=Count("uses", filter=used), given=Sum("uses__amount", filter=used, default=0)
    )
    versions = {
        (one.promotion_id, one.number): one
        for one in PromotionVersion.objects.filter(promotion__campaign=campaign)
    }
    found = []
    for row in rows.order_by("code"):
        version = versions[row.pk, row.live_version or 0]
        found.append(
            PromotionCame(
                code=row.code, title=row.title, orders=row.orders, discount=row.given,
                budget=version.budget, currency=version.document.get("currency") or "CNY",
            )
        )  # fmt: skip
    return tuple(found)


def _channels(campaign: Campaign) -> tuple[ChannelCame, ...]:
    return tuple(
        ChannelCame(
            name=one.placement.name, kind=one.placement.kind, cost=one.cost, visits=one.visits,
            again=one.again, robots=one.robots, late=one.late, orders=one.orders, paid=one.paid,
            revenue=one.revenue, share_bp=one.share_bp,
        )
        for one in came_of(campaign)
    )  # fmt: skip


def _coupons(campaign: Campaign) -> tuple[CouponsCame, ...]:
    rows = CouponBatch.objects.filter(promotion__campaign=campaign).select_related("promotion")
    used = Count("coupons", filter=Q(coupons__state=CouponState.USED))
    return tuple(
        CouponsCame(
            title=row.title, promotion=row.promotion.code, quantity=row.quantity,
            issued=row.issued, used=row.used,
        )
        for row in rows.annotate(used=used).order_by("pk")
    )  # fmt: skip
