"""What is cheap is taken back from its message; numbers unlinked, parts changed, channels named."""

import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.urls import reverse

from hefu.apps.audit.models import Entry
from hefu.apps.catalog.models import ResolverLink
from hefu.apps.catalog.services.links import LinkRow, save_link
from hefu.apps.identity.models import Batch, ChannelChange, Containment, ExternalSerial, Mark
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.selectors.codes import code_text
from hefu.apps.identity.services.activation import ActivationWish, activate
from hefu.core.permissions import Role
from tests.apps.identity.issue.rows import a_channel, a_product
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, a_brand, an_actor
from tests.surfaces.desk.codes.browsing import signed_in, text_of

pytestmark = pytest.mark.django_db
IMEI = "490154203237518"


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(days=2), tick=False):
        yield


@pytest.fixture
def goods(db):
    return Goods()


def do(browser, code, deed, **said):
    return browser.post(reverse("desk:code"), {"q": code, "deed": deed, **said}, follow=True)


def take_back(browser, page):
    """Press the button of the message on a page; it posts what it was drawn with."""
    form = re.search(
        r'<form method="post" action="([^"]+)">(?:(?!</form>).)*icon[^>]*>.*?</form>',
        page.content.decode().split('role="status"')[1], re.DOTALL,
    )  # fmt: skip
    assert form, "no button to undo"
    hidden = re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[0])
    fields = {name: unescape(value) for name, value in hidden if name != "csrfmiddlewaretoken"}
    return browser.post(form[1], fields, follow=True)


def test_a_frozen_unit_is_freed_and_a_lost_one_found_from_the_message(goods):
    browser, code = signed_in(an_actor(goods.brand, Role.BRAND_ADMIN)), goods.code(1)
    for deed, kind in (("freeze", Mark.Kind.FROZEN), ("lost", Mark.Kind.LOST)):
        done = do(browser, code, deed, reason="the wrong one")
        assert Mark.objects.filter(kind=kind, lifted_at=None).count() == 1
        take_back(browser, done)
        assert not Mark.objects.filter(kind=kind, lifted_at=None).exists()
    assert 'class="button quiet"><svg' not in text_of(do(browser, code, "void", sure="on"))


def test_R091_a_number_is_unlinked_linked_again_and_both_stay_in_the_story(goods):
    browser, code = signed_in(an_actor(goods.brand, Role.BRAND_ADMIN)), goods.code(1)
    live = ExternalSerial.objects.filter(unlinked_at=None)
    offered = 'id="deed-unlink"'
    assert offered not in do(browser, code, "nothing").content.decode()
    linked = do(browser, code, "link", kind="imei", value="49-015420-323751-8")
    assert offered in linked.content.decode()

    undone = take_back(browser, linked)
    assert not live.exists()
    assert "may be linked to another unit" in text_of(undone)
    take_back(browser, undone)
    assert live.get().value == IMEI
    do(browser, code, "unlink", number=f"imei:{IMEI}")
    assert not live.exists()
    assert do(browser, goods.code(2), "link", kind="imei", value=IMEI).status_code == 200
    assert live.get().unit.serial == 2
    told = text_of(browser.get(reverse("desk:code"), {"q": code}))
    assert told.count(IMEI) == 2
    assert "Unlinked" in told
    refused = do(browser, code, "unlink", number=f"imei:{IMEI}")  # it is another unit's now
    assert refused.status_code in (404, 422)


def test_a_part_is_replaced_where_it_lies_and_taking_out_is_undone(goods):
    box = a_product(goods.brand, kind="packaging", name="外箱")
    order = goods.house.issued(product=box, number="BOX", quantity=3)
    carton = code_text(BOOK.by_id([order.batch_id])[order.batch_id], 0)
    browser = signed_in(an_actor(goods.brand, Role.BRAND_ADMIN))
    lies = Containment.objects.filter(until=None)
    packed = do(browser, goods.code(1), "pack", other=carton)
    assert not take_back(browser, packed).content.decode().count('id="deed-replace"')
    assert not lies.exists()
    do(browser, goods.code(1), "pack", other=carton)
    take_back(browser, do(browser, goods.code(1), "unpack"))
    assert lies.get().child.serial == 1

    without = do(browser, goods.code(1), "replace", new=goods.code(2), reason="")
    assert without.status_code == 422
    assert lies.get().child.serial == 1
    told = do(browser, goods.code(1), "replace", new=goods.code(2), reason="handle broken")
    assert "Both keep their stories" in text_of(told)
    assert lies.get().child.serial == 2
    assert "handle broken" in text_of(browser.get(reverse("desk:code"), {"q": goods.code(2)}))


def test_R112_an_open_channel_is_named_once_by_those_who_order(goods):
    shop, other = a_channel(goods.brand, "tb", "淘宝"), a_channel(a_brand(), "xx", "not ours")
    Batch.objects.filter(pk=goods.batch.pk).update(channel=None)
    page = reverse("desk:order", args=[goods.order.pk])
    url = reverse("desk:order_channel", args=[goods.order.pk])
    browser = signed_in(goods.house.specialist)
    form = f'action="{url}"'
    assert form in browser.get(page).content.decode()
    assert form not in signed_in(goods.house.approver).get(page).content.decode()
    assert signed_in(goods.house.approver).post(url, {"channel": shop.pk}).status_code == 403

    for wrong in ({"channel": shop.pk}, {"channel": other.pk, "sure": "on"}):
        assert "tick that it is meant" in text_of(browser.post(url, wrong, follow=True))
    assert Batch.objects.get(pk=goods.batch.pk).channel is None
    told = browser.post(url, {"channel": shop.pk, "sure": "on"}, follow=True)
    assert "The batch goes to 淘宝" in text_of(told)
    assert Batch.objects.get(pk=goods.batch.pk).channel == shop
    assert form not in told.content.decode()
    assert Entry.objects.filter(action="identity.channel_named").count() == 1


def test_R109_a_wrong_channel_is_changed_with_a_reason_and_a_second_person_once_owned(goods):
    wrong, right = a_channel(goods.brand, "tb", "淘宝"), a_channel(goods.brand, "dy", "抖音")
    Batch.objects.filter(pk=goods.batch.pk).update(channel=wrong)
    page = reverse("desk:order", args=[goods.order.pk])
    url = reverse("desk:channel_change_ask", args=[goods.order.pk])
    browser, second = signed_in(goods.house.specialist), signed_in(goods.house.approver)
    assert url in browser.get(page).content.decode()
    assert url not in second.get(page).content.decode()
    assert second.get(url).status_code == 403
    assert browser.post(url, {"channel": wrong.pk, "reason": "x"}).status_code == 422
    assert browser.post(url, {"channel": right.pk, "reason": " "}).status_code == 422

    told = text_of(browser.post(url, {"channel": right.pk, "reason": "typed"}, follow=True))
    assert "The batch goes to 抖音" in told
    assert "淘宝 → 抖音" in told
    member = goods.consumer()
    wish = ActivationWish(key="k", code=goods.code(3), member_id=member.member_id)
    activate(member, wish=wish, now=NOW + timedelta(days=1))
    asked = browser.post(url, {"channel": wrong.pk, "reason": "it was right"}, follow=True)
    assert "You asked for this yourself" in text_of(asked)
    assert url not in browser.get(page).content.decode()
    change = ChannelChange.objects.get(state="waiting")
    decide = reverse("desk:channel_change", args=[change.pk])
    approval = change_approval(second)
    assert decide in second.get(approval).content.decode()
    assert second.post(decide, {"decision": "refuse"}).status_code == 409
    done = second.post(decide, {"decision": "grant"}, follow=True)
    assert "The channel is changed" in text_of(done)
    assert "keeps its channel in all figures" in text_of(done)
    assert Batch.objects.get(pk=goods.batch.pk).channel == wrong
    told = text_of(browser.get(reverse("desk:code"), {"q": goods.code(3)}))
    assert told.count("Channel put right") == 2
    supplier = signed_in(goods.house.supplier)
    assert supplier.get(decide).status_code == 404


def change_approval(browser):
    """The link to the one approval that waits."""
    listed = browser.get(reverse("desk:approvals")).content.decode()
    found = re.search(r'href="(/desk/approvals/\d+/)"', listed)
    assert found
    return found[1]


def test_a_link_out_of_service_comes_back_from_the_message(goods):
    actor = an_actor(goods.brand, Role.BRAND_ADMIN)
    row = LinkRow(
        place=f"/01/{goods.product.gtin}", link_type="instructions",
        href="https://example.com/manual?a=1&b=2", title='How to "cook"', language="en",
    )  # fmt: skip
    link = save_link(actor, row=row, link=None, now=NOW)
    browser = signed_in(actor)
    done = browser.post(reverse("desk:link_withdraw", args=[link.pk]), follow=True)
    assert ResolverLink.objects.get().withdrawn_at is not None
    take_back(browser, done)
    back = ResolverLink.objects.get()
    assert back.withdrawn_at is None
    assert (back.href, back.title, back.language) == (row.href, row.title, row.language)
