"""Questions on the phone (R103): read, search, ask as guest or member, and take part."""

import json
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from hefu.apps.audit.worker import work_off
from hefu.apps.community.models import Answer, Follower, Question, Report, Showing
from hefu.apps.community.selectors.public import page_address
from hefu.apps.community.services.answering import answer
from hefu.apps.community.services.merging import merge
from hefu.apps.community.services.moderating import hide, show
from hefu.apps.community.services.policy import Rules, set_policy
from hefu.apps.identity.services.activation import ActivationWish, activate
from hefu.apps.members.models import Member
from hefu.apps.members.selectors import visitor
from hefu.apps.notices.models import Message
from hefu.core.actor import consumer
from hefu.core.permissions import Role
from hefu.surfaces.consumer.questions import questions_on
from tests.apps.community.rows import AGREED
from tests.factories import a_brand, an_actor
from tests.surfaces.consumer.conftest import TODAY, sign_in, text_of

WORDS = "滤网多久清洗一次？"


@pytest.fixture
def specialist(goods):
    return an_actor(goods.brand, Role.PRODUCT_SPECIALIST)


@pytest.fixture
def at(goods):
    """Addresses of the goods' questions."""

    def address(name, *more):
        about = more or (goods.product.item_no,)
        return reverse(f"consumer:{name}", args=[goods.brand.slug, *about])

    return address


@pytest.fixture
def ask(phone, at, clock):
    def send(text=WORDS, *, client=None, seconds=10, **about):
        client = client or phone
        page = client.get(at("question_ask")).content.decode()
        began = re.search(r'name="began" value="([^"]+)"', page)[1]
        clock.shift(seconds)
        fields = {"text": text, "began": unescape(began), **about}
        return client.post(at("question_ask"), fields, follow=True)

    return send


def answered(specialist, text=WORDS, said="每两周一次，用温水。"):
    row = Question.objects.get(text=text)
    answer(specialist, question=row, text=said, now=TODAY)
    return row


def test_R103_a_guest_asks_is_told_and_the_next_reader_finds_it(phone, goods, at, ask, specialist):
    assert "Nobody has asked yet" in text_of(phone.get(at("questions")))
    page = ask(address="li@example.com")
    assert "The maker reads it and answers here" in text_of(page)
    assert "Yours, waiting to be read" in text_of(page)
    stranger = Client(headers={"Accept-Language": "en"})
    assert WORDS not in text_of(stranger.get(at("questions")))

    row = answered(specialist)
    work_off(clock=lambda: TODAY)
    message = Message.objects.get(template="question_answered")
    assert message.address == "li@example.com"
    link = page_address(goods.brand, row.pk)
    assert link in message.body
    assert link.endswith(reverse("consumer:question", args=[goods.brand.slug, row.pk]))

    found = stranger.get(at("questions"), {"q": "滤网 清洗"})
    assert WORDS in text_of(found)
    own = text_of(stranger.get(at("question", row.pk)))
    assert "Maker&#x27;s answer" in own
    assert "每两周一次" in own
    assert "A visitor" in own
    assert WORDS not in text_of(stranger.get(at("questions"), {"q": "内胆"}))
    everything = reverse("consumer:questions_of", args=[goods.brand.slug])
    assert WORDS in text_of(stranger.get(everything))


def test_nothing_typed_is_lost_to_haste_traps_mistakes_or_limits(ask, clock):
    for about, words in (
        ({"seconds": 1}, "That was very quick"),
        ({"website": "http://spam"}, "That was very quick"),
        ({"address": "nobody"}, "This is not a mobile number"),
        ({"began": "made up"}, "That was very quick"),
    ):
        page = ask(**about)
        assert page.status_code == 400
        assert words in text_of(page)
        assert WORDS in page.content.decode()
    assert not Question.objects.exists()
    for number in range(12):
        assert ask(f"另一个问题 {number}", seen="1").status_code == 200
    page = ask("第十三个问题", seen="1")
    assert page.status_code == 429
    assert "第十三个问题" in page.content.decode()
    assert "too often" in text_of(page)


def test_a_form_opened_yesterday_still_sends(ask):
    assert ask(seconds=86_400).status_code == 200
    assert Question.objects.count() == 1


def test_similar_questions_are_shown_before_it_is_sent_and_while_it_is_typed(
    phone, goods, at, ask, specialist
):
    ask()
    answered(specialist)
    part = phone.get(at("questions_similar"), {"text": "滤网要多久清洗"})
    assert WORDS in text_of(part)
    assert "<html" not in part.content.decode()
    assert text_of(phone.get(at("questions_similar"), {"text": "颜色"})) == ""

    page = ask("滤网要多久清洗一次呢")
    assert "Is it one of these?" in text_of(page)
    assert "滤网要多久清洗一次呢" in page.content.decode()
    assert Question.objects.count() == 1
    ask("滤网要多久清洗一次呢", seen="1")
    assert Question.objects.count() == 2
    assert "Somebody asked just this" in text_of(ask(WORDS, seen="1"))


def test_names_contacts_and_words_that_are_not_shown_stay_with_their_author(
    phone, goods, at, ask, specialist
):
    sign_in(phone, goods)
    Member.objects.update(nickname="李小雷")
    ask("请打 13800138000 告诉我滤网在哪买")
    row = Question.objects.get()
    own = text_of(phone.get(at("question", row.pk)))
    assert "Only you see this question so far" in own
    stranger = Client(headers={"Accept-Language": "en"})
    assert stranger.get(at("question", row.pk)).status_code == 404
    show(specialist, question=row, now=TODAY)
    page = stranger.get(at("question", row.pk)).content.decode()
    assert "李**" in page
    assert "小雷" not in page
    assert "13800138000" not in page
    hide(specialist, question=row, reason="personal", now=TODAY)
    assert stranger.get(at("question", row.pk)).status_code == 404
    assert "It showed personal data" in text_of(phone.get(at("question", row.pk)))
    assert "It showed personal data" in text_of(phone.get(reverse("consumer:my_questions")))


def test_members_and_owners_answer_vote_accept_and_report(  # noqa: PLR0917  (fixtures)
    phone, goods, at, ask, specialist, clock
):
    sign_in(phone, goods)
    ask()
    row = answered(specialist)
    said = Answer.objects.get()
    page = phone.get(at("question", row.pk)).content.decode()
    assert "This solved it" in page
    solved = phone.post(at("solved", said.pk), follow=True)
    assert "Solved it" in text_of(solved)

    guest = Client(headers={"Accept-Language": "en"})
    assert "stands higher" in text_of(guest.post(at("helpful", said.pk), follow=True))
    assert "counts once" in text_of(guest.post(at("helpful", said.pk), follow=True))
    assert guest.post(at("question_answer", row.pk)).url.startswith(reverse("consumer:sign_in"))
    report = at("question_report", row.pk) + f"?answer={said.pk}"
    assert guest.post(report).status_code == 400
    assert "A person looks at it" in text_of(guest.post(report, {"reason": "other"}, follow=True))
    assert Report.objects.get().answer == said

    owner = Client(headers={"Accept-Language": "en"})
    sign_in(owner, goods, address="13800139999")
    member = Member.objects.latest("pk")
    wish = ActivationWish(key="k", code=goods.code(5), member_id=member.pk)
    activate(consumer(brand_id=goods.brand.pk, member_id=member.pk), wish=wish, now=TODAY)
    page = owner.get(at("question", row.pk)).content.decode()
    began = unescape(re.search(r'name="began" value="([^"]+)"', page)[1])
    clock.shift(5)
    refused = owner.post(at("question_answer", row.pk), {"text": " ", "began": began})
    assert refused.status_code == 400
    thanks = owner.post(
        at("question_answer", row.pk), {"text": "我每周洗", "began": began}, follow=True
    )
    assert "reads it before others do" in text_of(thanks)
    assert Answer.objects.get(text="我每周洗").kind == "owner"
    again = {"text": "又一次", "began": began}
    assert "answered this already" in text_of(owner.post(at("question_answer", row.pk), again))


def test_a_merged_question_leads_to_the_kept_one(phone, at, ask, specialist):
    ask()
    ask("多久洗一次滤网呢", seen="1")
    twin, kept = Question.objects.order_by("-pk")
    answered(specialist)
    merge(specialist, question=twin, into=kept, now=TODAY)
    page = phone.get(at("question", twin.pk), follow=True)
    assert page.redirect_chain[-1][0] == at("question", kept.pk)
    assert "This was asked before" in text_of(page)


def test_my_questions_are_the_members_own(phone, goods, at, ask):
    sign_in(phone, goods)
    assert "You have not asked anything yet" in text_of(phone.get(reverse("consumer:my_questions")))
    ask()
    page = phone.get(reverse("consumer:my_questions"))
    assert WORDS in text_of(page)
    row = Question.objects.get()
    phone.post(reverse("consumer:question_stop", args=[row.pk]))
    assert not Follower.objects.exists()
    assert "Do not tell me" not in text_of(phone.get(reverse("consumer:my_questions")))


def test_machines_read_a_QAPage(phone, goods, at, ask, specialist):
    """The fields that schema.org asks of a QAPage; nothing in it can end the script element."""
    text = "滤网</script><b>怎么洗？"
    ask(text)
    row = answered(specialist, text=text, said="用温水 & 软刷")
    page = phone.get(at("question", row.pk)).content.decode()
    assert f'<link rel="canonical" href="{page_address(goods.brand, row.pk)}">' in page
    (script,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    data = json.loads(script)
    question = data["mainEntity"]
    assert (data["@type"], question["@type"]) == ("QAPage", "Question")
    assert question["text"] == text
    assert question["answerCount"] == 1
    assert question["acceptedAnswer"]["text"] == "用温水 & 软刷"
    assert question["acceptedAnswer"]["author"] == {"@type": "Organization", "name": "奔腾"}
    assert question["author"]["name"] == "A visitor"
    assert "</b>" not in page


def test_the_part_on_a_products_page_is_the_same_for_everybody(rf, goods, specialist, ask):
    empty = questions_on(rf.get("/"), goods.product)
    assert "csrf" not in empty
    for number in range(5):
        ask(f"问题{number}怎么办", seen="1")
    for row in Question.objects.all():
        show(specialist, question=row, now=TODAY)
    part = questions_on(rf.get("/"), goods.product)
    assert part.count("<li>") == 3
    assert "5" in part
    assert "<form" not in part


def test_another_brands_pages_do_not_exist(phone, goods, ask, at):
    ask()
    row = Question.objects.get()
    Question.objects.update(showing=Showing.SHOWN)
    other = a_brand()
    assert phone.get(reverse("consumer:question", args=[other.slug, row.pk])).status_code == 404
    assert phone.get(
        reverse("consumer:questions", args=[other.slug, goods.product.item_no])
    ).status_code == 404  # fmt: skip
    assert phone.get("/questions/of/nobody/").status_code == 404
    wanted = visitor(other.pk, surface="consumer")
    assert wanted.brand_id == other.pk
    set_policy(
        an_actor(goods.brand, Role.BRAND_ADMIN), rules=Rules(members_answer=False), now=TODAY
    )
    assert "Sign in to answer" not in text_of(phone.get(at("question", row.pk)))
    assert AGREED not in text_of(phone.get(at("question_ask")))


def test_R341_crawlers_are_told_of_answered_questions_and_of_no_others(
    phone, goods, at, ask, specialist
):
    ask()
    ask("有没有备用的内胆卖？", client=Client(headers={"Accept-Language": "en"}))
    for row in Question.objects.all():
        show(specialist, question=row, now=TODAY)
    known = answered(specialist)
    other = Question.objects.exclude(pk=known.pk).get()

    maps = re.findall(r"<loc>([^<]+)</loc>", phone.get("/sitemap.xml").content.decode())
    listed = "".join(phone.get(f"/{one.rpartition('/')[2]}").content.decode() for one in maps)

    assert f"<loc>{page_address(goods.brand, known.pk)}</loc>" in listed
    assert at("question", other.pk) not in listed
    assert phone.get(f"/sitemap-{len(maps) + 1}.xml").status_code == 404
