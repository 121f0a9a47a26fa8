"""A plan on the desk: begun from the usual tasks, mended, signed by another, followed."""

import pytest
from django.urls import reverse

from hefu.apps.campaigns.models import PlanLine, PlanTask, PlanVersion
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.core.permissions import Role
from tests.factories import NOW, a_brand, an_actor
from tests.surfaces.consumer.conftest import text_of
from tests.surfaces.desk.codes.browsing import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(house):
    return open_campaign(house.writer, slug="mid-autumn", title="中秋", now=NOW)


def press(browser, campaign, deed, **said):
    url = reverse("desk:campaign", args=[campaign.pk])
    page = browser.get(url)
    version = page.context["version"] if page.context.get("plan") else None
    revision = {"revision": version.revision} if version else {}
    return browser.post(url, {"deed": deed, **revision, **said}, follow=True)


def begun(writer, campaign, starts_on="2027-09-01", **more):
    return press(
        writer, campaign, "about", starts_on=starts_on, theme_kind="festival", theme="中秋团圆",
        prepare=20, run=20, review=15, **more,
    )  # fmt: skip


def test_R162_R190_a_plan_begins_with_the_usual_tasks_and_knows_the_festivals(writer, campaign):
    page = begun(writer, campaign)

    text = text_of(page)
    assert "Plan the campaign" in text
    assert "55 days" in text
    assert "Mid-Autumn Festival" in text
    assert not page.context["conflicts"]


def test_R335_without_a_period_nothing_is_kept_and_the_field_is_named(writer, campaign):
    said = {
        "starts_on": "2027-03-16", "theme_kind": "brand", "prepare": 15, "run": "", "review": 15,
        "trend": "空气炸锅增长放缓", "form": "满减与赠品", "strength": "满200减30，每人一次",
    }  # fmt: skip
    refused = press(writer, campaign, "about", **said)
    assert refused.status_code == 422
    assert list(refused.context["forms"]["about"].errors) == ["run"]
    assert not PlanVersion.objects.exists()
    page = text_of(press(writer, campaign, "about", **{**said, "run": 15}))
    assert all(said[name] in page for name in ("trend", "form", "strength"))


def test_R163_a_conflict_is_shown_with_both_ways_out(writer, campaign):
    press(writer, campaign, "about", starts_on="2027-03-16", theme_kind="brand", prepare=15,
          run=15, review=15)  # fmt: skip
    page = writer.get(reverse("desk:campaign", args=[campaign.pk]))
    assert "ends 5 days after its phase" in text_of(page)
    refused = press(writer, campaign, "submit")
    assert "Aims: Must be given" in text_of(refused)

    press(writer, campaign, "extend", name="duties")
    page = press(writer, campaign, "shift", name="deliver")
    assert not page.context["conflicts"]


def test_R142_R248_the_whole_way_of_a_plan(house, writer, approver, campaign):
    begun(writer, campaign)
    press(writer, campaign, "goal", kind="share", metric="new_members", target="500")
    press(writer, campaign, "goal", kind="upgrade", metric="order_value", target="399.00")
    press(writer, campaign, "line", name="地方台", kind="television", planned="1,000", reach="台")
    page = press(writer, campaign, "baselines")
    assert "¥399.00" in text_of(page)
    press(writer, campaign, "submit")

    waiting = approver.get(reverse("desk:campaign", args=[campaign.pk]))
    assert "Agree" in text_of(waiting)
    seen = waiting.context["asked"].content_hash
    assert f'name="seen" value="{seen}"' in waiting.content.decode()
    press(writer, campaign, "task", title="拍照", phase="run", first=1, last=2)
    press(writer, campaign, "submit")
    late = press(approver, campaign, "sign", note="", seen=seen)
    assert "changed after it was asked for" in text_of(late)
    assert not PlanVersion.objects.filter(state=PlanVersion.State.SIGNED).exists()
    press(approver, campaign, "sign", note="")
    assert PlanVersion.objects.get().state == PlanVersion.State.SIGNED

    press(writer, campaign, "done", task="plan")
    assert PlanTask.objects.get(task="plan").done_at is not None
    line = PlanLine.objects.get()
    press(writer, campaign, "spend", line=line.line, kind="spend", amount="400", key="a")
    press(writer, campaign, "spend", line=line.line, kind="spend", amount="400", key="a")
    over = press(writer, campaign, "spend", line=line.line, kind="spend", amount="600.01", key="b")
    assert over.status_code == 422
    assert "The line has less left" in text_of(over)
    line.refresh_from_db()
    assert (line.spent, line.planned) == (40_000, 100_000)
    sheet = writer.get(reverse("desk:campaign_money", args=[campaign.pk])).content.decode()
    assert "地方台,television,台,1000.00,0.00,400.00" in sheet


def test_R166_the_preview_of_a_slip_saves_nothing(writer, campaign):
    begun(writer, campaign)
    url = reverse("desk:campaign", args=[campaign.pk])
    page = writer.get(url, {"slip": "collect", "by": "2"})
    moved = [task.id for group in page.context["groups"] for task in group["tasks"] if task.moved]
    assert moved == ["collect", "evaluate", "report"]
    assert PlanVersion.objects.get().revision == 1
    assert writer.get(url, {"slip": "nobody", "by": "x"}).status_code == 200


def test_an_older_page_does_not_overwrite(writer, campaign):
    begun(writer, campaign)
    url = reverse("desk:campaign", args=[campaign.pk])
    goal = {"deed": "goal", "kind": "share", "metric": "orders", "target": "5", "revision": "1"}
    writer.post(url, goal)
    late = writer.post(url, goal)
    assert late.status_code == 422
    assert "Somebody else saved the plan" in text_of(late)


def test_bad_input_is_said_at_its_field(writer, campaign):
    bad = press(writer, campaign, "about", starts_on="soon", theme_kind="luck", prepare=0,
                run="x", review=15)  # fmt: skip
    assert bad.status_code == 422
    assert not PlanVersion.objects.exists()
    begun(writer, campaign)
    bad = press(writer, campaign, "task", title="x", phase="run", first=5, last=2)
    assert "The last day is before the first" in text_of(bad)
    assert press(writer, campaign, "nonsense").status_code == 200


def test_only_those_who_may_write_and_another_brand_sees_nothing(house, auditor, campaign):
    url = reverse("desk:campaign", args=[campaign.pk])
    page = auditor.get(url)
    assert "Begin the plan" not in text_of(page)
    posted = auditor.post(url, {"deed": "goal", "kind": "share", "metric": "orders", "target": 5})
    assert posted.status_code in (403, 404, 422)
    assert not PlanVersion.objects.exists()
    stranger = signed_in(an_actor(a_brand("other"), Role.BRAND_ADMIN))
    assert stranger.get(url).status_code == 404
