"""Members (会员): a proved phone or e-mail, the consents given, and the ways they sign in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand


class Member(models.Model):
    """A consumer known to one brand by an address that was proved."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="members")
    phone = SealedTextField(_("phone"), blank=True, default="")  # E.164
    phone_key = models.CharField(max_length=32, null=True)  # noqa: DJ001  (unique where given)
    email = SealedTextField(_("e-mail"), blank=True, default="")
    email_key = models.CharField(max_length=32, null=True)  # noqa: DJ001  (unique where given)
    nickname = models.CharField(_("nickname"), max_length=40, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    is_insider = models.BooleanField(_("employee or family"), default=False)  # law L06: no prizes
    created_at = models.DateTimeField(_("member since"))
    restricted_at = models.DateTimeField(null=True)  # neither messaged nor profiled since (L37)
    closed_at = models.DateTimeField(null=True)  # its keys are empty then

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["brand", "phone_key"], name="members_member_phone"),
            models.UniqueConstraint(fields=["brand", "email_key"], name="members_member_email"),
            models.CheckConstraint(
                condition=Q(phone_key__isnull=False) | Q(email_key__isnull=False)
                | Q(closed_at__isnull=False),
                name="members_member_reachable",
            ),
        ]  # fmt: skip
        indexes = [models.Index(fields=["brand", "-created_at"], name="members_member_newest")]


class OneTimeCode(models.Model):
    """A code on its way to an address; good once, for minutes, for few tries."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    #: whose new address the code proves; nobody's: it signs in
    changer_id = models.BigIntegerField(null=True)
    address_key = models.CharField(max_length=32)
    code_key = models.CharField(max_length=32)  # keyed hash; the code itself is in the message only
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["brand", "address_key", "-created_at"], name="members_code_to"),
            models.Index(fields=["created_at"], name="members_code_old"),
        ]


class CodeLimit(models.Model):
    """How many codes one address, client or brand asked for in one window of time."""

    scope = models.CharField(max_length=20)  # the name of a rule in services.codes.LIMITS
    key = models.CharField(max_length=32)  # keyed: neither an address nor a client can be read
    window = models.DateTimeField()  # its beginning
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["scope", "key", "window"], name="members_limit_window")
        ]
        indexes = [models.Index(fields=["window"], name="members_limit_old")]


class ConsentText(models.Model):
    """What exactly a member is asked, per purpose, version and language; never edited."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    purpose = models.CharField(max_length=20)  # purposes.Purpose
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    text = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "purpose", "version", "language"], name="members_text_version"
            )
        ]


class Consent(models.Model):
    """One answer to one text (law L34): a yes or a no, later perhaps a withdrawal; facts only."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    member = models.ForeignKey(Member, models.PROTECT, related_name="consents")
    purpose = models.CharField(max_length=20)
    version = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    given = models.BooleanField()
    surface = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["member", "purpose", "-at"], name="members_consent_newest")]


class Standing(models.Model):
    """What a brand's offers may ask about a member: the level, and the birthday if it was given.

    The birthday is month and day only, sealed, given by the member to the text kept beside it, and
    forgotten when it is taken back.
    """

    member = models.OneToOneField(Member, models.PROTECT, related_name="standing")
    level = models.CharField(_("level"), max_length=20, blank=True)
    birthday = SealedTextField(_("birthday"), blank=True, default="")  # MM-DD
    birthday_text = models.CharField(max_length=300, blank=True)  # what the member agreed to
    birthday_at = models.DateTimeField(null=True)  # when
    updated_at = models.DateTimeField()

    class Meta:
        verbose_name = _("standing")
        verbose_name_plural = _("standings")


class Belonging(models.Model):
    """A member in a group: a segment of the brand's own, or a verified group with its proof.

    A verified group (student, teacher ...) names what was seen, never a copy of it, and until when
    it holds; who no longer belongs has left.
    """

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+", db_index=False)
    member = models.ForeignKey(Member, models.PROTECT, related_name="belongings", db_index=False)
    group = models.CharField(_("group"), max_length=40)
    verified = models.BooleanField(_("verified"), default=False)
    proof = models.CharField(_("what was seen"), max_length=120, blank=True)
    expires_at = models.DateTimeField(_("holds until"), null=True)
    by = models.CharField(max_length=120)
    at = models.DateTimeField(_("at"))
    left_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("belonging")
        verbose_name_plural = _("belongings")
        constraints = [
            models.UniqueConstraint(
                fields=["member", "group", "verified"], name="members_belonging_once"
            ),
            models.CheckConstraint(
                condition=Q(verified=False) | ~Q(proof="") & Q(expires_at__isnull=False),
                name="members_belonging_proved",
            ),
        ]
        indexes = [
            models.Index(fields=["brand", "group", "verified"], name="members_belonging_group")
        ]
