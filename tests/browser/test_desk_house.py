"""The house's side of the desk in a real browser: a code's story, a deed, an appeal, the charts."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse

from hefu.apps.identity.models import Activation, Mark
from hefu.apps.identity.services import appeals
from hefu.apps.identity.services.activation import ActivationWish, Whereabouts, activate
from hefu.core.permissions import Role
from tests.apps.identity.life.rows import GUANGZHOU, Goods
from tests.browser.test_desk_codes import clean, sign_in
from tests.factories import NOW, an_actor

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def goods(db):
    with time_machine.travel(NOW + timedelta(days=1), tick=True):
        goods = Goods()
        goods.owner, goods.other = goods.consumer(), goods.consumer()
        wish = ActivationWish(
            key="k1", code=goods.code(1), member_id=goods.owner.member_id,
            where=Whereabouts(region=GUANGZHOU, source="address"),
        )  # fmt: skip
        activate(goods.owner, wish=wish, now=NOW)
        yield goods


def test_a_code_is_pasted_its_story_read_and_its_unit_frozen(browser_page, goods):
    page = browser_page
    sign_in(page, an_actor(goods.brand, Role.BRAND_ADMIN))
    page.goto(f"{reverse('desk:code')}?q=WWYGN8X87NW04K00V")
    page.get_by_text("No unit of yours has this code").or_(
        page.get_by_text("looks like a typing error")
    ).first.wait_for()
    assert clean(page) == []

    page.get_by_label("Code", exact=True).fill(goods.code(1).lower())
    page.get_by_role("button", name="Tell its story").click()
    page.get_by_role("heading", name="What happened").wait_for()
    assert page.get_by_text("Guangdong").count() >= 1
    assert clean(page) == []

    page.locator("#deed-freeze > summary").click()
    page.locator("#id_freeze_reason").fill("asked by the police")
    assert clean(page) == []
    page.get_by_role("button", name="Freeze").click()
    page.get_by_text("The unit is frozen.").wait_for()
    assert clean(page) == []
    assert Mark.objects.get(kind=Mark.Kind.FROZEN).reason == "asked by the police"


def test_an_appeal_is_read_beside_the_owner_and_upheld(browser_page, goods):
    appeal = appeals.open_appeal(
        goods.other, unit=goods.unit(1), text="The seal was whole.", now=NOW + timedelta(hours=1)
    )
    page = browser_page
    sign_in(page, an_actor(goods.brand, Role.SERVICE_AGENT))
    page.goto(reverse("desk:appeals"))
    assert clean(page) == []
    page.get_by_role("link", name=str(appeal.pk), exact=True).first.click()
    page.get_by_text("The seal was whole.").wait_for()
    page.get_by_label("Your answer").fill("Your receipt fits; we corrected it.")
    assert clean(page) == []
    page.get_by_role("button", name="Uphold").click()
    page.get_by_text("the unit now belongs to the one who appealed").wait_for()
    live = Activation.objects.get(ended_at=None)
    assert live.member_id == goods.other.member_id


def test_charts_can_be_read_by_keys_and_have_their_tables(browser_page, goods):
    page = browser_page
    sign_in(page, an_actor(goods.brand, Role.ANALYST))
    page.goto(reverse("desk:activations"))
    assert clean(page) == []
    plot = page.get_by_role("group", name="Activations per day")
    plot.focus()
    page.keyboard.press("ArrowRight")
    page.locator(".chart-tip").first.wait_for(state="visible")
    page.get_by_text("The numbers").first.click()
    assert page.get_by_role("table", name="Activations per day").is_visible()
    page.get_by_label("Drawn by").select_option("week")
    page.get_by_role("group", name="Activations per week").wait_for()


def test_a_member_and_a_person_have_calm_pages(browser_page, goods):
    boss = an_actor(goods.brand, Role.BRAND_ADMIN)
    sign_in(browser_page, boss)
    browser_page.goto(reverse("desk:member", args=[goods.owner.member_id]))
    assert clean(browser_page) == []
    browser_page.get_by_label("A technician visits").check()
    browser_page.get_by_role("button", name="Show").click()
    browser_page.get_by_text("Shown this once").wait_for()
    assert clean(browser_page) == []
    browser_page.goto(reverse("desk:person", args=[an_actor(goods.brand, Role.ANALYST).user_id]))
    assert clean(browser_page) == []
    browser_page.get_by_role("button", name="Make a new password").click()
    browser_page.get_by_text("shown only now").wait_for()
    assert clean(browser_page) == []
