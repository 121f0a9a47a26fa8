"""The brand's settings: what readers see changes at once; what would take another's is refused."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from hefu.apps.accounts.models import Brand
from hefu.apps.accounts.selectors import actor_of
from hefu.apps.accounts.services_brand import BrandLook, change_brand
from hefu.apps.audit.models import Entry
from hefu.apps.catalog.errors import MediaInUse
from hefu.apps.catalog.models import Media
from hefu.apps.catalog.services.media import remove_media
from hefu.core.errors import Invalid, NotAllowed
from hefu.core.pages import ManualVersion
from hefu.core.permissions import Role
from tests.apps.catalog.files import manual, picture
from tests.apps.catalog.pages import a_draft, a_manual, a_product, content
from tests.factories import NOW, a_brand, a_person, an_actor, operator

pytestmark = pytest.mark.django_db

SENT = {
    "name": "奔腾", "name_en": "Povos", "colour": "#B3261E", "host": "C.povos.example",
    "trader_name": "上海奔腾电工有限公司", "trader_address": "", "trader_contact": "",
}  # fmt: skip


@pytest.fixture
def brand(db):
    return a_brand()


@pytest.fixture
def desk(brand):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(a_person(brand, Role.BRAND_ADMIN))
    return client


def test_R084_an_admin_sets_name_colour_logo_host_and_trader(brand, desk):
    logo = SimpleUploadedFile("logo.png", picture("PNG", (600, 200)), "text/html")
    assert desk.get("/desk/brand/").status_code == 200
    assert desk.post("/desk/brand/", {**SENT, "logo": logo}).status_code == 302

    brand.refresh_from_db()
    kept = Media.objects.get(brand=brand)
    assert (brand.colour, brand.host, brand.name_en) == ("#b3261e", "c.povos.example", "Povos")
    assert (brand.logo, kept.media_type) == (kept.sha256, "image/png")
    assert kept.sha256 in desk.get("/desk/brand/").content.decode()
    desk.post("/desk/brand/", {**SENT, "no_logo": "on", "host": ""})
    brand.refresh_from_db()
    assert (brand.logo, brand.host) == ("", None)
    changes = Entry.objects.filter(action="accounts.brand_changed").order_by("pk")
    assert [entry.data["fields"] for entry in changes] == [
        ["colour", "host", "logo", "name_en", "trader_name"], ["host", "logo"],
    ]  # fmt: skip


def test_a_logo_is_a_picture(brand, desk):
    for file in (b"<svg onload='x'/>", manual()):
        sent = {**SENT, "logo": SimpleUploadedFile("logo.png", file, "image/png")}
        answer = desk.post("/desk/brand/", sent)
        assert answer.status_code == 422
        assert 'id="id_logo_error"' in answer.content.decode()
    brand.refresh_from_db()
    assert (brand.logo, brand.name_en) == ("", "")


@pytest.mark.parametrize(
    ("stated", "field", "rule"),
    [
        ({"name": " "}, "name", "required"),
        ({"colour": "red"}, "colour", "not_a_colour"),
        ({"host": "povos"}, "host", "not_a_host"),
        ({"host": "https://povos.example"}, "host", "not_a_host"),
        ({"host": "house.example"}, "host", "not_served"),
        ({"host": "unlisted.example"}, "host", "not_served"),
        ({"host": "taken.example"}, "host", "taken"),
        ({"logo": "../../etc"}, "logo", "not_a_hash"),
    ],
)
def test_what_cannot_be_is_refused_and_changes_nothing(brand, settings, stated, field, rule):
    settings.HEFU_ORIGIN = "https://house.example"
    settings.ALLOWED_HOSTS = ["house.example", "own.example", "taken.example"]
    admin = operator(a_brand())
    change_brand(admin, look=BrandLook(name="other", host="taken.example"), now=NOW)

    with pytest.raises(Invalid) as caught:
        change_brand(operator(brand), look=BrandLook(**{"name": "奔腾", **stated}), now=NOW)

    assert (caught.value.details["field"], caught.value.details["rule"]) == (field, rule)
    assert Brand.objects.get(pk=brand.pk).host is None
    look = BrandLook(name="奔腾", host="own.example")
    assert change_brand(operator(brand), look=look, now=NOW).host == "own.example"


def test_only_admins_change_the_brand(brand):
    with pytest.raises(NotAllowed):
        change_brand(an_actor(brand, Role.PRODUCT_SPECIALIST), look=BrandLook(name="x"), now=NOW)


def test_files_that_nobody_uses_are_listed_and_removed(brand):
    writer = a_person(brand, Role.PRODUCT_SPECIALIST)
    actor = actor_of(writer, surface="desk")
    used, idle = a_manual(actor, "used"), a_manual(actor, "idle")
    editions = (ManualVersion(media=used.sha256, title="Manual"),)
    a_draft(actor, a_product(actor), content(manuals=editions))
    client = Client()
    client.force_login(writer)

    listed = client.get("/desk/page-files/").content.decode()
    assert ("idle.pdf" in listed, "used.pdf" in listed) == (True, False)
    assert client.post(f"/desk/page-files/{used.pk}/remove/").status_code == 404
    stranger = Client()
    stranger.force_login(a_person(a_brand(), Role.BRAND_ADMIN))
    assert stranger.post(f"/desk/page-files/{idle.pk}/remove/").status_code == 404
    assert client.post(f"/desk/page-files/{idle.pk}/remove/").status_code == 302

    assert list(Media.objects.all()) == [used]
    with pytest.raises(MediaInUse):
        remove_media(actor, media=used, now=NOW)
    assert Media.objects.filter(pk=used.pk).exists()
