"""Hand-over, return, appeals, warranty: a unit has one owner and its facts stay (R086 R123 O25)."""

import io
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from django.db import connection
from PIL import Image

from hefu.apps.audit.models import Entry
from hefu.apps.identity.errors.life import (
    AlreadyActivated,
    AppealAnswered,
    AppealOpen,
    BadInvoice,
    CodeUnknown,
    NotActivated,
    OfferGone,
    OwnOffer,
)
from hefu.apps.identity.invoices import MOST_BYTES, Fault, content_type_of
from hefu.apps.identity.models import Activation, Appeal, TransferOffer
from hefu.apps.identity.selectors.activations import (
    activations_for,
    appeal_by_id,
    appeals_for,
    invoice_of,
    warranty_card_for,
)
from hefu.apps.identity.services import appeals, ownership, warranty
from hefu.apps.identity.services.activation import ActivationWish, activate
from hefu.apps.ledger.selectors import balance_for
from hefu.core.clocks.warranty import Basis, Status
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.identity.life.rows import Goods, later
from tests.factories import NOW

pytestmark = pytest.mark.django_db


def own(goods, serial, owner, *, at=NOW, key=""):
    wish = ActivationWish(
        key=key or f"k{serial}-{owner.member_id}", code=goods.code(serial),
        member_id=owner.member_id,
    )  # fmt: skip
    return activate(owner, wish=wish, now=at)


def coins(actor):
    return balance_for(actor, actor.member_id).available


def test_R086_a_unit_goes_to_a_second_member_only_by_transfer():
    goods = Goods()
    seller, buyer = goods.consumer(), goods.consumer()
    mine = own(goods, 1, seller)
    with pytest.raises(AlreadyActivated):
        own(goods, 1, buyer)

    offer, code = ownership.offer_transfer(seller, activation_id=mine.activation_id, now=NOW)
    taken = ownership.accept_transfer(buyer, code=code.lower(), now=later(hours=1))

    former, live = Activation.objects.order_by("pk")
    assert (former.ending, former.ended_at) == ("transferred", later(hours=1))
    assert (live.pk, live.member_id, live.unit_id) == (taken.pk, buyer.member_id, mine.unit_id)
    assert ownership.accept_transfer(buyer, code=code, now=later(hours=2)).pk == taken.pk
    assert (coins(seller), coins(buyer)) == (10, 0)
    assert code not in repr(list(TransferOffer.objects.values()))
    with pytest.raises(OfferGone):
        ownership.accept_transfer(goods.consumer(), code=code, now=later(hours=2))
    (entry,) = Entry.objects.filter(action="identity.unit_transferred")
    assert entry.data == {"unit": mine.unit_id, "former": former.pk}
    assert offer.expires_at == NOW + ownership.OFFER_OPEN


def test_offers_run_out_are_withdrawn_and_are_not_for_oneself():
    goods = Goods()
    seller, buyer = goods.consumer(), goods.consumer()
    mine = own(goods, 1, seller).activation_id
    _, first = ownership.offer_transfer(seller, activation_id=mine, now=NOW)
    _, second = ownership.offer_transfer(seller, activation_id=mine, now=later(hours=1))

    with pytest.raises(OwnOffer):
        ownership.accept_transfer(seller, code=second, now=later(hours=2))
    for code, at in ((first, later(hours=2)), (second, later(days=4)), ("0" * 10, NOW)):
        with pytest.raises(OfferGone):
            ownership.accept_transfer(buyer, code=code, now=at)
    assert ownership.withdraw_transfer(seller, activation_id=mine, now=later(hours=2))
    assert not ownership.withdraw_transfer(seller, activation_id=mine, now=later(hours=2))
    with pytest.raises(OfferGone):
        ownership.accept_transfer(buyer, code=second, now=later(hours=3))
    for stranger in (buyer, Goods().consumer(), goods.manager):
        with pytest.raises(NotFound):
            ownership.offer_transfer(stranger, activation_id=mine, now=NOW)
    assert Activation.objects.get().ended_at is None


def test_R123_a_return_takes_the_coins_back_and_activating_again_brings_none():
    goods = Goods()
    first, second = goods.consumer(), goods.consumer()
    mine = own(goods, 1, first)
    agent = goods.staff(Role.SERVICE_AGENT)

    assert ownership.return_unit(agent, activation_id=mine.activation_id, now=later(days=3)) == 10

    assert coins(first) == 0
    with pytest.raises(NotActivated):
        ownership.return_unit(agent, activation_id=mine.activation_id, now=later(days=3))
    again = own(goods, 1, second, at=later(days=5))
    assert (again.coins, again.coins_refused, coins(second)) == (0, "already_granted", 0)
    assert ownership.return_unit(agent, activation_id=again.activation_id, now=later(days=6)) == 0
    generous = own(goods, 2, first)
    ownership.return_unit(
        agent, activation_id=generous.activation_id, reclaim=False, now=later(days=6)
    )
    assert coins(first) == 10
    for actor in (goods.manager, goods.staff(Role.AUDITOR), first):
        with pytest.raises(NotAllowed):
            ownership.return_unit(actor, activation_id=mine.activation_id, now=NOW)
    with pytest.raises(NotFound):
        ownership.return_unit(
            Goods().staff(Role.SERVICE_AGENT), activation_id=mine.activation_id, now=NOW
        )


@pytest.mark.django_db(transaction=True)
def test_racing_takers_and_a_return_leave_one_owner_at_most():
    goods = Goods()
    seller = goods.consumer()
    mine = own(goods, 1, seller).activation_id
    _, code = ownership.offer_transfer(seller, activation_id=mine, now=NOW)
    agent = goods.staff(Role.SERVICE_AGENT)
    takers = [goods.consumer() for _ in range(5)]
    start = Barrier(6)

    def act(taker):
        start.wait()
        try:
            if taker is None:
                ownership.return_unit(agent, activation_id=mine, now=NOW)
            else:
                ownership.accept_transfer(taker, code=code, now=NOW)
        except (OfferGone, NotActivated):
            return 0
        else:
            return 1
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(act, [*takers, None])) == 1
    assert Activation.objects.filter(ended_at=None).count() <= 1
    assert Activation.objects.get(pk=mine).ended_at == NOW


def picture(kind):
    buffer = io.BytesIO()
    Image.new("RGB", (4, 4), "white").save(buffer, kind)
    return buffer.getvalue()


def pdf(inside):
    return b"%PDF-1.7\n1 0 obj\n" + inside + b"\nendobj\n%%EOF\n"


def packed_stream(text):
    return b"<</Filter/FlateDecode>>stream\n" + zlib.compress(text) + b"\nendstream"


@pytest.mark.parametrize(
    ("content", "answer"),
    [
        (picture("PNG"), "image/png"),
        (picture("JPEG"), "image/jpeg"),
        (pdf(b"<</Type/Catalog>>"), "application/pdf"),
        (pdf(packed_stream(b"BT (Invoice) Tj ET")), "application/pdf"),
        (pdf(b"<</OpenAction 5 0 R>>"), Fault(rule="active_content")),
        (pdf(b"<</S/J#61vaScript/JS(x)>>"), Fault(rule="active_content")),
        (pdf(packed_stream(b"<</S/Launch>>")), Fault(rule="active_content")),
        (pdf(b"<</Encrypt 9 0 R>>"), Fault(rule="active_content")),
        (picture("PNG") + b"<script>", Fault(rule="not_whole")),
        (picture("JPEG") + b"PK\3\4", Fault(rule="not_whole")),
        (picture("PNG")[:-4], Fault(rule="not_whole")),
        (picture("GIF"), Fault(rule="not_a_document")),
        (b"<html>", Fault(rule="not_a_document")),
        (b"", Fault(rule="not_a_document")),
        (b"%PDF-" + bytes(MOST_BYTES), Fault(rule="too_large")),
    ],
)
def test_invoices_are_documents_and_do_not_act(content, answer):
    assert content_type_of(content) == answer


def test_O19_an_appeal_is_sealed_answered_and_gives_the_unit_to_the_right_one(tmp_path):
    goods = Goods()
    wrong, right = goods.consumer(), goods.consumer()
    taken = own(goods, 1, wrong)
    invoice = picture("PNG")

    appeal = appeals.open_appeal(
        right, unit=goods.unit(1), text="我买的时候封条是好的", invoice=invoice, now=later(days=1)
    )

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM identity_appeal")
        assert "封条" not in cursor.fetchone()[0]
    (file,) = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert b"PNG" not in file.read_bytes()
    agent = goods.staff(Role.SERVICE_AGENT)
    assert appeal_by_id(agent, appeal.pk).text == "我买的时候封条是好的"
    assert invoice_of(agent, appeal.pk).content == invoice
    assert invoice_of(right, appeal.pk).content_type == "image/png"
    with pytest.raises(AppealOpen):
        appeals.open_appeal(right, unit=goods.unit(1), text="again", now=later(days=1))

    answered = appeals.answer_appeal(
        agent, appeal=appeal, uphold=True, answer="票据清楚", now=later(days=2)
    )

    assert (answered.state, answered.answered_at) == ("upheld", later(days=2))
    live = Activation.objects.get(ended_at=None)
    assert (live.member_id, live.unit_id) == (right.member_id, taken.unit_id)
    assert Activation.objects.get(pk=taken.activation_id).ending == "corrected"
    assert (coins(wrong), coins(right)) == (0, 10)
    with pytest.raises(AppealAnswered):
        appeals.answer_appeal(agent, appeal=appeal, uphold=False, answer="no", now=later(days=3))
    card = warranty_card_for(right, goods.unit(1), on=date(2026, 12, 1))
    assert (card.basis, card.starts_on) == (Basis.ACTIVATION, date(2026, 11, 23))


def test_appeals_are_refused_where_there_is_nothing_to_appeal():
    goods = Goods()
    owner, other = goods.consumer(), goods.consumer()
    own(goods, 1, owner)

    def appeal(actor, serial, **about):
        values = {"text": "mine", **about}
        return appeals.open_appeal(actor, unit=goods.unit(serial), now=NOW, **values)

    for actor, serial in ((owner, 1), (other, 2)):
        with pytest.raises(NotActivated):
            appeal(actor, serial)
    for text in (" ", "x" * 2001):
        with pytest.raises(Invalid):
            appeal(other, 1, text=text)
    with pytest.raises(BadInvoice):
        appeal(other, 1, invoice=b"MZ")
    for actor in (Goods().consumer(), goods.manager):
        with pytest.raises(NotFound):
            appeal(actor, 1)
    assert not Appeal.objects.exists()
    row = appeal(other, 1)
    with pytest.raises(NotAllowed):
        appeals.answer_appeal(goods.manager, appeal=row, uphold=True, answer="yes", now=NOW)
    with pytest.raises(NotFound):
        appeals.answer_appeal(
            Goods().staff(Role.SERVICE_AGENT), appeal=row, uphold=True, answer="yes", now=NOW
        )
    agent = goods.staff(Role.SERVICE_AGENT)
    with pytest.raises(Invalid):
        appeals.answer_appeal(agent, appeal=row, uphold=True, answer="", now=NOW)
    appeals.answer_appeal(agent, appeal=row, uphold=False, answer="no invoice", now=NOW)
    assert Activation.objects.get().member_id == owner.member_id
    assert list(appeals_for(owner)) == []
    assert list(appeals_for(other)) == [row]
    assert appeal(other, 1).pk != row.pk  # a new one after an answer


def test_O25_delivery_counts_before_activation_and_a_return_starts_afresh():
    goods = Goods()
    goods.product.warranty_months = 12
    goods.product.save()
    owner = goods.consumer()
    unit = goods.unit(1)
    first = own(goods, 1, owner, at=later(days=10))
    agent = goods.staff(Role.SERVICE_AGENT)
    on = date(2027, 1, 1)
    assert warranty_card_for(owner, unit, on=on).basis is Basis.ACTIVATION

    warranty.record_fact(
        agent, unit=unit, kind="delivered", on=date(2026, 11, 25), evidence="invoice 7",
        now=later(days=20),
    )  # fmt: skip

    card = warranty_card_for(owner, unit, on=on)
    assert (card.basis, card.starts_on, card.ends_on) == (
        Basis.DELIVERY, date(2026, 11, 25), date(2027, 11, 25),
    )  # fmt: skip
    ownership.return_unit(agent, activation_id=first.activation_id, now=later(days=30))
    assert warranty_card_for(agent, unit, on=on).status is Status.UNKNOWN
    with pytest.raises(CodeUnknown):
        warranty_card_for(owner, unit, on=on)  # not his any more
    own(goods, 1, owner, at=later(days=35), key="again")
    assert warranty_card_for(owner, unit, on=on).starts_on == date(2026, 12, 27)


def test_R136_not_activated_still_has_the_whole_term():
    goods = Goods()
    goods.product.warranty_months, goods.product.extra_months = 12, 6
    goods.product.save()
    agent = goods.staff(Role.SERVICE_AGENT)
    warranty.record_fact(
        agent, unit=goods.unit(1), kind="delivered", on=date(2026, 11, 20), now=NOW
    )

    card = warranty_card_for(agent, goods.unit(1), on=date(2026, 11, 22))

    assert card.ends_on == date(2027, 11, 20)


def test_warranty_facts_are_checked():
    goods = Goods()
    agent = goods.staff(Role.SERVICE_AGENT)

    def fact(actor=agent, unit=None, **about):
        values = {"kind": "delivered", "on": date(2026, 11, 1), **about}
        return warranty.record_fact(actor, unit=unit or goods.unit(1), now=NOW, **values)

    for about in (
        {"on": date(2026, 11, 24)}, {"on": date(2012, 12, 19)}, {"kind": "activated"},
        {"evidence": "x" * 201},
    ):  # fmt: skip
        with pytest.raises(Invalid):
            fact(**about)
    with pytest.raises(NotFound):
        fact(unit=Goods().unit(1))
    with pytest.raises(NotAllowed):
        fact(goods.staff(Role.ANALYST))
    assert not activations_for(agent).exists()
