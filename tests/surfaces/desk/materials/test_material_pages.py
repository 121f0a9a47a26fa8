"""Materials on the desk: flagged, replaced, made into a poster, kept out of schools."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hefu.apps.campaigns.models import Asset, OfflineItem, Poster
from hefu.apps.campaigns.services.placements import Terms, add_placement
from hefu.core.permissions import Role
from hefu.core.reach import Channel, Target
from tests.apps.campaigns.materials.rows import HOW, photo, planned
from tests.factories import NOW, an_actor
from tests.surfaces.consumer.conftest import text_of
from tests.surfaces.desk.codes.browsing import signed_in, url

pytestmark = pytest.mark.django_db
ITEM = {
    "title": "公告栏海报", "kind": "poster", "quantity": "2", "venue": "community",
    "region": "310000", "address": "人民路 1 号", "shows": "", "link": "section",
}  # fmt: skip
ASSET = {
    "title": "封面", "format": "wechat-cover", "owner": "王某", "licence": "合同 7",
    "until": "2026-12-31", "labelled": "on", "text": "",
}  # fmt: skip


def upload(size=(120, 90), shade=90, **about):
    return SimpleUploadedFile("cover.jpg", photo(shade, size=size, **about), "image/jpeg")


def test_R177_a_wrong_ratio_says_both_figures_and_the_remedy(writer, campaign):
    new = url("asset_new", campaign.pk)
    assert writer.get(new).status_code == 200
    writer.post(new, {**ASSET, "file": upload((900, 500))})
    page = url("asset", Asset.objects.get().pk)
    text = text_of(writer.get(page))
    assert "Its shape is 900 × 500, wanted is that of 900 × 383. Cut it to 900 × 383" in text
    assert "900 × 500" in text_of(writer.get(url("campaign_materials", campaign.pk)))

    said = writer.post(page, {"deed": "version", "file": upload((900, 383))}, follow=True)
    text = text_of(said)
    assert "Its shape is" not in text
    assert "Version 2" in text
    assert "replaced 2026-11-22" in text
    writer.post(page, {**ASSET, "deed": "rights", "until": "2026-11-01"})
    assert "The rights are over" in text_of(writer.get(page))
    writer.post(page, {"deed": "retire"})
    assert "out of use" in text_of(writer.get(page))


def test_what_is_no_file_is_refused_at_its_field_and_nothing_is_kept(writer, campaign, tmp_path):
    new = url("asset_new", campaign.pk)
    broken = SimpleUploadedFile("a.jpg", b"<svg onload=alert(1)>", "image/jpeg")
    for file, words in ((broken, "holds a script"), (None, "Must be given")):
        refused = writer.post(new, {**ASSET, **({"file": file} if file else {})})
        assert refused.status_code == 422
        assert words.lower() in text_of(refused).lower()
    refused = writer.post(new, {**ASSET, "owner": " ", "file": upload((900, 383))})
    assert refused.status_code == 422
    assert not Asset.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_R175_the_poster_names_what_is_missing_then_is_made_and_made_again(house, writer, campaign):
    page = url("campaign_materials", campaign.pk)
    said = {"how": HOW, "link": "section"}
    refused = writer.post(page, said)
    assert refused.status_code == 422
    assert "The poster still misses: the theme, the days." in text_of(refused)

    planned(house, campaign)
    assert "Version 1" in text_of(writer.post(page, said, follow=True))
    drawn = writer.get(url("poster_svg", campaign.pk, 1, "phone"))
    assert "2027-09-01" in drawn.content.decode()
    assert drawn["Content-Type"] == "image/svg+xml"
    paper = writer.get(url("poster_pdf", campaign.pk, 1, "a3"))
    assert paper.content.startswith(b"%PDF")
    assert writer.get(url("poster_pdf", campaign.pk, 1, "a9")).status_code == 404
    writer.post(url("offline_item_new", campaign.pk), {**ITEM, "shows": "poster"})

    planned(house, campaign, starts_on=date(2027, 9, 10))
    text = text_of(writer.get(page))
    assert "changed: the day it begins, the day it ends" in text
    assert "to be replaced" in text
    assert "2027-09-10" in writer.get(url("poster_svg", campaign.pk, 2, "phone")).content.decode()
    item = url("offline_item", OfflineItem.objects.get().pk)
    assert "obsolete" in text_of(writer.get(item))
    assert "poster, version 2" in text_of(writer.post(item, {"deed": "renew"}, follow=True))


def test_R168_a_school_is_blocked_with_the_article(writer, campaign):
    new = url("offline_item_new", campaign.pk)
    assert "Closed by law (广告法第三十九条)" in writer.get(new).content.decode()
    refused = writer.post(new, {**ITEM, "venue": "primary_school"})
    assert refused.status_code == 422
    assert "广告法第三十九条" in " ".join(refused.context["form"].errors["venue"])
    assert not OfflineItem.objects.exists()


def test_R168_an_item_has_a_counted_link_a_qr_and_a_photo(house, writer, campaign):
    place = add_placement(
        house.writer, campaign=campaign, now=NOW,
        terms=Terms(kind=Channel.POSTER, name="公告栏", target_kind=Target.SECTION, target="",
                    organisation_id=None, cost=0, line=""),
    )  # fmt: skip
    writer.post(url("offline_item_new", campaign.pk), {**ITEM, "link": f"placement:{place.pk}"})
    item = OfflineItem.objects.get()
    assert item.placement_id == place.pk
    assert place.code in item.link
    page = url("offline_item", item.pk)
    for kind, begins in (("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        assert writer.get(f"{page}qr.{kind}").content.startswith(begins)
    proved = writer.post(page, {"deed": "photo", "file": upload(taken=NOW)}, follow=True)
    assert "Taken: 2026-11-22 12:00 · uploaded: 2026-11-22 20:00" in text_of(proved)
    assert "in its place" in text_of(writer.get(url("campaign_materials", campaign.pk)))
    writer.post(page, {"deed": "down"})
    assert "taken down" in text_of(writer.get(page))


def test_lookers_see_and_change_nothing(house, campaign):
    looker = signed_in(an_actor(house.brand, Role.ANALYST))
    page = looker.get(url("campaign_materials", campaign.pk))
    assert page.status_code == 200
    assert not page.context["may_write"]
    planned(house, campaign)
    answer = looker.post(url("campaign_materials", campaign.pk), {"how": HOW, "link": "section"})
    assert answer.status_code == 403
    assert not Poster.objects.exists()
    for name in ("asset_new", "offline_item_new", "store_task_new"):
        assert looker.get(url(name, campaign.pk)).status_code == 403
