"""How often one may write (频率限制), instead of puzzles: per member, client, product and text.

Counted in fixed windows by one conditional UPDATE each, as sign-in codes are; who is behind a key
cannot be read. The numbers let a family, a shop or an office share one address.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from hefu.apps.accounts.fields import lookup
from hefu.apps.audit.windows import use_window
from hefu.apps.community.errors import TooMany
from hefu.apps.community.models import Limit
from hefu.apps.members.addresses import client_key
from hefu.core.actor import Actor

KEPT = timedelta(days=2)  # longer than the longest window
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """At most ``most`` in each ``window``."""

    window: timedelta
    most: int


ALLOWANCES = {
    "ask_member_hour": Allowance(window=HOUR, most=6),
    "ask_member_day": Allowance(window=DAY, most=20),
    "ask_client_hour": Allowance(window=HOUR, most=12),
    "ask_client_day": Allowance(window=DAY, most=40),
    "ask_product_hour": Allowance(window=HOUR, most=120),
    "ask_text_day": Allowance(window=DAY, most=4),  # one text under many products
    "answer_member_hour": Allowance(window=HOUR, most=10),
    "answer_member_day": Allowance(window=DAY, most=40),
    "answer_client_hour": Allowance(window=HOUR, most=30),
    "vote_client_hour": Allowance(window=HOUR, most=120),
    "report_client_hour": Allowance(window=HOUR, most=20),
}


def _count(scope: str, key: str, *, brand_id: int, now: datetime) -> None:
    allowance = ALLOWANCES[scope]
    mark = lookup(key, purpose=f"community {scope}", brand_id=brand_id)
    retry_after = use_window(
        Limit, scope=scope, key=mark, window=allowance.window, most=allowance.most, now=now
    )
    if retry_after:
        raise TooMany(scope=scope, retry_after=retry_after)


def count_writing(deed: str, *, brand_id: int, actor: Actor, client: str, now: datetime) -> None:
    """Count one ``ask``, ``answer``, ``vote`` or ``report`` of a member and of a client.

    ``client`` is a network address; empty for a brand's own systems, which have their pace.

    Raises:
        TooMany: the deed, and with it the count, is undone.
    """
    for scope in ALLOWANCES:
        if client and scope.startswith(f"{deed}_client_"):
            _count(scope, client_key(client), brand_id=brand_id, now=now)
        if actor.member_id is not None and scope.startswith(f"{deed}_member_"):
            _count(scope, str(actor.member_id), brand_id=brand_id, now=now)


def count_question(*, brand_id: int, product_id: int, text_key: str, now: datetime) -> None:
    """Count a question for its product, and its words wherever they are asked.

    Raises:
        TooMany: see ``count_writing``.
    """
    _count("ask_product_hour", str(product_id), brand_id=brand_id, now=now)
    _count("ask_text_day", text_key, brand_id=brand_id, now=now)


def forget_limits(now: datetime) -> int:
    """Clock: remove counts of two days ago; says how many."""
    return Limit.objects.filter(window__lt=now - KEPT).delete()[0]
