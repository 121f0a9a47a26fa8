"""Payment disputes: entered, evidenced, answered in time; what is lost goes back once."""

import io
from datetime import timedelta
from pathlib import Path
from threading import Barrier, Thread

import pytest
from django.db import connection
from PIL import Image

from hefu.apps.audit.models import Entry
from hefu.apps.campaigns.errors.disputes import DisputeMoved
from hefu.apps.campaigns.models import DisputeFile, PaymentDispute
from hefu.apps.campaigns.selectors import disputes as selectors
from hefu.apps.campaigns.services import disputes
from hefu.apps.campaigns.services.disputes import Claim, Outcome
from hefu.apps.campaigns.services.member_data import HOLDER
from hefu.apps.orders.errors import OrderMoved, RefundedAlready
from hefu.apps.orders.models import Order, OrderRefund, Payment
from hefu.apps.orders.services import refunds, sales
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.core.personal import Person
from tests.apps.campaigns.returns.test_returns import back, bought, line_of
from tests.apps.orders.shop import a_buyer, an_article, an_order, give_coins, open_mall
from tests.factories import NOW, a_brand, a_partner, an_actor, operator

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def a_picture():
    file = io.BytesIO()
    Image.new("RGB", (2, 2)).save(file, "PNG")
    return file.getvalue()


PNG = a_picture()


@pytest.fixture(autouse=True)
def folder(tmp_path):
    return tmp_path


@pytest.fixture
def brand():
    brand = a_brand()
    open_mall(brand)
    an_article(brand, "BIG", 12000)
    an_article(brand, "SMALL", 9000)
    return brand


@pytest.fixture
def agent(brand):
    return an_actor(brand, Role.SERVICE_AGENT)


@pytest.fixture
def order(brand):
    """Paid 180.00: 120 and 90 less 30."""
    return bought(brand, a_buyer(brand))


def claim(**about):
    said = {"reference": "PP-1", "kind": "not_received", "amount": 18_000,
            "due_on": TODAY + timedelta(days=7), **about}  # fmt: skip
    return Claim(**said)


def case(agent, order, **about):
    return disputes.open_dispute(agent, order=order, claim=claim(**about), now=NOW)


def end(agent, dispute, state="lost", refund=0, **about):
    outcome = Outcome(state=state, refund=refund, **about)
    return disputes.end_dispute(agent, dispute=dispute, outcome=outcome, now=NOW)


def test_R227_a_lost_dispute_is_refunded_once_by_the_means_it_was_paid_with(agent, order):
    dispute = case(agent, order, note="the parcel was left outside")
    disputes.answer_dispute(agent, dispute=dispute, note="sent the courier's slip", now=NOW)

    end(agent, dispute, refund=18_000, note="the bank decided")

    refund = OrderRefund.objects.get()
    order.refresh_from_db()
    assert (dispute.state, dispute.refund) == ("lost", refund)
    assert (refund.amount, refund.by_means, refund.reason, refund.state) == (
        18_000, {"money": 18_000}, "payment_dispute", "owed",
    )  # fmt: skip
    assert order.refunded == 18_000
    with pytest.raises(DisputeMoved):
        end(agent, dispute, refund=18_000)
    refunds.pay_refund(
        refunds.OrderRefunded(brand_id=order.brand_id, order_id=order.pk, refund_id=refund.pk),
        now=NOW,
    )
    refund.refresh_from_db()
    assert refund.state == "paid"
    told = [note.text for note in selectors.notes_of(agent, dispute)]
    assert sorted(told) == sorted(
        ["the bank decided", "sent the courier's slip", "the parcel was left outside"]
    )
    trail = list(Entry.objects.filter(action__startswith="campaigns.dispute").values_list("data"))
    assert "parcel" not in str(trail), "no words about people in the trail"


def test_R227_what_was_settled_is_not_paid_again_when_the_goods_come_back(agent, order):
    end(agent, case(agent, order), "settled", 5_000)
    small = line_of(agent, order, "SMALL")
    assert back(agent, order, {small: 1}).amount == 7_714

    with pytest.raises(RefundedAlready) as refused:
        back(agent, order, {line_of(agent, order, "BIG"): 1}, key="r2")

    order.refresh_from_db()
    assert refused.value.details["left"] == 18_000 - 5_000 - 7_714
    assert order.refunded == 12_714
    assert order.state == "paid"


def test_what_the_provider_took_itself_is_not_paid_once_more(agent, order):
    end(agent, case(agent, order), refund=18_000, taken=True)
    assert OrderRefund.objects.get().state == "paid"


def test_what_was_charged_twice_goes_back_beside_the_order(agent, order):
    end(agent, case(agent, order, kind="double_charge"), refund=18_000)
    order.refresh_from_db()
    assert (OrderRefund.objects.get().amount, order.refunded) == (18_000, 0)
    assert back(agent, order, {line_of(agent, order, "BIG"): 1}).amount == 18_000 - 7_714


def test_a_won_or_worthless_case_moves_no_money(agent, order):
    end(agent, case(agent, order), "won")
    end(agent, case(agent, order, reference="PP-2"), "lost", 0)
    order.refresh_from_db()
    assert (OrderRefund.objects.count(), order.refunded) == (0, 0)


def test_more_than_was_paid_in_money_never_goes_back(brand, agent, order):
    first, second = case(agent, order), case(agent, order, reference="PP-2")
    end(agent, first, refund=10_000)
    with pytest.raises(RefundedAlready) as refused:
        end(agent, second, refund=8_001)
    assert refused.value.details["left"] == 8_000
    second.refresh_from_db()
    assert (second.state, Order.objects.get(pk=order.pk).refunded) == ("open", 10_000)
    end(agent, second, refund=8_000)

    buyer = a_buyer(brand)
    give_coins(brand, buyer.member_id, 100)
    mixed = an_order(brand, buyer, {"BIG": 1}, coins=100)  # 110.00, 10.00 of it by coins
    third = case(agent, mixed, reference="PP-3", amount=11_000)
    with pytest.raises(OrderMoved):
        end(agent, third, refund=100)  # nobody paid it yet
    payment = Payment.objects.get(order=mixed, means="money")
    sales.pay_taken(
        operator(brand), order=mixed, reference=payment.reference, amount=mixed.due, now=NOW
    )
    with pytest.raises(RefundedAlready) as refused:
        end(agent, third, refund=11_000)
    assert refused.value.details["left"] == mixed.due == 10_000


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"reference": " "}, "reference"), ({"reference": "x" * 81}, "reference"),
        ({"reference": "TAKEN"}, "reference"), ({"kind": "anger"}, "kind"),
        ({"amount": 0}, "amount"), ({"amount": 18_001}, "amount"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_named_and_nothing_is_entered(agent, order, about, field):
    case(agent, order, reference="TAKEN")
    with pytest.raises(Invalid) as caught:
        case(agent, order, **about)
    assert caught.value.details["field"] == field
    assert PaymentDispute.objects.count() == 1


def test_an_outcome_stays_within_the_claim(agent, order):
    dispute = case(agent, order, amount=100)
    for state, refund in (("won", 1), ("lost", 101), ("lost", -1), ("open", 0)):
        with pytest.raises(Invalid):
            end(agent, dispute, state, refund)
    dispute.refresh_from_db()
    assert dispute.state == "open"


def test_evidence_is_sealed_sniffed_and_kept_once(agent, order, folder):
    dispute = case(agent, order)
    kept = disputes.add_evidence(agent, dispute=dispute, name="a/slip.png", content=PNG, now=NOW)
    again = disputes.add_evidence(agent, dispute=dispute, name="b.png", content=PNG, now=NOW)
    assert (kept.pk, kept.name, kept.content_type) == (again.pk, "slip.png", "image/png")
    (path,) = [each for each in Path(folder).rglob("*") if each.is_file()]
    assert PNG not in path.read_bytes()
    assert selectors.evidence_of(agent, dispute, kept.pk).content == PNG
    for content, rule in (
        (b"<html>", "not_a_document"), (PNG[:-1], "not_whole"),
        (b"%PDF-1.4 /JavaScript", "active_content"), (b"x" * 5_000_001, "too_large"),
    ):  # fmt: skip
        with pytest.raises(Invalid) as caught:
            disputes.add_evidence(agent, dispute=dispute, name="x", content=content, now=NOW)
        assert caught.value.details["rule"] == rule
    assert DisputeFile.objects.count() == 1


def test_what_is_overdue_comes_first_and_ended_cases_last(agent, order):
    for reference, days in (("later", 9), ("overdue", -2), ("answered", -5), ("won", -9)):
        case(agent, order, reference=reference, due_on=TODAY + timedelta(days=days))
    rows = {row.reference: row for row in PaymentDispute.objects.all()}
    disputes.answer_dispute(agent, dispute=rows["answered"], note="sent", now=NOW)
    with pytest.raises(DisputeMoved):
        disputes.answer_dispute(agent, dispute=rows["answered"], note="again", now=NOW)
    end(agent, rows["won"], "won")

    told = [row.reference for row in selectors.disputes_for(agent)]

    assert told == ["overdue", "later", "answered", "won"]
    assert [row.reference for row in selectors.due_disputes(agent, until=TODAY)] == ["overdue"]


def test_others_do_not_see_a_case_nor_touch_it(brand, agent, order):
    dispute = case(agent, order)
    stranger = an_actor(a_brand(), Role.BRAND_ADMIN)
    partner = an_actor(brand, Role.RETAILER, a_partner(brand, "retailer"))
    analyst = an_actor(brand, Role.ANALYST)
    for actor in (stranger, partner):
        with pytest.raises(NotFound):
            selectors.dispute_by_id(actor, dispute.pk)
    assert selectors.dispute_by_id(analyst, dispute.pk) == dispute
    for read in (selectors.notes_of, selectors.files_of):
        with pytest.raises(NotAllowed):
            read(analyst, dispute)
    for actor, refusal in ((stranger, NotFound), (partner, NotAllowed), (analyst, NotAllowed)):
        for deed in (
            lambda actor: case(actor, order, reference="x"),
            lambda actor: disputes.add_note(actor, dispute=dispute, text="x", now=NOW),
            lambda actor: disputes.add_evidence(
                actor, dispute=dispute, name="x", content=PNG, now=NOW
            ),
            lambda actor: disputes.answer_dispute(actor, dispute=dispute, note="x", now=NOW),
            lambda actor: end(actor, dispute, "won"),
        ):
            with pytest.raises(refusal):
                deed(actor)
    assert not selectors.notes_of(stranger, dispute).exists()
    assert PaymentDispute.objects.get().state == "open"


@pytest.mark.django_db(transaction=True)
def test_evidence_that_is_sent_twice_at_once_is_one_row_and_one_file(agent, order, folder):
    dispute = case(agent, order)
    gate, kept = Barrier(4), []

    def hand():
        try:
            gate.wait()
            row = disputes.add_evidence(
                agent, dispute=dispute, name="slip.png", content=PNG, now=NOW
            )
            kept.append(row.pk)
        finally:
            connection.close()

    hands = [Thread(target=hand) for _ in range(4)]
    for each in hands:
        each.start()
    for each in hands:
        each.join()

    assert kept == [DisputeFile.objects.get().pk] * 4
    assert len(list(folder.rglob("*.sealed"))) == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_outcomes_one_counts(agent, order):
    dispute = case(agent, order)
    told = []

    def hand(state, refund):
        try:
            row = PaymentDispute.objects.select_related("order").get(pk=dispute.pk)
            end(agent, row, state, refund)
            told.append(state)
        except DisputeMoved:
            told.append("moved")
        finally:
            connection.close()

    hands = [Thread(target=hand, args=each) for each in (("lost", 18_000), ("settled", 9_000))]
    for each in hands:
        each.start()
    for each in hands:
        each.join()

    assert "moved" in told
    refund = OrderRefund.objects.get()
    assert Order.objects.get(pk=order.pk).refunded == refund.amount


def test_L37_a_member_reads_the_case_and_it_is_emptied_when_the_record_of_the_order_ends(
    agent, order, folder
):
    dispute = case(agent, order)
    disputes.add_note(agent, dispute=dispute, text="客户电话里说没收到", now=NOW)
    disputes.add_evidence(agent, dispute=dispute, name="签收.png", content=PNG, now=NOW)
    end(agent, dispute, "won")
    person = Person(brand_id=order.brand_id, member_id=order.member_id)
    (told,) = [table for table in HOLDER.held(person) if table.name == "payment_disputes"]
    assert "客户电话里说没收到" in str(told.rows)

    (kept,) = [one for one in HOLDER.forget(person, NOW) if one.what == "disputes"]
    assert kept.count == 1
    (sealed,) = folder.rglob("*.sealed")
    HOLDER.erase(person, "disputes", kept.until - timedelta(days=1))
    assert sealed.exists()
    assert dispute.notes.get().text

    HOLDER.erase(person, "disputes", kept.until)
    assert not sealed.exists()
    assert dispute.notes.get().text == ""
    assert DisputeFile.objects.get().path == ""
