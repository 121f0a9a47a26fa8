"""Asking (R103): as guest or member, within limits, once; nothing typed is lost to a refusal."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from hefu.apps.audit.models import Entry
from hefu.apps.community.errors import TooMany
from hefu.apps.community.models import Follower, Question, Showing
from hefu.apps.community.selectors.public import question_to_read, shown_questions
from hefu.apps.community.services.asking import Contact, ask, stop_telling
from hefu.apps.community.services.moderating import hide, show
from hefu.core.errors import Invalid, NotFound
from tests.apps.community.rows import AGREED, DUE, Desk, later
from tests.apps.identity.issue.rows import a_product
from tests.factories import NOW, a_brand

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk():
    return Desk()


def test_R103_a_guest_asks_and_staff_read_it_before_others_do(desk):
    asked = desk.ask("  滤网多久\x00 清洗一次？ ", address="Li@Example.com")

    row = Question.objects.get()
    assert asked.new
    assert (row.text, row.showing, row.member_id) == ("滤网多久 清洗一次？", Showing.WAITING, None)
    assert row.due_at == DUE
    assert not shown_questions(desk.guest).exists()
    with pytest.raises(NotFound):
        question_to_read(desk.guest, row.pk)
    follower = Follower.objects.get()
    assert (follower.address, follower.channel, follower.agreed_to) == (
        "li@example.com", "email", AGREED,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM community_follower")
        assert "example" not in cursor.fetchone()[0]
    assert "滤网" not in str(list(Entry.objects.values_list("data", flat=True)))

    show(desk.specialist, question=row, now=later(minutes=1))
    assert list(shown_questions(desk.guest)) == [row]


def test_a_brand_may_show_questions_at_once_but_never_links_and_contacts(desk):
    desk.rules(read_first=False)
    assert desk.question("能煮粥吗").showing == Showing.SHOWN
    for text in ("加我微信：lilei88", "看 www.example.com", "请打13800138000"):
        assert desk.question(text).showing == Showing.WAITING


def test_the_same_question_again_is_one_more_who_waits_for_it(desk):
    first = desk.ask("滤网多久清洗一次？", address="13800138000")
    again = desk.ask("滤网多久清洗一次", actor=desk.member(), at=later(hours=1))
    desk.ask("滤网 多久清洗一次!!", address="13800138000", at=later(hours=2))

    assert (first.new, again.new) == (True, False)
    assert again.question == first.question
    assert Follower.objects.count() == 2
    hide(desk.specialist, question=first.question, reason="off_topic", now=later(hours=3))
    assert desk.ask("滤网多久清洗一次", at=later(hours=4)).new  # a hidden one bars nobody


def test_without_words_or_with_too_many_it_is_refused_and_names_the_field(desk):
    for text, rule in (("", "required"), (" ？！ ", "required"), ("问" * 601, "too_long")):
        with pytest.raises(Invalid) as caught:
            desk.ask(text)
        assert (caught.value.details["field"], caught.value.details["rule"]) == ("text", rule)
    with pytest.raises(Invalid) as caught:
        desk.ask(address="nobody")
    assert caught.value.details["field"] == "address"
    silent = Contact(address="13800138000", agreed_to="")
    about = {"product": desk.product, "text": "能煮粥吗", "language": "en", "contact": silent}
    with pytest.raises(Invalid) as caught:
        ask(desk.guest, **about, now=NOW)
    assert caught.value.details["field"] == "agreed_to"
    assert not Question.objects.exists()


def test_another_brands_product_does_not_exist_and_staff_do_not_ask(desk):
    foreign = a_product(a_brand())
    with pytest.raises(NotFound):
        desk.ask(product=foreign)
    with pytest.raises(NotFound):
        desk.ask(actor=desk.specialist)
    assert not Question.objects.exists()


def test_R103_spam_is_limited_per_member_client_and_text(desk):
    member = desk.member()
    for number in range(6):
        desk.ask(f"问题{number}", actor=member, client="")
    with pytest.raises(TooMany) as caught:
        desk.ask("问题六", actor=member, client="")
    assert caught.value.details == {"scope": "ask_member_hour", "retry_after": 3600}
    assert Question.objects.count() == 6
    desk.ask("问题六", actor=member, client="", at=later(hours=1))

    for number in range(12):
        desk.ask(f"客户端{number}", client="192.0.2.1")
    with pytest.raises(TooMany) as caught:
        desk.ask("再来一个", client="192.0.2.1")
    assert caught.value.details["scope"] == "ask_client_hour"
    desk.ask("再来一个", client="192.0.2.2")

    for number in range(4):
        product = a_product(desk.brand, item_no=f"T{number}")
        desk.ask("便宜出售配件", product=product, client=f"198.51.100.{number}")
    with pytest.raises(TooMany) as caught:
        desk.ask("便宜出售，配件！", client="198.51.100.9")
    assert caught.value.details["scope"] == "ask_text_day"


def test_whoever_does_not_want_to_hear_any_more_is_not_told(desk):
    member = desk.member()
    question = desk.question(actor=member)
    stop_telling(member, question_id=question.pk, now=later(minutes=1))
    stop_telling(member, question_id=question.pk, now=later(minutes=2))
    assert not Follower.objects.exists()
    with pytest.raises(NotFound):
        stop_telling(desk.guest, question_id=question.pk, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_who_ask_the_same_at_once_one_question_stands():
    desk = Desk()
    members = [desk.member() for _ in range(3)]
    start, found = threading.Barrier(3), []

    def run(member):
        start.wait()
        try:
            found.append(desk.ask("能煮粥吗", actor=member, client="").new)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(member,)) for member in members]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert sorted(found) == [False, False, True]
    assert Question.objects.count() == 1
    assert Follower.objects.count() == 3
    assert timedelta(0) <= Question.objects.get().due_at - NOW
