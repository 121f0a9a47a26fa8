"""Invoices: drawn once a month, to the cent, without gaps, never changed."""

import threading
from datetime import date

import pytest
from django.db import IntegrityError, connections, transaction

from hefu.apps.audit.models import Entry
from hefu.apps.billing.errors import (
    AlreadyCharged,
    AlreadyCredited,
    AlreadyPaid,
    ContractEnded,
    ContractOverlaps,
    InvoiceAltered,
    NoOperator,
)
from hefu.apps.billing.models import Charge, Contract, Invoice, Operator
from hefu.apps.billing.papers import paper_of
from hefu.apps.billing.selectors.contracts import account_for
from hefu.apps.billing.selectors.invoices import invoice_by_number, invoices_for, open_amounts
from hefu.apps.billing.services.contracts import (
    Terms,
    end_contract,
    sell_block,
    set_operator,
    sign_contract,
)
from hefu.apps.billing.services.invoicing import credit_invoice, draw_due, mark_paid
from hefu.apps.identity.models import ProductionOrder, SerialRange
from hefu.apps.identity.services import orders
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.metering import Standing
from hefu.core.permissions import Role
from tests.apps.billing.rows import a_contract, at, invoices, live_until, told
from tests.apps.identity.issue.rows import House, a_product
from tests.factories import NOW, a_brand, a_partner, an_actor, operator

pytestmark = pytest.mark.django_db
DECEMBER = date(2026, 12, 1)


@pytest.fixture
def house():
    return House()


def test_R137_a_million_codes_are_20_000_and_three_are_six_fen(house):
    a_contract(house.brand)
    house.issued("PO-M", quantity=1_000_000)
    house.issued("PO-3", quantity=3, batch="02")
    live_until(DECEMBER)

    (invoice,) = invoices()
    paper = paper_of(invoice)
    codes = [(x.order, x.batch, x.codes, x.years, x.price, x.amount) for x in paper.lines[:2]]
    assert codes == [
        ("PO-3", "02", 3, 1, 200, 6), ("PO-M", "01", 1_000_000, 1, 200, 2_000_000),
    ]  # fmt: skip
    assert (paper.gross, paper.tax, paper.net) == (2_000_006, 113_208, 1_886_798)
    assert (invoice.number, invoice.month, invoice.gross) == (
        "HF-000001", date(2026, 11, 1), 2_000_006,
    )  # fmt: skip
    assert (paper.due_on, paper.buyer.name) == ("2026-12-31", "奔腾电器有限公司")


def test_R104_a_hundred_models_have_their_smart_codes_for_nothing(house):
    for _ in range(99):
        a_product(house.brand)
    a_contract(house.brand)
    live_until(date(2027, 3, 1))
    (invoice,) = invoices()  # told once; again when the models change or there is something to pay
    (line,) = paper_of(invoice).lines
    assert (line.kind, line.codes, line.price, line.amount) == ("smart", 100, 0, 0)
    assert invoice.gross == 0


def test_no_contract_can_ask_money_for_a_smart_code(house):
    contract = a_contract(house.brand)
    with pytest.raises(IntegrityError), transaction.atomic():
        Contract.objects.filter(pk=contract.pk).update(smart_price=1)


def test_each_month_bills_what_began_in_it_and_a_block_when_it_was_sold(house):
    contract = a_contract(house.brand, until_on=date(2028, 12, 31))
    sell_block(
        operator(house.brand), contract=contract, key="B-1", codes=40, years=1, amount=70,
        expires_on=date(2027, 12, 31), now=NOW,
    )  # fmt: skip
    house.issued("PO-A", quantity=100)
    live_until(date(2027, 12, 3))

    first, second = invoices()
    assert [(x.kind, x.codes, x.amount, x.block) for x in paper_of(first).lines] == [
        ("prepaid", 40, 0, "B-1"), ("codes", 60, 120, ""), ("block", 40, 70, "B-1"),
        ("smart", 1, 0, ""),
    ]  # fmt: skip
    assert first.gross == 190
    assert [(x.kind, x.year, x.amount, x.from_on) for x in paper_of(second).lines] == [
        ("codes", 2, 200, "2027-11-22"), ("smart", 0, 0, ""),
    ]  # fmt: skip
    assert second.month == date(2027, 11, 1)
    assert not Charge.objects.filter(invoice=None).exists()


def test_the_last_invoice_is_drawn_after_the_grace_and_then_the_clock_rests(house):
    a_contract(house.brand, until_on=date(2026, 12, 31), grace_days=30)
    house.issued("PO-A", quantity=100)
    live_until(date(2027, 4, 1))
    assert Contract.objects.get().invoice_due_on is None
    assert [i.month for i in invoices()] == [date(2026, 11, 1)]


def test_numbers_have_no_gaps_over_all_brands_even_after_a_failed_draw(house, monkeypatch):
    other = House()
    for each in (house, other):
        a_contract(each.brand)
        each.issued(quantity=10)
    told()
    with monkeypatch.context() as patched:
        patched.setattr("hefu.apps.billing.services.invoicing.seal_of", _fail)
        with pytest.raises(OSError, match="disk"):
            draw_due(at(DECEMBER))
    assert (Operator.objects.get().invoices, invoices()) == (0, [])
    draw_due(at(DECEMBER))
    assert [(i.seq, i.number) for i in invoices()] == [(1, "HF-000001"), (2, "HF-000002")]


def _fail(_content):
    raise OSError("disk")


@pytest.mark.django_db(transaction=True)
def test_a_race_of_clocks_draws_one_invoice_a_month():
    houses = [House(), House()]
    for each in houses:
        a_contract(each.brand)
        each.issued(quantity=10)
    start = threading.Barrier(4)

    def work():
        try:
            start.wait()
            draw_due(at(DECEMBER))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(i.seq for i in invoices()) == [1, 2]
    assert {i.brand_id for i in invoices()} == {each.brand.pk for each in houses}
    assert [i.gross for i in invoices()] == [20, 20]


def test_an_invoice_that_was_touched_says_so(house):
    a_contract(house.brand)
    house.issued(quantity=100)
    live_until(DECEMBER)
    (invoice,) = invoices()
    invoice.content["lines"][0]["amount"] = 1
    Invoice.objects.filter(pk=invoice.pk).update(content=invoice.content)
    with pytest.raises(InvoiceAltered):
        paper_of(Invoice.objects.get())
    entry = Entry.objects.get(action="billing.invoice_issued")
    assert entry.data["sha256"] == invoice.sha256


def test_a_mistake_is_put_right_by_a_credit_note_of_its_own_number(house):
    a_contract(house.brand)
    house.issued("PO-A", quantity=100)
    house.issued("PO-B", quantity=7, batch="02")
    live_until(DECEMBER)
    (invoice,) = invoices()
    boss, now = operator(house.brand), at(DECEMBER)

    credit = credit_invoice(boss, invoice=invoice, lines=[2], reason="issued by mistake", now=now)
    assert (credit.number, credit.gross, credit.credits_id) == ("HF-000002", -14, invoice.pk)
    with pytest.raises(AlreadyCredited):
        credit_invoice(boss, invoice=invoice, lines=[1, 2], reason="again", now=now)
    rest = credit_invoice(boss, invoice=invoice, reason="all of it", now=now)
    assert rest.gross == -200
    paper = paper_of(rest)
    assert (paper.credits, paper.gross + invoice.gross + credit.gross) == (invoice.number, 0)
    with pytest.raises(AlreadyCredited):
        credit_invoice(boss, invoice=invoice, reason="once more", now=now)
    for wrong in ({"lines": [9]}, {"reason": " "}, {"invoice": credit}):
        with pytest.raises(Invalid):
            credit_invoice(boss, **{"invoice": invoice, "reason": "x", "now": now, **wrong})
    assert [i.seq for i in invoices()] == [1, 2, 3]


def test_paid_once_and_only_what_is_open_counts(house):
    a_contract(house.brand)
    house.issued(quantity=100)
    live_until(DECEMBER)
    (invoice,) = invoices()
    boss = operator(house.brand)
    assert open_amounts(house.admin) == {"CNY": 200}
    paid = mark_paid(boss, invoice=invoice, payment="BOC-77", now=at(DECEMBER))
    assert (paid.payment, open_amounts(house.admin)) == ("BOC-77", {})
    with pytest.raises(AlreadyPaid):
        mark_paid(boss, invoice=invoice, payment="BOC-78", now=at(DECEMBER))
    assert Invoice.objects.get().payment == "BOC-77"


def test_no_hand_of_a_brand_makes_contracts_or_marks_payments(house):
    contract = a_contract(house.brand)
    house.issued(quantity=100)
    live_until(DECEMBER)
    (invoice,) = invoices()
    terms = Terms(from_on=DECEMBER, until_on=DECEMBER, code_price=0, buyer="us")
    for deed, about in (
        (sign_contract, {"terms": terms}), (set_operator, {"name": "us"}),
        (end_contract, {"contract": contract, "until_on": DECEMBER}),
        (mark_paid, {"invoice": invoice, "payment": "x"}),
        (credit_invoice, {"invoice": invoice, "reason": "x"}),
    ):  # fmt: skip
        with pytest.raises(NotAllowed):
            deed(house.admin, now=NOW, **about)


def test_another_brand_a_partner_and_other_roles_see_no_bill(house):
    a_contract(house.brand)
    house.issued(quantity=100)
    live_until(DECEMBER)
    number = invoices()[0].number
    auditor = an_actor(house.brand, Role.AUDITOR)
    assert [i.number for i in invoices_for(auditor)] == [number]
    stranger = an_actor(a_brand(), Role.BRAND_ADMIN)
    with pytest.raises(NotFound):
        invoice_by_number(stranger, number)
    for role in (Role.APPROVER, Role.ANALYST):
        with pytest.raises(NotAllowed):
            invoices_for(an_actor(house.brand, role))
    supplier = an_actor(house.brand, Role.SUPPLIER, a_partner(house.brand, "supplier"))
    with pytest.raises(NotAllowed):
        invoices_for(supplier)
    with pytest.raises(NotFound):
        mark_paid(operator(a_brand()), invoice=invoices()[0], payment="x", now=NOW)


def test_two_contracts_of_a_brand_share_no_day(house):
    with pytest.raises(NoOperator):
        sign_contract(
            operator(house.brand), now=NOW,
            terms=Terms(from_on=DECEMBER, until_on=DECEMBER, code_price=200, buyer="b"),
        )  # fmt: skip
    first = a_contract(house.brand)
    with pytest.raises(ContractOverlaps):
        a_contract(house.brand, from_on=first.until_on)
    end_contract(
        operator(house.brand), contract=first, until_on=date(2027, 3, 31), now=at(DECEMBER)
    )
    second = a_contract(house.brand, from_on=date(2027, 4, 1), until_on=date(2028, 3, 31))
    assert [first.number, second.number] == ["HF-C00001", "HF-C00002"]
    house.issued(quantity=5)
    told()
    with pytest.raises(AlreadyCharged):
        end_contract(operator(house.brand), contract=first, until_on=date(2026, 11, 10), now=NOW)
    for wrong in ({"until_on": date(2020, 1, 1)}, {"tax_bp": 10_001}, {"buyer": " "},
                  {"grace_days": -1}, {"currency": "CNY", "code_price": -1}):  # fmt: skip
        with pytest.raises(Invalid):
            a_contract(house.brand, **{"from_on": date(2031, 1, 1), "until_on": date(2031, 12, 31),
                                       **wrong})  # fmt: skip


def test_R137_issuing_is_warned_in_the_grace_and_refused_after_it(house):
    a_contract(house.brand, until_on=date(2026, 12, 31), grace_days=30)
    waiting = house.order("PO-W", quantity=10, now=at(date(2026, 12, 30)))
    for day, standing in (
        (date(2026, 11, 22), Standing.ACTIVE), (date(2026, 12, 20), Standing.ENDING),
        (date(2027, 1, 30), Standing.GRACE), (date(2027, 1, 31), Standing.ENDED),
    ):  # fmt: skip
        account = account_for(house.admin, now=at(day))
        assert (account.standing, account.issuing_until) == (standing, date(2027, 1, 30))
    house.order("PO-G", quantity=10, batch="02", now=at(date(2027, 1, 30)))

    with pytest.raises(ContractEnded) as caught:
        house.order("PO-X", quantity=10, batch="03", now=at(date(2027, 1, 31)))
    assert caught.value.details["on"] == "2027-01-30"
    with pytest.raises(ContractEnded):
        orders.approve_order(house.approver, order=waiting, now=at(date(2027, 1, 31)))

    waiting.refresh_from_db()
    assert waiting.state == ProductionOrder.State.WAITING
    assert not SerialRange.objects.exists()
    assert not ProductionOrder.objects.filter(number="PO-X").exists()
    a_contract(house.brand, from_on=date(2027, 1, 31), until_on=date(2027, 12, 31))
    orders.approve_order(house.approver, order=waiting, now=at(date(2027, 1, 31)))
