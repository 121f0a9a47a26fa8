"""Measuring a campaign and writing about it (活动总结): figures stay as they were measured.

On the day the plan says, a clock gathers the figures; whoever wants newer ones measures again, into
a version of its own. Conclusions stand beside them, each wording kept.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.reports import ReportMoved
from hefu.apps.campaigns.models import Campaign, PlanVersion, ReportText, ReportVersion
from hefu.apps.campaigns.selectors.plans import campaign_by_id, plan_of, signed_plan
from hefu.apps.campaigns.selectors.reports import (
    due_reports,
    measured_report,
    reports_of,
    texts_of,
)
from hefu.core.actor import Actor, system
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.core.planning import report_document, report_hash

LONGEST = 20_000  # characters of conclusions
STEP = 20  # reports gathered in one round of the clock


@service
def measure(actor: Actor, *, campaign: Campaign, now: datetime) -> ReportVersion:
    """Measure a campaign anew, into a version of its own; earlier ones stay as they are.

    Raises:
        NotAllowed: the role does not manage campaigns.
        NotFound: another brand's, or no plan is signed: nobody said what is measured.
        ReportMoved: somebody measured at the same moment.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    plan = signed_plan(campaign)
    if plan is None:
        raise NotFound(field="plan")
    made = _measured(actor, campaign, plan, by_clock=False, now=now)
    if made is None:
        raise ReportMoved(field="report")
    return made


def _measured(
    actor: Actor, campaign: Campaign, plan: PlanVersion, *, by_clock: bool, now: datetime
) -> ReportVersion | None:
    """Write the next version; None where another one came first."""
    report = measured_report(actor, campaign, plan_of(plan), now=now)
    newest = reports_of(campaign).first()
    number = (newest.number if newest else 0) + 1
    try:
        with transaction.atomic():
            row = ReportVersion.objects.create(
                brand_id=campaign.brand_id, campaign=campaign, number=number, plan=plan,
                by_clock=by_clock, document=report_document(report),
                content_hash=report_hash(report), measured_by=actor.label, measured_at=now,
            )  # fmt: skip
    except IntegrityError:
        return None
    record(
        actor, "campaigns.report_measured", campaign, now=now, number=number,
        hash=row.content_hash,
    )  # fmt: skip
    return row


def gather_reports(now: datetime) -> int:
    """Gather the figures of campaigns whose day has come, once per signed plan; a clock calls it.

    A day that nobody was up on is made good the next time.
    """
    due = due_reports(timezone.localdate(now))
    return sum(
        _gather(system("clock", brand_id=plan.brand_id), plan=plan, now=now) for plan in due[:STEP]
    )


@service
def _gather(actor: Actor, *, plan: PlanVersion, now: datetime) -> int:
    return int(_measured(actor, plan.campaign, plan, by_clock=True, now=now) is not None)


@service
def conclude(
    actor: Actor, *, campaign: Campaign, text: str, seen: int, now: datetime
) -> ReportText:
    """Write what follows from the figures; ``seen`` is the number of the wording that was read.

    Raises:
        NotAllowed: the role does not manage campaigns.
        NotFound: another brand's, or nothing was measured yet.
        Invalid: nothing is written, or too much.
        ReportMoved: somebody else wrote meanwhile.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    text, figures = text.strip(), reports_of(campaign).first()
    if figures is None:
        raise NotFound(field="report")
    if not text:
        raise Invalid(field="text", rule="required")
    if len(text) > LONGEST:
        raise Invalid(field="text", rule="too_long", value=LONGEST)
    newest = texts_of(campaign).first()
    if newest is not None and newest.text == text:
        return newest  # pressed twice
    if seen != (newest.number if newest else 0):
        raise ReportMoved(field="text")
    try:
        with transaction.atomic():
            row = ReportText.objects.create(
                brand_id=campaign.brand_id, campaign=campaign, number=seen + 1, text=text,
                beside=figures.number, written_by=actor.label, written_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise ReportMoved(field="text") from error
    record(actor, "campaigns.report_concluded", campaign, now=now, number=row.number)
    return row
