"""Co-op funds: never below zero whoever comes at once, and paid back to the cent (R326)."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction

from hefu.apps.ledger import selectors, services
from hefu.apps.ledger.errors import FundClosed, FundMoved, FundShort, KeyReused
from hefu.apps.ledger.models import Fund, FundMovement
from hefu.apps.ledger.services import Payment
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.factories import NOW, a_brand, a_partner, an_actor, operator

pytestmark = pytest.mark.django_db


class Pot:
    """A fund of 1,000.01 yuan that a brand and a partner share 60 to 40."""

    def __init__(self):
        self.brand = a_brand()
        self.clerk = operator(self.brand)
        self.partner = a_partner(self.brand)
        self.shares = [(None, 6_000), (self.partner.pk, 4_000)]
        self.fund = self.opened("双12")

    def opened(self, name):
        return services.open_fund(
            self.clerk, subject="campaigns.campaign:1", name=name, target=100_001,
            shares=self.shares, now=NOW,
        )  # fmt: skip

    def pay(self, amount, key="p", whose=None, actor=None):
        payment = Payment(organisation_id=whose, amount=amount, key=key)
        return services.pay_in(actor or self.clerk, fund=self.fund, payment=payment, now=NOW)

    def draw(self, amount, key="d", whose=None, actor=None):
        payment = Payment(organisation_id=whose, amount=amount, key=key, note="展架", receipt="F1")
        return services.draw_cost(actor or self.clerk, fund=self.fund, payment=payment, now=NOW)

    def close(self, balance):
        return services.close_fund(self.clerk, fund=self.fund, balance=balance, now=NOW)

    @property
    def balance(self):
        return Fund.objects.get(pk=self.fund.pk).balance


@pytest.fixture
def pot():
    return Pot()


def test_R326_the_rest_goes_back_by_shares_to_the_cent(pot):
    pot.pay(60_001, "brand")
    pot.pay(40_000, "partner", whose=pot.partner.pk)
    pot.draw(66_668, whose=pot.partner.pk)

    back = pot.close(33_333)

    assert [(one.party.organisation_id, one.amount) for one in back] == [
        (None, 20_000), (pot.partner.pk, 13_333),
    ]  # fmt: skip
    assert pot.balance == 0
    assert selectors.book_is_balanced()
    with pytest.raises(FundClosed):
        pot.pay(1, "late")
    with pytest.raises(FundMoved):
        pot.close(0)


def test_a_draw_beyond_the_balance_leaves_nothing_behind(pot):
    pot.pay(500)
    with pytest.raises(FundShort) as refused:
        pot.draw(501)
    assert refused.value.details == {"field": "amount", "wanted": 501, "available": 500}
    assert pot.balance == 500
    assert FundMovement.objects.count() == 1
    with pytest.raises(IntegrityError), transaction.atomic():
        Fund.objects.filter(pk=pot.fund.pk).update(balance=-1)


def test_a_movement_happens_once_per_key_and_a_key_names_one_movement(pot):
    assert pot.pay(500) == pot.pay(500)
    assert pot.balance == 500
    with pytest.raises(KeyReused):
        pot.pay(501)
    with pytest.raises(Invalid):  # such keys are the ledger's own, for paying back
        pot.pay(1, "~1")


def test_what_was_shown_is_what_is_paid_back(pot):
    pot.pay(500)
    with pytest.raises(FundMoved) as refused:
        pot.close(400)
    assert refused.value.details == {"balance": 500}


def test_a_fund_names_its_parties_once_and_wholly(pot):
    for shares, rule in (
        ([(None, 9_999)], "not_the_whole"),
        ([(None, 5_000), (None, 5_000)], "name_twice"),
        ([(None, 5_000), (a_partner(a_brand()).pk, 5_000)], "unknown"),
        ([(None, 10_000), (pot.partner.pk, 0)], "positive"),
    ):
        pot.shares = shares
        with pytest.raises(Invalid) as refused:
            pot.opened("another")
        assert refused.value.details["rule"] == rule
    pot.shares = [(None, 10_000)]
    with pytest.raises(Invalid):
        pot.opened("双12")


def test_R326_a_partner_reads_its_own_statement_and_nothing_else(pot):
    rival = a_partner(pot.brand)
    pot.shares = [(None, 5_000), (pot.partner.pk, 3_000), (rival.pk, 2_000)]
    pot.fund = pot.opened("三方")
    pot.pay(50_000, "brand")
    pot.pay(30_000, "mine", whose=pot.partner.pk)
    pot.pay(20_000, "theirs", whose=rival.pk)
    pot.draw(10_000, "drawn", whose=rival.pk)
    mine = an_actor(pot.brand, Role.DISTRIBUTOR, pot.partner)

    fund = selectors.fund_by_id(mine, pot.fund.pk)
    [line] = selectors.standings_of(mine, fund)
    assert (line.paid, line.drawn, line.balance) == (30_000, 0, 27_000)
    assert [one.key for one in selectors.movements_of(mine, fund)] == ["mine"]
    assert len(selectors.standings_of(pot.clerk, selectors.fund_by_id(pot.clerk, fund.pk))) == 3

    stranger = an_actor(pot.brand, Role.RETAILER, a_partner(pot.brand, "retailer"))
    with pytest.raises(NotFound):
        selectors.fund_by_id(stranger, fund.pk)
    with pytest.raises(NotAllowed):
        pot.pay(1, "x", actor=mine)
    with pytest.raises(NotFound):
        pot.pay(1, "x", actor=operator(a_brand()))
    with pytest.raises(NotAllowed):
        pot.draw(1, "y", actor=an_actor(pot.brand, Role.CAMPAIGN_MANAGER))
    with pytest.raises(NotFound):
        pot.pay(1, "z", whose=a_partner(pot.brand).pk)


@pytest.mark.django_db(transaction=True)
def test_R326_thirty_draws_at_once_take_what_is_there_and_no_more():
    pot = Pot()
    pot.pay(1_000)
    hands = 30
    gate = threading.Barrier(hands)

    def run(number):
        gate.wait()
        try:
            return pot.draw(70, f"d{number}").amount
        except FundShort:
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(hands) as pool:
        drawn = list(pool.map(run, range(hands)))

    assert sum(drawn) == 980  # 14 times 70; 20 are left, and 70 are never drawn from them
    assert pot.balance == 20
    assert selectors.book_is_balanced()


@pytest.mark.django_db(transaction=True)
def test_closing_beside_draws_pays_nothing_twice():
    pot = Pot()
    pot.pay(1_000)
    gate = threading.Barrier(8)

    def run(number):
        gate.wait()
        try:
            if number % 2:
                return sum(one.amount for one in pot.close(1_000))
            return pot.draw(100, f"d{number}").amount
        except (FundShort, FundClosed, FundMoved):
            return 0
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        out = sum(pool.map(run, range(8)))

    assert out + pot.balance == 1_000
    assert selectors.book_is_balanced()
