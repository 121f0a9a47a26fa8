"""A promotion's life: nothing runs that a second person did not agree to, word for word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hefu.apps.accounts.errors import AlreadyDecided, ContentChanged, SamePerson
from hefu.apps.accounts.models import Approval
from hefu.apps.audit.models import Entry
from hefu.apps.campaigns.errors.promotions import (
    FindingsStand,
    LegalGate,
    NothingToApprove,
    NotInFavour,
    NotRunning,
)
from hefu.apps.campaigns.models import Counter, Promotion, PromotionState
from hefu.apps.campaigns.selectors.dealt import lowest_dealt
from hefu.apps.campaigns.selectors.promotions import (
    blocked_promotions,
    newest_version,
    promotion_by_code,
    promotions_for,
    public_rules,
)
from hefu.apps.campaigns.selectors.quoting import Known, quote
from hefu.apps.campaigns.services import promotions as service
from hefu.apps.campaigns.services.alarms import warn_blocked
from hefu.apps.orders.models import Order, OrderLine
from hefu.apps.orders.services.articles import ArticleSheet, edit_article
from hefu.core.actor import consumer
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.core.promotions import (
    COUPON_GROUP,
    COUPON_LANE,
    LINE_GROUP,
    ORDER_GROUP,
    FactIn,
    Gift,
    HoldOut,
    LineOff,
    OrderOff,
    Scope,
    ShippingOff,
    Spend,
    Tier,
    Tiered,
    Verified,
    hold_out_bp,
)
from hefu.core.promotions import Promotion as Rule
from hefu.core.promotions.rule_page import page_hash
from tests.apps.campaigns.promoting import (
    a_cart,
    a_draft,
    a_house,
    a_member,
    later,
    launched,
)
from tests.factories import NOW, an_actor

pytestmark = pytest.mark.django_db

TIERS = Rule(
    id="spring", title="满减", currency="CNY",
    benefit=Tiered(
        tiers=(Tier(at_least=10_000, amount=1_000), Tier(at_least=20_000, amount=3_000))
    ),
)  # fmt: skip


def total(house, goods, *, now=NOW, **known):
    visitor = replace(house.system, kind="anonymous", surface="tests")
    return quote(visitor, cart=a_cart(goods), known=Known(**known), now=now).quote.total


def test_R013_nothing_runs_before_a_second_person_agrees():
    house = a_house()
    row = service.draft(house.writer, draft=a_draft(TIERS), now=NOW)
    assert total(house, {"shirt": 1}) == 19_900
    service.submit(house.writer, promotion=row, now=NOW)
    assert total(house, {"shirt": 1}) == 19_900

    service.approve(house.approver, promotion=row, now=NOW)

    assert total(house, {"shirt": 1}) == 18_900
    row.refresh_from_db()
    assert (row.state, row.live_version) == (PromotionState.LIVE, 1)
    assert Entry.objects.filter(action="campaigns.promotion_approved").count() == 1


def test_R013_the_author_cannot_agree_and_nobody_agrees_twice():
    house = a_house()
    admin = an_actor(house.brand, Role.BRAND_ADMIN)
    row = service.draft(admin, draft=a_draft(TIERS), now=NOW)
    with pytest.raises(NothingToApprove):
        service.approve(house.approver, promotion=row, now=NOW)
    service.submit(admin, promotion=row, now=NOW)

    with pytest.raises(SamePerson):
        service.approve(admin, promotion=row, now=NOW)
    with pytest.raises(NotAllowed):
        service.approve(house.writer, promotion=row, now=NOW)
    service.approve(house.approver, promotion=row, now=NOW)
    with pytest.raises((NothingToApprove, AlreadyDecided)):
        service.approve(house.approver, promotion=row, now=NOW)


def test_an_approval_is_bound_to_what_it_was_asked_for():
    house = a_house()
    row = service.draft(house.writer, draft=a_draft(TIERS), now=NOW)
    service.submit(house.writer, promotion=row, now=NOW)
    service.edit(house.writer, promotion=row, draft=a_draft(TIERS, budget=1), now=NOW)

    with pytest.raises(ContentChanged):
        service.approve(house.approver, promotion=row, now=NOW)

    row.refresh_from_db()
    assert row.live_version is None


def test_a_refusal_needs_a_reason_and_leaves_a_draft():
    house = a_house()
    row = service.draft(house.writer, draft=a_draft(TIERS), now=NOW)
    service.submit(house.writer, promotion=row, now=NOW)
    with pytest.raises(Invalid):
        service.refuse(house.approver, promotion=row, note=" ", now=NOW)

    service.refuse(house.approver, promotion=row, note="too dear", now=NOW)

    row.refresh_from_db()
    assert row.state == PromotionState.DRAFT
    assert Approval.objects.get().note == "too dear"
    with pytest.raises(NothingToApprove):
        service.submit(house.writer, promotion=row, now=NOW)


@pytest.mark.parametrize("field", ["audience", "starts_at", "ends_at"])
def test_R246_a_rule_without_a_mandatory_field_cannot_be_submitted(field):
    house = a_house()
    whole = a_draft(TIERS)
    bare = replace(
        whole, promotion=replace(whole.promotion, **{field: "" if field == "audience" else None})
    )
    row = service.draft(house.writer, draft=bare, now=NOW)

    with pytest.raises(Invalid) as refused:
        service.submit(house.writer, promotion=row, now=NOW)

    assert refused.value.details == {"field": field, "rule": "required"}


@pytest.mark.parametrize(("field", "empty"), [("goal", ""), ("publicity", ""), ("budget", None)])
def test_R198_a_plan_without_a_mandatory_field_cannot_be_submitted(field, empty):
    house = a_house()
    row = service.draft(house.writer, draft=a_draft(TIERS, **{field: empty}), now=NOW)

    with pytest.raises(Invalid) as refused:
        service.submit(house.writer, promotion=row, now=NOW)

    assert refused.value.details["field"] == field


def refused_by(house, rule, **about):
    row = service.draft(house.writer, draft=a_draft(rule, **about), now=NOW)
    with pytest.raises((LegalGate, FindingsStand)) as refused:
        service.submit(house.writer, promotion=row, now=NOW)
    assert not Approval.objects.filter(decision="open").exists()
    return refused.value.details


def test_R143_absolute_words_need_a_reason():
    house = a_house()

    found = refused_by(house, replace(TIERS, title="全年最佳满减"))

    assert (found["field"], found["rule"], found["evidence"]) == ("title", "L01", "最佳")
    quoted = replace(TIERS, id="quoted", title="「最佳女主角」观影券满减")
    launched(house, quoted, override="a film prize's proper name")


def test_R197_a_gift_is_an_article_at_its_price_of_now():
    house = a_house()

    assert refused_by(house, Rule(id="a", benefit=Gift(sku="cup", value=1_000)))["rule"] == "L10"
    found = refused_by(house, Rule(id="b", benefit=Gift(sku="mug", value=1_200)))
    assert (found["stated"], found["evidence"]) == (1_200, 1_000)
    launched(house, Rule(id="c", benefit=Gift(sku="mug", value=1_000)))


def a_sale(house, sku, net, quantity, *, days, state="done", source="mall"):
    at = NOW - timedelta(days=days)
    order = Order.objects.create(
        brand=house.brand, source=source, number=f"{sku}{days}{net}", state=state, currency="CNY",
        listed=net, total=net, placed_at=at, paid_at=at, updated_at=at,
    )  # fmt: skip
    OrderLine.objects.create(
        order=order, place=0, sku=sku, title=sku, unit=net, quantity=quantity, net=net
    )


def test_R183_a_reduction_is_measured_from_the_lowest_price_dealt_in_the_week_before():
    house = a_house()
    a_sale(house, "shirt", 17_001, 1, days=3)
    a_sale(house, "shirt", 30_000, 2, days=8)  # before the week
    a_sale(house, "shirt", 100, 1, days=1, state="cancelled")  # no deal
    a_sale(house, "shirt", 200, 1, days=1, source="taobao")  # another place
    cut = Rule(id="cut", benefit=LineOff(bp=2_000, scope=Scope(skus=frozenset({"shirt"}))))

    found = refused_by(house, cut)

    assert found == {
        "field": "compared_with", "rule": "L08", "sku": "shirt", "listed": 19_900,
        "evidence": 17_001,
    }  # fmt: skip
    launched(house, replace(cut, id="said"), compared_with="厂商建议零售价")


def test_L08_nothing_sold_in_the_week_means_the_last_price_dealt():
    house = a_house()
    a_sale(house, "shirt", 35_000, 2, days=20)
    a_sale(house, "shirt", 18_000, 1, days=9)

    dealt = lowest_dealt(house.brand.pk, ["shirt", "mug"], now=NOW)

    assert {sku: (one.unit, one.last_only) for sku, one in dealt.items()} == {
        "shirt": (18_000, True)
    }
    assert lowest_dealt(house.brand.pk, ["shirt"], now=NOW, days=30)["shirt"].unit == 17_500


def test_L09_a_price_raised_for_a_reduction_is_refused_or_carries_its_reason():
    house = a_house()
    for unit, days in ((22_000, 40), (21_000, 9), (24_000, 2)):
        sheet = ArticleSheet(sku="shirt", title="shirt", unit=unit, cost=8_000, on_sale=True)
        edit_article(house.system, sheet=sheet, now=later(days=-days))
    cut = Rule(id="cut", benefit=LineOff(bp=1_000, scope=Scope(skus=frozenset({"shirt"}))))

    found = refused_by(house, cut)

    assert found == {"field": "override", "rule": "L09", "sku": "shirt", "evidence": 21_000}
    launched(house, replace(cut, id="true"), override="cotton costs a fifth more since autumn")


def test_L17_a_price_asks_for_nothing_that_is_not_published():
    asks = FactIn(fact="device", values=frozenset({"phone"}))

    found = refused_by(a_house(), replace(TIERS, conditions=(asks,)))

    assert (found["rule"], found["evidence"]) == ("L17", "device")


def test_R193_a_title_with_everything_over_a_scope_with_exceptions_is_refused():
    scope = Scope(everything=True, except_skus=frozenset({"mug"}))
    rule = Rule(id="all", title="全场8折", benefit=OrderOff(bp=2_000, scope=scope))

    assert refused_by(a_house(), rule)["finding"] == "not_everything"


def test_R182_a_sale_below_cost_is_refused_or_carries_its_reason():
    house = a_house()
    rule = Rule(id="deep", benefit=LineOff(bp=5_000, scope=Scope(skus=frozenset({"cooker"}))))

    found = refused_by(house, rule)

    assert (found["finding"], found["sku"], found["amount"]) == ("below_cost", "cooker", 3 * 5_050)
    launched(house, replace(rule, id="clear"), override="old model, ends this month")


def test_R182_a_pair_below_cost_is_found_too():
    house = a_house()
    only = Scope(skus=frozenset({"cooker"}))
    launched(house, Rule(id="line", benefit=LineOff(bp=3_000, scope=only)))

    found = refused_by(house, Rule(id="order", benefit=OrderOff(bp=2_000, scope=only)))

    assert found["finding"] == "below_cost"
    assert {found["promotion"], found["other"]} == {"line", "order"}


def test_R201_after_the_start_only_in_the_consumers_favour():
    house = a_house()
    row = launched(house, TIERS)
    lower = replace(TIERS, benefit=Tiered(tiers=(Tier(at_least=10_000, amount=900),)))
    with pytest.raises(NotInFavour) as refused:
        service.edit(house.writer, promotion=row, draft=a_draft(lower), now=NOW)
    assert refused.value.details == {"field": "benefit.tiers", "rule": "L06", "version": 1}
    assert newest_version(row).number == 1

    kinder = (Tier(at_least=9_000, amount=1_100), Tier(at_least=20_000, amount=3_000))
    better = replace(TIERS, benefit=Tiered(tiers=kinder))
    service.edit(house.writer, promotion=row, draft=a_draft(better, budget=20_000_000), now=NOW)
    service.submit(house.writer, promotion=row, now=NOW)
    assert total(house, {"shirt": 1}) == 18_900  # the old version runs until somebody agrees
    service.approve(house.approver, promotion=row, now=NOW)

    assert total(house, {"shirt": 1}) == 18_800
    assert Counter.objects.get(promotion=row).budget == 20_000_000


def test_before_the_start_everything_may_change():
    house = a_house()
    soon = replace(TIERS, starts_at=later(days=1))
    row = launched(house, soon)

    worse = replace(soon, benefit=Tiered(tiers=(Tier(at_least=10_000, amount=1),)))
    service.edit(house.writer, promotion=row, draft=a_draft(worse), now=NOW)


def test_what_is_over_starts_anew_under_a_new_name():
    house = a_house()
    row = launched(house, replace(TIERS, ends_at=later(hours=1)))

    with pytest.raises(LegalGate):
        service.edit(house.writer, promotion=row, draft=a_draft(TIERS), now=later(days=1))


def test_the_kill_switch_works_at_the_next_quote_and_says_why():
    house = a_house()
    row = launched(house, TIERS)
    assert total(house, {"shirt": 1}) == 18_900
    with pytest.raises(Invalid):
        service.stop(house.writer, promotion=row, reason="", now=NOW)

    service.stop(house.writer, promotion=row, reason="wrong scope", now=NOW)

    assert total(house, {"shirt": 1}) == 19_900
    with pytest.raises(NotRunning):
        service.stop(house.writer, promotion=row, reason="again", now=NOW)
    said = Entry.objects.get(action="campaigns.promotion_stopped").data
    assert said == {"reason": "wrong scope", "coupons_outstanding": 0}


def test_R176_the_public_page_is_what_was_agreed_to_and_is_hashed():
    house = a_house()
    launched(house, TIERS, compared_with="")
    reader = replace(house.system, kind="anonymous")

    chinese = public_rules(reader, "spring", language="zh-hans")
    english = public_rules(reader, "spring", language="en")

    assert "满200.00元减30.00元。" in chinese.text
    assert "From 200.00 CNY: 30.00 CNY off." in english.text
    assert chinese.hash == page_hash({"zh-hans": chinese.text, "en": english.text})


def test_drafts_are_not_public_and_other_brands_do_not_exist():
    house, other = a_house(), a_house()
    row = service.draft(house.writer, draft=a_draft(TIERS), now=NOW)
    reader = replace(house.system, kind="anonymous")

    for actor in (reader, other.writer, consumer(brand_id=house.brand.pk, member_id=1)):
        with pytest.raises(NotFound):
            promotion_by_code(actor, row.code)
    with pytest.raises(NotFound):
        service.stop(other.writer, promotion=row, reason="mine?", now=NOW)
    with pytest.raises(NotAllowed):
        promotions_for(an_actor(house.brand, Role.PRODUCT_SPECIALIST))


def test_a_hold_out_is_signed_published_and_kept(django_assert_num_queries):
    house = a_house()
    campaign = service.open_campaign(
        house.writer, slug="spring", title="Spring", hold_out_bp=5_000, now=NOW
    )
    launched(house, TIERS, campaign=campaign)
    members = [a_member(house, f"1380013{n:04}") for n in range(20)]
    out = {one.pk for one in members if hold_out_bp(f"member:{one.pk}", campaign.salt) < 5_000}

    paid = {one.pk: total(house, {"shirt": 1}, member_id=None) for one in members[:1]}
    for one in members:
        buyer = consumer(brand_id=house.brand.pk, member_id=one.pk)
        paid[one.pk] = quote(buyer, cart=a_cart({"shirt": 1}), known=Known(), now=NOW).quote.total

    assert 0 < len(out) < 20
    assert {pk for pk, amount in paid.items() if amount == 19_900} == out
    assert "50%" in public_rules(house.writer, "spring", language="zh-hans").text


def test_R188_whoever_proves_it_gets_it_while_the_proof_holds():
    from hefu.apps.members.services.standing import verify_group

    house = a_house()
    launched(house, replace(TIERS, audience="学生", conditions=(Verified(group="student"),)))
    member = a_member(house)
    buyer = consumer(brand_id=house.brand.pk, member_id=member.pk)

    def paid(now):
        return quote(buyer, cart=a_cart({"shirt": 1}), known=Known(), now=now).quote.total

    assert paid(NOW) == 19_900
    verify_group(
        house.system, member_id=member.pk, group="student", proof="student card 2026",
        expires_at=later(days=2), now=NOW,
    )  # fmt: skip
    assert paid(NOW) == 18_900
    assert paid(later(days=2)) == 19_900


@pytest.mark.parametrize(
    ("rule", "lane", "group"),
    [
        (Rule(id="a", benefit=LineOff(bp=1)), 0, LINE_GROUP.id),
        (Rule(id="a", benefit=OrderOff(bp=1)), 0, ORDER_GROUP.id),
        (Rule(id="a", benefit=LineOff(bp=1), needs_coupon=True), COUPON_LANE, COUPON_GROUP.id),
        (Rule(id="a", benefit=OrderOff(bp=1), code="X"), COUPON_LANE, COUPON_GROUP.id),
        (Rule(id="a", benefit=ShippingOff(bp=1)), 0, None),
        (Rule(id="a", benefit=Gift(sku="mug", value=1)), 0, None),
        (Rule(id="a", benefit=OrderOff(bp=1), group="own"), 0, "own"),
    ],
)
def test_O21_who_says_nothing_stacks_as_the_house_does(rule, lane, group):
    from hefu.apps.campaigns.values import settled

    rule = settled(rule, version=3, campaign=None)

    assert (rule.lane, rule.group, rule.version) == (lane, group, 3)


def test_an_author_cannot_choose_who_is_held_out():
    from hefu.apps.campaigns.values import settled

    mine = HoldOut(salt="mine", share_bp=9_999)
    assert settled(replace(TIERS, conditions=(mine,)), version=1, campaign=None).conditions == ()


def test_cost_shares_are_of_our_partners_and_of_no_more_than_all():
    house = a_house()
    for shares in ({1: 10_001}, {987_654: 100}):
        with pytest.raises(Invalid) as refused:
            service.draft(house.writer, draft=a_draft(TIERS, shares=shares), now=NOW)
        assert refused.value.details["field"] == "shares"
    assert not Promotion.objects.exists()


def test_R195_best_tier_only_at_the_declared_thresholds():
    house = a_house()
    launched(house, replace(TIERS, conditions=(Spend(at_least=1),)))

    assert total(house, {"mug": 9}) == 9_000
    assert total(house, {"mug": 10}) == 9_000
    assert total(house, {"mug": 20}) == 17_000
    assert total(house, {"mug": 40}) == 37_000


def test_R013_a_start_without_approval_stays_blocked_and_raises_an_alarm_once():
    house = a_house()
    soon = replace(TIERS, starts_at=later(hours=1))
    row = service.draft(house.writer, draft=a_draft(soon), now=NOW)
    service.submit(house.writer, promotion=row, now=NOW)
    assert warn_blocked(NOW) == 0

    assert [warn_blocked(later(hours=1)), warn_blocked(later(hours=2))] == [1, 0]

    assert total(house, {"shirt": 1}, now=later(hours=2)) == 19_900
    assert Entry.objects.filter(action="campaigns.start_blocked").count() == 1
    assert list(blocked_promotions(house.writer, now=later(hours=1))) == [row]
    service.approve(house.approver, promotion=row, now=later(hours=2))
    assert not blocked_promotions(house.writer, now=later(hours=2)).exists()
