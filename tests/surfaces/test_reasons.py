"""Every answer of the engine as a sentence, in both languages."""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.utils import translation

from hefu.core.promotions import (
    EVERYTHING,
    HOUSE_GROUPS,
    Birthday,
    Cart,
    FactIn,
    Facts,
    HoldOut,
    Line,
    LineOff,
    LineQuantity,
    NthOrder,
    OrderOff,
    Promotion,
    Quantity,
    RegionIn,
    Rules,
    Scope,
    Spend,
    Tier,
    Tiered,
    Use,
    Verified,
    compile_rules,
    evaluate,
    explain,
)
from hefu.surfaces import reasons
from hefu.surfaces.design.numbers import money, price

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
OFF = LineOff(bp=1000)


def told(*, language="zh-hans", facts=None, qty=1, benefit=OFF, on_demand=False, **about):
    promotion = Promotion(id="spring", title="迎春", benefit=benefit, currency="CNY", **about)
    ruleset = compile_rules(Rules(promotions=(promotion,), groups=HOUSE_GROUPS))
    lines = (Line(id="CUP", sku="CUP", unit=8800, qty=qty),)
    cart, facts = Cart(lines=lines, currency="CNY"), facts or Facts()
    if on_demand:
        answers = [explain(ruleset, cart, facts, NOW, "spring")]
    else:
        answers = evaluate(ruleset, cart, facts, NOW).explanations
    with translation.override(language):
        (one,) = reasons.reasons_of(answers, ruleset=ruleset, currency="CNY")
        return one


def test_what_is_missing_is_said_to_the_fen():
    one = told(conditions=(Spend(at_least=10000),))
    assert (one.text, one.near, one.share, one.title) == ("再买 12.00 元。", True, 88, "迎春")
    one = told(language="en", conditions=(Spend(at_least=10000),))
    assert one.text == "Buy for ¥12.00 more."


def test_the_next_step_is_said():
    tiers = Tiered(tiers=(Tier(at_least=5000, amount=500), Tier(at_least=20000, amount=3000)))
    assert told(benefit=tiers).text == "已优惠 5.00 元。 再买 112.00 元可享下一档。"
    pieces = Tiered(by="quantity", tiers=(Tier(at_least=3, bp=1000),))
    assert told(benefit=pieces).text == "再买 2 件。"


MEMBERS = FactIn(fact="member_level", values=frozenset({"金卡"}))
GUANGDONG = RegionIn(include=frozenset({"440000"}))
NOT_TIBET = RegionIn(exclude=frozenset({"540000"}))
CASES = [
    ({"conditions": (Quantity(at_least=3),)}, None, "再买 2 件。"),
    ({"conditions": (LineQuantity(at_least=2),)}, None, "同款再买 1 件。"),
    ({"conditions": (Spend(at_most=5000),)}, None, "仅限此类商品金额不超过 50.00 元。"),
    ({"conditions": (MEMBERS,)}, None, "仅限金卡等级会员。"),
    ({"conditions": (GUANGDONG,)}, None, "仅限送往广东省，请填写收货地区。"),
    ({"conditions": (GUANGDONG,)}, Facts(values={"region": "310000"}), "仅限送往广东省。"),
    ({"conditions": (NOT_TIBET,)}, Facts(values={"region": "540100"}),
     "不适用于送往西藏自治区的商品。"),
    ({"conditions": (Verified(group="学生"),)}, None, "仅限已通过“学生”认证的用户。"),
    ({"conditions": (Verified(group="学生"),)}, Facts(verified={"学生": NOW}),
     "您的“学生”认证已过期，重新认证后可享受。"),
    ({"conditions": (Birthday(),)}, Facts(birthday=date(2000, 5, 1)), "仅限您的生日前后。"),
    ({"conditions": (NthOrder(n=2),)}, None, "仅限第 2 单，本单为您的第 1 单。"),
    ({"conditions": (HoldOut(share_bp=10000, salt="x"),)}, Facts(customer="member:1"),
     "目前仅向部分用户提供，以便衡量效果。"),
    ({"starts_at": datetime(2026, 12, 1, tzinfo=UTC)}, None, "活动于 2026年12月1日 08:00 开始。"),
    ({"ends_at": datetime(2026, 11, 1, tzinfo=UTC)}, None, "活动已于 2026年11月1日 08:00 结束。"),
    ({"max_uses": 3}, Facts(uses={"spring": Use(total=3)}), "名额已用完。"),
    ({"max_per_customer": 1}, Facts(uses={"spring": Use(by_customer=1)}),
     "每人限享 1 次，您已享受。"),
    ({"benefit": OrderOff(amount=100)}, Facts(uses={"spring": Use(budget_left=50)}),
     "活动预算已用完。"),
    ({"code": "X", "on_demand": True}, None, "需要输入优惠码。"),
    ({"benefit": LineOff(bp=1, scope=Scope(skus=frozenset({"POT"}))), "on_demand": True}, None,
     "购物车中没有活动商品。"),
    ({"conditions": (FactIn(fact="customer_kind", values=frozenset({"new", "old"})),)}, None,
     "仅限新客户、已购买过的客户。"),
    ({}, None, "已优惠 8.80 元。"),
]  # fmt: skip


@pytest.mark.parametrize(("about", "facts", "words"), CASES)
def test_every_answer_has_its_sentence(about, facts, words):
    said = told(facts=facts, **about).text
    assert said == words.replace("已购买过的客户", "老客户")
    english = told(facts=facts, language="en", **about).text
    assert re.search("[\u4e00-\u9fff]", re.sub("金卡|学生", "", english)) is None


def test_the_page_of_the_algorithm_names_no_predicate_without_words():
    """Every predicate that the algorithm page lists is known here, or is a plain fact."""
    page = Path(__file__).parents[2] / "docs" / "algorithms" / "promotions.md"
    text = page.read_text().partition("Predicates, for whoever writes the sentence:")[2]
    named = set(re.findall(r"`([a-z_]+)`", text.partition("`missing`")[0]))
    facts = {"channel", "member_level", "segment", "customer_kind", "shipping_method"}
    assert len(named) > 20
    assert named - facts - {"payment_means"} <= set(reasons._PREDICATES)


def test_an_answer_survives_being_stored():
    ruleset = compile_rules(
        Rules(promotions=(Promotion(id="a", benefit=OrderOff(amount=100, scope=EVERYTHING),
                                    currency="CNY"),))
    )  # fmt: skip
    cart = Cart(lines=(Line(id="CUP", sku="CUP", unit=8800),), currency="CNY")
    quote = evaluate(ruleset, cart, Facts(), NOW)
    (record,) = quote.document()["explanations"]
    kept = reasons.explanation_of(record)
    again = reasons.reasons_of([kept], ruleset=ruleset, currency="CNY")
    assert again == reasons.reasons_of(quote.explanations, ruleset=ruleset, currency="CNY")


def test_losers_name_the_winner():
    ruleset = compile_rules(
        Rules(
            promotions=(
                Promotion(id="a", title="八折", benefit=OrderOff(bp=2000), group="one-per-order"),
                Promotion(id="b", title="九折", benefit=OrderOff(bp=1000), group="one-per-order"),
            ),
            groups=HOUSE_GROUPS,
        )
    )
    cart = Cart(lines=(Line(id="CUP", sku="CUP", unit=8800),), currency="CNY")
    answers = evaluate(ruleset, cart, Facts(), NOW).explanations
    with translation.override("zh-hans"):
        told = reasons.reasons_of(answers, ruleset=ruleset, currency="CNY")
    assert {one.title: one.text for one in told} == {
        "八折": "已优惠 17.60 元。", "九折": "“八折”更优惠，二者不能同享。",
    }  # fmt: skip
    assert [one.title for one in reasons.for_buyers(told)] == ["八折"]


def test_money_is_written_as_its_readers_do():
    with translation.override("zh-hans"):
        assert (money(129900, "CNY"), price(129900, "CNY")) == ("1,299.00 元", "¥1,299.00")
        assert (money(500, "JPY"), price(-1250, "USD")) == ("JPY 500", "−USD 12.50")
    with translation.override("en"):
        assert money(5, "CNY") == "¥0.05"
