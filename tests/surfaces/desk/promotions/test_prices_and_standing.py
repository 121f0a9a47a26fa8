"""The price book, members' levels and proved groups: what conditions ask for, from the desk."""

import pytest

from hefu.apps.campaigns.models import PriceEntry
from hefu.apps.campaigns.selectors.quoting import Known, quote
from hefu.apps.members.standing import standing_of
from hefu.core.permissions import Role
from tests.apps.campaigns.promoting import a_cart, a_member
from tests.factories import an_actor
from tests.surfaces.desk.codes.browsing import signed_in, text_of, url
from tests.surfaces.desk.promotions.rows import NOW

pytestmark = pytest.mark.django_db
WANTED = {
    "sku": "shirt", "unit": "149", "min_qty": "1", "audience": "金卡会员", "levels": "gold",
}  # fmt: skip


def test_R188_a_price_for_some_says_for_whom_and_holds_after_a_second_person_agreed(house, writer):
    hidden = writer.post(url("price_new"), WANTED | {"audience": ""})
    assert "audience" in hidden.context["form"].errors
    unknown = writer.post(url("price_new"), WANTED | {"sku": "nothing"})
    assert "sku" in unknown.context["form"].errors
    assert not PriceEntry.objects.exists()

    answer = writer.post(url("price_new"), WANTED)
    entry = PriceEntry.objects.get()
    assert answer["Location"] == url("price", entry.pk)
    page = text_of(writer.get(answer["Location"]))
    assert "Waiting for approval" in page
    assert "¥149.00" in page
    assert "gold" in page

    approver = signed_in(house.approver)
    assert writer.post(url("price_decide", entry.pk), {"decision": "grant"}).status_code == 403
    silent = approver.post(url("price_decide", entry.pk), {"decision": "refuse"})
    assert "note" in silent.context["decision_form"].errors
    approver.post(url("price_decide", entry.pk), {"decision": "grant"})
    again = approver.post(url("price_decide", entry.pk), {"decision": "grant"})
    assert "No version waits" in text_of(again)
    assert "In force" in text_of(writer.get(url("price_book")))

    member = a_member(house)
    admin = signed_in(an_actor(house.brand, Role.BRAND_ADMIN))
    admin.post(url("member_level", member.pk), {"level": "gold"})

    def total():
        known = Known(member_id=member.pk)
        return quote(house.system, cart=a_cart({"shirt": 1}), known=known, now=NOW).quote.total

    assert total() == 14_900
    writer.post(url("price_withdraw", entry.pk))
    assert total() == 19_900
    assert "Withdrawn" in text_of(writer.get(url("price_book")))


def test_an_empty_price_book_teaches(house, writer):
    assert "Only list prices so far" in text_of(writer.get(url("price_book")))


def test_R188_a_group_is_proved_and_ends(house):
    member = a_member(house)
    admin = signed_in(an_actor(house.brand, Role.BRAND_ADMIN))
    sent = {"group": "student", "proof": "student card of 2026", "last_day": "2027-06-30"}
    past = admin.post(url("member_group", member.pk), sent | {"last_day": "2026-01-01"})
    assert "last_day" in past.context["form"].errors
    assert admin.post(url("member_group", member.pk), sent)["Location"] == url("member", member.pk)

    page = text_of(admin.get(url("member", member.pk)))
    assert "student proved until 2027-07-01 00:00" in page
    admin.post(url("member_leave", member.pk), {"group": "student"})
    assert standing_of(brand_id=house.brand.pk, member_id=member.pk).verified == {}


def test_who_may_not_vouch_sees_but_does_not_set(house):
    member = a_member(house)
    agent = signed_in(an_actor(house.brand, Role.SERVICE_AGENT))
    assert "Verify a group" not in text_of(agent.get(url("member", member.pk)))
    assert agent.post(url("member_level", member.pk), {"level": "gold"}).status_code == 403
    assert agent.post(url("member_leave", member.pk), {"group": "x"}).status_code == 403
