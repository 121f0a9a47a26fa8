"""Rules in force: compiled once, found by their newest hash, priced from facts of few queries."""

from dataclasses import replace
from datetime import timedelta

import pytest

from hefu.apps.campaigns.models import Promotion, PromotionVersion, RulesetVersion
from hefu.apps.campaigns.selectors.quoting import Known, customer_kind, quote
from hefu.apps.campaigns.selectors.rules import NO_RULES, ruleset_at, ruleset_by_hash
from hefu.apps.campaigns.services.rules import follow_categories, refresh_rules
from hefu.apps.orders.models import Category
from hefu.core.actor import ANONYMOUS, consumer
from hefu.core.errors import Invalid, NotFound
from hefu.core.promotions import (
    LineOff,
    OrderOff,
    RulesUnreadable,
    Scope,
    evaluate,
    to_document,
)
from hefu.core.promotions import Promotion as Terms
from tests.apps.campaigns.promoting import a_cart, a_house, a_member
from tests.factories import NOW

pytestmark = pytest.mark.django_db

APPLIANCES = Scope(categories=frozenset({"appliances"}))
EIGHTY = Terms(id="eighty", benefit=LineOff(bp=2_000, scope=APPLIANCES))


def approved(house, *promotions):
    """Put promotions into force without the people; they are what other tests are about."""
    for terms in promotions:
        row = Promotion.objects.create(
            brand=house.brand, code=terms.id, title=terms.id, state="live", live_version=1,
            created_at=NOW, updated_at=NOW,
        )  # fmt: skip
        PromotionVersion.objects.create(
            promotion=row, number=1, document=to_document(terms), content_hash="",
            written_by="", written_at=NOW, ends_at=terms.ends_at,
        )  # fmt: skip
    return refresh_rules(house.system, because="test", now=NOW)


def visitor(house):
    return replace(ANONYMOUS, brand_id=house.brand.pk)


def test_a_brand_without_promotions_pays_list_prices():
    house = a_house()

    quoted = quote(visitor(house), cart=a_cart({"cooker": 1}), known=Known(), now=NOW)

    assert quoted.quote.total == 49_900
    assert quoted.ruleset is NO_RULES
    assert ruleset_by_hash(house.brand.pk, NO_RULES.content_hash) is NO_RULES


def test_R159_a_category_means_all_below_it_and_nothing_else():
    house = a_house()
    approved(house, EIGHTY)

    quoted = quote(visitor(house), cart=a_cart({"cooker": 1, "shirt": 1}), known=Known(), now=NOW)

    assert quoted.quote.nets == (39_920, 19_900)


def test_what_does_not_differ_is_not_stored_again():
    house = a_house()
    first = approved(house, EIGHTY)
    again = refresh_rules(house.system, because="nothing new", now=NOW)

    assert again.content_hash == first.content_hash
    assert RulesetVersion.objects.filter(brand=house.brand).count() == 1


def test_old_rules_stay_readable_and_belong_to_their_brand():
    house, other = a_house(), a_house()
    first = approved(house, EIGHTY)
    approved(house, Terms(id="five", benefit=OrderOff(bp=500)))

    assert ruleset_at(house.brand.pk, NOW).content_hash != first.content_hash
    assert ruleset_by_hash(house.brand.pk, first.content_hash).numbers == {"eighty": 0}
    with pytest.raises(NotFound):
        ruleset_by_hash(other.brand.pk, "0" * 64)


def test_rules_that_were_tampered_with_are_refused():
    house = a_house()
    approved(house, EIGHTY)
    RulesetVersion.objects.filter(brand=house.brand).update(content_hash="f" * 64)

    with pytest.raises(RulesUnreadable):
        ruleset_at(house.brand.pk, NOW)


def test_what_is_over_leaves_the_rules():
    house = a_house()
    over = replace(EIGHTY, ends_at=NOW - timedelta(days=1))

    assert approved(house, over).all_rules == []


@pytest.mark.parametrize("many", [1, 40])
def test_a_quote_reads_the_same_few_rows_whatever_there_is(many, django_assert_num_queries):
    house = a_house()
    member = a_member(house)
    approved(
        house,
        *(replace(EIGHTY, id=f"p{n}", max_per_customer=1) for n in range(many)),
    )
    buyer = consumer(brand_id=house.brand.pk, member_id=member.pk)
    cart = a_cart({"cooker": many, "shirt": many, "mug": many})
    quote(buyer, cart=cart, known=Known(), now=NOW)  # compiles

    with django_assert_num_queries(6):
        quote(buyer, cart=cart, known=Known(), now=NOW)


def test_a_caller_says_only_what_a_published_rule_may_ask():
    with pytest.raises(Invalid) as refused:
        Known(values={"device": "expensive phone"})

    assert refused.value.details["field"] == "known.device"


def test_R247_three_kinds_of_customer_of_which_exactly_one_holds():
    house = a_house()
    from hefu.apps.members.standing import standing_of

    standing = standing_of(brand_id=house.brand.pk, member_id=a_member(house).pk)

    assert customer_kind(None, bought=False, now=NOW) == "new"
    assert customer_kind(standing, bought=False, now=NOW) == "new"
    assert customer_kind(standing, bought=False, now=NOW + timedelta(days=30)) == "potential"
    assert customer_kind(standing, bought=True, now=NOW) == "old"


def test_a_member_of_another_brand_does_not_exist():
    house, other = a_house(), a_house()
    stranger = a_member(other)

    with pytest.raises(NotFound):
        quote(house.system, cart=a_cart({"mug": 1}), known=Known(member_id=stranger.pk), now=NOW)


def test_a_category_that_moves_moves_its_goods_at_the_next_look_of_the_clock():
    house = a_house()
    approved(house, EIGHTY)
    assert follow_categories(NOW) == 0

    rice = Category.objects.get(brand=house.brand, code="rice-cookers")
    rice.parent = Category.objects.get(brand=house.brand, code="apparel")
    rice.save()

    assert [follow_categories(NOW), follow_categories(NOW)] == [1, 0]
    quoted = quote(visitor(house), cart=a_cart({"cooker": 1}), known=Known(), now=NOW)
    assert quoted.quote.total == 49_900


def test_an_evaluation_reads_no_row(django_assert_num_queries):
    house = a_house()
    approved(house, *(replace(EIGHTY, id=f"p{n}", max_per_customer=1) for n in range(40)))
    quoted = quote(visitor(house), cart=a_cart({"cooker": 3}), known=Known(), now=NOW)

    with django_assert_num_queries(0):
        again = evaluate(quoted.ruleset, quoted.quote.cart, quoted.facts, NOW)

    assert again.canonical() == quoted.quote.canonical()
