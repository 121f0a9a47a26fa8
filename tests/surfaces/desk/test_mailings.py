"""A message of a campaign on the desk: written, tried, approved by another, held, counted."""

import re
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models import Mailing, MailingRules
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.notices.models import Message
from hefu.core.permissions import Role
from tests.apps.campaigns.mail_rows import readers, ready, work
from tests.factories import NOW, a_brand, a_person, operator

pytestmark = pytest.mark.django_db
ENGLISH = {"Accept-Language": "en"}
POSTED = {
    "title": "双12预告", "channel": "email", "to": "all", "subject_zh": "新品上市",
    "body_zh": "{name}，来看新锅。", "subject_en": "A new pot", "body_en": "{name}, have a look.",
}  # fmt: skip


@pytest.fixture
def brand(settings):
    settings.HEFU_JOBS = "tests.apps.campaigns.mail_rows.JOBS"
    settings.HEFU_REACTIONS = "tests.apps.campaigns.mail_rows.REACTIONS"
    brand = a_brand()
    ready(brand)
    return brand


@pytest.fixture
def campaign(brand):
    return open_campaign(operator(brand), slug="double-12", title="双12", now=NOW)


def signed_in(brand, role):
    client = Client(headers=ENGLISH)
    client.force_login(a_person(brand, role))
    return client


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def test_R174_from_the_first_word_to_the_counts(brand, campaign):
    readers(brand, "li", "wang")
    writer, boss = signed_in(brand, Role.CAMPAIGN_MANAGER), signed_in(brand, Role.APPROVER)
    listed = reverse("desk:campaign_messages", args=[campaign.pk])
    assert "No messages yet" in text_of(writer.get(listed))
    new = reverse("desk:mailing_new", args=[campaign.pk])
    wrong = writer.post(new, {**POSTED, "body_zh": "{phone}"})
    assert wrong.status_code == 422
    assert "nothing else in braces" in text_of(wrong)

    page = writer.post(new, POSTED).url
    shown = text_of(writer.get(page))
    for words in ("李雷，来看新锅。", "Ann, have a look.", "service@example.com", "/u/sample/"):
        assert words in shown
    edit = f"{page}edit/"
    assert "来看新锅" in writer.get(edit).content.decode()
    assert writer.post(edit, {**POSTED, "title": "改", "revision": "1"}).url == page
    older = writer.post(edit, {**POSTED, "revision": "1"})
    assert older.status_code == 422
    assert 'name="revision" value="1"' in older.content.decode(), "it stays an older page"
    assert 'name="revision" value="2"' in writer.get(edit).content.decode()
    writer.post(page, {"deed": "test", "language": "en"})
    assert Message.objects.get(template="marketing").language == "en"

    writer.post(page, {"deed": "submit"})
    assert "A second person decides" in text_of(writer.get(page))
    row = Mailing.objects.get()
    asked = boss.get(reverse("desk:approvals")).content.decode()
    assert "Send a message to members" in asked
    assert boss.get(reverse("desk:mailing_of", args=[row.pk])).url == page
    read = boss.get(page)
    assert "For whom All members" in text_of(read)
    older = boss.post(page, {"deed": "approve", "note": "", "seen": "0" * 64})
    assert older.status_code == 422
    row.refresh_from_db()
    assert row.state == Mailing.State.ASKED
    Brand.objects.filter(pk=brand.pk).update(trader_contact="elsewhere@example.com")
    assert "elsewhere@example.com" not in text_of(boss.get(page)), "what members will read"
    boss.post(page, {"deed": "approve", "note": "", "seen": read.context["asked"].content_hash})
    # the wall clock approved it: the work is done at ten in the morning of a later day
    Mailing.objects.update(next_at=NOW)
    work(datetime(2126, 11, 25, 2, tzinfo=UTC))

    done = text_of(writer.get(page))
    assert "Sent 2 " in done
    assert "li@example.com" not in done
    part = writer.get(f"{page}progress/", headers={"HX-Request": "true"})
    assert b"Audience" in part.content
    assert writer.get(f"{page}progress/").url == page
    assert "改" in text_of(writer.get(listed))
    assert writer.get(edit).url == page


def test_R358_the_brand_says_how_often_and_when_not(brand):
    admin = signed_in(brand, Role.BRAND_ADMIN)
    rules = reverse("desk:mailing_rules")
    posted = {"email_week": "1", "sms_week": "0", "inbox_week": "5", "quiet_from": "20:30",
              "quiet_until": "09:00", "zone": "Europe/Berlin", "contact": "hi@example.com",
              }  # fmt: skip
    assert 'value="21:00"' in admin.get(rules).content.decode()
    assert admin.post(rules, posted).status_code == 302
    row = MailingRules.objects.get(brand=brand)
    assert (row.email_week, row.zone, f"{row.quiet_from:%H:%M}") == (1, "Europe/Berlin", "20:30")
    assert admin.post(rules, {**posted, "email_week": "99"}).status_code == 422
    assert signed_in(brand, Role.CAMPAIGN_MANAGER).get(rules).status_code == 403


def test_others_find_nothing_there(brand, campaign):
    stranger = signed_in(a_brand(), Role.BRAND_ADMIN)
    for name in ("campaign_messages", "mailing_new"):
        assert stranger.get(reverse(f"desk:{name}", args=[campaign.pk])).status_code == 404
    watcher = signed_in(brand, Role.ANALYST)
    assert watcher.get(reverse("desk:campaign_messages", args=[campaign.pk])).status_code == 200
    assert watcher.get(reverse("desk:mailing_new", args=[campaign.pk])).status_code == 403
