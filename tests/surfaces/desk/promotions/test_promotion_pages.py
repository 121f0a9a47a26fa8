"""The list of promotions and the page of one: states, evidence, decisions, the kill switch."""

from datetime import timedelta

import pytest

from hefu.apps.accounts.models import Approval
from hefu.apps.campaigns.models import Backtest, Campaign, PromotionState
from hefu.apps.campaigns.selectors.assembling import rules_with
from hefu.apps.campaigns.selectors.promotions import newest_version
from hefu.apps.campaigns.services import promotions as service
from hefu.core.permissions import Role
from hefu.core.promotions import Promotion, compile_rules, from_document
from tests.apps.campaigns.coupons.rows import issued
from tests.factories import a_brand, a_partner, an_actor
from tests.surfaces.desk.codes.browsing import signed_in, text_of, url
from tests.surfaces.desk.promotions.rows import (
    CUPS,
    GIFT,
    NOW,
    SHIRTS,
    TIERS,
    a_draft,
    asked,
    drafted,
    later,
    launched,
    replace,
    used,
)

pytestmark = pytest.mark.django_db


def test_R184_the_list_says_what_each_promotion_really_is(house, writer):
    drafted(house, CUPS)
    asked(house, replace(CUPS, id="waits"))
    launched(house, TIERS, budget=10_000)
    launched(house, replace(TIERS, id="soon", starts_at=later(days=1)))
    launched(house, replace(TIERS, id="over", ends_at=later(hours=-1)))
    stopped = launched(house, replace(TIERS, id="halted"))
    service.stop(house.writer, promotion=stopped, reason="wrong text", now=NOW)

    page = writer.get(url("promotions"))
    states = {row.record.code: row.record.standing for row in page.context["table"].rows}

    assert states == {
        "cups": "draft", "waits": "waiting", "spring": "running", "soon": "scheduled",
        "over": "ended", "halted": "stopped",
    }  # fmt: skip
    filtered = writer.get(url("promotions"), {"state": "scheduled"})
    assert [row.record.code for row in filtered.context["table"].rows] == ["soon"]
    found = writer.get(url("promotions"), {"q": "杯子"})
    assert {row.record.code for row in found.context["table"].rows} == {"cups", "waits"}
    exported = b"".join(writer.get(url("promotions"), {"export": "csv"}).streaming_content)
    assert "scheduled" in exported.decode()


@pytest.mark.parametrize("others", [1, 3])
def test_the_list_costs_the_same_however_long(house, writer, others, django_assert_max_num_queries):
    for number in range(others):
        launched(house, replace(TIERS, id=f"p{number}"))
    with django_assert_max_num_queries(10):
        writer.get(url("promotions"))


def test_an_empty_list_teaches(house, writer):
    assert "No promotions yet" in text_of(writer.get(url("promotions")))
    assert "No campaigns yet" in text_of(writer.get(url("campaigns")))
    assert "Nothing runs just now" in text_of(writer.get(url("promotion_monitor")))
    assert "Nothing runs in these weeks" in text_of(writer.get(url("promotion_calendar")))
    assert "No pairs yet" in text_of(writer.get(url("promotion_stacking")))
    assert "Nothing to settle" in text_of(writer.get(url("partner_parts")))


def test_R013_a_draft_goes_from_submission_to_its_published_page(house, writer, approver):
    row = drafted(house, TIERS)
    address = url("promotion", row.pk)
    assert "as it will be published" in text_of(writer.get(address))

    writer.post(url("promotion_submit", row.pk))
    waiting = approver.get(address)
    assert waiting.context["may_decide"]
    assert not writer.get(address).context["may_decide"]
    approval = Approval.objects.get(subject_id=row.pk)
    asked_about = approver.get(url("approval", approval.pk))
    assert address in asked_about.content.decode()
    assert "Budget ¥100,000.00" in text_of(asked_about)
    assert "Launch a promotion" in text_of(approver.get(url("approvals")))

    refused = approver.post(url("promotion_decide", row.pk), {"decision": "refuse", "note": ""})
    assert refused.status_code == 409
    assert "note" in refused.context["decision_form"].errors
    approver.post(url("promotion_decide", row.pk), {"decision": "grant"})

    row.refresh_from_db()
    assert row.state == PromotionState.LIVE
    page = text_of(approver.get(address))
    assert "as published" in page
    assert newest_version(row).page_hash in page
    assert "10.00 CNY" in page  # the reader's language


def test_R013_nobody_signs_what_was_written_after_the_page_was_opened(house, writer, approver):
    row = asked(house, TIERS)
    opened = approver.get(url("promotion", row.pk))
    seen = opened.context["asked"].content_hash
    assert f'name="seen" value="{seen}"' in opened.content.decode()
    other = a_draft(TIERS, budget=77_777)
    service.edit(house.writer, promotion=row, draft=other, now=NOW)
    service.submit(house.writer, promotion=row, now=NOW)

    late = approver.post(url("promotion_decide", row.pk), {"decision": "grant", "seen": seen})
    assert "changed after it was asked for" in text_of(late)
    row.refresh_from_db()
    assert row.state == PromotionState.ASKED


def test_whoever_may_not_decide_or_manage_cannot(house, writer, approver, auditor):
    row = asked(house, TIERS)
    assert writer.post(url("promotion_decide", row.pk), {"decision": "grant"}).status_code == 403
    for client in (approver, auditor):
        assert client.post(url("promotion_submit", row.pk)).status_code == 403
        assert client.post(url("promotion_stop", row.pk), {"reason": "x"}).status_code == 403
    assert auditor.get(url("promotion", row.pk)).status_code == 200
    row.refresh_from_db()
    assert row.state == PromotionState.ASKED


def test_a_refusal_sends_it_back_and_its_author_may_change_it(house, writer, approver):
    row = asked(house, TIERS)
    sent = {"decision": "refuse", "note": "the budget is too small"}
    approver.post(url("promotion_decide", row.pk), sent)
    row.refresh_from_db()
    assert row.state == PromotionState.DRAFT
    assert "withdrawn" in text_of(writer.get(url("promotion", row.pk)))


def test_a_gate_that_stands_in_the_way_is_named_with_its_rule(house, writer):
    row = drafted(house, replace(CUPS, title="全网最低价的杯子"))
    page = writer.post(url("promotion_submit", row.pk), follow=True)
    assert "L01: advertising may not use absolute words" in text_of(page)

    gift = drafted(house, replace(GIFT, benefit=replace(GIFT.benefit, value=9_999)))
    page = writer.post(url("promotion_submit", gift.pk), follow=True)
    assert "L10" in text_of(page)

    bare = drafted(house, replace(CUPS, id="bare"), goal="")
    page = writer.post(url("promotion_submit", bare.pk), follow=True)
    assert "the goal is missing from the plan" in text_of(page)

    deep = replace(CUPS, id="deep", benefit=replace(CUPS.benefit, amount=900))
    row = drafted(house, deep)
    page = writer.post(url("promotion_submit", row.pk), follow=True)
    assert "can sell article mug below cost" in text_of(page)


def test_what_the_gates_saw_stands_beside_the_rules(house, approver):
    row = asked(house, TIERS)
    page = text_of(approver.get(url("promotion", row.pk)))
    assert "found nothing" in page
    assert "Looked at 2026-11-22 20:00" in page


def test_R201_versions_say_what_changed_and_whether_in_favour(house, writer):
    row = launched(house, TIERS)
    better = replace(TIERS, ends_at=later(days=20))
    service.edit(house.writer, promotion=row, draft=a_draft(better), now=NOW)

    page = text_of(writer.get(url("promotion", row.pk)))

    assert "Version 2" in page
    assert "The end in the consumer's favour" in page
    assert "which nobody agreed to yet" in page
    drawn = writer.get(url("promotion", row.pk)).content.decode()
    assert "<del>" in drawn
    assert "<ins>" in drawn
    assert "a newer version is being written" in text_of(writer.get(url("promotions")))


def test_the_kill_switch_wants_a_reason_and_counts_the_coupons(house, writer):
    row = launched(house, SHIRTS)
    issued(house.writer, row, 30)
    page = writer.get(url("promotion", row.pk))
    assert "30 coupons of it could still be used" in text_of(page)

    assert writer.post(url("promotion_stop", row.pk), {"reason": ""}).status_code == 409
    writer.post(url("promotion_stop", row.pk), {"reason": "misprint"})

    row.refresh_from_db()
    assert row.state == PromotionState.STOPPED
    assert "misprint" in text_of(writer.get(url("promotion", row.pk)))
    again = writer.post(url("promotion_stop", row.pk), {"reason": "misprint"}, follow=True)
    assert "does not run" in text_of(again)


def test_budget_and_run_out_time_at_the_present_rate(house, writer):
    row = launched(house, TIERS, budget=100_000)
    used(house, row, amount=1_000, times=5, ago=timedelta(minutes=30))
    page = writer.get(url("promotion", row.pk))
    # 950.00 left at 50.00 an hour: nineteen hours
    assert page.context["money"]["runs_out"] == "2026-11-23 15:00"
    assert "5 uses in the last hour, 5 in the last day" in text_of(page)
    assert 'value="5"' in str(page.context["money"]["bar"])


def a_backtest(house, row, *, finished=True):
    version = newest_version(row)
    promotion = from_document(Promotion, version.document)
    rules = rules_with(house.writer, promotion, now=NOW)
    return Backtest.objects.create(
        brand=house.brand, name="last year", source="house", today_hash="0" * 64,
        tomorrow_hash=compile_rules(rules).content_hash, today_name="now", tomorrow_name="then",
        plan={}, assumptions={}, salt="s", folder="f", created_by="tests", created_at=NOW,
        finished_at=NOW, result_hash="1" * 64 if finished else "",
    )  # fmt: skip


def test_a_finished_backtest_of_these_very_rules_is_attached_and_signed(house, writer):
    row = drafted(house, TIERS)
    other = drafted(house, CUPS)
    fits, unfinished = a_backtest(house, row), a_backtest(house, row, finished=False)
    foreign = a_backtest(house, other)
    assert [one.pk for one in writer.get(url("promotion", row.pk)).context["choices"]] == [fits.pk]

    for wrong in (unfinished, foreign):
        answer = writer.post(url("promotion_attach", row.pk), {"backtest": wrong.pk})
        assert answer.status_code == 409
    writer.post(url("promotion_attach", row.pk), {"backtest": fits.pk})

    version = newest_version(row)
    assert (version.number, version.backtest_id) == (2, fits.pk)
    page = writer.get(url("promotion", row.pk))
    assert page.context["attached_fits"]
    launched(house, replace(TIERS, id="beside"))
    assert not writer.get(url("promotion", row.pk)).context["attached_fits"]


def test_who_bears_it_stands_on_its_page_with_the_brands_rest(house, writer):
    partner = a_partner(house.brand)
    row = drafted(house, TIERS, shares={partner.pk: 6_000})
    page = text_of(writer.get(url("promotion", row.pk)))
    assert f"{partner.name} 60 %" in page
    assert "40 %" in page


def test_R246_a_campaign_is_opened_with_its_hold_out(house, writer):
    sent = {
        "title": "双十二", "slug": "double-twelve", "purpose": "more shirts", "hold_out": "12.5",
        "first_day": "2026-12-01", "last_day": "2026-12-12",
    }  # fmt: skip
    assert writer.post(url("campaign_new"), sent | {"last_day": "2026-11-30"}).status_code == 422
    assert writer.post(url("campaign_new"), sent | {"hold_out": "100"}).status_code == 422
    assert writer.post(url("campaign_new"), sent)["Location"] == url("campaigns")

    campaign = Campaign.objects.get(brand=house.brand)
    assert campaign.hold_out_bp == 1_250
    assert campaign.ends_at.isoformat() == "2026-12-12T16:00:00+00:00"
    assert "12.5 %" in text_of(writer.get(url("campaigns")))
    again = writer.post(url("campaign_new"), sent)
    assert "slug" in again.context["form"].errors


def test_what_is_anothers_does_not_exist(house, writer):
    row = asked(house, TIERS)
    stranger = signed_in(an_actor(a_brand(), Role.BRAND_ADMIN))
    partner = signed_in(an_actor(house.brand, Role.DISTRIBUTOR, a_partner(house.brand)))
    deeds = {
        "promotion_submit": {}, "promotion_decide": {"decision": "grant"},
        "promotion_stop": {"reason": "theirs"}, "promotion_attach": {"backtest": 1},
    }  # fmt: skip
    for client, status in ((stranger, 404), (partner, 403)):
        assert client.get(url("promotion", row.pk)).status_code == status
        for name, sent in deeds.items():
            assert client.post(url(name, row.pk), sent).status_code == status
    for board in ("promotions", "promotion_calendar", "promotion_stacking", "campaigns"):
        assert "春季满减" not in text_of(stranger.get(url(board)))
        assert partner.get(url(board)).status_code == 403
    row.refresh_from_db()
    assert row.state == PromotionState.ASKED
