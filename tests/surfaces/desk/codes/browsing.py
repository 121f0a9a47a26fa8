"""How a test opens the desk and reads what somebody sees."""

import re

from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hefu.apps.accounts.models import User
from hefu.apps.audit.worker import work_off
from hefu.core.permissions import PARTNER_ROLES
from tests.factories import a_partner, an_actor


def signed_in(actor):
    """A browser of somebody, reading English so that tests can be read."""
    client = Client(headers={"Accept-Language": "en"})
    user = User.objects.get(pk=actor.user_id)
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def somebody(brand, role):
    partner = a_partner(brand, role.value) if role in PARTNER_ROLES else None
    return an_actor(brand, role, partner)


def url(name, *arguments):
    return reverse(f"desk:{name}", args=arguments)


def text_of(response):
    """The words of a page, without its frame and its tags."""
    page = response.content.decode()
    page = page[page.index("<main") :] if "<main" in page else page
    page = re.sub(r"<(script|svg|style).*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def run_jobs():
    work_off(clock=timezone.now)
