"""The registers of assessments, transfers and breaches (L38, L42, L43)."""

import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from hefu.apps.audit.models import Entry
from hefu.apps.members.models import Record
from hefu.core.permissions import Role
from tests.factories import NOW, a_brand, a_person

pytestmark = pytest.mark.django_db
BREACH = {
    "kind": "breach", "title": "a lost laptop", "on": "2026-11-22", "which": "phones",
    "why": "left on a train", "harm": "unwanted calls", "measures": "disk was encrypted",
    "recipient": "privacy@example.com", "people": "12",
}  # fmt: skip


def at(name, *args):
    return reverse(f"desk:{name}", args=args)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def someone(brand, role):
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(a_person(brand, role))
    return client


def test_L38_a_breach_is_red_until_the_authority_was_told():
    brand = a_brand()
    with time_machine.travel(NOW, tick=False):
        admin, auditor = someone(brand, Role.BRAND_ADMIN), someone(brand, Role.AUDITOR)
        assert admin.post(at("register_new"), {**BREACH, "recipient": ""}).status_code == 422
        assert not Record.objects.exists()
        page = admin.post(at("register_new"), BREACH).url

        assert "Breaches to report" in text_of(admin.get(at("home")))
        assert "To be reported at once" in text_of(auditor.get(at("registers")))
        chinese = auditor.get(at("registers"), headers={"Accept-Language": "zh-CN"})
        assert "安全事件" in text_of(chinese)
        auditor.post(page, {"step": "authority_told_at"})
        assert Record.objects.get().authority_told_at is None  # an auditor changes nothing
        for step in ("authority_told_at", "people_told_at", "closed_at", "closed_at"):
            admin.post(page, {"step": step})

        assert "Breaches to report" not in text_of(admin.get(at("home")))
        assert "Closed" in text_of(auditor.get(page))
        stranger = someone(a_brand(), Role.BRAND_ADMIN)
        assert stranger.get(page).status_code == 404
        assert someone(brand, Role.SERVICE_AGENT).get(at("registers")).status_code == 403
    assert Entry.objects.filter(action__startswith="members.record_").count() == 4
    assert not any("laptop" in str(entry.data) for entry in Entry.objects.all())
