"""A campaign with a plan, and photos as phones write them."""

import io
from dataclasses import replace
from datetime import date, datetime

from PIL import ExifTags, Image

from hefu.apps.campaigns.models import Campaign
from hefu.apps.campaigns.services.plans import sign_plan, submit_plan, write_plan
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.catalog.uploads import Incoming, receive
from hefu.core.planning import Goal, GoalKind, Metric, extended, template
from tests.apps.campaigns.promoting import House
from tests.factories import NOW

LINK = "https://c.example.com/promotions/povos/mid-autumn/"
HOW = "购买任意一款电饭煲\n扫码激活，领取 20 元优惠券"


def a_campaign(house: House, slug: str = "mid-autumn") -> Campaign:
    return open_campaign(house.writer, slug=slug, title="中秋活动", now=NOW)


def planned(house: House, campaign: Campaign, *, starts_on=date(2027, 9, 1), theme="中秋团圆",
            revision=0, sign=True):  # fmt: skip
    plan = extended(extended(template(starts_on), "duties"), "deliver")
    goal = Goal(kind=GoalKind.SHARE, metric=Metric.NEW_MEMBERS, target=500, baseline=120)
    plan = replace(plan, theme=theme, goals=(goal,))
    write_plan(house.writer, campaign=campaign, plan=plan, revision=revision, now=NOW)
    if sign:
        submit_plan(house.writer, campaign=campaign, now=NOW)
        sign_plan(house.approver, campaign=campaign, now=NOW)


def photo(shade: int = 90, *, taken: datetime | None = None, place: bool = False,
          offset: str = "+08:00", size=(120, 90)) -> bytes:  # fmt: skip
    """A JPEG with the notes of a phone: when, and on demand where, it was taken."""
    image = Image.new("RGB", size, (shade, 120, 60))
    notes = Image.Exif()
    if taken is not None:
        inner = notes.get_ifd(ExifTags.IFD.Exif)
        inner[ExifTags.Base.DateTimeOriginal] = f"{taken:%Y:%m:%d %H:%M:%S}"
        if offset:
            inner[ExifTags.Base.OffsetTimeOriginal] = offset
    if place:
        notes.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: (31.0, 13.0, 48.0)})
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", exif=notes)
    return buffer.getvalue()


def came(house: House, content: bytes) -> Incoming:
    return receive(io.BytesIO(content), brand_id=house.brand.pk)
