"""One-question surveys (满意度调查): what is asked, who was asked, and what they said."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Product

KEY_CHARS = 32


class Occasion(models.TextChoices):
    """After what it is asked."""

    ACTIVATION = "activation", _("after an activation")
    ANSWER = "answer", _("after an answer to a question")


class Scale(models.IntegerChoices):
    """The highest mark; five begins with 1, ten with 0."""

    FIVE = 5, _("1 to 5")
    TEN = 10, _("0 to 10")


class Survey(models.Model):
    """A question a brand asks; at most one is open per occasion."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="surveys", db_index=False)
    occasion = models.CharField(_("occasion"), max_length=10, choices=Occasion.choices)
    scale = models.PositiveSmallIntegerField(_("scale"), choices=Scale.choices)
    rest_days = models.PositiveSmallIntegerField(_("days of rest"))  # for one person
    opened_at = models.DateTimeField(_("opened at"))
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("survey")
        verbose_name_plural = _("surveys")
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "occasion"], condition=Q(closed_at__isnull=True),
                name="service_survey_one_open",
            ),
            models.CheckConstraint(condition=Q(scale__in=[5, 10]), name="service_survey_scale"),
        ]  # fmt: skip
        indexes = [models.Index(fields=["brand", "-opened_at"], name="service_survey_newest")]


class SurveyVersion(models.Model):
    """How the question is worded; never edited: what somebody answered stays what they read."""

    survey = models.ForeignKey(Survey, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    texts = models.JSONField()  # by language: question, low, high, word
    by = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("survey version")
        verbose_name_plural = _("survey versions")
        constraints = [
            models.UniqueConstraint(fields=["survey", "number"], name="service_version_number")
        ]


class Ask(models.Model):
    """One occasion on which somebody is asked, once; and the answer, if they give one."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="asks", db_index=False)
    version = models.ForeignKey(SurveyVersion, models.PROTECT, null=True, related_name="+")
    subject = models.CharField(max_length=60)  # "identity.activation:42"
    key = models.CharField(max_length=KEY_CHARS, unique=True)  # who holds it may answer
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    member_id = models.BigIntegerField(null=True)  # a guest has none
    made_at = models.DateTimeField()
    shown_at = models.DateTimeField(_("asked at"), null=True)
    skipped_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(_("answered at"), null=True)
    mark = models.PositiveSmallIntegerField(_("mark"), null=True)
    word = SealedTextField(_("in their words"), blank=True, default="")
    agreed_to = models.CharField(max_length=300, blank=True)  # what stood beside the button
    language = models.CharField(max_length=10, blank=True)

    class Meta:
        verbose_name = _("asking")
        verbose_name_plural = _("askings")
        constraints = [
            models.UniqueConstraint(fields=["brand", "subject"], name="service_ask_once"),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True, mark__isnull=True)
                | Q(answered_at__isnull=False, mark__isnull=False, version__isnull=False),
                name="service_ask_answered",
            ),
            models.CheckConstraint(
                condition=Q(mark__isnull=True) | Q(mark__lte=10), name="service_ask_mark"
            ),
            models.CheckConstraint(
                condition=Q(shown_at__isnull=True) | Q(shown_at__gte=F("made_at")),
                name="service_ask_shown_after",
            ),
        ]
        indexes = [
            models.Index(fields=["survey", "shown_at"], name="service_ask_results"),
            models.Index(
                fields=["member_id"], condition=Q(member_id__isnull=False),
                name="service_ask_whose",
            ),
        ]  # fmt: skip


class LastAsked(models.Model):
    """When a member was last asked: who moves it asks, nobody else before the rest is over."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    member_id = models.BigIntegerField()
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["brand", "member_id"], name="service_lastasked_member")
        ]
