"""Who may have it, when and where; codes, limits, budgets; the reasons given."""

from datetime import UTC, date, datetime, timedelta

import pytest

from hefu.core.promotions import (
    Accrual,
    AnyOf,
    Birthday,
    Bundle,
    BuyGet,
    Cart,
    CheapestOff,
    DistinctArticles,
    FactIn,
    Facts,
    Group,
    HoldOut,
    LineOff,
    LineQuantity,
    NthOrder,
    NthPiece,
    OrderOff,
    Part,
    Phase,
    Policy,
    Price,
    Promotion,
    Quantity,
    Reach,
    RegionIn,
    Rules,
    RulesRefused,
    Scope,
    Spend,
    Tender,
    Tier,
    Tiered,
    UnknownPromotion,
    Use,
    Verified,
    compile_rules,
    evaluate,
    explain,
    hold_out_bp,
)
from tests.core.promotions.shop import NOW, cart, goods, in_category, line, offer, price, verdicts

TEN = OrderOff(amount=1000)


def answer(condition, facts, now=NOW, of=None):
    """What one condition says."""
    rule = offer("p", TEN, conditions=(condition,))
    (found,) = price(of or goods("100.00"), rule, facts=facts, now=now).explanations
    return found


@pytest.mark.parametrize(
    ("region", "applies"),
    [("440106", True), ("441900", True), ("440300", False), ("110105", False)],
)
def test_R157_regions_by_prefix_with_exclusions(region, applies):
    condition = RegionIn(include=frozenset({"440000"}), exclude=frozenset({"440300"}))
    found = answer(condition, Facts(values={"region": region}))

    assert (found.verdict == "applied") == applies
    assert applies or found.observed == region


def test_R157_regions_elsewhere_by_iso_3166():
    condition = RegionIn(include=frozenset({"DE", "FR-75"}))

    assert [
        answer(condition, Facts(values={"region": region})).verdict == "applied"
        for region in ("DE-BY", "FR-75", "FR-69", "DEX")
    ] == [True, True, False, False]


def test_R158_channel_is_a_reason():
    found = answer(
        FactIn(fact="channel", values=frozenset({"mini", "app"})), Facts(values={"channel": "pc"})
    )

    assert (found.verdict, found.predicate) == ("condition_failed", "channel")
    assert (found.observed, found.needed) == ("pc", "app|mini")


def test_R192_an_unknown_means_of_payment_names_the_one_needed():
    found = answer(FactIn(fact="payment_means", values=frozenset({"bank-a"})), Facts())

    assert (found.verdict, found.observed, found.needed) == ("condition_failed", None, "bank-a")


def test_a_fact_of_several_values_meets_one_of_them():
    vip = Facts(values={"segment": frozenset({"vip", "parents"})})

    assert answer(FactIn(fact="segment", values=frozenset({"vip"})), vip).verdict == "applied"
    barred = FactIn(fact="segment", values=frozenset({"vip"}), excluded=True)
    assert answer(barred, vip).verdict == "condition_failed"


def test_R156_a_verified_group_needs_proof_that_still_holds():
    held = Facts(verified={"student": NOW + timedelta(seconds=1)})
    over = Facts(verified={"student": NOW})

    assert answer(Verified(group="student"), held).verdict == "applied"
    assert answer(Verified(group="student"), over).verdict == "condition_failed"


@pytest.mark.parametrize(
    ("today", "applies"),
    [
        (date(2027, 2, 28), True),
        (date(2027, 3, 1), True),
        (date(2027, 3, 2), False),
        (date(2028, 2, 29), True),
        (date(2028, 2, 27), False),
        (date(2027, 2, 26), False),
        (date(2027, 2, 27), True),
    ],
)
def test_a_birthday_on_29_february_is_kept_on_the_28th(today, applies):
    facts = Facts(birthday=date(2000, 2, 29))
    now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)

    found = answer(Birthday(days_before=1, days_after=1), facts, now=now)

    assert (found.verdict == "applied") == applies


def test_a_birthday_around_new_year():
    facts = Facts(birthday=date(1990, 1, 2))
    now = datetime(2026, 12, 31, tzinfo=UTC)

    assert answer(Birthday(days_before=2), facts, now=now).verdict == "applied"


def test_cancelled_orders_do_not_count():
    again = Facts(orders_placed=5, orders_cancelled=1)

    assert answer(NthOrder(n=5), again).verdict == "applied"
    assert answer(NthOrder(n=4), again).verdict == "condition_failed"
    assert answer(NthOrder(n=4, or_later=True), again).verdict == "applied"


def test_goods_conditions():
    of = cart(line("a", 10, 3, "x"), line("b", 10, 1, "y"))

    def holds(condition):
        return answer(condition, Facts(), of=of).verdict == "applied"

    assert holds(Quantity(at_least=4))
    assert not holds(Quantity(at_most=3))
    assert not holds(Quantity(at_least=2, scope=in_category("y")))
    assert holds(LineQuantity(at_least=3))
    assert holds(DistinctArticles(at_least=2))
    assert not holds(DistinctArticles(at_least=3))
    assert holds(AnyOf(conditions=(LineQuantity(at_least=9), Quantity(at_least=1))))


def test_hold_out_is_stable_and_recorded():
    places = [hold_out_bp(f"c{n}", "spring") for n in range(4000)]

    assert places[:3] == [hold_out_bp(f"c{n}", "spring") for n in range(3)]
    assert 300 < sum(place < 1000 for place in places) < 500
    held = next(n for n, place in enumerate(places) if place < 1000)
    found = answer(HoldOut(salt="spring", share_bp=1000), Facts(customer=f"c{held}"))
    assert (found.verdict, found.predicate) == ("condition_failed", "hold_out")
    assert found.observed == places[held]


def test_R184_a_window_opens_at_its_start_and_closes_at_its_end():
    ends = NOW + timedelta(hours=1)
    rule = offer("p", TEN, starts_at=NOW, ends_at=ends)

    def verdict(now):
        return price(goods("100"), rule, now=now).explanations[0].verdict

    second = timedelta(seconds=1)
    assert [verdict(at) for at in (NOW - second, NOW, ends - second, ends)] == [
        "window",
        "applied",
        "applied",
        "window",
    ]


def test_an_amount_in_another_currency_is_not_applied():
    rule = offer("p", TEN)
    quote = evaluate(
        compile_rules(Rules(promotions=(rule,))),
        Cart(lines=(line("a", 100),), currency="EUR"),
        Facts(),
        NOW,
    )

    assert quote.explanations[0].predicate == "currency"


CODED = offer("coded", TEN, code="SPRING", max_uses=5)


def test_unknown_foreign_and_used_up_codes_look_alike():
    of = cart(line("a", 100), codes=("SPRING", "NOSUCH", "HERS"))
    issued = offer("issued", TEN, needs_coupon=True)
    used_up = Facts(uses={"coded": Use(total=5)})

    quote = price(of, CODED, issued, facts=used_up)

    assert quote.total == 10_000
    assert quote.refused_codes == ("SPRING", "NOSUCH", "HERS")


def test_an_issued_coupon_opens_its_promotion():
    issued = offer("issued", TEN, needs_coupon=True)
    of = cart(line("a", 100), codes=("K7Q2",))

    assert price(of, issued).total == 10_000
    assert price(of, issued, facts=Facts(coupons={"K7Q2": "issued"})).total == 9000


def test_without_its_code_a_promotion_is_explained_on_demand():
    rules = compile_rules(Rules(promotions=(CODED,)))

    assert evaluate(rules, goods("100"), Facts(), NOW).explanations == ()
    assert explain(rules, goods("100"), Facts(), NOW, "coded").verdict == "code_missing"
    with pytest.raises(UnknownPromotion):
        explain(rules, goods("100"), Facts(), NOW, "nobody")


def test_what_does_not_touch_the_cart_is_explained_on_demand():
    rule = offer("p", LineOff(bp=1000, scope=in_category("shoes")))
    rules = compile_rules(Rules(promotions=(rule,)))

    found = explain(rules, goods("100"), Facts(), NOW, "p")

    assert (found.verdict, found.predicate) == ("condition_failed", "goods_in_scope")


def test_R227_the_budget_edge_refuses_or_grants_the_rest():
    of = cart(line("a", 60), line("b", 30))
    left = Facts(uses={"p": Use(budget_left=700)})

    refused = price(of, offer("p", TEN), facts=left)
    granted = price(of, offer("p", TEN, at_budget_edge="grant_rest"), facts=left)

    assert (refused.total, refused.explanations[0].verdict) == (9000, "budget")
    assert (granted.total, granted.explanations[0].amount) == (8300, 700)


def test_a_limit_per_customer():
    rule = offer("p", TEN, max_per_customer=2)
    quote = price(goods("100"), rule, facts=Facts(uses={"p": Use(by_customer=2)}))

    assert quote.explanations[0].verdict == "limit"


def test_R159_a_product_in_two_categories_counts_once():
    of = cart(line("cooker", 100, 1, "kitchen", "gifts"))
    rule = offer("p", LineOff(bp=1000, scope=in_category("appliances", "gifts")))

    quote = price(of, rule, categories={"kitchen": "appliances", "appliances": "all"})

    assert quote.total == 9000


def test_scopes_by_product_tag_and_exception():
    scope = Scope(
        products=frozenset({"a"}),
        tags=frozenset({"new"}),
        except_categories=frozenset({"outlet"}),
    )
    of = cart(
        line("a", 10),
        line("b", 10, tags=("new",)),
        line("c", 10, 1, "shoes", tags=("new",)),
        line("d", 10),
    )
    rule = offer("p", LineOff(bp=5000, scope=scope))

    assert list(price(of, rule, categories={"shoes": "outlet"}).nets) == [500, 500, 1000, 1000]


BROKEN = [
    (offer("p", LineOff()), "benefit"),
    (offer("p", LineOff(bp=1, amount=1)), "benefit"),
    (offer("p", OrderOff(bp=10_001)), "benefit.bp"),
    (offer("p", OrderOff(amount=-1)), "benefit.amount"),
    (offer("p", LineOff(bp=1, max_units=0)), "benefit.max_units"),
    (Promotion(id="p", benefit=OrderOff(amount=1)), "currency"),
    (Promotion(id="p", benefit=OrderOff(amount=1), currency="RMB"), "currency"),
    (offer("p", TEN, starts_at=NOW, ends_at=NOW), "ends_at"),
    (offer("p", TEN, ends_at=datetime(2026, 1, 1)), "ends_at"),  # noqa: DTZ001
    (offer("p", TEN, group="nowhere"), "group"),
    (offer("p", LineOff(bp=1, max_units=1), phase=Phase.CATALOG), "benefit"),
    (offer("p", TEN, phase=Phase.ACCRUAL), "phase"),
    (offer("p", TEN, code="X", needs_coupon=True), "code"),
    (Promotion(id="p", benefit=LineOff(bp=1), conditions=(Spend(at_least=1),)), "currency"),
    (
        Promotion(
            id="p",
            benefit=CheapestOff(),
            conditions=(AnyOf(conditions=(Quantity(at_least=1), Spend(at_most=1))),),
        ),
        "currency",
    ),
    (Promotion(id="p", benefit=Tiered(tiers=(Tier(at_least=1, bp=1),))), "currency"),
    (offer("p", OrderOff(amount=1, every=0)), "benefit.every"),
    (offer("p", NthPiece(size=2, nth=3)), "benefit.nth"),
    (offer("p", Bundle(parts=(), price=1)), "benefit.parts"),
    (offer("p", BuyGet(buy=Part(qty=0), get=Part(qty=1), bp=1)), "benefit.parts"),
    (offer("p", Tiered(tiers=(Tier(at_least=1, bp=10_001),))), "benefit.tiers"),
    (offer("p", Tiered(tiers=(Tier(at_least=1, bp=1), Tier(at_least=1, bp=2)))), "benefit.tiers"),
    (offer("p", Tiered(tiers=())), "benefit.tiers"),
    (offer("p", Tiered(tiers=(Tier(at_least=1), Tier(at_least=2)))), "benefit.tiers"),
]


@pytest.mark.parametrize(("rule", "field"), BROKEN)
def test_rules_that_contradict_themselves_are_refused(rule, field):
    with pytest.raises(RulesRefused) as caught:
        compile_rules(Rules(promotions=(rule,)))

    assert caught.value.details["promotion"] == "p"
    assert caught.value.details["field"] == field


BY_LINE = Group(id="g", reach=Reach.LINE, policy=Policy.FIRST)


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        ({"groups": (Group(id="g"), Group(id="g"))}, "groups"),
        ({"groups": (Group(id="g", k=0),)}, "groups"),
        (
            {
                "groups": (Group(id="g"),),
                "promotions": (
                    offer("a", TEN, group="g"),
                    offer("b", TEN, group="g", lane=1),
                ),
            },
            "group",
        ),
        (
            {
                "groups": (BY_LINE,),
                "promotions": (offer("a", TEN, group="g", accepts=frozenset()),),
            },
            "accepts",
        ),
        ({"margin_floor_bp": 10_000}, "margin_floor_bp"),
        ({"accruals": (Accrual(step=0, points=1, currency="CNY"),)}, "accruals"),
        ({"prices": (Price(sku="a", unit=-1, currency="CNY"),)}, "prices"),
    ],
)
def test_rules_that_do_not_fit_together_are_refused(rules, field):
    with pytest.raises(RulesRefused) as caught:
        compile_rules(Rules(**rules))

    assert caught.value.details["field"] == field


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: line("a", 1, 0), "quantity"),
        (lambda: line("a", -1), "negative"),
        (lambda: cart(line("a", 1), line("a", 2)), "share an id"),
        (lambda: cart(shipping=-1), "shipping"),
        (lambda: cart(tenders=(Tender(means="x", units=1),) * 2), "same means"),
        (lambda: Tender(means="x", units=-1), "out of range"),
        (Scope, "names goods"),
        (lambda: price(goods("1"), now=datetime(2026, 1, 1)), "time zone"),  # noqa: DTZ001
        (lambda: price(goods("1"), categories={"a": "b", "b": "a"}), "circle"),
    ],
)
def test_a_careless_caller_is_told(build, words):
    with pytest.raises(ValueError, match=words):
        build()


def test_two_promotions_cannot_share_an_id():
    with pytest.raises(RulesRefused):
        compile_rules(Rules(promotions=(offer("p", TEN), offer("p", TEN))))


def test_verdicts_come_in_the_order_of_action():
    rules = [offer(name, TEN, priority=priority) for name, priority in (("x", 1), ("y", 2))]

    assert list(verdicts(price(goods("100"), *rules))) == ["y", "x"]
