"""Staff and partners never meet a whole phone, e-mail or nickname by walking (R292, L36).

A member with planted values has used everything; every page of the desk that needs no deed is
opened as every role, and every list of the API read. Only unmasking shows them, and leaves a row.
"""

import re

import pytest
from django.test import Client
from django.urls import get_resolver

from hefu.apps.accounts.services import issue_api_key
from hefu.apps.audit.models import Entry
from hefu.apps.campaigns.models import Redemption, Win
from hefu.apps.identity.models import Appeal
from hefu.apps.members.models import DataRequest
from hefu.apps.members.services.requests import Asked, enter_request
from hefu.core.permissions import PARTNER_ROLES, Permission, Role
from tests.apps.rights.life import DOOR, HOME, MAIL, PHONE, Life
from tests.factories import NOW, a_partner, a_person, an_actor
from tests.surfaces.test_isolation import routes

pytestmark = pytest.mark.django_db
#: Never in sight, whoever looks. A nickname is no secret: a member chose it to be called by.
PLANTED = (PHONE, PHONE[3:], MAIL)
#: Where something goes: seen only by who sends it, on the page of the thing itself.
RECEIVER = (HOME.phone, HOME.address, *DOOR.split("\n")[1:])
#: Who sees everything, who sees everything masked, and a partner; the others see less.
WALKERS = (Role.BRAND_ADMIN, Role.AUDITOR, Role.RETAILER)
SENDS = {Role.BRAND_ADMIN, Role.CAMPAIGN_MANAGER, Role.SALES_MANAGER, Role.SERVICE_AGENT}
SKIPPED = re.compile(r"sign-out|sign-in|second-factor|language|/export|\.(zip|pdf|svg|png|eps)")


@pytest.fixture
def life():
    life = Life().lived()
    agent = an_actor(life.brand, Role.SERVICE_AGENT)
    asked = Asked(
        kind="access", channel="phone", asker="", words="what do you know", term="CN",
        received_on=NOW.date(), member_id=life.member.pk,
    )  # fmt: skip
    enter_request(agent, asked=asked, now=NOW)
    return life


def pages(life):
    """Every address of the desk without a parameter, and the pages about the member's things."""
    plain = [
        f"/{route}" for route in routes(get_resolver().url_patterns)
        if route.startswith("desk/") and "<" not in route and not SKIPPED.search(route)
    ]  # fmt: skip
    win = Win.objects.get(member_id=life.member.pk)
    return [
        *plain,
        f"/desk/members/{life.member.pk}/",
        f"/desk/members/?q={PHONE[3:]}",
        f"/desk/appeals/{Appeal.objects.get(member=life.member).pk}/",
        f"/desk/data-requests/{DataRequest.objects.get(channel='phone').pk}/",
        f"/desk/rewards/taken/{Redemption.objects.get(member_id=life.member.pk).pk}/",
        f"/desk/sales/{life.order.pk}/",
        f"/desk/draws/{win.draw_id}/",
        f"/desk/draws/{win.draw_id}/winners/",
        f"/desk/code/?q={life.goods.code(0)}",
    ]


def seen(response, values):
    body = b"".join(response.streaming_content) if response.streaming else response.content
    text = body.decode("utf-8", "replace").replace(" ", "")
    return [value for value in values if value.replace(" ", "") in text]


def test_R292_no_role_meets_a_member_unmasked(life):
    wrong, opened = [], 0
    for role in WALKERS:
        organisation = a_partner(life.brand, role.value) if role in PARTNER_ROLES else None
        client = Client(raise_request_exception=False)
        client.force_login(a_person(life.brand, role, organisation))
        secret = PLANTED if role in SENDS else (*PLANTED, *RECEIVER)
        for address in pages(life):
            response = client.get(address)
            opened += response.status_code == 200
            # what was typed to search by stands in the search box again
            typed = [v for v in seen(response, secret) if v not in address]
            wrong += [(role.value, address, value) for value in typed]
    assert not wrong, wrong
    assert opened > 50, "the walk found too few pages to mean anything"


def test_a_key_with_every_scope_reads_no_address(life):
    admin = an_actor(life.brand, Role.BRAND_ADMIN)
    _key, secret = issue_api_key(admin, name="all", scopes=list(Permission), now=NOW)
    client = Client(headers={"Authorization": f"Bearer {secret}"})
    found, opened = [], 0
    for path in ("activations", "sales", "rewards/redemptions", "draws",
                 f"members/{life.member.pk}/standing"):  # fmt: skip
        answer = client.get(f"/api/v1/{path}")
        opened += answer.status_code == 200
        found += seen(answer, (*PLANTED, *RECEIVER))
    assert not found
    assert opened >= 4


def test_unmasking_shows_them_once_and_leaves_a_row(life):
    client = Client()
    client.force_login(a_person(life.brand, Role.SERVICE_AGENT))
    before = Entry.objects.filter(action="members.member_unmasked").count()

    answer = client.post(f"/desk/members/{life.member.pk}/unmask/", {"reason": "call_back"})

    assert seen(answer, PLANTED) == list(PLANTED)
    assert Entry.objects.filter(action="members.member_unmasked").count() == before + 1
