"""Resolver links: who may enter which, what is refused, what the trail says."""

import threading

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from hefu.apps.audit.models import Entry
from hefu.apps.catalog.errors import KeyTaken, LinkTaken
from hefu.apps.catalog.models import LinkCount, ResolverLink
from hefu.apps.catalog.rows import ProductRow
from hefu.apps.catalog.selectors import links_for, uses_since
from hefu.apps.catalog.services import count_uses, save_link, save_product, withdraw_link
from hefu.apps.catalog.services.links import LinkRow, Use, read_link_row
from hefu.core.actor import system
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.factories import NOW, a_brand, a_partner, an_actor

pytestmark = pytest.mark.django_db
GTIN = "06901234567892"
SSCC = "069012345678901238"


def a_row(**about):
    stated = {
        "place": f"/01/{GTIN}",
        "link_type": "faqs",
        "href": "https://b.example/f",
        "title": "?",
    }
    return LinkRow(**{**stated, **about})


def a_product(actor):
    row = ProductRow(item_no="A1", model="M1", name="锅", gtin=GTIN)
    return save_product(actor, row=row, now=NOW)[0]


@pytest.fixture
def owner():
    actor = an_actor(a_brand(), Role.PRODUCT_SPECIALIST)
    a_product(actor)
    return actor


@pytest.fixture
def stranger():
    actor = an_actor(a_brand(), Role.BRAND_ADMIN)
    a_product(actor)
    return actor


def test_entered_changed_withdrawn_and_back_again_with_a_trail(owner):
    link = save_link(owner, row=a_row(), now=NOW)
    save_link(owner, row=a_row(title="FAQ"), link=link, now=NOW)
    withdraw_link(owner, link=link, now=NOW)
    withdraw_link(owner, link=link, now=NOW)
    save_link(owner, row=a_row(), link=link, now=NOW)
    link.refresh_from_db()
    assert (link.title, link.withdrawn_at, str(link.place)) == ("?", None, f"/01/{GTIN}")
    deeds = Entry.objects.filter(action__startswith="catalog.link").order_by("seq")
    assert [e.action.partition("_")[2] for e in deeds] == [
        "created", "changed", "withdrawn", "changed",
    ]  # fmt: skip
    assert deeds[0].data == {"place": f"/01/{GTIN}", "link_type": "faqs"}


def test_anothers_link_does_not_exist(owner, stranger):
    link = save_link(owner, row=a_row(), now=NOW)
    for deed in (
        lambda: save_link(stranger, row=a_row(title="mine"), link=link, now=NOW),
        lambda: withdraw_link(stranger, link=link, now=NOW),
    ):
        with pytest.raises(NotFound):
            deed()
    link.refresh_from_db()
    assert (link.title, link.withdrawn_at) == ("?", None)
    assert list(links_for(stranger)) == []
    assert list(links_for(owner)) == [link]


def test_partners_neither_see_nor_enter_links(owner):
    brand = ResolverLink(brand_id=owner.brand_id).brand
    save_link(owner, row=a_row(), now=NOW)
    partner = an_actor(brand, Role.SUPPLIER, a_partner(brand, "supplier"))
    assert list(links_for(partner)) == []
    assert uses_since(partner, NOW.date()) == []
    with pytest.raises(NotAllowed):
        save_link(partner, row=a_row(), now=NOW)


@pytest.mark.parametrize(
    ("field", "rule", "about"),
    [
        ("place", "not_a_place", {"place": "/01/06901234567893"}),
        ("place", "not_a_place", {"place": "/21/{serial}"}),
        ("place", "not_a_place", {"place": f"/01/{GTIN}/21/{{lot}}"}),
        ("place", "not_a_place", {"place": f"/01/{GTIN}/21/1/10/2"}),
        ("place", "not_a_place", {"place": ""}),
        ("place", "no_product_with_gtin", {"place": "/01/09506000134352"}),
        ("link_type", "not_a_choice", {"link_type": "defaultLink"}),
        ("link_type", "not_a_choice", {"link_type": "x"}),
        ("href", "not_a_web_address", {"href": "javascript:alert(1)"}),
        ("href", "illegal_web_address", {"href": "https://{serial}.example/"}),
        ("href", "illegal_web_address", {"href": "https://b.example/\r\nX: y"}),
        ("href", "unknown_variable", {"href": "https://b.example/{serial}"}),
        ("href", "too_long", {"href": "https://b.example/" + "x" * 500}),
        ("title", "required", {"title": ""}),
        ("title", "too_long", {"title": "x" * 121}),
        ("language", "not_a_language", {"language": "zh-Hans"}),
        ("media_type", "not_a_choice", {"media_type": "text/made-up"}),
        ("context", "letters_digits_hyphens", {"context": "a b"}),
        ("default", "units_are_checked", {"place": "/01/{gtin}/21/{serial}", "default": True}),
    ],
)
def test_what_cannot_work_is_refused_by_field_and_rule(owner, field, rule, about):
    with pytest.raises(Invalid) as caught:
        save_link(owner, row=a_row(**about), now=NOW)
    assert (caught.value.details["field"], caught.value.details["rule"]) == (field, rule)
    assert not ResolverLink.objects.exists()


def test_the_same_link_twice_and_anothers_key_are_refused(owner, stranger):
    save_link(owner, row=a_row(), now=NOW)
    with pytest.raises(LinkTaken):
        save_link(owner, row=a_row(title="again"), now=NOW)
    save_link(owner, row=a_row(place=f"/00/{SSCC}"), now=NOW)
    with pytest.raises(KeyTaken):
        save_link(stranger, row=a_row(place=f"/00/{SSCC}"), now=NOW)


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_is_accepted_or_refused(place, href):
    for row in (a_row(place=place), a_row(href=href), a_row(href=f"https://b.example/{href}")):
        try:
            read_link_row(row)
        except Invalid as refusal:
            assert refusal.details["field"] in {"place", "href"}


@pytest.mark.django_db(transaction=True)
def test_counters_added_to_by_racing_threads_lose_nothing(owner):
    uses = [
        Use(brand_id=owner.brand_id, key_ai="01", key_value=GTIN, link_type=name, found=found)
        for name, found in (("pip", True), ("faqs", False), ("pip", True))
    ]
    gate = threading.Barrier(4)

    def add():
        try:
            gate.wait()
            for _ in range(5):
                count_uses(system("tests"), uses=uses, day=NOW.date(), now=NOW)
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {row.link_type: (row.followed, row.missing) for row in LinkCount.objects.all()} == {
        "pip": (40, 0), "faqs": (0, 20),
    }  # fmt: skip
    assert [(u.link_type, u.followed, u.missing) for u in uses_since(owner, NOW.date())] == [
        ("pip", 40, 0), ("faqs", 0, 20),
    ]  # fmt: skip
