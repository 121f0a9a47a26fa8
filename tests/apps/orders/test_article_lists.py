"""Lists of articles: taken in once, refused row by row, what they do not say stays."""

import io

import pytest

from hefu.apps.audit.worker import work_off
from hefu.apps.catalog.models import Import
from hefu.apps.orders.article_rows import columns, read_row
from hefu.apps.orders.models import Article, StockMovement
from hefu.apps.orders.selectors.articles import stock_differences
from hefu.apps.orders.services import articles
from hefu.apps.orders.services.article_lists import import_articles
from hefu.core.errors import Invalid, NotAllowed
from hefu.core.permissions import Role
from tests.apps.orders.shop import an_article
from tests.factories import NOW, a_brand, an_actor, operator

pytestmark = pytest.mark.django_db
HEAD = "SKU,标题,价格,成本,税率,标签,分类,七天无理由,上架,库存\n"


@pytest.fixture
def brand():
    brand = a_brand()
    articles.save_category(operator(brand), code="cups", name="杯", now=NOW)
    return brand


def take_in(brand, text, *, actor=None):
    listing = import_articles(
        actor or operator(brand), file=io.BytesIO(text.encode()), file_name="a.csv", now=NOW
    )
    work_off(clock=lambda: NOW)
    return Import.objects.get(pk=listing.pk)


def test_a_list_fills_the_mall_once(brand):
    text = HEAD + '0042,杯,"1,299.00",500,13%,新品、礼物,cups,是,是,40\n'
    for counts in ((1, 0, 0), (0, 0, 1)):
        done = take_in(brand, text)
        assert (done.created, done.updated, done.unchanged, done.refused) == (*counts, 0)
    row = Article.objects.get()
    assert (row.sku, row.unit, row.cost, row.tax_bp, row.tags, row.available) == (
        "0042", 129900, 50000, 1300, ["新品", "礼物"], 40,
    )  # fmt: skip
    assert [one.code for one in row.categories.all()] == ["cups"]
    assert (row.seven_days, row.on_sale) == (True, True)
    assert StockMovement.objects.count() == 1
    assert stock_differences(operator(brand)) == []


def test_what_a_list_does_not_say_stays(brand):
    an_article(brand, "A", 12000, left=7, tags=("new",), seven_days=False, cost=5000)
    done = take_in(brand, "sku,title,price,stock\nA,杯,99,1000\n")
    row = Article.objects.get()
    assert done.updated == 1
    assert (row.unit, row.title, row.tags, row.seven_days, row.cost, row.available) == (
        9900, "杯", ["new"], False, 5000, 7,
    )  # fmt: skip


def test_refused_rows_do_not_stop_the_others(brand):
    rows = ("A,a,1", "A,again,1", "B,b,dear", "C D,c,1", ",d,1", "E,e,2")
    done = take_in(brand, "sku,title,price\n" + "\n".join(rows) + "\n")
    assert (done.created, done.refused) == (2, 4)
    assert sorted(Article.objects.values_list("sku", flat=True)) == ["A", "E"]
    assert done.error_path


def test_a_list_needs_its_columns_and_somebody_who_may(brand):
    with pytest.raises(Invalid):
        take_in(brand, "sku,title\nA,a\n")
    with pytest.raises(NotAllowed):
        take_in(brand, "sku,title,price\nA,a,1\n", actor=an_actor(brand, Role.ANALYST))
    assert not Import.objects.exists()


@pytest.mark.parametrize(
    ("column", "text", "read"),
    [
        ("tax", "13", 1300), ("tax", "13%", 1300), ("tax", "0.13", 1300), ("tax", "0", 0),
        ("on sale", "是", True), ("on sale", "No", False), ("lowest price", "￥9.90", 990),
        ("tags", "a，b;a", ("a", "b")),
    ],
)  # fmt: skip
def test_cells_are_read_as_people_write_them(column, text, read):
    head = ("sku", "title", "price", column)
    row = read_row(dict(zip(head, ("A", "a", "1", text), strict=True)), columns(head))
    assert list(row.stated.values())[-1] == read


@pytest.mark.parametrize(
    ("column", "text"),
    [("tax", "x"), ("tax", "101"), ("on sale", "maybe"), ("stock", "-1"), ("cost", "1.999")],
)
def test_cells_that_make_no_sense_are_named(column, text):
    head = ("sku", "title", "price", column)
    with pytest.raises(Invalid) as refused:
        read_row(dict(zip(head, ("A", "a", "1", text), strict=True)), columns(head))
    assert refused.value.details["field"] == column
