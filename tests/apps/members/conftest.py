"""People who sign in: a brand, its visitor, and the code they would read in their message."""

import re

import pytest

from hefu.apps.members import services
from hefu.apps.members.selectors import visitor
from hefu.apps.notices.models import Message
from hefu.core.actor import consumer
from tests.factories import NOW, a_brand

PHONE = "13800138000"
MAIL = "li.wei@example.com"


@pytest.fixture
def brand(db):
    return a_brand()


@pytest.fixture
def guest(brand):
    return visitor(brand.pk, surface="consumer")


def ask(actor, address=PHONE, *, client="203.0.113.7", now=NOW, language="zh-hans"):
    return services.request_code(actor, address=address, client=client, language=language, now=now)


def code_in_message(template="one_time_code"):
    newest = Message.objects.filter(template=template).latest("pk")
    return re.search(r"\d{6}", newest.body).group()


def a_member(guest, address=PHONE, now=NOW):
    ask(guest, address, now=now)
    return services.sign_in(guest, address=address, code=code_in_message(), now=now)


def signed_in(member):
    return consumer(brand_id=member.brand_id, member_id=member.pk)
