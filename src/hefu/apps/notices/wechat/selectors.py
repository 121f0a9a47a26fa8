"""A brand's WeChat account, for who sets it and for its callback."""

from hefu.apps.notices.models import WechatAccount
from hefu.core.actor import Actor
from hefu.core.permissions import Permission


def account_for(actor: Actor) -> WechatAccount | None:
    """The account of the actor's brand.

    Raises:
        NotAllowed: the role does not look after integrations.
    """
    actor.require(Permission.INTEGRATION_MANAGE)
    return WechatAccount.objects.filter(brand_id=actor.own_brand()).first()


def account_of(slug: str) -> WechatAccount | None:
    """The account behind a brand's callback, while it is in use."""
    rows = WechatAccount.objects.select_related("brand")
    return rows.filter(brand__slug=slug, active=True).first()
