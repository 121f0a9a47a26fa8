"""Setting the account, and answering each of its messages once."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from hefu.apps.accounts.fields import lookup
from hefu.apps.audit.services import deed, record, service
from hefu.apps.notices.models import WechatAccount, WechatSeen
from hefu.core.actor import Actor, system
from hefu.core.errors import DomainError, Invalid, NotFound
from hefu.core.permissions import Permission
from hefu.core.wechat import read_key

SEEN_KEPT = timedelta(days=1)  # WeChat asks again within seconds
_TOKEN = re.compile(r"[A-Za-z0-9]{3,32}")
_APP_ID = re.compile(r"[A-Za-z0-9_-]{4,40}")


@dataclass(frozen=True, kw_only=True)
class AccountWish:
    """What stands in the account's settings; an empty token or key keeps the one that is there."""

    app_id: str
    token: str = ""
    aes_key: str = ""
    plain: bool = False  # no key: messages travel as they are
    active: bool = True


@service
def set_account(actor: Actor, *, wish: AccountWish, now: datetime) -> WechatAccount:
    """Set the brand's account.

    Raises:
        Invalid: AppID, token or key is not of WeChat's form, or the first token is missing.
    """
    actor.require(Permission.INTEGRATION_MANAGE)
    known = WechatAccount.objects.filter(brand_id=actor.own_brand()).first()
    token = wish.token or (known.token if known else "")
    key = "" if wish.plain else wish.aes_key or (known.aes_key if known else "")
    if not _APP_ID.fullmatch(wish.app_id):
        raise Invalid(field="app_id", rule="not_an_app_id")
    if not _TOKEN.fullmatch(token):
        raise Invalid(field="token", rule="letters_digits_3_to_32")
    if not wish.plain:
        try:
            read_key(key)
        except DomainError as error:
            raise Invalid(field="aes_key", rule="43_characters") from error
    row, _ = WechatAccount.objects.update_or_create(
        brand_id=actor.own_brand(),
        defaults={
            "app_id": wish.app_id, "token": token, "aes_key": key, "active": wish.active,
            "changed_at": now,
        },
    )  # fmt: skip
    record(actor, "notices.wechat_set", row, now=now, encrypted=bool(key), active=wish.active)
    return row


@service
def remove_account(actor: Actor, *, now: datetime) -> None:
    """Forget the brand's account.

    Raises:
        NotFound: there is none.
    """
    actor.require(Permission.INTEGRATION_MANAGE)
    row = WechatAccount.objects.filter(brand_id=actor.own_brand()).first()
    if row is None:
        raise NotFound
    record(actor, "notices.wechat_removed", row, now=now)
    row.delete()


def note_check(account: WechatAccount, *, now: datetime) -> None:
    """WeChat's server asked whether the address is ours, and was answered."""
    with deed():
        WechatAccount.objects.filter(pk=account.pk).update(checked_at=now)
        actor = system("notices:wechat", brand_id=account.brand_id)
        record(actor, "notices.wechat_checked", account, now=now)


def is_first(account: WechatAccount, *, name: str, now: datetime) -> bool:
    """Whether a message comes for the first time; of several at once, one is the first.

    ``name`` may hold who sent it: a keyed look-up of it is kept, for a day.
    """
    key = lookup(name, purpose="wechat", brand_id=account.brand_id)
    with deed():
        _, new = WechatSeen.objects.get_or_create(account=account, key=key, defaults={"at": now})
    return new


def forget_seen(now: datetime) -> int:
    """Clock: forget which messages were answered a day ago."""
    return WechatSeen.objects.filter(at__lt=now - SEEN_KEPT).delete()[0]
