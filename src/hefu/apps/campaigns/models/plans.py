"""Campaign plans (活动方案): versions that are signed, tasks and money that follow."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models.rules import Campaign


class PlanVersion(models.Model):
    """One wording of a campaign's plan (``core.planning``); signed, it is never changed again."""

    class State(models.TextChoices):
        """Where it stands."""

        DRAFT = "draft", _("draft")
        ASKED = "asked", _("waiting for approval")
        SIGNED = "signed", _("approved")
        REPLACED = "replaced", _("replaced")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="plans", db_index=False)
    number = models.PositiveIntegerField()
    document = models.JSONField()
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices)
    revision = models.PositiveIntegerField(default=1)  # of the draft: two editors do not mix
    written_by = models.CharField(max_length=120)
    written_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("plan")
        verbose_name_plural = _("plans")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "number"], name="campaigns_plan_number"),
            models.UniqueConstraint(
                fields=["campaign"], condition=Q(state__in=("draft", "asked")),
                name="campaigns_plan_open",
            ),
            models.UniqueConstraint(
                fields=["campaign"], condition=Q(state="signed"), name="campaigns_plan_signed"
            ),
        ]  # fmt: skip


class PlanTask(models.Model):
    """A task of the signed plan, with its day and what became of it."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    task = models.CharField(max_length=20)  # its ID in the plan
    title = models.CharField(max_length=80)
    owner = models.CharField(max_length=80, blank=True)
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    slipped_at = models.DateTimeField(null=True)  # its day passed, and it was not done
    dropped = models.BooleanField(default=False)  # a later version has it no more

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "task"], name="campaigns_task_once")
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(done_at=None, slipped_at=None, dropped=False),
                name="campaigns_task_due",
            )
        ]  # fmt: skip


class PlanLine(models.Model):
    """A budget line of the signed plan: what is planned, committed and spent.

    Moved by conditional UPDATE only.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="+", db_index=False)
    line = models.CharField(max_length=20)  # its ID in the plan
    kind = models.CharField(max_length=12)  # core.planning.LineKind
    name = models.CharField(max_length=80)
    planned = models.PositiveBigIntegerField()
    committed = models.PositiveBigIntegerField(default=0)  # ordered, not paid yet
    spent = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "line"], name="campaigns_line_once"),
            models.CheckConstraint(
                condition=Q(planned__gte=F("committed") + F("spent")), name="campaigns_line_within"
            ),
        ]


class PlanSpending(models.Model):
    """One movement on a budget line: an order placed, a bill paid; append-only, once per key."""

    class Kind(models.TextChoices):
        """What happened."""

        COMMIT = "commit", _("committed")
        SPEND = "spend", _("spent")

    line = models.ForeignKey(PlanLine, models.PROTECT, related_name="spendings")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    amount = models.BigIntegerField()  # of a commitment that is paid: the negative of it
    note = models.CharField(max_length=120, blank=True)
    key = models.CharField(max_length=80)
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("spending")
        verbose_name_plural = _("spendings")
        constraints = [
            models.UniqueConstraint(fields=["line", "key", "kind"], name="campaigns_spend_once")
        ]
