"""Draws in a real browser: entering and claiming on a phone, planning at a desk; axe, no script."""

from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from hefu.apps.accounts.models import User
from hefu.apps.campaigns.models import Draw, Win
from hefu.apps.campaigns.services.draws import ending, prizes, publishing
from hefu.apps.members import services as members
from hefu.core.actor import consumer
from tests.apps.campaigns.draw_rows import (
    AFTER,
    COOKER,
    ENDS,
    MUG,
    STARTS,
    Fair,
    a_list_plan,
    a_plan,
)
from tests.factories import NOW, operator
from tests.surfaces.consumer.conftest import newest_code

PHONE = {"width": 390, "height": 844}
SCREEN = {"width": 1280, "height": 900}
LATE = ENDS - timedelta(minutes=5)
SHOTS = None  # a folder, to look at the pages

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def fair(settings):
    settings.HEFU_DEMO = True
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    with time_machine.travel(LATE, tick=True):
        fair = Fair()
        members.publish_consent_texts(operator(fair.brand), now=NOW)
        yield fair


@contextmanager
def opened(browser, *, language="zh", size=PHONE, **options):
    locale = "zh-CN" if language == "zh" else "en"
    context = browser.new_context(locale=locale, viewport=size, **options)
    page = context.new_page()
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert [text for text in complaints if "status of 4" not in text] == []


def axe(page) -> list[str]:
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


def look(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)
    assert axe(page) == [], name
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name


def way(site, draw, page="draw", *more):
    return site + reverse(f"consumer:{page}", args=[draw.brand.slug, draw.slug, *more])


def enter_and_claim(page, site, draw, *, number, seen):
    """A visitor reads, signs in, takes part, and claims what it brought."""
    page.goto(way(site, draw))
    seen("draw-visitor")
    page.locator("#enter a.primary").click()
    page.locator("#id_address").fill(number)
    page.locator("main form button[type=submit]").first.click()
    page.locator("#id_code").fill(newest_code())
    page.locator("main form button[type=submit]").first.click()
    seen("draw-member")
    page.locator("#enter button[type=submit]").click()
    seen("draw-not-confirmed")
    page.locator("#id_adult").check()
    page.locator("#enter button[type=submit]").click()
    seen("draw-won")
    page.locator("main a.primary").click()
    seen("prize")
    page.locator("#id_name").fill("张三")
    page.locator("#id_phone").fill("13800138000")
    page.locator("#id_address").fill("广东省广州市天河区体育西路 1 号")
    page.locator("main form button[type=submit]").first.click()
    seen("prize-claimed")
    for name in ("prizes", "draws"):
        page.goto(site + reverse(f"consumer:{name}"))
        seen(name)
    page.goto(way(site, draw, "draw_winners"))
    seen("draw-winners")


def test_a_member_enters_and_claims(chromium, live_server, fair):
    draw = fair.published(a_plan(blank_weight=0, prizes=(COOKER, MUG)))
    with opened(chromium) as page:
        enter_and_claim(
            page, live_server.url, draw, number="13800138001",
            seen=lambda name: look(page, name),
        )  # fmt: skip

    assert Win.objects.get().state == Win.State.CLAIMED


def test_entering_and_claiming_need_no_script(chromium, live_server, fair):
    draw = fair.published(a_plan(blank_weight=0, prizes=(MUG,)))
    with opened(chromium, language="en", size=SCREEN, java_script_enabled=False) as page:
        enter_and_claim(page, live_server.url, draw, number="13800138002", seen=lambda _: None)

    assert Win.objects.get().deliver_to.startswith("张三")


def test_after_the_end_everybody_sees_how_to_check_it(chromium, live_server, fair):
    draw = fair.published(a_list_plan(prizes=(COOKER,)))
    stopped = fair.published(a_plan(title="夏日抽奖"))
    publishing.kill_draw(fair.manager, draw=stopped, reason="奖品价格标错", now=LATE)
    for name in ("张三丰", "李四", "王五"):
        fair.enter(draw, fair.consumer(fair.member(nickname=name)))
    with time_machine.travel(AFTER), opened(chromium) as page:
        ending.mind_draws(AFTER)
        page.goto(way(live_server.url, draw))
        look(page, "draw-ended")
        assert "python3 verify_draw.py published-1.json" in page.content()
        page.goto(way(live_server.url, draw, "draw_winners"))
        look(page, "draw-ended-winners")
        page.goto(way(live_server.url, stopped))
        look(page, "draw-stopped")


def signed_in_desk(page, site, actor):
    client = Client()
    client.force_login(
        User.objects.get(pk=actor.user_id), "django.contrib.auth.backends.ModelBackend"
    )
    cookie = client.cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": cookie, "url": site}])


def test_the_desk_plans_watches_and_delivers(chromium, live_server, fair):
    site = live_server.url
    running = fair.published(a_plan(blank_weight=0, prizes=(COOKER, MUG)))
    for hour in range(12):
        fair.enter(running, at=STARTS + timedelta(hours=12 * hour))
    win = Win.objects.first()
    who = consumer(brand_id=fair.brand.pk, member_id=win.member_id)
    prizes.claim_win(who, win=win, deliver_to="张三\n13800138000\n广州市天河区", now=LATE)
    with time_machine.travel(NOW, tick=True):
        waiting = fair.waiting(a_plan(title="新年抽奖"))
        with opened(chromium) as page:
            signed_in_desk(page, site, fair.manager)
            page.goto(site + reverse("desk:draw_new"))
            look(page, "desk-draw-new")
            page.locator("#id_title").fill("周年抽奖")
            page.locator("button.primary").last.click()
            look(page, "desk-draw-wrong")
            assert not Draw.objects.filter(title="周年抽奖", state="draft").exists()
        with opened(chromium) as page:
            signed_in_desk(page, site, fair.approver)
            page.goto(site + reverse("desk:draw", args=[waiting.pk]))
            look(page, "desk-draw-waiting")
            page.locator("button[value=grant]").click()
            look(page, "desk-draw-published")
    with opened(chromium) as page:
        signed_in_desk(page, site, fair.manager)
        page.goto(site + reverse("desk:draws"))
        look(page, "desk-draws")
        page.goto(site + reverse("desk:draw", args=[running.pk]))
        look(page, "desk-draw-running")
        page.goto(site + reverse("desk:draw_winners", args=[running.pk]))
        look(page, "desk-winners")
        page.goto(site + reverse("desk:win", args=[win.pk]))
        look(page, "desk-win")
        page.locator("#id_proof").fill("SF1234567890")
        page.locator("main button.primary").click()

    win.refresh_from_db()
    assert (win.state, win.deliver_to) == (Win.State.DELIVERED, "")
    waiting.refresh_from_db()
    assert waiting.state == "published"
