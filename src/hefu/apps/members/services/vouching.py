"""Members whom the brand's own systems vouch for: they proved the address elsewhere."""

from collections.abc import Sequence
from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.members.addresses import normalise_address
from hefu.apps.members.models import Member
from hefu.apps.members.services.proofs import find_or_join
from hefu.core.actor import Actor
from hefu.core.permissions import Permission


@service
def vouch(
    actor: Actor, *, addresses: Sequence[str], now: datetime, language: str = "zh-hans"
) -> list[Member]:
    """Return the members with these phones or e-mails, joining those who are new.

    For a brand's own shop or app that has proved them; nothing is sent and no consent is implied.

    Raises:
        Invalid: one of them is no address; nobody joins.
        NotAllowed: the key's scope does not include it.
    """
    actor.require(Permission.MEMBER_VOUCH)
    brand_id = actor.own_brand()
    found = [
        find_or_join(brand_id, normalise_address(address), language=language, now=now)
        for address in addresses
    ]
    joined = sum(new for _, new in found)
    record(actor, "members.vouched", "members.member", now=now, count=len(found), joined=joined)
    return [member for member, _ in found]
