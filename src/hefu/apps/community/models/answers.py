"""Answers (回答) of the maker and of other members, their history, and whom they helped."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.models import Brand
from hefu.apps.community.models.questions import HideReason, Question, Showing


class AnswerKind(models.TextChoices):
    """Whose word it is; the badge beside it."""

    MAKER = "maker", _("the maker")
    OWNER = "owner", _("an owner")  # activated a unit of this product
    MEMBER = "member", _("a member")


class Answer(models.Model):
    """One answer; a member gives one per question, the maker several."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    question = models.ForeignKey(Question, models.PROTECT, related_name="answers")
    kind = models.CharField(_("by"), max_length=6, choices=AnswerKind.choices)
    text = models.TextField(_("answer"), max_length=3000)
    user_id = models.BigIntegerField(null=True)  # the maker's person
    member_id = models.BigIntegerField(null=True)
    activation_id = models.BigIntegerField(null=True)  # what made the member an owner, then
    showing = models.CharField(_("state"), max_length=7, choices=Showing.choices)
    reason = models.CharField(_("reason"), max_length=12, choices=HideReason.choices, blank=True)
    helpful = models.PositiveIntegerField(_("found helpful"), default=0)
    accepted_at = models.DateTimeField(null=True)  # by the asker: one per question
    at = models.DateTimeField(_("at"))
    edited_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["question", "member_id"], name="community_answer_per_member"
            ),
            models.UniqueConstraint(
                fields=["question"], condition=Q(accepted_at__isnull=False),
                name="community_answer_accepted",
            ),
            models.CheckConstraint(
                condition=Q(showing="hidden") & ~Q(reason="") | ~Q(showing="hidden") & Q(reason=""),
                name="community_answer_why_hidden",
            ),
            models.CheckConstraint(
                condition=Q(kind="maker", member_id__isnull=True) | ~Q(kind="maker"),
                name="community_answer_whose",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["brand", "showing", "at"], name="community_answer_waiting"),
            models.Index(
                fields=["member_id"], condition=Q(member_id__isnull=False),
                name="community_answer_author",
            ),
        ]  # fmt: skip


class AnswerEdit(models.Model):
    """What an answer said before it was edited; shown to staff, never changed."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="edits")
    text = models.TextField()
    user_id = models.BigIntegerField(null=True)
    at = models.DateTimeField()


class Vote(models.Model):
    """One "this helped me" of one member or one guest's device, known by a keyed mark only."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="votes")
    voter = models.CharField(max_length=32)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["answer", "voter"], name="community_vote_once")
        ]
