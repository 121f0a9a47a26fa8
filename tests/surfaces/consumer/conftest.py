"""A brand at work, a batch of its products, and somebody with a phone in the hand."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from hefu.apps.identity.services.throttle import THROTTLE
from hefu.apps.members import services as members
from hefu.apps.notices.models import Message
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW, operator

TODAY = NOW + timedelta(days=1)
PHONE = "13800138000"


@pytest.fixture(autouse=True)
def clock(settings):
    settings.ROOT_URLCONF = "tests.surfaces.consumer.urls"
    settings.HEFU_DEMO = True
    before = "hefu.surfaces.design.middleware.LanguageChoice"
    if before not in settings.MIDDLEWARE:
        settings.MIDDLEWARE = [before, *settings.MIDDLEWARE]
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # whitenoise wants it
    THROTTLE.clear()
    with time_machine.travel(TODAY, tick=False) as clock:
        yield clock


@pytest.fixture
def goods(db):
    goods = Goods()
    members.publish_consent_texts(operator(goods.brand), now=NOW)
    return goods


@pytest.fixture
def phone():
    """A browser that reads English, so that tests can be read."""
    return Client(headers={"Accept-Language": "en", "User-Agent": "a phone"})


def newest_code():
    return re.search(r"\d{6}", Message.objects.latest("pk").body).group()


def text_of(response):
    """The words of a page, without its tags."""
    page = re.sub(r"<(script|svg|style).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def visit(phone, goods, serial=0):
    """Scan a product, so that the pages know whose it is."""
    return phone.get(reverse("consumer:code", args=[goods.code(serial)]))


def sign_in(phone, goods, address=PHONE):
    start = reverse("consumer:activate", args=[goods.code(0)])
    page = phone.get(start)
    phone.post(page.url, {"address": address})
    return phone.post(reverse("consumer:proof"), {"code": newest_code()})
