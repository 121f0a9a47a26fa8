"""Today: every role sees what it has to do, and the way there."""

import re
from datetime import timedelta

import pytest
import time_machine

from hefu.apps.identity.models import GuessAlarm
from hefu.apps.identity.services.activation import ActivationWish, activate_many
from hefu.apps.identity.services.exports import start_export
from hefu.apps.identity.services.throttle import Alarm, raise_alarms
from hefu.core.actor import system
from hefu.core.permissions import Role
from tests.apps.identity.life.rows import Goods
from tests.factories import NOW
from tests.surfaces.desk.codes.browsing import run_jobs, signed_in, somebody, text_of, url

pytestmark = pytest.mark.django_db


TODAY = {
    Role.BRAND_ADMIN: [
        "Waiting for your approval",
        "Open appeals",
        "Orders to export",
        "Alarms",
        "Activations",
    ],
    Role.CAMPAIGN_MANAGER: ["Activations by channel"],
    Role.PRODUCT_SPECIALIST: ["Orders to export", "Orders waiting for approval", "New order"],
    Role.APPROVER: ["Waiting for your approval", "PO-WAIT"],
    Role.SERVICE_AGENT: ["Open appeals", "Alarms"],
    Role.SALES_MANAGER: ["Activations by channel"],
    Role.ANALYST: ["Activations by channel", "Newest orders"],
    Role.AUDITOR: ["Deeds on record today"],
    Role.DISTRIBUTOR: ["Activations", "any code you hold"],
    Role.RETAILER: ["Activations", "Look up a code"],
    Role.REPAIR_POINT: ["Look up a code"],
    Role.SUPPLIER: ["Orders to export"],
}


@pytest.mark.parametrize("role", list(Role))
def test_today_says_what_each_role_has_to_do_and_every_tile_leads_there(house, role):
    house.order("PO-WAIT", quantity=5)
    house.issued("PO-PRINT", quantity=5, batch="02")
    client = signed_in(somebody(house.brand, role))

    answer = client.get(url("home"))

    page = text_of(answer)
    assert [words for words in TODAY[role] if words not in page] == []
    body = answer.content.decode()
    goals = set(re.findall(r'<p class="stat-label"><a href="(/[^"]+)"', body)) | set(
        re.findall(r'class="worklist-all"><a href="([^"]+)"', body.replace("small ", ""))
    )
    assert {
        goal: client.get(goal.replace("&amp;", "&")).status_code for goal in goals
    } == dict.fromkeys(goals, 200)


def test_an_order_leaves_the_list_of_orders_to_export_with_its_first_download(house):
    order = house.issued("PO-PRINT", quantity=5)
    export = start_export(house.specialist, order=order, format="csv", now=NOW)
    run_jobs()
    client = signed_in(house.specialist)

    assert "Orders to export 1" in text_of(client.get(url("home")))
    client.post(url("download", export.pk)).getvalue()
    assert "Orders to export 0" in text_of(client.get(url("home")))


def test_jobs_are_watched_while_they_go(house):
    start_export(house.specialist, order=house.issued(), format="csv", now=NOW)
    client = signed_in(house.specialist)

    going = client.get(url("jobs"), {"state": "going"})
    run_jobs()
    done = client.get(url("jobs"), {"state": "going"})

    assert "Export of codes" in text_of(going)
    assert 'hx-select="#rows"' in going.content.decode()
    assert "hx-select" not in done.content.decode()
    assert "Nothing here just now" in text_of(done)


def test_alarms_lead_to_the_code_that_leaked_and_guessing_is_told(house):
    goods = Goods(house=house, commissioned=False)
    goods.look(7)
    raise_alarms(
        system("edge"), now=NOW,
        alarms=[Alarm(scope=GuessAlarm.Scope.DEVICE, source_key="k", misses=1234)],
    )  # fmt: skip
    client = signed_in(house.admin)

    answer = client.get(url("home"))

    page = text_of(answer)
    assert "Alarms, 7 days 1" in page
    assert "Guessing, 7 days 1,234" in page
    story = re.search(r'href="([^"]*code/[^"]+)"', answer.content.decode())[1]
    assert goods.code(7) in story
    assert client.get(story.replace("&amp;", "&")).status_code == 200


def test_this_weeks_activations_stand_beside_the_week_before(house):
    goods = Goods(house=house)
    for serial, days in ((1, 0), (2, 6), (3, 9)):
        wish = ActivationWish(
            key=f"k{serial}", code=goods.code(serial), member_id=goods.member().pk
        )
        activate_many(system("edge"), wishes=[wish], now=NOW + timedelta(days=days))

    with time_machine.travel(NOW + timedelta(days=9, hours=1), tick=False):
        page = text_of(signed_in(house.admin).get(url("home")))

    assert "Activations, 7 days 2" in page
    assert "1 the week before" in page
