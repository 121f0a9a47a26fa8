"""Draws on the phone: read by anybody, entered and claimed by members, the winners masked."""

import json
import re
import subprocess
import sys
from datetime import timedelta

import pytest
from django.urls import reverse

from hefu.apps.campaigns.models import DrawEntry, EntryBy, Win
from hefu.apps.campaigns.services.draws import ending, publishing
from hefu.apps.identity.models import Activation
from hefu.apps.identity.services.activation import ActivationWish, activate
from hefu.apps.members.models import Member
from hefu.core.actor import consumer
from tests.apps.campaigns.draw_rows import (
    AFTER,
    COOKER,
    DURING,
    ENDS,
    MUG,
    STARTS,
    Fair,
    a_list_plan,
    a_plan,
)
from tests.surfaces.consumer.conftest import PHONE, newest_code, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair(goods):
    return Fair(goods.brand)


def url(draw, page="draw", *more):
    return reverse(f"consumer:{page}", args=[draw.brand.slug, draw.slug, *more])


def sign_in_at(phone, draw, address=PHONE):
    start = phone.get(url(draw, "draw_sign_in"))
    phone.post(start.url, {"address": address})
    return phone.post(reverse("consumer:proof"), {"code": newest_code()}, follow=True)


def enter(phone, draw, **about):
    page = phone.get(url(draw)).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    wish = {"key": key[1] if key else "none", "adult": "on", **about}
    return phone.post(url(draw, "draw_enter"), wish, follow=True)


def test_R176_anybody_reads_what_can_be_won_and_by_which_rules(phone, fair, clock):
    draw = fair.published()
    clock.move_to(DURING)
    page = text_of(phone.get(url(draw)))

    for words in (
        "周年抽奖", "电饭煲", "399.00", "2 pieces", "马克杯", "5 in 100 (5%)", "Open until",
        "本品牌会员均可参加", "奔腾电器有限公司", "400-800-0000", "18 or older", "Commitment",
        "Sign in and take part",
    ):  # fmt: skip
        assert words in page, words
    terms = draw.terms.get()
    assert terms.commitment in page
    assert draw.secret not in page
    rules = phone.get(url(draw, "draw_rules", 1))
    assert rules.content.decode() == terms.page
    assert phone.get(url(draw, "draw_list", 1)).status_code == 409  # sealed until the end
    assert phone.get(url(fair.draft())).status_code == 404
    phone.get(url(draw, "draw_sign_in"))  # now the pages know whose it is
    assert "周年抽奖" in text_of(phone.get(reverse("consumer:draws")))


def test_a_member_enters_wins_claims_and_sees_the_receipt(phone, fair, clock):
    draw = fair.published(a_plan(blank_weight=0, prizes=(MUG,)))
    clock.move_to(ENDS - timedelta(seconds=5))
    assert "Take part" in text_of(sign_in_at(phone, draw))

    refused = enter(phone, draw, adult="")
    assert refused.status_code == 400
    assert "otherwise you cannot take part" in text_of(refused)
    won = enter(phone, draw)
    assert "It is yours" in text_of(won)
    entry = DrawEntry.objects.get()
    assert entry.name in text_of(won)
    assert "You have taken all your chances" in text_of(phone.get(url(draw)))
    again = phone.post(url(draw, "draw_enter"), {"key": "another", "adult": "on"})
    assert again.status_code == 400
    win = Win.objects.get()
    assert "To be claimed" in text_of(phone.get(reverse("consumer:prizes")))
    claim = reverse("consumer:prize", args=[win.pk])
    assert phone.post(claim, {"name": "张三"}).status_code == 400
    page = phone.post(
        claim, {"name": "张三", "phone": "13800138000", "address": "广州市天河区 1 号"}, follow=True
    )
    assert "On its way" in text_of(page)
    win.refresh_from_db()
    assert win.deliver_to.splitlines() == ["张三", "13800138000", "广州市天河区 1 号"]


def test_a_visitor_is_sent_to_sign_in_and_another_member_sees_nothing_of_it(phone, fair, clock):
    draw = fair.published(a_plan(blank_weight=0, prizes=(MUG,)))
    clock.move_to(ENDS - timedelta(seconds=5))
    other = fair.enter(draw, at=ENDS - timedelta(seconds=9))

    assert enter(phone, draw).redirect_chain[-1][0] == url(draw)
    assert DrawEntry.objects.count() == 1
    assert phone.get(url(draw, "draw_entry", 1)).status_code == 302
    sign_in_at(phone, draw)
    assert phone.get(url(draw, "draw_entry", 1)).status_code == 404
    assert phone.get(reverse("consumer:prize", args=[other.win.pk])).status_code == 404


def test_R171_R172_winners_are_public_and_masked(phone, fair, clock):
    draw = fair.published(a_plan(blank_weight=0, prizes=(MUG,)))
    person = fair.member(nickname="张三丰")
    plain = fair.member()
    for one in (person, plain):
        fair.enter(draw, fair.consumer(one), at=ENDS - timedelta(seconds=9))
    clock.move_to(ENDS - timedelta(seconds=5))

    page = phone.get(url(draw, "draw_winners")).content.decode()

    assert "张**" in page
    assert "张三丰" not in page
    assert plain.phone[3:] not in page
    assert plain.phone[-2:] in page


def test_R150_after_the_end_the_list_and_the_verifier_are_there_for_everybody(
    phone, fair, clock, tmp_path
):
    draw = fair.published(a_list_plan(prizes=(COOKER,)))
    for _ in range(6):
        fair.enter(draw)
    ending.mind_draws(AFTER)
    clock.move_to(AFTER)
    draw.refresh_from_db()

    page = phone.get(url(draw)).content.decode()
    assert "python3 verify_draw.py published-1.json" in page
    assert draw.secret in page
    folder = tmp_path / "anybody"
    folder.mkdir()
    for name, address in (
        ("published-1.json", url(draw, "draw_list", 1)),
        ("verify_draw.py", reverse("consumer:verify_draw")),
    ):
        assert address in page
        (folder / name).write_bytes(phone.get(address).content)
    command = [sys.executable, "-I", "verify_draw.py", "published-1.json"]
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert run.stdout.splitlines()[-1] == "as published"
    changed = json.loads((folder / "published-1.json").read_text())
    changed["entrants"][0] = "0" * 32
    (folder / "published-1.json").write_text(json.dumps(changed))
    assert subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode == 1


def test_an_activation_shows_the_way_to_its_chance(phone, goods, fair, clock):
    draw = fair.published(a_plan(entry_by=EntryBy.ACTIVATION, blank_weight=0, prizes=(MUG,)))
    clock.move_to(ENDS - timedelta(seconds=5))
    assert "each one brings a chance" in text_of(sign_in_at(phone, draw))
    member = Member.objects.latest("pk")
    owner = consumer(brand_id=goods.brand.pk, member_id=member.pk)
    wish = ActivationWish(key="a", code=goods.code(3), member_id=member.pk)
    activate(owner, wish=wish, now=STARTS + timedelta(days=1))

    product = phone.get(reverse("consumer:product", args=[Activation.objects.latest("pk").pk]))
    assert "This product brings you a chance" in text_of(product)
    assert url(draw) in product.content.decode()
    assert "It is yours" in text_of(enter(phone, draw, code=goods.code(3)))
    product = phone.get(reverse("consumer:product", args=[Activation.objects.latest("pk").pk]))
    assert "brings you a chance" not in text_of(product)


def test_a_scan_draw_takes_a_code_and_refuses_a_wrong_one(phone, goods, fair, clock):
    draw = fair.published(a_plan(entry_by=EntryBy.SCAN, cap_person=3))
    clock.move_to(DURING)
    sign_in_at(phone, draw)

    wrong = enter(phone, draw, code="G7RP G0ZF 8A5N EZN1")
    assert wrong.status_code == 400
    assert "gives no chance" in text_of(wrong)
    assert enter(phone, draw, code=goods.code(5).lower()).status_code == 200
    assert DrawEntry.objects.get().code_n == 1


def test_a_stopped_draw_says_why(phone, fair, clock):
    draw = fair.published()
    publishing.kill_draw(fair.manager, draw=draw, reason="价格标错", now=DURING)
    clock.move_to(DURING)

    page = text_of(phone.get(url(draw)))

    assert "价格标错" in page

    assert url(draw, "draw_sign_in") not in phone.get(url(draw)).content.decode()


def test_a_draw_of_another_brands_host_does_not_exist(phone, fair):
    draw = fair.published()
    stranger = Fair()
    stranger.brand.host = "other.example"
    stranger.brand.save()

    assert phone.get(url(draw), headers={"host": "other.example"}).status_code == 404
