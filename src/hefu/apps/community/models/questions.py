"""Questions about a product (商品问答), who waits for their answers, and how they are found."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Product


class Showing(models.TextChoices):
    """Whether others may read it."""

    WAITING = "waiting", _("to be read first")
    SHOWN = "shown", _("shown")
    HIDDEN = "hidden", _("hidden")


class HideReason(models.TextChoices):
    """Why something is not shown; the author reads it."""

    ADVERTISING = "advertising", _("advertising")
    INSULT = "insult", _("insults or harm")
    OFF_TOPIC = "off_topic", _("not about this product")
    PERSONAL = "personal", _("personal data")
    UNLAWFUL = "unlawful", _("against the law")
    WRONG = "wrong", _("wrong or dangerous advice")


class Question(models.Model):
    """One question of a reader about one product.

    ``due_at`` is when the brand wants it answered by; it is moved when the brand's hours change,
    and a question that was answered, hidden or merged is not due. A merged one leads to the one
    that was kept and has nothing of its own any more.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="questions", db_index=False)
    product = models.ForeignKey(Product, models.PROTECT, related_name="questions")
    text = models.TextField(_("question"), max_length=600)
    text_key = models.CharField(max_length=32)  # of the folded text: the same question again
    language = models.CharField(_("language"), max_length=10)
    member_id = models.BigIntegerField(null=True)  # a guest has none
    showing = models.CharField(_("state"), max_length=7, choices=Showing.choices)
    reason = models.CharField(_("reason"), max_length=12, choices=HideReason.choices, blank=True)
    note = models.CharField(_("note"), max_length=200, blank=True)  # for colleagues
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="merged", verbose_name=_("merged into")
    )
    taken_by_id = models.BigIntegerField(null=True)  # the person at it
    taken_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(_("asked at"))
    due_at = models.DateTimeField(_("to be answered by"))
    answered_at = models.DateTimeField(_("answered at"), null=True)  # first by the maker
    alerted_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()  # what a page that looks on compares

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(
                fields=["product", "text_key"],
                condition=~Q(showing="hidden") & Q(merged_into__isnull=True),
                name="community_question_once",
            ),
            models.CheckConstraint(
                condition=Q(showing="hidden") & ~Q(reason="") | ~Q(showing="hidden") & Q(reason=""),
                name="community_question_why_hidden",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "-asked_at"], name="community_question_newest"),
            models.Index(
                fields=["brand", "due_at"],
                condition=Q(answered_at__isnull=True, merged_into__isnull=True)
                & ~Q(showing="hidden"),
                name="community_question_open",
            ),
            models.Index(
                fields=["due_at"],
                condition=Q(answered_at__isnull=True, alerted_at__isnull=True),
                name="community_question_due",
            ),
            models.Index(
                fields=["member_id", "-asked_at"], condition=Q(member_id__isnull=False),
                name="community_question_whose",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.text[:80]


class Follower(models.Model):
    """Who is told when a question is answered: its asker, and those who asked the same.

    A member is told at the member's own address. A guest left one for this only, with the text
    agreed to beside it; it is erased once its time is over (``services.telling``).
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    question = models.ForeignKey(Question, models.CASCADE, related_name="followers")
    member_id = models.BigIntegerField(null=True)
    channel = models.CharField(max_length=5, blank=True)  # sms or email; empty for members
    address = SealedTextField(blank=True, default="")
    address_key = models.CharField(max_length=32, null=True)  # noqa: DJ001  (unique where given)
    agreed_to = models.CharField(max_length=300, blank=True)
    language = models.CharField(max_length=10)
    at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)  # of the first answer, whoever gave it
    maker_told_at = models.DateTimeField(null=True)  # of the maker's first

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["question", "member_id"], name="community_follower_member"
            ),
            models.UniqueConstraint(
                fields=["question", "address_key"], name="community_follower_guest"
            ),
            models.CheckConstraint(
                condition=Q(member_id__isnull=False) | Q(address_key__isnull=False),
                name="community_follower_reachable",
            ),
        ]
        indexes = [
            models.Index(
                fields=["at"], condition=Q(address_key__isnull=False),
                name="community_follower_old",
            ),
            models.Index(
                fields=["member_id"], condition=Q(member_id__isnull=False),
                name="community_follower_whose",
            ),
        ]  # fmt: skip


class SearchText(models.Model):
    """A question with its shown answers as grams (``core.text``), written whenever they change.

    The index proper is the database's: an FTS5 table that triggers keep on SQLite, an expression
    index on PostgreSQL (migration 0002). A migration that changes this table on SQLite makes it
    anew and must make the triggers anew, too.
    """

    question = models.OneToOneField(
        Question, models.CASCADE, primary_key=True, related_name="search"
    )
    grams = models.TextField()
