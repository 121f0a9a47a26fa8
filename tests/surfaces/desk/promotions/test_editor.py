"""The editor: a sentence is filled in, the cart answers, a draft is kept, a version follows."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from hefu.apps.campaigns.models import Promotion
from hefu.apps.campaigns.selectors.promotions import draft_of, newest_version
from hefu.apps.campaigns.services import promotions as service
from hefu.apps.campaigns.values import Draft
from hefu.core.permissions import Role
from hefu.core.promotions import (
    FactIn,
    OrderOff,
    RegionIn,
    Scope,
    Spend,
    Tier,
    Tiered,
    Verified,
    Way,
)
from hefu.core.promotions import Promotion as Rule
from tests.apps.orders.shop import an_article
from tests.factories import NOW, a_brand, a_partner, an_actor
from tests.surfaces.desk.codes.browsing import signed_in, text_of

pytestmark = pytest.mark.django_db

FILLED = {
    "from_1": "100", "off_1": "10", "from_2": "200", "off_2": "30", "title": "春季满减",
    "code": "spring", "audience": "全体顾客", "goal": "清库存", "publicity": "商城首页",
    "starts_at": "2026-12-01T00:00", "ends_at": "2026-12-31T00:00", "budget": "10,000",
    "edge": "refuse", "way": "reprice",
}  # fmt: skip
TRIED = {"try-sku_0": "BIG", "try-qty_0": "1", "try-sku_1": "SMALL", "try-qty_1": "1"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(hours=1), tick=False):
        yield


@pytest.fixture
def brand():
    brand = a_brand()
    an_article(brand, "BIG", 12000, cost=11000)
    an_article(brand, "SMALL", 9000, cost=3000)
    return brand


@pytest.fixture
def actor(brand):
    return an_actor(brand, Role.CAMPAIGN_MANAGER)


@pytest.fixture
def manager(actor):
    return signed_in(actor)


def written(kind="tiers"):
    return reverse("desk:promotion_write", args=[kind])


def test_every_sentence_has_its_page(manager):
    page = manager.get(reverse("desk:promotion_new"))
    for saying in page.context["sayings"]:
        answer = manager.get(written(saying.name))
        assert answer.status_code == 200, saying.name
        for name in saying.blanks():
            assert f'name="{name}"' in answer.content.decode()
    assert manager.get(written("nonsense")).status_code == 404


def test_a_filled_sentence_is_a_draft(manager, brand):
    answer = manager.post(written(), FILLED)

    promotion = Promotion.objects.get()
    assert answer.url == reverse("desk:promotion", args=[promotion.pk])
    draft = draft_of(newest_version(promotion))
    assert draft.promotion.benefit == Tiered(
        tiers=(Tier(at_least=10000, amount=1000), Tier(at_least=20000, amount=3000))
    )
    assert draft.budget == 1_000_000
    assert draft.terms.way is Way.REPRICE
    assert draft.promotion.starts_at.isoformat() == "2026-11-30T16:00:00+00:00"


def test_the_cart_beside_it_says_what_every_rule_does(manager, brand):
    page = manager.post(reverse("desk:promotion_trial", args=["tiers"]), {**FILLED, **TRIED})
    tried = page.context["tried"]

    assert (tried.today, tried.tomorrow) == (21000, 18000)
    assert tried.margin == 18000 - 14000
    assert tried.reasons[0].applied
    near = manager.post(
        reverse("desk:promotion_trial", args=["tiers"]), {**FILLED, "try-sku_0": "SMALL"}
    )
    assert near.context["tried"].tomorrow == 9000
    assert "¥10.00" in text_of(near)  # ten yuan more would do
    assert not Promotion.objects.exists()


def test_a_cart_is_tried_before_there_is_a_name_and_nothing_is_kept(manager, brand):
    sent = {"from_1": "100", "off_1": "10", **TRIED}
    page = manager.post(reverse("desk:promotion_trial", args=["tiers"]), sent)
    assert page.context["tried"].tomorrow == 20000

    again = manager.post(written(), {**FILLED, **TRIED, "try": "1"})  # without script
    assert again.status_code == 200
    assert "¥180.00" in text_of(again)
    assert not Promotion.objects.exists()


def test_other_rules_stand_beside_it_with_their_reason(manager, brand, actor):
    other = Rule(id="coupon-day", title="满五百减一百", benefit=OrderOff(amount=10000),
                 conditions=(Spend(at_least=50000),), currency="CNY")  # fmt: skip
    promotion = service.draft(actor, draft=Draft(promotion=other), now=NOW)
    Promotion.objects.filter(pk=promotion.pk).update(state="live", live_version=1)

    page = manager.post(reverse("desk:promotion_trial", args=["tiers"]), {**FILLED, **TRIED})

    assert "满五百减一百" in text_of(page)
    assert "¥290.00" in text_of(page)  # 500.00 wanted, 210.00 there


def test_who_it_is_for_and_a_visitor_nobody_knows(manager, brand):
    sent = {
        **FILLED, **TRIED, "kinds": ["old"], "levels": "金卡", "group": "student",
        "regions": ["440000"], "birthday": "7", "nth_order": "2", "min_spend": "150",
    }  # fmt: skip
    address = reverse("desk:promotion_trial", args=["tiers"])
    assert manager.post(address, sent).context["tried"].tomorrow == 18000
    stranger = manager.post(address, {**sent, "try-buyer": "nobody"})
    assert stranger.context["tried"].tomorrow == 21000

    manager.post(written(), sent)
    conditions = draft_of(newest_version(Promotion.objects.get())).promotion.conditions
    assert Spend(at_least=15000) in conditions
    assert FactIn(fact="customer_kind", values=frozenset({"old"})) in conditions
    assert RegionIn(include=frozenset({"440000"})) in conditions
    assert Verified(group="student") in conditions


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"from_1": ""}, "from_1"),
        ({"off_2": ""}, "off_2"),
        ({"ends_at": "2026-11-01T00:00"}, "ends_at"),
        ({"entry": "code"}, "shared_code"),
        ({"skus": "NOPE"}, "skus"),
        ({"budget": "ten"}, "budget"),
        ({"code": "Ü"}, "code"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(manager, brand, wrong, field):
    page = manager.post(written(), {**FILLED, **wrong})

    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not Promotion.objects.exists()


def test_a_draft_opens_as_it_was_filled_in_and_becomes_the_next_version(manager, brand):
    partner = a_partner(brand)
    sent = {
        **FILLED, "kinds": ["new", "old"], "skus": "BIG", "except_skus": "SMALL", "levels": "金卡",
        "max_uses": "500", "partner": partner.pk, "partner_share": "60", "entry": "code",
        "shared_code": "SPRING", "exclusive": "on",
    }  # fmt: skip
    manager.post(written(), sent)
    promotion = Promotion.objects.get()
    before = draft_of(newest_version(promotion))
    address = reverse("desk:promotion_edit", args=[promotion.pk])

    form = manager.get(address).context["form"]
    values = {name: form[name].value() for name in form.fields}
    again = {name: value for name, value in values.items() if value not in (None, "", [], False)}
    manager.post(address, {**again, "off_1": "12"})

    after = draft_of(newest_version(promotion))
    assert newest_version(promotion).number == 2
    assert after.promotion.benefit.tiers[0].amount == 1200
    assert after.promotion.benefit.scope == Scope(
        skus=frozenset({"BIG"}), except_skus=frozenset({"SMALL"})
    )
    assert after.promotion.conditions == before.promotion.conditions
    assert after.shares == before.shares == {partner.pk: 6000}
    assert (after.promotion.code, after.promotion.max_uses) == ("SPRING", 500)
    assert after.promotion.exclusive


def test_what_says_more_than_the_sentences_is_not_mangled(manager, brand, actor):
    rule = Rule(id="odd", title="怪", benefit=OrderOff(total=100), currency="CNY")
    promotion = service.draft(actor, draft=Draft(promotion=rule), now=NOW)

    answer = manager.get(reverse("desk:promotion_edit", args=[promotion.pk]))

    assert answer.status_code == 302
    assert newest_version(promotion).number == 1


def test_a_gift_is_worth_its_price(manager, brand):
    sent = {**FILLED, "gift": "SMALL", "qty": "1", "code": "gift"}
    manager.post(written("gift"), sent)

    gift = draft_of(newest_version(Promotion.objects.get())).promotion.benefit
    assert (gift.sku, gift.value) == ("SMALL", 9000)


def test_only_campaign_managers_write(brand):
    for role in (Role.ANALYST, Role.APPROVER, Role.SERVICE_AGENT):
        browser = signed_in(an_actor(brand, role))
        assert browser.get(written()).status_code == 403
    other = signed_in(an_actor(a_brand(), Role.CAMPAIGN_MANAGER))
    mine = signed_in(an_actor(brand, Role.CAMPAIGN_MANAGER))
    mine.post(written(), FILLED)
    address = reverse("desk:promotion_edit", args=[Promotion.objects.get().pk])
    assert other.get(address).status_code == 404


def test_what_has_no_title_yet_is_called_this_promotion_in_the_cart(manager):
    sent = FILLED | TRIED | {"title": "", "code": ""}

    answer = manager.post(reverse("desk:promotion_trial", args=["tiers"]), sent)

    assert "this promotion" in text_of(answer)
    assert "List price" in text_of(answer)
