"""Sets of articles: a segment's own, the default for all others, and what is left of them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from hefu.apps.audit.models import Entry
from hefu.apps.campaigns.errors.goods import DefaultSetNeeded
from hefu.apps.campaigns.models import GoodsSet
from hefu.apps.campaigns.selectors.goods_sets import Segment, members_in, set_on_offer, shown_set
from hefu.apps.campaigns.services import goods_sets
from hefu.apps.campaigns.services.goods_sets import SetSheet
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.members.models import Member
from hefu.apps.members.selectors import visitor
from hefu.apps.orders.errors import NotOnSale, OutOfStock
from hefu.apps.orders.models import Article, CartLine
from hefu.apps.orders.services import carts
from hefu.core.actor import consumer
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.campaigns.promoting import a_house, a_member
from tests.apps.orders.shop import open_mall
from tests.factories import NOW, a_brand, an_actor

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
ALL = SetSheet(title="大家都在搭", title_en="Goes together", skus=("mug", "shirt"))
NEW = SetSheet(title="新会员组合", skus=("cooker", "shirt", "mug"), segment=Segment(joined_days=30))


@pytest.fixture
def house():
    made = a_house()
    open_mall(made.brand)
    return made


@pytest.fixture
def campaign(house):
    return open_campaign(
        house.writer, slug="double-12", title="双12", starts_at=NOW - DAY, ends_at=NOW + DAY,
        now=NOW,
    )  # fmt: skip


def write(house, campaign, sheet, **about):
    return goods_sets.write_set(house.writer, campaign=campaign, sheet=sheet, **about, now=NOW)


def shopper(house, *, days=0, phone="13800138000"):
    member = a_member(house, phone)
    Member.objects.filter(pk=member.pk).update(created_at=NOW - days * DAY)
    return consumer(brand_id=house.brand.pk, member_id=member.pk)


def seen(actor, now=NOW, **about):
    shown = shown_set(actor, now=now, **about)
    return None if shown is None else (
        shown.goods_set.title, [one.sku for one in shown.articles], shown.personal
    )  # fmt: skip


DEFAULT = ("大家都在搭", ["mug", "shirt"], False)
OWN = ("新会员组合", ["cooker", "shirt", "mug"], True)


def test_R187_a_set_is_shown_to_its_segment_and_the_default_to_others(house, campaign):
    write(house, campaign, ALL)
    new = write(house, campaign, NEW)
    newcomer, old = shopper(house), shopper(house, days=31, phone="13900139000")
    someone = visitor(house.brand.pk, surface="test")

    assert [seen(one) for one in (newcomer, old, someone)] == [OWN, DEFAULT, DEFAULT]
    assert seen(newcomer, neutral=True) == DEFAULT
    assert members_in(house.writer, new, now=NOW) == 1
    # the segment goes with the days
    assert seen(newcomer, now=NOW + DAY) is None  # the campaign is over
    assert seen(newcomer, now=NOW - DAY - DAY / 9) is None  # not begun


def test_whose_data_may_not_be_used_sees_what_everybody_sees(house, campaign):
    write(house, campaign, ALL)
    write(house, campaign, NEW)
    newcomer = shopper(house)
    Member.objects.filter(pk=newcomer.member_id).update(restricted_at=NOW)
    assert seen(newcomer) == DEFAULT


def test_R187_what_is_gone_is_left_out_and_below_the_least_the_default_is_shown(house, campaign):
    write(house, campaign, ALL)
    write(house, campaign, NEW)
    newcomer = shopper(house)
    Article.objects.filter(sku="cooker").update(available=0)
    assert seen(newcomer) == ("新会员组合", ["shirt", "mug"], True)
    goods_sets.set_least(house.writer, campaign=campaign, least=3, now=NOW)
    assert seen(newcomer) is None  # two are left of either
    goods_sets.set_least(house.writer, campaign=campaign, least=2, now=NOW)
    write(house, campaign, SetSheet(title="大家都在搭", skus=("mug", "shirt", "cooker")),
          pk=GoodsSet.objects.get(is_default=True).pk)  # fmt: skip
    Article.objects.filter(sku="mug").update(on_sale=False)
    assert seen(newcomer) is None
    Article.objects.filter(sku="cooker").update(available=None)
    assert seen(newcomer) == ("新会员组合", ["cooker", "shirt"], True)
    write(house, campaign, SetSheet(title="新会员组合", skus=("mug", "shirt"),
                                    segment=Segment(joined_days=30)),
          pk=GoodsSet.objects.get(is_default=False).pk)  # fmt: skip
    assert seen(newcomer) == ("大家都在搭", ["shirt", "cooker"], False)


def test_of_several_segments_the_lowest_place_counts_and_then_the_elder_set(house, campaign):
    write(house, campaign, ALL)
    late = SetSheet(title="b", skus=("mug", "cooker"), segment=Segment(joined_days=90), place=2)
    write(house, campaign, late)
    first = write(house, campaign, SetSheet(title="a", skus=("mug", "cooker"), place=1,
                                            segment=Segment(joined_days=60)))  # fmt: skip
    newcomer = shopper(house)
    assert seen(newcomer)[0] == "a"
    goods_sets.withdraw_set(house.writer, campaign=campaign, pk=first.pk, now=NOW)
    assert seen(newcomer)[0] == "b"


def test_of_two_campaigns_the_one_begun_last_is_asked_first(house, campaign):
    write(house, campaign, ALL)
    other = open_campaign(
        house.writer, slug="flash", title="flash", starts_at=NOW - DAY / 2, now=NOW
    )
    write(house, other, SetSheet(title="今日", skus=("cooker", "mug")))
    assert seen(shopper(house))[0] == "今日"
    Article.objects.filter(sku="cooker").update(on_sale=False)
    assert seen(shopper(house)) == DEFAULT


def test_sets_of_what_is_over_or_not_begun_are_not_read_for_every_visitor(house):
    for slug, begins in (("past", NOW - 9 * DAY), ("next", NOW + DAY)):
        other = open_campaign(
            house.writer, slug=slug, title=slug, starts_at=begins, ends_at=begins + DAY, now=NOW
        )
        write(house, other, ALL)
    with CaptureQueriesContext(connection) as asked:
        assert seen(visitor(house.brand.pk, surface="test")) is None
    assert not [one for one in asked if "goodssetarticle" in one["sql"]]


def test_R187_exactly_one_default_while_sets_run(house, campaign):
    with pytest.raises(DefaultSetNeeded):
        write(house, campaign, NEW)
    default = write(house, campaign, ALL)
    with pytest.raises(Invalid) as refused:
        write(house, campaign, ALL)
    assert refused.value.details == {"field": "segment", "rule": "taken"}
    with pytest.raises(IntegrityError), transaction.atomic():
        GoodsSet.objects.create(
            brand=house.brand, campaign=campaign, title="x", is_default=True, created_at=NOW
        )
    new = write(house, campaign, NEW)
    with pytest.raises(DefaultSetNeeded):
        goods_sets.withdraw_set(house.writer, campaign=campaign, pk=default.pk, now=NOW)
    with pytest.raises(Invalid):
        write(house, campaign, NEW, pk=default.pk)
    for one in (new, default):
        goods_sets.withdraw_set(house.writer, campaign=campaign, pk=one.pk, now=NOW)
    assert not GoodsSet.objects.filter(withdrawn_at=None).exists()
    write(house, campaign, ALL)
    assert Entry.objects.filter(action="campaigns.set_withdrawn").count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"title": " "}, "title"), ({"title_en": "x" * 61}, "title_en"),
        ({"skus": ("mug",)}, "skus"), ({"skus": ("mug", "mug")}, "skus"),
        ({"skus": ("mug", "nothing")}, "skus"), ({"skus": tuple(map(str, range(13)))}, "skus"),
        ({"segment": Segment()}, "segment"), ({"place": 1_000}, "place"),
        ({"segment": Segment(activated_days=10**9)}, "activated_days"),
        ({"segment": Segment(joined_days=-1)}, "joined_days"),
    ],
)  # fmt: skip
def test_a_set_that_cannot_be_names_its_field(house, campaign, wrong, field):
    with pytest.raises(Invalid) as refused:
        write(house, campaign, SetSheet(**{"title": "x", "skus": ("mug", "shirt"), **wrong}))
    assert refused.value.details["field"] == field
    assert not GoodsSet.objects.exists()


def test_others_neither_write_sets_nor_buy_another_segments(house, campaign):
    write(house, campaign, ALL)
    new = write(house, campaign, NEW)
    stranger = an_actor(a_brand("stranger"), Role.CAMPAIGN_MANAGER)
    for actor, refusal in (
        (stranger, NotFound), (an_actor(house.brand, Role.ANALYST), NotAllowed),
    ):  # fmt: skip
        with pytest.raises(refusal):
            goods_sets.withdraw_set(actor, campaign=campaign, pk=new.pk, now=NOW)
    assert set_on_offer(shopper(house), new.pk, now=NOW).pk == new.pk
    for actor in (
        shopper(house, days=31, phone="13900139000"), visitor(house.brand.pk, surface="test"),
        visitor(a_brand("third").pk, surface="test"),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            set_on_offer(actor, new.pk, now=NOW)


def test_a_whole_set_goes_into_the_cart_once_or_not_at_all(house):
    buyer = shopper(house)
    carts.put(buyer, token="", sku="mug", quantity=3, now=NOW)
    for _ in range(2):
        carts.put_together(buyer, token="", skus=["mug", "shirt"], now=NOW)
    lines = CartLine.objects.order_by("article__sku").values_list("article__sku", "quantity")
    assert list(lines) == [("mug", 3), ("shirt", 1)]
    CartLine.objects.all().delete()
    Article.objects.filter(sku="shirt").update(available=0)
    with pytest.raises(OutOfStock) as refused:
        carts.put_together(buyer, token="", skus=["mug", "shirt"], now=NOW)
    assert refused.value.details["sku"] == "shirt"
    Article.objects.filter(sku="shirt").update(on_sale=False)
    with pytest.raises(NotOnSale):
        carts.put_together(buyer, token="", skus=["mug", "shirt"], now=NOW)
    assert not CartLine.objects.exists()
