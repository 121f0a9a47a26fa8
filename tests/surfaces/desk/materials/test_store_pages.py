"""Store tasks on the desk: given to shops, photographed on a phone, checked, reminded, exported."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from hefu.apps.accounts.models import Organisation
from hefu.apps.campaigns.models import StoreDuty, StorePhoto, StoreTask
from hefu.apps.notices.models import Message
from hefu.core.permissions import Role
from tests.apps.campaigns.materials.rows import LINK, photo, planned
from tests.apps.campaigns.promoting import later
from tests.factories import NOW, an_actor
from tests.surfaces.consumer.conftest import text_of
from tests.surfaces.desk.codes.browsing import signed_in, url

pytestmark = pytest.mark.django_db
TASK = {"title": "门口海报", "what": "贴在收银台旁", "due_on": "2026-11-30", "shows": ""}


def upload(shade=90, **about):
    return SimpleUploadedFile("a.jpg", photo(shade, **about), "image/jpeg")


def given(writer, campaign, **said):
    return writer.post(url("store_task_new", campaign.pk), {**TASK, **said}, follow=True)


@pytest.fixture
def task(writer, campaign, shops):
    given(writer, campaign, everybody="on")
    return StoreTask.objects.get()


def test_R173_the_whole_way_of_a_photo(writer, shop, shops, task, clock):
    clock.move_to(later(hours=1))
    assert "门口海报" in text_of(shop.get(url("store_tasks")))
    duty = StoreDuty.objects.get(organisation=shops[0])
    page = url("store_duty", duty.pk)
    assert "贴在收银台旁" in text_of(shop.get(page))

    old = shop.post(page, {"file": upload(taken=NOW - timedelta(days=1))})
    assert old.status_code == 422
    assert "older than the task (2026-11-22 20:00)" in text_of(old)
    # a phone in Shanghai writes its own wall clock
    taken = NOW + timedelta(hours=8, minutes=30)
    sent = shop.post(page, {"file": upload(taken=taken)}, follow=True)
    assert "Taken: 2026-11-22 20:30 · uploaded: 2026-11-22 21:00" in text_of(sent)

    desk = url("store_task", task.pk)
    shown = writer.get(desk, {"state": "sent"})
    assert shops[0].name in text_of(shown)
    picture = StorePhoto.objects.get()
    assert writer.get(url("store_photo", picture.pk)).status_code == 200
    about = {"photo": picture.pk}
    unsaid = writer.post(desk, {"deed": "refuse", "reason": "", **about}, follow=True)
    assert "Say why" in text_of(unsaid)
    writer.post(desk, {"deed": "refuse", "reason": "反光看不清", **about})
    assert "Your photo was refused: 反光看不清" in text_of(shop.get(page))
    shop.post(page, {"file": upload(10)})
    newest = StorePhoto.objects.order_by("-pk").first()
    writer.post(desk, {"deed": "accept", "photo": newest.pk})
    assert "accepted" in text_of(shop.get(page))
    assert "Send the photo" not in text_of(shop.get(page))


def test_R173_missing_shops_are_listed_reminded_and_exported(writer, shop, shops, task):
    duty = StoreDuty.objects.get(organisation=shops[0])
    shop.post(url("store_duty", duty.pk), {"file": upload()})
    desk = url("store_task", task.pk)
    missing = [
        one["duty"].organisation for one in writer.get(desk, {"state": "missing"}).context["shops"]
    ]
    assert set(missing) == set(shops[1:])
    told = text_of(writer.post(desk, {"deed": "remind"}, follow=True))
    assert "0 shops were written to" in told
    assert f"Nobody has a log-in at: {shops[1].name}, {shops[2].name}" in told
    assert not Message.objects.exists()

    file = b"".join(writer.get(f"{desk}shops.csv").streaming_content).decode("utf-8-sig")
    lines = file.splitlines()
    assert lines[0].startswith("Partner number,Shop,Province,State,Photo taken,Uploaded")
    assert len(lines) == 4
    assert any("2026-11-22 20:00" in line and shops[0].code in line for line in lines)
    row = text_of(writer.get(url("campaign_stores", task.campaign_id)))
    assert "门口海报" in row


def test_shops_are_named_by_box_or_number_and_a_wrong_number_is_named(writer, campaign, shops):
    wrong = given(writer, campaign, numbers=f"{shops[0].code}\nNOBODY")
    assert wrong.status_code == 422
    assert "No shop of yours has: NOBODY." in text_of(wrong)
    none = given(writer, campaign)
    assert none.status_code == 422
    given(writer, campaign, numbers=shops[0].code, shops=[str(shops[1].pk)])
    duties = StoreDuty.objects.values_list("organisation_id", flat=True)
    assert set(duties) == {shops[0].pk, shops[1].pk}
    Organisation.objects.filter(pk=shops[2].pk).update(kind="distributor")
    assert str(shops[2].pk) not in dict(
        writer.get(url("store_task_new", campaign.pk)).context["form"].fields["shops"].choices
    )


def test_a_shop_gets_the_poster_to_print_and_sees_no_other_shops(
    house, writer, shop, shops, campaign
):
    planned(house, campaign)
    page = url("campaign_materials", campaign.pk)
    writer.post(page, {"how": "扫码", "link": "section"})
    given(writer, campaign, shows="poster", everybody="on")
    own, others = (StoreDuty.objects.get(organisation=one) for one in shops[:2])
    paper = shop.get(url("store_shown", own.pk))
    assert paper.content.startswith(b"%PDF")
    writer.post(page, {"how": "扫码领券", "link": "section"})  # the poster is another one now
    desk = url("store_task", StoreTask.objects.get().pk)
    assert "was replaced since" in text_of(writer.get(desk))
    assert "v2.pdf" in shop.get(url("store_shown", own.pk))["Content-Disposition"]
    for name in ("store_shown", "store_duty"):
        assert shop.get(url(name, others.pk)).status_code == 404
    other = signed_in(an_actor(house.brand, Role.RETAILER, shops[1]))
    other.post(url("store_duty", others.pk), {"file": upload()})
    picture = StorePhoto.objects.get()
    assert shop.get(url("store_photo", picture.pk)).status_code == 404
    assert other.get(url("store_photo", picture.pk)).status_code == 200
    assert shop.get(url("campaign_stores", campaign.pk)).status_code == 403
    assert LINK not in text_of(shop.get(url("store_tasks")))


def test_an_ended_task_takes_no_more_photos(writer, shop, shops, task):
    writer.post(url("store_task", task.pk), {"deed": "close"})
    duty = StoreDuty.objects.get(organisation=shops[0])
    assert "Send the photo" not in text_of(shop.get(url("store_duty", duty.pk)))
    assert shop.post(url("store_duty", duty.pk), {"file": upload()}).status_code == 422
