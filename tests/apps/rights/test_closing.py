"""Closing an account (L37): nothing personal is left but what a rule keeps, for its time."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing as shut
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db import connection

from hefu.apps.audit.selectors import chain_reports
from hefu.apps.campaigns.models import Coupon, CouponState, Win
from hefu.apps.identity.models import Activation, Appeal
from hefu.apps.ledger.models import Account
from hefu.apps.ledger.selectors import book_is_balanced, imbalances
from hefu.apps.members.errors import ProofNeeded
from hefu.apps.members.models import Closing, Consent, DataRequest, KeptRecord, Member
from hefu.apps.members.own import receipt_by_token
from hefu.apps.members.rights import FRESH
from hefu.apps.members.services.closing import close_account, close_for, erase_kept
from hefu.apps.notices.models import Message
from hefu.apps.orders.models import Cart, Order, OrderState
from hefu.core.errors import NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.rights.life import BY_LAW, DOOR, GONE, HOME, Life
from tests.factories import NOW, an_actor

pytestmark = pytest.mark.django_db
SOON = NOW + timedelta(minutes=5)


def readable(names):
    """Where any table, sealed columns opened, holds one of these."""
    found = []
    for model in apps.get_models():
        if not model.__module__.startswith("hefu."):
            continue
        for row in model._base_manager.all():
            for column in model._meta.concrete_fields:
                text = str(getattr(row, column.attname))
                found += [
                    (model._meta.label_lower, column.name, name) for name in names if name in text
                ]
    return found


@pytest.fixture
def closed():
    life = Life().lived()
    before = readable([*GONE, *BY_LAW])
    assert {name for *_, name in before} >= {*GONE, *BY_LAW} - {"02-29"}
    return life, close_account(life.me, sign_in_id=life.device.pk, now=SOON)


def test_L37_everything_personal_is_gone_but_what_law_keeps(closed):
    life, done = closed

    assert readable(GONE) == []
    left = {(table, column) for table, column, _ in readable(BY_LAW)}
    assert left == {("orders.order", "receiver"), ("campaigns.win", "deliver_to")}
    member = Member.objects.get(pk=life.member.pk)
    assert (member.phone_key, member.email_key, member.closed_at) == (None, None, SOON)
    assert not list((Path(settings.HEFU_DATA) / "appeals" / str(life.brand.pk)).glob("*"))
    assert not Message.objects.filter(member_id=member.pk).exclude(address="", body="").exists()
    assert done.closing.number.startswith("Z26-")


def test_what_stays_names_nobody_and_adds_up(closed):
    life, _ = closed

    activation = Activation.objects.get(member=life.member)
    assert (activation.ended_at, activation.region, activation.agent) == (None, "440100", "")
    assert Appeal.objects.get(member=life.member).state == Appeal.State.REJECTED
    assert Coupon.objects.get(member_id=life.member.pk).state == CouponState.VOID
    assert not Cart.objects.filter(member_id=life.member.pk).exists()
    for account in Account.objects.filter(member_id=life.member.pk):
        assert (account.balance, account.held) == (0, 0)
    assert book_is_balanced()
    assert imbalances() == []
    assert all(report.whole for report in chain_reports())


def test_an_unpaid_order_ends_and_forgets_its_receiver_a_paid_one_is_kept(closed):
    life, _ = closed

    unpaid, paid = Order.objects.get(pk=life.unpaid.pk), Order.objects.get(pk=life.order.pk)
    assert (unpaid.state, unpaid.receiver) == (OrderState.CANCELLED, "")
    assert HOME.name in paid.receiver


def test_the_receipt_names_each_exception_with_its_rule_and_day(closed):
    _, done = closed

    receipt = receipt_by_token(done.token)

    lines = {line.words.en.split(",")[0]: (line.rule, f"{line.until}") for line in receipt.kept}
    assert lines["Orders"] == ("L16", "2029-11-22")
    assert lines["The file of draws that were won"][0] == "L06b"
    assert lines["What was agreed to and taken back"] == ("L34", "2029-11-22")
    lost = {loss.words.en: loss.count for loss in receipt.lost}
    assert lost["C-coins"] == 45  # 10 of the product, 40 given, 5 spent
    assert lost["coupons that were not used"] == 1
    with pytest.raises(NotFound):
        receipt_by_token("another")


def test_kept_records_go_when_their_time_is_over(closed):
    life, done = closed
    assert erase_kept(NOW + timedelta(days=300)) == 0
    assert readable(BY_LAW)

    win = Win.objects.get(member_id=life.member.pk)
    erase_kept(win.draw.ends_at.replace(year=2028) + timedelta(days=1))
    assert DOOR not in Win.objects.get(pk=win.pk).deliver_to
    assert HOME.name in Order.objects.get(pk=life.order.pk).receiver

    erase_kept(NOW.replace(year=2029) + timedelta(days=1))
    assert readable(BY_LAW) == []
    assert not Consent.objects.filter(member=life.member).exists()
    assert not KeptRecord.objects.filter(erased_at=None).exists()
    assert all(line.erased for line in receipt_by_token(done.token).kept)
    assert erase_kept(NOW.replace(year=2040)) == 0
    assert all(report.whole for report in chain_reports())


def test_closing_shows_on_the_request_desk_as_done(closed):
    life, _ = closed

    request = DataRequest.objects.get(member=life.member)
    assert (request.kind, request.channel, request.state) == ("delete", "online", "done")
    assert request.answered_at == SOON


def test_without_a_fresh_proof_nothing_happens():
    life = Life()
    late = life.device.proved_at + FRESH

    with pytest.raises(ProofNeeded):
        close_account(life.me, sign_in_id=life.device.pk, now=late)
    with pytest.raises(ProofNeeded):
        close_account(life.me, sign_in_id=life.device.pk + 1, now=SOON)

    assert not Closing.objects.exists()
    life.member.refresh_from_db()
    assert life.member.closed_at is None


def test_staff_close_what_was_asked_otherwise_and_others_may_not():
    life = Life()
    with pytest.raises(NotAllowed):
        close_for(an_actor(life.brand, Role.AUDITOR), member_id=life.member.pk, now=SOON)
    stranger = an_actor(Life().brand, Role.BRAND_ADMIN)
    with pytest.raises(NotFound):
        close_for(stranger, member_id=life.member.pk, now=SOON)

    agent = an_actor(life.brand, Role.SERVICE_AGENT)
    assert close_for(agent, member_id=life.member.pk, now=SOON).closing.by_staff
    with pytest.raises(NotFound):
        close_for(agent, member_id=life.member.pk, now=SOON)


@pytest.mark.django_db(transaction=True)
def test_R292_the_bytes_of_the_database_hold_none_of_the_values(tmp_path):
    """Plain values are never there; of sealed ones not even the ciphertext, once it is vacuumed."""
    life = Life().lived()
    sealed = [row[0] for row in _rows("SELECT phone FROM members_member WHERE phone <> ''")] + [
        row[0] for row in _rows("SELECT text FROM identity_appeal")
    ]
    assert len(sealed) >= 2
    with ThreadPoolExecutor(4) as pool:
        closed = list(pool.map(lambda _: _closed(life), range(4)))
    assert closed.count(True) == 1  # of four presses one closes, and leaves one receipt
    assert Closing.objects.count() == 1

    dump = _dump(tmp_path)

    assert b"orders_order" in dump
    plain = [text.encode() for text in (*GONE, *BY_LAW) if text != "02-29"]
    assert [text for text in plain if text in dump] == []
    mine = [text for text in sealed if life.member.pk and text.encode() in dump]
    assert len(mine) == len(sealed) - 2  # the others belong to other members


def _closed(life):
    try:
        close_account(life.me, sign_in_id=life.device.pk, now=SOON)
    except (NotFound, ProofNeeded):
        return False
    else:
        return True
    finally:
        connection.close()


def _rows(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def _dump(folder):
    """The bytes of the database: SQLite's file after VACUUM, else every table as text."""
    if connection.vendor == "sqlite":
        target = folder / "dump.sqlite3"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [str(target)])
        with shut(sqlite3.connect(target)) as again:
            assert again.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return target.read_bytes()
    tables = connection.introspection.table_names()
    return b"\n".join(
        name.encode() + repr(_rows(f'SELECT t::text FROM "{name}" t')).encode()  # noqa: S608  (our own tables)
        for name in tables
    )


def test_a_day_of_february_is_kept_until_the_28th():
    from hefu.core.personal import kept_until

    assert kept_until("L16", since=date(2028, 2, 29)) == date(2031, 2, 28)
