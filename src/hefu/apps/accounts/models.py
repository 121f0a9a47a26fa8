"""Brands (品牌), the organisations around them, the people of both, and their approvals."""

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models_sign_in import Identity, SignInProvider

__all__ = [
    "ApiKey", "Approval", "Brand", "Identity", "Organisation", "RoleChoices", "SignInProvider",
    "User", "UserManager",
]  # fmt: skip


class RoleChoices(models.TextChoices):
    """``core.permissions.Role`` with its labels."""

    BRAND_ADMIN = "brand_admin", _("brand admin")
    CAMPAIGN_MANAGER = "campaign_manager", _("campaign manager")
    PRODUCT_SPECIALIST = "product_specialist", _("product specialist")
    APPROVER = "approver", _("approver")
    SERVICE_AGENT = "service_agent", _("service agent")
    SALES_MANAGER = "sales_manager", _("sales manager")
    ANALYST = "analyst", _("analyst")
    AUDITOR = "auditor", _("auditor")
    DISTRIBUTOR = "distributor", _("distributor")
    RETAILER = "retailer", _("retailer")
    SUPPLIER = "supplier", _("supplier")
    REPAIR_POINT = "repair_point", _("repair point")


class Brand(models.Model):
    """A tenant: everything else belongs to exactly one."""

    slug = models.SlugField(_("short name"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=80, blank=True)
    host = models.CharField(_("own host name"), max_length=120, null=True, blank=True, unique=True)
    colour = models.CharField(
        _("brand colour"),
        max_length=7,
        default="#2b6a5b",
        validators=[RegexValidator(r"#[0-9a-fA-F]{6}")],
    )
    #: SHA-256 of a picture among the brand's media, or none; the catalogue keeps the file
    logo = models.CharField(_("logo"), max_length=64, blank=True, default="")
    trader_name = models.CharField(_("trader"), max_length=120, blank=True)  # law L50
    trader_address = models.CharField(_("trader's address"), max_length=200, blank=True)
    trader_contact = models.CharField(_("trader's contact"), max_length=120, blank=True)
    created_at = models.DateTimeField(_("created at"))

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A partner of a brand: distributor, retailer, supplier or repair point."""

    class Kind(models.TextChoices):
        """What the partner does for the brand."""

        DISTRIBUTOR = "distributor", _("distributor")
        RETAILER = "retailer", _("retailer")
        SUPPLIER = "supplier", _("supplier")
        REPAIR_POINT = "repair_point", _("repair point")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="organisations")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    code = models.CharField(_("partner number"), max_length=40)
    name = models.CharField(_("name"), max_length=120)
    region = models.CharField(_("region"), max_length=6, blank=True)  # GB/T 2260

    class Meta:
        verbose_name = _("organisation")
        verbose_name_plural = _("organisations")
        constraints = [
            models.UniqueConstraint(fields=["brand", "code"], name="accounts_organisation_code")
        ]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Django's door for its own commands; people are invited through services."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Find a person by e-mail whatever its capitals."""
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """A person of a brand, of a partner, or of the operator; consumers are members instead."""

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=80)
    brand = models.ForeignKey(Brand, models.PROTECT, null=True, blank=True, related_name="people")
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="people"
    )
    role = models.CharField(_("role"), max_length=20, choices=RoleChoices.choices, blank=True)
    is_active = models.BooleanField(_("may log in"), default=True)
    is_staff = models.BooleanField(_("may enter backstage"), default=False)
    totp_secret = SealedTextField(_("second factor"), blank=True, default="")
    totp_confirmed_at = models.DateTimeField(null=True, blank=True)
    totp_last_step = models.BigIntegerField(default=0)  # a one-time password is good once
    created_at = models.DateTimeField(_("created at"))

    objects = UserManager()
    USERNAME_FIELD = "email"

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_superuser=True) | (Q(brand__isnull=False) & ~Q(role="")),
                name="accounts_user_belongs_somewhere",
            )
        ]

    def __str__(self) -> str:
        return self.name


class Approval(models.Model):
    """A deed that a second person must agree to, bound to what it said when it was asked for."""

    class Decision(models.TextChoices):
        """Where the request stands."""

        OPEN = "open", _("waiting")
        GRANTED = "granted", _("granted")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="approvals")
    kind = models.CharField(_("kind"), max_length=40)  # e.g. identity.issue
    subject_kind = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    summary = models.JSONField(default=dict)  # typed facts; the sentence is rendered for the reader
    content_hash = models.CharField(max_length=64)
    asked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=10, choices=Decision.choices, default=Decision.OPEN)
    decided_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("approval")
        verbose_name_plural = _("approvals")
        indexes = [
            models.Index(fields=["brand", "decision", "asked_at"], name="accounts_approval_open")
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | Q(asked_by__isnull=True)
                | ~Q(asked_by=F("decided_by")),
                name="accounts_approval_second_person",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id"], condition=Q(decision="open"),
                name="accounts_approval_one_open",
            ),
        ]  # fmt: skip


class ApiKey(models.Model):
    """What an integration signs in with; only a hash of the secret is kept."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="api_keys")
    name = models.CharField(_("name"), max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.CharField(max_length=64)
    scopes = models.JSONField(default=list)  # values of Permission
    created_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
