"""Signing in through a brand's own identity provider (单点登录, OpenID Connect)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField


class SignInProvider(models.Model):
    """Who vouches for a brand's people; one provider a brand."""

    brand = models.OneToOneField("accounts.Brand", models.PROTECT, related_name="sign_in_provider")
    issuer = models.CharField(_("issuer"), max_length=300)  # exactly as its tokens say
    client_id = models.CharField(_("client ID"), max_length=200)
    client_secret = SealedTextField(blank=True, default="")
    domains = models.JSONField(default=list)  # e-mail domains that it may vouch for, lower case
    groups_claim = models.CharField(max_length=80, default="groups")
    roles = models.JSONField(default=list)  # pairs of group and role; the first that fits counts
    creates_people = models.BooleanField(default=False)  # by ``roles``; else only who was invited
    second_factors = models.JSONField(default=list)  # values of amr or acr that stand for ours
    passwords_off = models.BooleanField(default=False)  # for all but brand admins
    ends_session = models.BooleanField(default=False)  # signing out here signs out there too
    active = models.BooleanField(_("in use"), default=True)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("identity provider")
        verbose_name_plural = _("identity providers")


class Identity(models.Model):
    """A person as their provider knows them: the subject stays when the e-mail changes."""

    user = models.ForeignKey("accounts.User", models.CASCADE, related_name="identities")
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    follows_groups = models.BooleanField(default=False)  # was created by them; the role follows
    linked_at = models.DateTimeField()
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = _("identity")
        verbose_name_plural = _("identities")
        constraints = [
            models.UniqueConstraint(fields=["user", "issuer"], name="accounts_identity_of_user"),
        ]
        indexes = [models.Index(fields=["issuer", "subject"], name="accounts_identity_who")]
