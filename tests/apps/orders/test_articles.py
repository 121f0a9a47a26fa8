"""What staff write down about articles, and who sees what of it."""

import pytest

from hefu.apps.catalog.models import Product
from hefu.apps.members.selectors import visitor
from hefu.apps.orders.models import Article
from hefu.apps.orders.selectors.articles import (
    articles_for,
    category_tree,
    lines_of,
    movements_for,
)
from hefu.apps.orders.services import articles
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.orders.shop import a_buyer, an_article, open_mall, sheet
from tests.factories import NOW, a_brand, a_partner, an_actor, operator

pytestmark = pytest.mark.django_db


@pytest.fixture
def brand():
    return a_brand()


def test_an_article_becomes_a_line_of_the_engine(brand):
    clerk = operator(brand)
    articles.save_category(clerk, code="home", name="家电", now=NOW)
    articles.save_category(clerk, code="kettles", name="水壶", parent="home", now=NOW)
    Product.objects.create(
        brand=brand, item_no="00017", model="K1", name="壶", created_at=NOW, updated_at=NOW
    )
    article = an_article(
        brand, "0042", 19900, categories=("kettles",), product="00017", tags=("new",), cost=9000,
        floor=15000,
    )  # fmt: skip

    (line,) = lines_of([(article, 2)])

    assert (line.id, line.sku, line.qty, line.unit) == ("0042", "0042", 2, 19900)
    assert (line.product, line.categories, line.tags) == ("00017", ("kettles",), ("new",))
    assert (line.floor, line.cost, line.tax_bp) == (15000, 9000, 1300)
    assert category_tree(clerk) == {"kettles": "home"}


def test_lines_of_no_product_take_one_query_however_many(brand, django_assert_num_queries):
    rows = [an_article(brand, f"A{n}") for n in range(3)]
    for some in (rows[:1], rows):
        with django_assert_num_queries(1):
            assert len(lines_of((row, 1) for row in some)) == len(some)


@pytest.mark.parametrize(
    ("about", "field"),
    [
        ({"sku": "has space"}, "sku"), ({"sku": ""}, "sku"), ({"title": " "}, "title"),
        ({"unit": -1}, "unit"), ({"floor": 20000}, "floor"), ({"tax_bp": 10001}, "tax_bp"),
        ({"title": "x" * 121}, "title"), ({"tags": ("",)}, "tags"),
    ],
)  # fmt: skip
def test_a_slip_is_named(about, field):
    with pytest.raises(Invalid) as refused:
        sheet(**{"sku": "A", **about})
    assert refused.value.details["field"] == field


def test_unknown_categories_and_products_write_nothing(brand):
    for about in ({"categories": ("nowhere",)}, {"product": "nothing"}):
        with pytest.raises(Invalid):
            an_article(brand, **about)
    with pytest.raises(Invalid):
        articles.save_category(operator(brand), code="a", name="a", parent="b", now=NOW)
    assert not Article.objects.exists()


def test_a_sku_is_taken_once_per_brand(brand):
    an_article(brand)
    an_article(a_brand())
    with pytest.raises(Invalid) as refused:
        an_article(brand)
    assert refused.value.details["rule"] == "taken"


def test_categories_do_not_run_in_a_circle(brand):
    clerk = operator(brand)
    articles.save_category(clerk, code="a", name="a", now=NOW)
    articles.save_category(clerk, code="b", name="b", parent="a", now=NOW)
    for code, parent in (("a", "b"), ("a", "a")):
        with pytest.raises(Invalid) as refused:
            articles.save_category(clerk, code=code, name="x", parent=parent, now=NOW)
        assert refused.value.details["rule"] == "circle"


def test_buyers_see_what_is_on_sale_in_an_open_mall(brand):
    an_article(brand, "SOLD")
    an_article(brand, "HIDDEN", on_sale=False)
    people = {
        "guest": visitor(brand.pk, surface="consumer"),
        "buyer": a_buyer(brand),
        "partner": an_actor(brand, Role.RETAILER, a_partner(brand, "retailer")),
    }
    assert {name: articles_for(who).count() for name, who in people.items()} == dict.fromkeys(
        people, 0
    )
    open_mall(brand)
    for who in people.values():
        assert [row.sku for row in articles_for(who)] == ["SOLD"]
        with pytest.raises(NotFound):
            movements_for(who)
    assert articles_for(an_actor(brand, Role.ANALYST)).count() == 2
    assert articles_for(operator(a_brand())).count() == 0
    with pytest.raises(NotAllowed):
        articles_for(an_actor(brand, Role.PRODUCT_SPECIALIST))


def test_an_edit_replaces_what_was_written(brand):
    an_article(brand, "A", 12000, left=4)
    articles.edit_article(operator(brand), sheet=sheet("A", 9900, title="杯"), now=NOW)
    row = Article.objects.get()
    assert (row.unit, row.title, row.available) == (9900, "杯", 4)


def test_the_mall_takes_no_unknown_provider(brand):
    with pytest.raises(Invalid):
        open_mall(brand, provider="nobody")
    with pytest.raises(NotAllowed):
        articles.set_mall(
            an_actor(brand, Role.ANALYST), is_open=True, shipping=0, coin_value=0,
            coin_share_bp=0, pay_minutes=1, provider="", now=NOW,
        )  # fmt: skip
