"""What members may ask of us (会员的权利): sign-ins, a copy of everything, closing, requests."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand
from hefu.apps.members.models.people import Member


class SignIn(models.Model):
    """One device on which a member is signed in; no address, no version, no exact place."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="sign_ins", db_index=False)
    token_key = models.CharField(max_length=32, unique=True)  # of what the session holds
    agent = models.CharField(max_length=40, blank=True)  # browser family
    region = models.CharField(max_length=6, blank=True)  # GB/T 2260; "" = unknown
    at = models.DateTimeField()
    seen_on = models.DateField()  # the day is enough
    proved_at = models.DateTimeField()  # when the address was last proved in this session
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        indexes = [models.Index(fields=["member", "-at"], name="members_signin_newest")]


class DataExport(models.Model):
    """A copy of everything held about a member, sealed in a file for a few days."""

    class State(models.TextChoices):
        """Where the copy stands."""

        MAKING = "making", _("being made")
        READY = "ready", _("ready")
        GONE = "gone", _("deleted")
        FAILED = "failed", _("failed")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="data_exports", db_index=False)
    state = models.CharField(max_length=6, choices=State.choices, default=State.MAKING)
    job_id = models.BigIntegerField(null=True)
    path = models.CharField(max_length=120, blank=True)  # below the data folder
    bytes = models.PositiveBigIntegerField(default=0)
    asked_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    fetched_at = models.DateTimeField(null=True)  # the last time

    class Meta:
        verbose_name = _("copy of a member's data")
        verbose_name_plural = _("copies of members' data")
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(state="making"), name="members_export_one_making"
            )
        ]
        indexes = [
            models.Index(fields=["member", "-asked_at"], name="members_export_newest"),
            models.Index(
                fields=["expires_at"], condition=Q(state="ready"), name="members_export_due"
            ),
        ]


class Closing(models.Model):
    """An account that was closed; its receipt names nobody and is read by its token."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    member = models.OneToOneField(Member, models.PROTECT, related_name="closing")
    number = models.CharField(max_length=12)
    token_key = models.CharField(max_length=32, unique=True)
    by_staff = models.BooleanField(default=False)
    lost = models.JSONField(default=dict)  # what ended with the account, as counts
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("closed account")
        verbose_name_plural = _("closed accounts")
        constraints = [
            models.UniqueConstraint(fields=["brand", "number"], name="members_closing_number")
        ]


class KeptRecord(models.Model):
    """Records of a closed account that a rule of law keeps until a day."""

    closing = models.ForeignKey(Closing, models.PROTECT, related_name="kept")
    app = models.CharField(max_length=20)
    what = models.CharField(max_length=40)
    rule = models.CharField(max_length=10)  # core.personal.Retention.id
    count = models.PositiveIntegerField()
    until = models.DateField()
    erased_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("kept record")
        verbose_name_plural = _("kept records")
        constraints = [
            models.UniqueConstraint(
                fields=["closing", "app", "what", "until"], name="members_kept_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["until"], condition=Q(erased_at__isnull=True), name="members_kept_due"
            )
        ]


class DataRequest(models.Model):
    """Somebody asks for a right to their data (law L37, L58); ``due_on`` is the rule's."""

    class Kind(models.TextChoices):
        """Which right."""

        ACCESS = "access", _("see the data")
        COPY = "copy", _("get a copy")
        CORRECT = "correct", _("correct")
        DELETE = "delete", _("delete, close the account")
        RESTRICT = "restrict", _("restrict the use")
        TRANSFER = "transfer", _("transfer to another")
        OBJECT = "object", _("object to a use")

    class Channel(models.TextChoices):
        """How it came."""

        ONLINE = "online", _("on the phone page")
        MAIL = "mail", _("by mail")
        PHONE = "phone", _("by telephone")
        SHOP = "shop", _("in a shop")

    class State(models.TextChoices):
        """Where it stands."""

        OPEN = "open", _("identity not checked")
        CHECKED = "checked", _("identity checked")
        DONE = "done", _("done")
        REFUSED = "refused", _("refused")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(
        Member, models.PROTECT, null=True, related_name="data_requests", db_index=False
    )
    number = models.CharField(_("number"), max_length=12)
    kind = models.CharField(_("what for"), max_length=8, choices=Kind.choices)
    channel = models.CharField(_("how it came"), max_length=6, choices=Channel.choices)
    term = models.CharField(max_length=10)  # core.clocks.requests.Term.id
    state = models.CharField(max_length=7, choices=State.choices, default=State.OPEN)
    asker = SealedTextField(blank=True, default="")  # who asks, and how to reach them
    words = SealedTextField(blank=True, default="")  # what they asked
    identity = models.CharField(max_length=120, blank=True)  # what was seen, never a number
    received_on = models.DateField(_("received"))
    due_on = models.DateField(_("due"))
    extended_because = models.CharField(max_length=200, blank=True)
    answer = SealedTextField(blank=True, default="")  # what was answered, or why not
    rule = models.CharField(max_length=10, blank=True)  # a refusal names its rule
    by = models.CharField(max_length=120)
    created_at = models.DateTimeField()
    checked_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("data request")
        verbose_name_plural = _("data requests")
        constraints = [
            models.UniqueConstraint(fields=["brand", "number"], name="members_request_number"),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(rule=""), name="members_request_refusal_rule"
            ),
        ]
        indexes = [
            models.Index(
                fields=["brand", "due_on"], condition=Q(state__in=("open", "checked")),
                name="members_request_due",
            ),
            models.Index(fields=["brand", "-received_on"], name="members_request_newest"),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.number


class Age(models.Model):
    """The year of birth where an age matters (law L40), and a guardian's word below 14."""

    member = models.OneToOneField(Member, models.PROTECT, related_name="age")
    year = SealedTextField()  # YYYY; nothing finer
    said_at = models.DateTimeField()
    guardian = SealedTextField(blank=True, default="")  # a proved phone or e-mail
    guardian_key = models.CharField(max_length=32, blank=True)
    guardian_text = models.CharField(max_length=300, blank=True)  # what the guardian agreed to
    guardian_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("age")
        verbose_name_plural = _("ages")


class ListExport(models.Model):
    """A list of members that somebody takes out of the house: agreed to by another, taken once."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    asked_by_id = models.BigIntegerField()
    reason = models.CharField(_("what for"), max_length=200)
    asked_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(null=True)  # that were in it

    class Meta:
        verbose_name = _("list of members taken out")
        verbose_name_plural = _("lists of members taken out")


class Record(models.Model):
    """What the house must be able to show: impact assessments, transfers abroad, breaches.

    Laws L42 (kept for three years), L43 and L38. Names no member: a breach says how many.
    """

    class Kind(models.TextChoices):
        """Which register it belongs to."""

        IMPACT = "impact", _("impact assessment")
        TRANSFER = "transfer", _("transfer abroad")
        BREACH = "breach", _("breach")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    kind = models.CharField(_("register"), max_length=8, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=120)
    on = models.DateField(_("day"))  # done, begun, or found out
    data = models.CharField(_("which data"), max_length=500)
    why = models.TextField(_("purpose or cause"))
    harm = models.TextField(_("what it may do to people"))
    measures = models.TextField(_("measures"))
    recipient = models.CharField(_("recipient or contact"), max_length=200, blank=True)
    people = models.PositiveIntegerField(_("people concerned"), null=True, blank=True)
    authority_told_at = models.DateTimeField(_("authority told"), null=True)
    people_told_at = models.DateTimeField(_("people told"), null=True)
    closed_at = models.DateTimeField(null=True)
    by = models.CharField(max_length=120)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("record")
        verbose_name_plural = _("records")
        indexes = [models.Index(fields=["brand", "kind", "-on"], name="members_record_newest")]

    def __str__(self) -> str:
        return self.title
