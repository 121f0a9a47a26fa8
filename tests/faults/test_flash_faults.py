"""A flash sale whose server is killed again and again: nothing lost, nothing sold twice."""

import json
import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.house import a_house

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.slow,
    pytest.mark.enable_socket,
    pytest.mark.timeout(600),
]
KILLS = int(os.environ.get("HEFU_FAULT_KILLS", "3"))
STOCK, MEMBERS, HANDS = 150 * KILLS, 200 * KILLS, 8
SESSION = "0123456789abcdef0123456789abcdef"
SALE = """
import json, time
import django; django.setup()
from datetime import timedelta
from django.utils import timezone
from benchmarks._house import members
from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.services.flash import SaleTerms, create_sale
from hefu.core.actor import system
from hefu.surfaces.edge import tickets
now, brand = timezone.now(), Brand.objects.get()
terms = SaleTerms(code="rush", title="秒杀", price=100, pieces={stock}, starts_at=now,
                  ends_at=now + timedelta(hours=1))
sale = create_sale(system("tests", brand_id=brand.pk), terms=terms, now=now)
print(json.dumps({{"path": f"/flash/{{brand.slug}}/rush/", "tickets": {{
    pk: tickets.written(
        tickets.Ticket(sale_id=sale.pk, brand_id=brand.pk, member_id=pk, until=2**40),
        session_key="{session}",
    ) for pk in members(brand.pk, {members})
}}}}))
"""
AFTERWARDS = """
import json
import django; django.setup()
from hefu.apps.campaigns.models import FlashSale, Reservation
sale = FlashSale.objects.get()
print(json.dumps({
    "counts": [sale.left, sale.held, sale.paid, sale.initial],
    "members": list(Reservation.objects.order_by("arrival").values_list("member_id", flat=True)),
}))
"""


class Rush:
    """Every member asks until he is answered; a lost answer is asked for again."""

    def __init__(self, house, path: str, tickets: dict[str, str]) -> None:
        self.house, self.path, self.tickets = house, path, tickets
        self.members, self.lock = iter(tickets), threading.Lock()
        self.won, self.lost, self.statuses = [], [], set()

    def hand(self) -> None:
        while True:
            with self.lock:
                member = next(self.members, None)
            if member is None:
                return
            self.ask(member)

    def ask(self, member: str) -> None:
        address = f"{self.path}?ticket={self.tickets[member]}"
        for _ in range(600):
            status = self.house.ask(
                address, {}, Cookie=f"sessionid={SESSION}", Accept="application/json"
            )
            self.statuses.add(status)
            if status in (200, 409):
                with self.lock:
                    (self.won if status == 200 else self.lost).append(int(member))
                return
            time.sleep(0.05)
        raise AssertionError(f"no answer for {member}: {self.statuses}")


def test_a_killed_server_loses_no_reservation_and_sells_none_twice(empty_database):
    with a_house(empty_database) as house:
        about = json.loads(
            house.python(SALE.format(stock=STOCK, members=MEMBERS, session=SESSION)).splitlines()[
                -1
            ]
        )
        house.start()
        rush = Rush(house, about["path"], about["tickets"])
        with ThreadPoolExecutor(HANDS) as pool:
            hands = [pool.submit(rush.hand) for _ in range(HANDS)]
            for _ in range(KILLS):
                time.sleep(random.uniform(0.1, 0.3))
                house.kill()
                house.start()
            for hand in hands:
                hand.result()
        after = json.loads(house.python(AFTERWARDS).splitlines()[-1])
        report = house.hefu("audit", "verify")

    assert after["counts"] == [0, STOCK, 0, STOCK], "all of it reserved, and no more"
    assert len(after["members"]) == len(set(after["members"])) == STOCK
    assert set(rush.won) == set(after["members"]), "who was told so has it, and nobody else"
    assert len(rush.lost) == MEMBERS - STOCK
    assert 0 in rush.statuses, "nobody was interrupted"
    assert rush.statuses <= {0, 200, 409, 503}
    assert report["whole"], report
    print(f"{KILLS} kills: {len(rush.won)} of {STOCK} reservations answered, all found, once")
