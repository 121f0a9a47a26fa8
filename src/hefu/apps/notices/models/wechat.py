"""A brand's WeChat official account (微信公众号): what its callback is checked with."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from hefu.apps.accounts.fields import SealedTextField
from hefu.apps.accounts.models import Brand


class WechatAccount(models.Model):
    """The secrets that a brand shares with WeChat's server; one account a brand."""

    brand = models.OneToOneField(Brand, models.PROTECT, related_name="+")
    app_id = models.CharField(_("AppID"), max_length=40)
    token = SealedTextField()
    aes_key = SealedTextField(blank=True, default="")  # 43 characters; empty: plain mode only
    active = models.BooleanField(_("in use"), default=True)
    checked_at = models.DateTimeField(null=True)  # WeChat's server asked and was answered
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("WeChat account")
        verbose_name_plural = _("WeChat accounts")


class WechatSeen(models.Model):
    """A message that was answered, by a keyed look-up of what names it; kept for a day."""

    account = models.ForeignKey(WechatAccount, models.CASCADE, related_name="+")
    key = models.CharField(max_length=64)
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "key"], name="notices_wechat_seen_once")
        ]
