"""What a brand owes its operator never stands between a buyer and the truth (R137)."""

from datetime import date, timedelta

import pytest
import time_machine

from hefu.apps.billing.errors import ContractEnded
from hefu.apps.billing.selectors.contracts import account_for
from hefu.apps.identity.models import Scan
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.services.throttle import THROTTLE
from hefu.core.metering import Standing
from tests.apps.billing.rows import a_contract, at
from tests.apps.identity.life.rows import Goods
from tests.surfaces.edge.test_app import link, scan

pytestmark = pytest.mark.django_db(transaction=True)


def test_R137_an_expired_contract_does_not_change_the_authenticity_answer():
    goods = Goods()
    a_contract(goods.brand, until_on=date(2026, 11, 30), grace_days=10)
    answers = []
    for serial, day in ((0, date(2026, 11, 25)), (1, date(2027, 6, 1)), (2, date(2031, 6, 1))):
        THROTTLE.clear()
        BOOK.clear()
        with time_machine.travel(at(day) + timedelta(minutes=5)):
            (reply,) = scan(link(goods, goods.code(serial)[:16]), accept="application/json")
            answers.append((reply.status, reply.json["verdict"]))
    assert answers == [(200, "genuine_first")] * 3
    assert Scan.objects.count() == 3

    assert account_for(goods.house.admin, now=at(date(2031, 6, 1))).standing is Standing.ENDED
    with pytest.raises(ContractEnded):
        goods.house.order(quantity=5, batch="09", now=at(date(2031, 6, 1)))
