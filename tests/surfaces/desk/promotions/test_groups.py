"""Group buys on the desk: written, signed by another, bettered, watched, stopped."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from hefu.apps.accounts.models import Approval
from hefu.apps.campaigns.models import GroupOffer, OfferState
from hefu.apps.campaigns.services.group_ending import mind_groups
from hefu.core.permissions import Role
from tests.apps.campaigns.groups.rows import Deal
from tests.factories import NOW, a_brand, an_actor
from tests.surfaces.consumer.conftest import text_of
from tests.surfaces.desk.codes.browsing import signed_in

pytestmark = pytest.mark.django_db
STATED = {
    "title": "电饭煲双人团", "code": "cooker-2", "sku": "COOKER", "price": "239.00", "size": "2",
    "pieces": "20", "starts_at": "2026-11-23T20:00:00", "ends_at": "2026-11-30T20:00:00",
    "lasts_minutes": "1440", "pay_minutes": "15", "per_person": "1",
}  # fmt: skip


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def deal():
    return Deal()


@pytest.fixture
def writer(deal):
    return signed_in(deal.writer)


@pytest.fixture
def approver(deal):
    return signed_in(deal.approver)


def page_of(offer):
    return reverse("desk:group_offer", args=[offer.pk])


def read_by(browser, offer):
    """What the page gives back of the wording it shows."""
    page = browser.get(page_of(offer)).content.decode()
    return re.search(r'name="seen" value="([0-9a-f]{64})"', page)[1]


def press(browser, offer, deed, **said):
    if deed in ("sign", "refuse") and "seen" not in said:
        said["seen"] = read_by(browser, offer)
    return browser.post(page_of(offer), {"deed": deed, **said}, follow=True)


def test_R250_a_group_buy_is_written_by_one_and_signed_by_another(deal, writer, approver):
    made = writer.post(reverse("desk:group_offer_new", args=[deal.campaign.pk]), STATED)
    offer = GroupOffer.objects.get(code="cooker-2")
    assert made.url == page_of(offer)
    page = text_of(writer.get(page_of(offer)))
    assert "239.00 CNY for each of 2 people" in page  # the public rules, before they are
    press(writer, offer, "submit")
    assert "A second person decides" in text_of(writer.get(page_of(offer)))
    asked = Approval.objects.get(kind="campaigns.group_offer", subject_id=offer.pk)
    assert (
        page_of(offer)
        in approver.get(reverse("desk:approval", args=[asked.pk]), follow=True).content.decode()
    )

    assert "in force" in text_of(press(approver, offer, "sign", note=""))

    offer.refresh_from_db()
    assert (offer.state, offer.left, offer.version) == (OfferState.LIVE, 20, 1)
    assert offer.starts_at.isoformat() == "2026-11-23T12:00:00+00:00"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("pieces", "21", "multiple of the people"),
        ("price", "299.00", "below the article"),
        ("price", "x", "An amount such as"),
        ("ends_at", "2026-11-23T20:00:00", "after the start"),
        ("sku", "NOTHING", "No article has this sku"),
        ("title", "全网最佳团", "against the law"),
        ("code", "cooker-3", "taken"),
    ],
)
def test_terms_that_cannot_stand_are_said_at_their_field(deal, writer, field, value, said):
    url = reverse("desk:group_offer_new", args=[deal.campaign.pk])

    answer = writer.post(url, {**STATED, field: value})

    assert answer.status_code == 422
    assert said in text_of(answer)
    assert GroupOffer.objects.count() == 1


def stated_of(browser, offer, **changed):
    form = browser.get(page_of(offer)).context["form"]
    return {**form.initial, "starts_at": "2026-11-22T19:59:00", **changed}


def test_after_the_start_terms_only_get_better_and_wait_for_the_second_person(
    deal, writer, approver
):
    offer = deal.offer
    seen = writer.get(page_of(offer)).context["version"].content_hash
    local = timezone.localtime(offer.starts_at).strftime("%Y-%m-%dT%H:%M:%S")
    ends = timezone.localtime(offer.ends_at).strftime("%Y-%m-%dT%H:%M:%S")
    stated = stated_of(writer, offer, starts_at=local, ends_at=ends, seen=seen)

    worse = press(writer, offer, "write", **{**stated, "price": "209.00"})
    assert "only get better" in text_of(worse)
    better = {**stated, "price": "189.00", "pieces": "60"}
    press(writer, offer, "write", **better)
    twice = press(writer, offer, "write", **better)  # of the version that was read, not this one
    assert "changed the group buy meanwhile" in text_of(twice)
    press(writer, offer, "submit")
    offer.refresh_from_db()
    assert offer.left == 30
    press(approver, offer, "sign", note="")

    offer.refresh_from_db()
    assert (offer.left, offer.pieces, offer.document["price"]) == (60, 60, 18900)


def test_what_was_written_anew_after_it_was_read_is_not_signed_with_it(deal, writer, approver):
    writer.post(reverse("desk:group_offer_new", args=[deal.campaign.pk]), STATED)
    offer = GroupOffer.objects.get(code="cooker-2")
    press(writer, offer, "submit")
    read = read_by(approver, offer)
    press(writer, offer, "write", seen=read, **{**STATED, "price": "289.00"})
    press(writer, offer, "submit")

    for deed in ("sign", "refuse"):
        answer = press(approver, offer, deed, seen=read, note="as I read it")
        assert "changed the group buy meanwhile" in text_of(answer)
    offer.refresh_from_db()
    assert (offer.state, offer.version) == (OfferState.DRAFT, 0)

    press(approver, offer, "sign", note="")
    offer.refresh_from_db()
    assert (offer.version, offer.document["price"]) == (1, 28900)


def test_the_list_counts_groups_and_refunds_and_a_stop_lets_open_groups_go_on(deal, writer, clock):
    group, _ = deal.open()
    deal.join(group)
    open_one, _ = deal.open()
    deal.join(open_one)
    deal.join(open_one)
    clock.shift(timedelta(days=1, seconds=1))
    mind_groups(timezone.now())
    deal.open(now=timezone.now())

    row = writer.get(reverse("desk:group_offers", args=[deal.campaign.pk]), {"export": "csv"})
    lines = b"".join(row.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[1].split(",")[5:9] == ["1", "1", "1", "2"]  # open, formed, not formed, refunded
    page = text_of(writer.get(page_of(deal.offer)))
    assert "3 of 3" in page
    press(writer, deal.offer, "stop", why="out of hand")
    assert "out of hand" in text_of(writer.get(page_of(deal.offer)))


def test_others_see_nothing_and_readers_write_nothing(deal):
    stranger = signed_in(an_actor(a_brand(), Role.CAMPAIGN_MANAGER))
    assert stranger.get(page_of(deal.offer)).status_code == 404
    reader = signed_in(deal.approver)
    url = reverse("desk:group_offer_new", args=[deal.campaign.pk])
    assert reader.post(url, STATED).status_code == 403
    press(reader, deal.offer, "stop", why="no")
    deal.offer.refresh_from_db()
    assert deal.offer.state == OfferState.LIVE


def test_an_order_that_waits_is_not_sent_from_the_desk(deal):
    group, order = deal.open()
    clerk = signed_in(an_actor(deal.brand, Role.BRAND_ADMIN))
    url = reverse("desk:sale", args=[order.pk])

    page = clerk.get(url)
    assert "Waits for its group" in text_of(page)
    assert page.context["form"] is None
    clerk.post(url, {"deed": "ship", "parcel": "SF 1"})
    order.refresh_from_db()
    assert order.state == "paid"

    for _ in range(2):
        deal.join(group)
    clerk.post(url, {"deed": "ship", "parcel": "SF 1"})
    order.refresh_from_db()
    assert order.state == "shipped"
