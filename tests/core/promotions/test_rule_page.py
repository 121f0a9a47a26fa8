"""The public rule page says what the engine does: no value may change without the page."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest

from hefu.core.promotions import (
    AnyOf,
    Basis,
    Birthday,
    Bundle,
    BuyGet,
    CheapestOff,
    DistinctArticles,
    ExtraPoints,
    FactIn,
    Gift,
    HoldOut,
    LineOff,
    LineQuantity,
    NthOrder,
    NthPiece,
    Order,
    OrderOff,
    Part,
    Phase,
    Quantity,
    RegionIn,
    Scope,
    Sets,
    ShippingOff,
    Spend,
    Terms,
    Tier,
    Tiered,
    Verified,
    Way,
)
from hefu.core.promotions.favour import Offer
from hefu.core.promotions.rule_page import About, page_hash, page_text, rule_page
from hefu.core.promotions.rule_phrases import Names
from hefu.core.promotions.rule_words import SENTENCES, WORDS
from tests.core.promotions.shop import in_category, offer

SHANGHAI = timezone(timedelta(hours=8))
ABOUT = About(
    organiser="奔腾", contact="400-000-0000", zone=SHANGHAI,
    names=Names(categories={"shirts": "衬衫"}, skus={"cup": "茶杯"}),
)  # fmt: skip
SHIRTS = in_category("shirts")


def page(one: Offer, language="zh-hans", about=ABOUT) -> str:
    return page_text("t", rule_page(one, about, language=language))


def of(benefit, **more) -> Offer:
    return Offer(promotion=offer("p", benefit, **more))


def test_R176_a_page_a_person_can_read():
    spring = Offer(
        promotion=offer(
            "spring", Tiered(tiers=(Tier(at_least=20_000, bp=3_000),), scope=SHIRTS),
            audience="所有顾客", max_per_customer=1, group="one-per-order",
            starts_at=datetime(2026, 3, 15, 16, tzinfo=UTC),
            ends_at=datetime(2026, 3, 30, 16, tzinfo=UTC),
        ),
        budget=1_000_000,
    )  # fmt: skip

    assert page(spring).splitlines() == [
        "t", "",
        "优惠内容", "满200.00元打7折（减30%）。", "",
        "参与对象", "所有顾客", "",
        "活动时间", "自2026-03-16 00:00 (UTC+08:00)起至2026-03-30 24:00 (UTC+08:00)止。", "",
        "适用商品", "衬衫 (shirts)（含下级类目）。", "",
        "数量与限额", "每人限1次。", "优惠总额10000.00元，用完即止。",
        "余额不足一单的优惠时，该单不享受。", "",
        "与其他优惠同享", "每单只享一项满额优惠，自动取最优惠的一项。", "可与其他阶段的优惠同享。",
        "", "计算方式", "在「整单」阶段计算，第1轮，优先级0。", "按本阶段开始时的金额计算。",
        "只按达到的最高一档计算，各档不累加；按参与商品的全部金额计算。",
        "折扣四舍五入到最小货币单位，按金额比例分摊到每件商品；价格不低于商品最低价。", "",
        "退货时", "退货按该件实付金额退款。", "不追收已免的运费。", "全部退货时退还运费。", "",
        "主办方", "奔腾，联系方式：400-000-0000。",
    ]  # fmt: skip
    assert "From 200.00 CNY: 30% off." in page(spring, "en")


def test_R184_an_end_at_midnight_is_the_end_of_the_day_before():
    ends = datetime(2026, 11, 22, 16, tzinfo=UTC)

    assert "2026-11-22 24:00 (UTC+08:00)" in page(of(LineOff(bp=1), ends_at=ends))
    assert "2026-11-22, end of day (UTC+08:00)" in page(of(LineOff(bp=1), ends_at=ends), "en")


def test_R197_a_gift_is_named_with_quantity_and_value():
    text = page(of(Gift(sku="cup", value=3_900, qty=2, substitutes=("mug",))))

    assert "赠送茶杯 (cup)2件，每件价值39.00元。" in text
    assert "赠品不足时，下单前依次以mug代替并说明。" in text


P = Part(qty=1, scope=SHIRTS)
#: benefit -> changes of it that a buyer could feel
BENEFITS = [
    (LineOff(bp=1000), [
        {"bp": 1001}, {"bp": None, "amount": 5}, {"bp": None, "price": 5}, {"scope": SHIRTS},
        {"basis": Basis.LIST}, {"max_units": 2}, {"min_unit": 3}, {"max_unit": 4},
        {"exclude_discounted": True},
    ]),
    (OrderOff(amount=1000, every=5000), [
        {"amount": 1001}, {"every": 5001}, {"every": None}, {"max_times": 2}, {"scope": SHIRTS},
        {"basis": Basis.RUNNING}, {"max_amount": 9}, {"max_units": 3}, {"exclude_discounted": True},
    ]),
    (OrderOff(bp=1000, max_units=2), [{"units_order": Order.DEAREST}, {"bp": None, "total": 5}]),
    (Tiered(tiers=(Tier(at_least=5, bp=1000),)), [
        {"tiers": (Tier(at_least=6, bp=1000),)}, {"tiers": (Tier(at_least=5, bp=1001),)},
        {"tiers": (Tier(at_least=5, amount=1000),)}, {"scope": SHIRTS}, {"by": "quantity"},
        {"basis": Basis.SHOWN}, {"exclude_discounted": True},
    ]),
    (Bundle(parts=(P, P), price=5), [
        {"parts": (P,)}, {"parts": (P, replace(P, qty=2))}, {"price": 6},
        {"price": None, "amount": 5}, {"price": None, "bp": 5}, {"max_sets": 2},
    ]),
    (BuyGet(buy=P, get=P, bp=1000), [
        {"buy": replace(P, qty=2)}, {"get": replace(P, qty=2)}, {"get": Part(qty=1)}, {"bp": 1001},
        {"bp": None, "amount": 5}, {"buy_order": Order.LINES}, {"get_order": Order.LINES},
        {"max_times": 2},
    ]),
    (Sets(size=3, price=5), [
        {"size": 4}, {"order": Order.LINES}, {"price": 6}, {"price": None, "amount": 5},
        {"price": None, "bp": 5}, {"price": None, "unit_price": 5},
        {"price": None, "unit_amount": 5}, {"max_sets": 2}, {"scope": SHIRTS},
    ]),
    (NthPiece(size=2), [
        {"size": 3}, {"bp": 5000}, {"nth": 2}, {"nth": None}, {"order": Order.LINES},
        {"pick": Order.LINES}, {"across": True}, {"max_pieces": 2}, {"scope": SHIRTS},
    ]),
    (CheapestOff(), [{"units": 2}, {"bp": 5000}, {"order": Order.DEAREST}, {"scope": SHIRTS}]),
    (Gift(sku="cup", value=5), [
        {"sku": "mug"}, {"value": 6}, {"qty": 2}, {"per": 3}, {"max_qty": 2},
        {"substitutes": ("mug",)}, {"scope": SHIRTS},
    ]),
    (ShippingOff(bp=5000), [{"bp": 10_000}, {"bp": None, "amount": 5}, {"bp": None, "price": 5}]),
    (ExtraPoints(points=5), [
        {"points": 6}, {"points": None, "times_bp": 20_000}, {"scope": SHIRTS},
    ]),
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize(("benefit", "changes"), BENEFITS, ids=lambda one: type(one).__name__)
def test_R176_no_value_of_a_benefit_changes_without_the_page(benefit, changes, language):
    before = page(of(benefit), language)

    for change in changes:
        assert page(of(replace(benefit, **change)), language) != before, change


def test_R176_the_changes_above_are_of_every_value():
    changed: dict[type, set[str]] = {}
    for benefit, changes in BENEFITS:
        fields = {field for change in changes for field in change}
        changed.setdefault(type(benefit), {"kind"}).update(fields)

    assert all(fields >= set(kind.__slots__) for kind, fields in changed.items())


CONDITIONS = [
    Spend(at_least=5), Spend(at_least=6), Spend(at_most=5), Spend(at_least=5, scope=SHIRTS),
    Spend(at_least=5, basis=Basis.LIST), Quantity(at_least=5), Quantity(at_most=5),
    LineQuantity(at_least=5), DistinctArticles(at_least=5),
    FactIn(fact="channel", values=frozenset({"mini"})),
    FactIn(fact="channel", values=frozenset({"mini"}), excluded=True),
    FactIn(fact="customer_kind", values=frozenset({"new"})),
    RegionIn(include=frozenset({"440000"})), RegionIn(exclude=frozenset({"440000"})),
    Verified(group="student"), Birthday(days_before=1), Birthday(days_after=1), NthOrder(n=2),
    NthOrder(n=2, or_later=True), HoldOut(salt="s", share_bp=500), HoldOut(salt="t", share_bp=500),
    HoldOut(salt="s", share_bp=501),
    AnyOf(conditions=(Verified(group="student"), Verified(group="teacher"))),
]  # fmt: skip


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_R176_every_condition_has_its_own_sentence(language):
    pages = {page(of(LineOff(bp=1), conditions=(one,)), language) for one in CONDITIONS}

    assert len(pages) == len(CONDITIONS)


@pytest.mark.parametrize(
    "change",
    [
        {"audience": "x"}, {"phase": Phase.CATALOG}, {"lane": 1}, {"priority": 1}, {"group": "g"},
        {"exclusive": True}, {"tags": frozenset({"x"})}, {"accepts": frozenset()},
        {"accepts": frozenset({"x"})}, {"code": "SPRING"}, {"needs_coupon": True},
        {"starts_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"ends_at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"max_uses": 5}, {"max_per_customer": 5}, {"at_budget_edge": "grant_rest"},
        {"currency": "EUR"},
    ],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_R176_no_value_of_a_promotion_changes_without_the_page(change):
    plain = replace(of(LineOff(amount=5)), budget=100)

    changed = replace(plain, promotion=replace(plain.promotion, **change))

    assert page(changed) != page(plain)
    assert page(changed, "en") != page(plain, "en")


def test_terms_budget_and_comparison_are_on_the_page():
    plain = of(LineOff(bp=1))
    pages = {
        page(plain),
        page(replace(plain, budget=100)),
        page(plain, about=replace(ABOUT, compared_with="厂商建议零售价")),
        *(page(replace(plain, terms=Terms(way=way))) for way in Way),
        page(replace(plain, terms=Terms(recheck_shipping=True))),
        page(replace(plain, terms=Terms(refund_shipping=False))),
    }

    assert len(pages) == 7  # the default way is the plain page


def test_a_secret_code_is_not_on_the_page():
    assert "SPRING-2026" not in page(of(LineOff(bp=1), code="SPRING-2026"))


def test_the_same_offer_has_the_same_hash_and_another_page_another():
    texts = {language: page(of(LineOff(bp=1)), language) for language in ("zh-hans", "en")}

    assert page_hash(texts) == page_hash(json.loads(json.dumps(texts)))
    assert page_hash(texts) != page_hash({**texts, "en": texts["en"] + "."})


@pytest.mark.parametrize("table", [SENTENCES, WORDS])
def test_both_languages_say_the_same_values(table):
    import string

    for key, pair in table.items():
        chinese, english = (
            {name for _, name, _, _ in string.Formatter().parse(text) if name} for text in pair
        )
        assert chinese == english or key == "off", key


def test_scopes_name_what_they_leave_out():
    scope = Scope(everything=True, except_skus=frozenset({"cup"}))

    assert "全部商品（不含：茶杯 (cup)）。" in page(of(LineOff(bp=1, scope=scope)))
