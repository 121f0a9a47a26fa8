"""The desk's page of links: tried out before saved, by zh and en phones and a program."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from hefu.apps.catalog.models import ResolverLink
from hefu.apps.catalog.services import count_uses, save_link
from hefu.apps.catalog.services.links import LinkRow, Use
from hefu.core.permissions import Role
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, a_brand, a_partner, an_actor, operator
from tests.surfaces.desk.codes.browsing import signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods():
    return Goods()


@pytest.fixture
def desk(goods):
    return signed_in(an_actor(goods.brand, Role.PRODUCT_SPECIALIST))


def a_link(goods, **about):
    row = LinkRow(
        **{"place": f"/01/{goods.product.gtin}", "link_type": "faqs", "title": "FAQ",
           "href": "https://b.example/faq", **about}
    )  # fmt: skip
    return save_link(operator(goods.brand), row=row, now=NOW)


def filled(goods, **about):
    return {
        "product": goods.product.gtin, "level": "product", "link_type": "instructions",
        "href": "https://b.example/manual", "title": "说明书", "forward": "on", **about,
    }  # fmt: skip


def test_the_page_teaches_then_lists_and_exports(goods, desk):
    assert reverse("desk:link_new") in desk.get(reverse("desk:links")).content.decode()
    a_link(goods)
    use = Use(
        brand_id=goods.brand.pk, key_ai="01", key_value=goods.product.gtin, link_type="faqs",
        found=True,
    )  # fmt: skip
    count_uses(operator(goods.brand), uses=[use] * 7, day=timezone.localdate(), now=NOW)
    page = desk.get(reverse("desk:links"))
    assert f"/01/{goods.product.gtin}" in page.content.decode()
    assert re.search(r'class="number[^"]*">\s*7\s*<', page.content.decode())
    csv = b"".join(desk.get(reverse("desk:links") + "?export=csv&q=faq").streaming_content)
    assert b"gs1:faqs" in csv


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_costs_the_same_however_long(goods, desk, others, django_assert_max_num_queries):
    for n in range(others):
        a_link(goods, href=f"https://b.example/{n}")
    with django_assert_max_num_queries(14):
        desk.get(reverse("desk:links"))


def test_trying_out_saves_nothing_and_says_what_everybody_gets(goods, desk):
    a_link(goods, link_type="instructions", href="https://b.example/en", language="en")
    sent = filled(goods, language="zh", default="on", act="preview")
    page = desk.post(reverse("desk:link_new"), sent)
    assert page.status_code == 200
    assert ResolverLink.objects.count() == 1
    rows = page.context["preview"].rows
    targets = [row.target.removeprefix("https://b.example/") for row in rows]
    # plain scans lead to the new default, the type to each reader's language, a program to all
    assert targets[:4] == ["manual", "manual", "manual", "en"]
    assert [bool(row.target) for row in rows[4:]] == [False, False]


def test_a_link_for_every_unit_is_saved_and_shown_with_a_sample(goods, desk):
    sent = filled(goods, product="{gtin}", level="unit", href="https://b.example/{gtin}/{serial}")
    page = desk.post(reverse("desk:link_new"), sent, follow=True)
    link = ResolverLink.objects.get()
    assert str(link.place) == "/01/{gtin}/21/{serial}"
    assert re.search(r"https://b\.example/[0-9]{14}/SAMPLE7", page.content.decode())


def test_what_is_wrong_stands_at_its_field_and_nothing_is_saved(goods, desk):
    for about, field in (
        ({"product": "other", "place": "/00/123"}, "place"),
        ({"href": "ftp://b.example"}, "href"),
        ({"href": "https://b.example/{serial}"}, "href"),
        ({"level": "unit", "default": "on"}, "default"),
        ({"title": ""}, "title"),
    ):
        page = desk.post(reverse("desk:link_new"), filled(goods, **about))
        assert page.status_code == 422
        assert page.context["form"].errors[field], about
    assert not ResolverLink.objects.exists()


def test_changed_withdrawn_and_brought_back(goods, desk):
    link = a_link(goods)
    address = reverse("desk:link", args=[link.pk])
    assert 'value="https://b.example/faq"' in desk.get(address).content.decode()
    desk.post(address, filled(goods, title="新"))
    link.refresh_from_db()
    assert (link.title, link.link_type) == ("新", "instructions")
    desk.post(reverse("desk:link_withdraw", args=[link.pk]))
    link.refresh_from_db()
    assert link.withdrawn_at
    assert desk.get(address).context["preview"] is None
    desk.post(address, filled(goods))
    link.refresh_from_db()
    assert link.withdrawn_at is None


def test_strangers_partners_and_readers(goods):
    link = a_link(goods)
    address = reverse("desk:link", args=[link.pk])
    stranger = signed_in(an_actor(a_brand(), Role.BRAND_ADMIN))
    assert stranger.get(address).status_code == 404
    assert stranger.post(reverse("desk:link_withdraw", args=[link.pk])).status_code == 404
    supplier = an_actor(goods.brand, Role.SUPPLIER, a_partner(goods.brand, "supplier"))
    assert "b.example" not in signed_in(supplier).get(reverse("desk:links")).content.decode()
    reader = signed_in(an_actor(goods.brand, Role.ANALYST))
    assert "b.example" in reader.get(reverse("desk:links")).content.decode()
    assert reader.get(address).status_code == 403
    link.refresh_from_db()
    assert link.withdrawn_at is None


def test_what_was_asked_for_in_vain_is_listed(goods, desk):
    a_link(goods)
    use = Use(
        brand_id=goods.brand.pk, key_ai="01", key_value=goods.product.gtin, link_type="dpp",
        found=False,
    )  # fmt: skip
    count_uses(operator(goods.brand), uses=[use] * 3, day=timezone.localdate(), now=NOW)
    page = desk.get(reverse("desk:links"), headers={"accept-language": "en"})
    assert "Digital Product Passport" in text_of(page)
