"""Draws on the desk: planned, approved by a second person, watched, delivered, archived."""

import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from hefu.apps.campaigns.errors.draws import InsiderExcluded
from hefu.apps.campaigns.models import Draw, DrawState, Win
from hefu.apps.campaigns.selectors.draws import pseudonym
from hefu.apps.campaigns.services.draws import ending, prizes
from hefu.core.actor import consumer
from hefu.core.permissions import Role
from tests.apps.campaigns.draw_rows import (
    AFTER,
    COOKER,
    DURING,
    ENDS,
    MUG,
    STARTS,
    Fair,
    a_list_plan,
    a_plan,
)
from tests.factories import NOW, a_brand, an_actor
from tests.surfaces.desk.codes.browsing import signed_in, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def fair():
    return Fair()


@pytest.fixture
def desk(fair):
    return signed_in(fair.manager)


def local(at):
    return f"{timezone.localtime(at):%Y-%m-%dT%H:%M}"


def filled(**about):
    """The form as somebody fills it in: an instant draw with one prize."""
    return {
        "title": "周年抽奖", "slug": "anniversary", "kind": "instant", "entry_by": "member",
        "starts_at": local(STARTS), "ends_at": local(ENDS), "draw_at": "", "cap_person": "1",
        "cap_code": "1", "cap_device": "0", "blank_weight": "90", "fallback": "next",
        "conditions": "会员均可参加", "redemption": "登录领取", "delivery": "15 日内寄出，包邮",
        "claim_days": "30", "forfeiture": "lapse", "substitutes": "0", "tax_by": "organiser",
        "organiser": "奔腾", "contact": "400", "outside_source": "",
        "prizes-TOTAL_FORMS": "2", "prizes-INITIAL_FORMS": "0", "prizes-MIN_NUM_FORMS": "0",
        "prizes-MAX_NUM_FORMS": "30",
        "prizes-0-name": "电饭煲", "prizes-0-kind": "goods", "prizes-0-value": "399.00",
        "prizes-0-quantity": "2", "prizes-0-weight": "10",
        "prizes-1-name": "", "prizes-1-kind": "goods", "prizes-1-weight": "1", **about,
    }  # fmt: skip


def test_the_list_teaches_then_lists_and_exports(fair, desk):
    assert url("draw_new") in desk.get(url("draws")).content.decode()
    draw = fair.published()

    page = desk.get(url("draws"))
    assert url("draw", draw.pk) in page.content.decode()
    csv = b"".join(desk.get(url("draws") + "?export=csv").streaming_content).decode("utf-8-sig")
    assert "published" in csv
    assert "instant" in csv


def test_a_draw_is_planned_submitted_and_published_by_a_second_person(fair, desk):
    page = desk.post(url("draw_new"), filled(), follow=True)
    draw = Draw.objects.get()
    assert (draw.starts_at, draw.ends_at) == (STARTS, ENDS)
    assert [p.value_fen for p in draw.prizes.all()] == [39_900]
    assert "10 in 100 (10%)" in text_of(page)  # read as consumers will
    edited = filled(**{"prizes-0-quantity": "3", "title": "十周年抽奖"})
    assert url("draw_edit", draw.pk) in page.content.decode()
    desk.post(url("draw_edit", draw.pk), edited)
    desk.post(url("draw_submit", draw.pk))
    own = desk.get(url("draw", draw.pk))
    assert "not the one who planned it" in text_of(own)
    assert desk.post(url("draw_decide", draw.pk), {"decision": "grant"}).status_code == 403

    second = signed_in(fair.approver)
    assert "十周年抽奖" in text_of(second.get(url("approvals")))
    asked = fair.brand.approvals.get()
    approval = second.get(url("approval", asked.pk))
    assert url("draw", draw.pk) in approval.content.decode()
    bare = second.post(url("draw_decide", draw.pk), {"decision": "refuse", "note": ""})
    assert bare.status_code == 409
    read = second.get(url("draw", draw.pk)).context["seen"]
    desk.post(url("draw_edit", draw.pk), {**edited, "prizes-0-quantity": "2"})
    desk.post(url("draw_submit", draw.pk))
    late = {"decision": "grant", "note": "ok", "seen": read}
    assert "Look at it again" in text_of(second.post(url("draw_decide", draw.pk), late))
    draw.refresh_from_db()
    assert draw.state == DrawState.WAITING
    page = second.get(url("draw", draw.pk))
    assert f'name="seen" value="{page.context["seen"]}"' in page.content.decode()
    late["seen"] = page.context["seen"]
    second.post(url("draw_decide", draw.pk), late)
    draw.refresh_from_db()
    assert draw.state == DrawState.PUBLISHED
    shown = second.get(url("draw", draw.pk)).content.decode()
    assert draw.terms.get().commitment in shown
    assert draw.secret not in shown
    assert reverse("consumer:draw", args=[fair.brand.slug, draw.slug]) in shown


def test_L05_a_prize_above_the_law_is_refused_at_the_form_and_nothing_saved(desk):
    page = desk.post(url("draw_new"), filled(**{"prizes-0-value": "60000"}))

    assert page.status_code == 422
    assert "50,000" in text_of(page)
    assert "反不正当竞争法" in text_of(page)
    assert 'value="60000"' in page.content.decode()
    assert not Draw.objects.exists()


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ({"conditions": ""}, "This field is required"),
        ({"slug": "Not a slug"}, "small letters, digits and hyphens"),
        ({"ends_at": local(STARTS)}, "after the start"),
        ({"kind": "at_instant", "draw_at": local(STARTS)}, "when the list is closed"),
        ({"forfeiture": "substitute", "substitutes": "2"}, "among entrants"),
        ({"prizes-0-name": ""}, "The law wants this to be published"),
        ({"prizes-0-value": ""}, "Needed"),
        ({"prizes-0-kind": "coins"}, "says how many"),
        ({"starts_at": "yesterday"}, "valid date"),
    ],
)
def test_what_is_wrong_is_said_where_it_is_wrong(desk, about, said):
    page = desk.post(url("draw_new"), filled(**about))

    assert page.status_code == 422
    assert said in text_of(page)
    assert not Draw.objects.exists()


def test_R201_a_running_draw_is_watched_improved_and_stopped(fair, desk, clock):
    draw = fair.published(a_plan(blank_weight=0, prizes=(MUG,)))
    clock.move_to(ENDS - timedelta(hours=1))
    for _ in range(3):
        fair.enter(draw, at=ENDS - timedelta(hours=2))
    won = Win.objects.count()
    page = text_of(desk.get(url("draw", draw.pk)))
    assert f"Cost so far, yuan {won * 29:,}" in page
    assert "Cost at most, yuan 580" in page
    assert "Entries per hour" in page

    worse = desk.post(
        url("draw_improve", draw.pk), {"improve-ends_at": local(DURING), "improve-claim_days": 30}
    )
    assert worse.status_code == 409
    assert "in the consumer" in text_of(worse)
    desk.post(
        url("draw_improve", draw.pk),
        {"improve-ends_at": local(ENDS), "improve-claim_days": 30, "improve-more_1": "5"},
    )
    draw.refresh_from_db()
    assert (draw.version, draw.prizes.get().quantity) == (2, 25)
    assert desk.post(url("draw_stop", draw.pk), {"reason": ""}).status_code == 409
    desk.post(url("draw_stop", draw.pk), {"reason": "价格标错"})
    draw.refresh_from_db()
    assert draw.state == DrawState.KILLED
    assert "价格标错" in text_of(desk.get(url("draw", draw.pk)))


def test_the_notary_gives_the_value_and_the_winners_get_their_prizes(fair, desk, clock):
    draw = fair.published(a_list_plan(prizes=(COOKER,), outside_source="公证处抽取的号码"))
    for _ in range(5):
        fair.enter(draw)
    clock.move_to(AFTER)
    ending.mind_draws(AFTER)
    assert "公证处抽取的号码" in text_of(desk.get(url("draw", draw.pk)))
    desk.post(url("draw_hold", draw.pk), {"outside": ""})
    draw.refresh_from_db()
    assert draw.state == DrawState.CLOSED
    desk.post(url("draw_hold", draw.pk), {"outside": "8417"})
    for win in Win.objects.all():
        who = consumer(brand_id=fair.brand.pk, member_id=win.member_id)
        prizes.claim_win(who, win=win, deliver_to="张三\n13800138000\n广州", now=AFTER)
    assert "2 prizes wait" in text_of(desk.get(url("draw", draw.pk)))
    listed = desk.get(url("draw_winners", draw.pk)).content.decode()
    assert re.search(r"139\*+\d\d", listed)
    for win in Win.objects.all():
        assert "广州" in text_of(desk.get(url("win", win.pk)))
        desk.post(url("win", win.pk), {"proof": "SF123"})
    assert "广州" not in text_of(desk.get(url("win", win.pk)))
    desk.post(url("draw_archive", draw.pk))
    file = desk.post(url("draw_archive_file", draw.pk))
    assert "published-1.json" in zipfile.ZipFile(BytesIO(file.content)).namelist()
    draw.refresh_from_db()
    assert draw.state == DrawState.ARCHIVED


def test_an_archive_waits_for_its_prizes_and_a_draft_can_be_deleted(fair, desk, clock):
    draw = fair.published(a_list_plan(prizes=(COOKER,)))
    fair.enter(draw)
    clock.move_to(AFTER)
    ending.mind_draws(AFTER)

    page = desk.post(url("draw_archive", draw.pk), follow=True)
    assert "Prizes still wait" in text_of(page)
    kept = desk.post(url("draw_delete", draw.pk), follow=True)
    assert "kept for two years" in text_of(kept)
    draft = fair.draft()
    desk.post(url("draw_delete", draft.pk))
    assert not Draw.objects.filter(pk=draft.pk).exists()


def test_readers_read_and_strangers_see_nothing(fair, clock):
    draw = fair.published(a_plan(blank_weight=0, prizes=(MUG,)))
    clock.move_to(ENDS - timedelta(hours=1))
    won = fair.enter(draw, at=ENDS - timedelta(hours=2))
    reader = signed_in(an_actor(fair.brand, Role.ANALYST))
    stranger = signed_in(an_actor(a_brand(), Role.BRAND_ADMIN))

    assert reader.get(url("draw", draw.pk)).status_code == 200
    assert reader.get(url("draw_winners", draw.pk)).status_code == 200
    for name in ("draw_new", "draw_edit", "win"):
        pk = () if name == "draw_new" else (won.win.pk,) if name == "win" else (draw.pk,)
        assert reader.get(url(name, *pk)).status_code == 403
    for name in ("draw_submit", "draw_stop", "draw_hold", "draw_archive_file", "draw_improve"):
        assert reader.post(url(name, draw.pk), {"reason": "x"}).status_code == 403
        assert stranger.post(url(name, draw.pk), {"reason": "x"}).status_code == 404
    assert stranger.get(url("draw", draw.pk)).status_code == 404
    assert stranger.get(url("win", won.win.pk)).status_code == 404


def test_L06_insiders_are_marked_on_the_desk_and_take_no_part(fair, desk, clock):
    draw, member = fair.published(), fair.member()
    assert "mark them before a draw" in text_of(desk.get(url("member", member.pk)))
    page = desk.post(url("member_insider", member.pk), {"insider": "yes"}, follow=True)
    assert "the law lets no insider win" in text_of(page)
    with pytest.raises(InsiderExcluded):
        fair.enter(draw, fair.consumer(member))
    later = fair.published()
    assert later.terms.get().table["excluded"] == [pseudonym(later, "person", member.pk)]

    desk.post(url("member_insider", member.pk), {"insider": "no"})
    assert fair.enter(draw, fair.consumer(member)).entry.seq == 1
    reader = signed_in(an_actor(fair.brand, Role.ANALYST))
    assert reader.post(url("member_insider", member.pk), {"insider": "yes"}).status_code == 403
    stranger = signed_in(an_actor(a_brand(), Role.BRAND_ADMIN))
    assert stranger.post(url("member_insider", member.pk), {"insider": "yes"}).status_code == 404
