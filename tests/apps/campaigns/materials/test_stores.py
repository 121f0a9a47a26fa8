"""Store tasks: given, shown by a photo, checked; who is missing is known and reminded."""

import io
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from threading import Thread

import pytest
from django.db import connection
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from hefu.apps.campaigns.errors.materials import MaterialMoved, PhotoTooOld
from hefu.apps.campaigns.models import StoreDuty, StorePhoto
from hefu.apps.campaigns.selectors import stores as selectors
from hefu.apps.campaigns.services import stores
from hefu.apps.campaigns.services.offline_items import Carried
from hefu.apps.catalog.models import Media
from hefu.apps.catalog.uploads import file_of, taken_at
from hefu.apps.notices.models import Message
from hefu.core.errors import DomainError, Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from tests.apps.campaigns.materials.rows import a_campaign, came, photo
from tests.apps.campaigns.promoting import a_house, later
from tests.factories import NOW, a_partner, an_actor

pytestmark = pytest.mark.django_db
SAID = stores.TaskSaid(title="门口海报", due_on=date(2026, 11, 30), carried=Carried())
CHINA = datetime(2026, 11, 22, 21, 30)  # noqa: DTZ001  an hour and a half after noon in Greenwich


class Shops:
    """Two shops with a person each, one without."""

    def __init__(self) -> None:
        self.house = a_house()
        self.rows = [a_partner(self.house.brand, "retailer") for _ in range(3)]
        self.people = [an_actor(self.house.brand, Role.RETAILER, row) for row in self.rows[:2]]
        self.campaign = a_campaign(self.house)
        self.task = stores.give_task(
            self.house.writer, campaign=self.campaign, said=SAID,
            shops=[row.pk for row in self.rows], now=NOW,
        )  # fmt: skip

    def duty(self, place: int) -> StoreDuty:
        return StoreDuty.objects.get(task=self.task, organisation=self.rows[place])

    def send(self, place: int, content: bytes, *, taken=None):
        return stores.send_photo(
            self.people[place], duty=self.duty(place), incoming=came(self.house, content),
            name="a.jpg", taken_at=taken, now=later(hours=2),
        )  # fmt: skip


@pytest.fixture
def shops(db):
    return Shops()


def test_R173_the_times_of_camera_and_upload_are_kept_and_the_place_is_not(shops):
    content = photo(taken=CHINA, place=True)
    assert Image.open(io.BytesIO(content)).getexif().get_ifd(0x8825)  # the phone wrote it
    taken = taken_at(io.BytesIO(content), zone=UTC)

    sent = shops.send(0, content, taken=taken)

    assert (sent.taken_at, sent.at) == (later(hours=1.5), later(hours=2))
    assert shops.duty(0).state == "sent"
    with Image.open(file_of(sent.media)) as kept:
        assert not kept.getexif()


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (photo(taken=CHINA), "2026-11-22T13:30:00+00:00"),
        (photo(taken=CHINA, offset=""), "2026-11-22T21:30:00+00:00"),  # in the zone that is given
        (photo(), None),
        (b"\xff\xd8\xff\xe1\0\x20Exif\0\0garbage", None),
        (b"no picture at all", None),
        (photo(taken=CHINA.replace(year=9999, month=12, day=31), offset="-10:00"), None),
    ],
)
def test_the_moment_is_read_as_the_camera_wrote_it(content, wanted):
    file = io.BytesIO(content)
    found = taken_at(file, zone=UTC)
    assert (found and found.astimezone(UTC).isoformat()) == wanted
    assert file.tell() == 0


def test_a_picture_of_too_many_pixels_is_not_decoded_for_its_notes(monkeypatch):
    file = io.BytesIO()
    Image.new("1", (8_000, 6_000)).save(file, "PNG")  # a few kB that unpack to 48 MB
    file.seek(0)
    decoded = []
    monkeypatch.setattr(PngImageFile, "load", lambda *_about: decoded.append(1))
    assert taken_at(file, zone=UTC) is None
    assert not decoded


def test_a_shop_reads_what_is_open_before_what_was_ended(shops):
    stores.close_task(shops.house.writer, task=shops.task, now=NOW)
    newer = stores.give_task(
        shops.house.writer, campaign=shops.campaign, said=replace(SAID, due_on=date(2027, 1, 1)),
        shops=[shops.rows[0].pk], now=NOW,
    )  # fmt: skip
    assert [duty.task for duty in selectors.duties_for(shops.people[0])] == [newer, shops.task]


def test_R173_a_photo_older_than_its_task_is_refused_and_nothing_is_kept(shops):
    with pytest.raises(PhotoTooOld) as refused:
        shops.send(0, photo(), taken=NOW - timedelta(seconds=1))
    assert refused.value.details["since"] == "2026-11-22T12:00:00+00:00"
    assert shops.duty(0).state == "open"
    assert not Media.objects.exists()
    assert shops.send(0, photo(), taken=NOW).taken_at == NOW


def test_R173_missing_shops_are_listed_and_reminded_once_a_day(shops):
    stores.answer_photo(shops.house.writer, photo=shops.send(0, photo()), accept=True, now=NOW)
    missing = selectors.duties_of(shops.task, state="missing")
    assert [duty.organisation for duty in missing] == shops.rows[1:]

    told = stores.remind_missing(shops.house.writer, task=shops.task, now=later(hours=3))
    assert (told.told, told.nobody, told.lately) == (1, (shops.rows[2].name,), 0)
    message = Message.objects.get()
    assert "门口海报" in message.body
    assert f"/desk/store-tasks/{shops.duty(1).pk}/" in message.body
    again = stores.remind_missing(shops.house.writer, task=shops.task, now=later(hours=4))
    assert (again.told, again.lately) == (0, 1)
    assert stores.remind_missing(shops.house.writer, task=shops.task, now=later(hours=24)).told == 1


def test_a_refused_photo_needs_a_reason_and_the_shop_sends_another(shops):
    first = shops.send(0, photo())
    with pytest.raises(Invalid):
        stores.answer_photo(shops.house.writer, photo=first, accept=False, reason=" ", now=NOW)
    stores.answer_photo(shops.house.writer, photo=first, accept=False, reason="太暗", now=NOW)
    assert shops.duty(0).state == "refused"
    with pytest.raises(MaterialMoved):
        stores.answer_photo(shops.house.writer, photo=first, accept=True, now=NOW)

    second, third = shops.send(0, photo(1)), shops.send(0, photo(2))
    second.refresh_from_db()
    assert second.answer == "replaced"
    stores.answer_photo(shops.house.writer, photo=third, accept=True, now=NOW)
    with pytest.raises(MaterialMoved):
        shops.send(0, photo(3))


def test_the_same_picture_from_two_shops_is_noticed(shops):
    first, second = shops.send(0, photo()), shops.send(1, photo())
    twins = selectors.twins_of([first, second])
    assert twins == {second.pk: selectors.Twin(shop=shops.rows[0].name, task="门口海报")}


def test_a_shop_sees_its_own_task_and_nobody_elses(shops):
    assert [one.pk for one in selectors.duties_for(shops.people[0])] == [shops.duty(0).pk]
    sent = shops.send(0, photo())
    with pytest.raises(NotFound):
        selectors.duty_by_id(shops.people[1], shops.duty(0).pk)
    with pytest.raises(NotFound):
        selectors.photo_by_id(shops.people[1], sent.pk)
    assert selectors.photo_by_id(shops.people[0], sent.pk) == sent
    assert selectors.photo_by_id(shops.house.approver, sent.pk) == sent
    with pytest.raises(NotFound):
        selectors.photo_by_id(a_house().writer, sent.pk)
    with pytest.raises(NotAllowed):
        stores.answer_photo(shops.people[0], photo=sent, accept=True, now=NOW)
    with pytest.raises(NotAllowed):
        stores.close_task(shops.people[0], task=shops.task, now=NOW)


def test_what_is_no_task_is_refused(shops):
    distributor = a_partner(shops.house.brand, "distributor")
    foreign = a_partner(a_house().brand, "retailer")
    for wanted in ([], [distributor.pk], [foreign.pk], [shops.rows[0].pk, foreign.pk]):
        with pytest.raises(Invalid) as refused:
            stores.give_task(shops.house.writer, campaign=shops.campaign, said=SAID, shops=wanted,
                             now=NOW)  # fmt: skip
        assert refused.value.details["field"] == "shops"
    with pytest.raises(Invalid):
        stores.give_task(shops.house.writer, campaign=shops.campaign, said=SAID,
                         shops=[shops.rows[0].pk], now=later(days=30))  # fmt: skip
    stores.close_task(shops.house.writer, task=shops.task, now=NOW)
    with pytest.raises(MaterialMoved):
        shops.send(0, photo())
    with pytest.raises(MaterialMoved):
        stores.remind_missing(shops.house.writer, task=shops.task, now=NOW)


@pytest.mark.django_db(transaction=True)
def test_of_two_photos_in_one_moment_one_waits():
    shops = Shops()
    ready = [came(shops.house, photo(shade)) for shade in (10, 200)]
    refused = []

    def send(incoming):
        try:
            stores.send_photo(shops.people[0], duty=shops.duty(0), incoming=incoming,
                              name="a.jpg", taken_at=None, now=NOW)  # fmt: skip
        except DomainError as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=send, args=(one,)) for one in ready]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert StorePhoto.objects.filter(duty=shops.duty(0), answer="waiting").count() == 1
    assert StorePhoto.objects.count() + len(refused) == 2
