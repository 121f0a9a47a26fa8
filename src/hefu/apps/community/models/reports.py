"""Reports of abuse (举报): a reader says what should not stand there, a person decides."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.community.models.answers import Answer
from hefu.apps.community.models.questions import Question


class ReportReason(models.TextChoices):
    """What a reader says is wrong."""

    ADVERTISING = "advertising", _("It is advertising")
    DANGEROUS = "dangerous", _("It is wrong or dangerous")
    INSULT = "insult", _("It insults or harms")
    OTHER = "other", _("Something else")
    PERSONAL = "personal", _("It shows personal data")


class Report(models.Model):
    """One report of a question, or of one of its answers; once per reporter."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    question = models.ForeignKey(Question, models.CASCADE, related_name="reports")
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, related_name="reports")
    reporter = models.CharField(max_length=32)  # a keyed mark, as a voter's
    reason = models.CharField(_("reason"), max_length=12, choices=ReportReason.choices)
    at = models.DateTimeField(_("at"))
    settled_at = models.DateTimeField(null=True)
    settled_by_id = models.BigIntegerField(null=True)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "reporter"], condition=Q(answer__isnull=True),
                name="community_report_question",
            ),
            models.UniqueConstraint(
                fields=["answer", "reporter"], condition=Q(answer__isnull=False),
                name="community_report_answer",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["brand", "at"], condition=Q(settled_at__isnull=True),
                name="community_report_open",
            )
        ]  # fmt: skip
