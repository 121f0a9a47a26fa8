"""Steps that the ledger's tests are told in."""

from datetime import timedelta

import pytest

from hefu.apps.ledger import selectors, services
from hefu.apps.ledger.services import Grant
from tests.factories import NOW

LI, WANG = 7, 8
DAY = timedelta(days=1)


def give(clerk, amount=10, *, key="welcome", member_id=LI, now=NOW, **about):
    grant = Grant(key=key, member_id=member_id, amount=amount, reason="activation", **about)
    return services.grant_many(clerk, grants=[grant], now=now)[0]


def has(clerk, member_id=LI, **about):
    return selectors.balance_for(clerk, member_id, **about).available


def spend(clerk, amount, *, key="order-1", member_id=LI, now=NOW):
    return services.spend(
        clerk, key=key, member_id=member_id, amount=amount, reason="order", now=now
    )


def set_aside(clerk, amount, *, key="cart-1", now=NOW, days=1):
    return services.hold(
        clerk, key=key, member_id=LI, amount=amount, reason="cart", now=now,
        expires_at=now + days * DAY,
    )  # fmt: skip


def refused_and_unchanged(error, deed):
    before = selectors.ledger_sums()
    with pytest.raises(error) as caught:
        deed()
    assert selectors.ledger_sums() == before
    return caught.value
