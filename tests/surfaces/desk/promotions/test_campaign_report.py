"""The report at the desk: comes by itself, is read, measured again, written about, handed on."""

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from pypdf import PdfReader

from hefu.apps.campaigns.models import PlanTask, ReportText, ReportVersion
from hefu.apps.campaigns.services import plans
from hefu.apps.campaigns.services.placements import Terms, add_placement
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.campaigns.services.reaching import count_hit
from hefu.apps.campaigns.services.reports import gather_reports
from hefu.core.permissions import Role
from hefu.core.planning import Goal, GoalKind, Line, LineKind, Metric, Phase, template
from hefu.core.reach import Channel, Hit, Target
from tests.factories import NOW, a_brand, an_actor
from tests.surfaces.consumer.conftest import text_of
from tests.surfaces.desk.codes.browsing import signed_in

pytestmark = pytest.mark.django_db

STARTS = date(2026, 11, 2)
PLAN = replace(
    template(STARTS), days={Phase.PREPARE: 20, Phase.RUN: 20, Phase.REVIEW: 15},
    goals=(Goal(kind=GoalKind.SHARE, metric=Metric.ORDERS, target=2_000, baseline=1_100),),
    lines=(Line(id="web", kind=LineKind.INTERNET, name="网络推广", planned=500_000),),
)  # fmt: skip
#: The fifth day of the review that begins on 22 November.
GATHERED = datetime(2026, 11, 26, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def campaign(house):
    campaign = open_campaign(house.writer, slug="double-11", title="双11", now=NOW)
    plans.write_plan(house.writer, campaign=campaign, plan=PLAN, revision=0, now=NOW)
    plans.submit_plan(house.writer, campaign=campaign, now=NOW)
    plans.sign_plan(house.approver, campaign=campaign, now=NOW)
    terms = Terms(kind=Channel.WEIBO, name="微博话题", target_kind=Target.SHELF, cost=1_000)
    row = add_placement(house.writer, campaign=campaign, terms=terms, now=NOW)
    count_hit(house.system, placement=row, hit=Hit.VISIT, region="", now=NOW)
    return campaign


def url(campaign, **query):
    return reverse("desk:campaign_report", args=[campaign.pk], query=query)


def test_R165_the_report_task_is_filled_with_measured_figures_and_kept(writer, campaign):
    early = text_of(writer.get(url(campaign)))
    assert "On 2026-11-26, when the review gathers its data" in early
    assert gather_reports(GATHERED - timedelta(seconds=1)) == 0
    assert gather_reports(GATHERED) == 1

    plan = writer.get(reverse("desk:campaign", args=[campaign.pk]))
    tasks = [task for group in plan.context["groups"] for task in group["tasks"]]
    assert {task.id: task.report for task in tasks if task.report} == {"report": 1}
    assert "The report, version 1" in text_of(plan)

    page = unescape(text_of(writer.get(url(campaign))))
    assert "due 2026-12-06" in page, "day 15 of the review"
    assert "Version 1, measured 2026-11-26 00:00 by the house's clock" in page
    assert "over the run 2026-11-02 to 2026-11-21" in page
    assert "Share of the market Orders 1,100 2,000" in page
    assert "0 of 1 aim reached" in page
    assert "网络推广 Internet ¥5,000.00 ¥0.00 ¥0.00 ¥5,000.00" in page
    assert "微博话题 Weibo 1 0 ¥0.00 ¥10.00 ¥10.00" in page

    writer.post(url(campaign), {"deed": "done"})
    assert PlanTask.objects.get(task="report").done_at is not None


def test_R165_it_is_measured_again_written_about_and_an_older_page_does_not_overwrite(
    writer, campaign
):
    gather_reports(GATHERED)
    writer.post(url(campaign), {"deed": "measure"})
    assert "Version 2, measured" in text_of(writer.get(url(campaign)))
    assert "These are earlier figures" in text_of(writer.get(url(campaign, version=1)))
    assert writer.get(url(campaign, version=9)).status_code == 404

    said = {"deed": "conclude", "seen": "0", "text": "微博带来访问\n\n<b>没有订单</b>"}
    page = text_of(writer.post(url(campaign), said, follow=True))
    assert "Wording 1" in page
    assert "beside version 2 of the figures" in page
    late = writer.post(url(campaign), {**said, "text": "另一份"})
    assert late.status_code == 422
    assert "Somebody else wrote meanwhile" in text_of(late)
    assert writer.post(url(campaign), {**said, "text": " "}).status_code == 422
    writer.post(url(campaign), {**said, "text": "第二稿", "seen": "1"})
    html = writer.get(url(campaign)).content.decode()
    assert "&lt;b&gt;没有订单" in html
    assert "Earlier wordings" in html
    assert ReportText.objects.count() == 2


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_R165_workbook_and_paper_hold_the_same_figures(house, campaign, language):
    reader = signed_in(house.writer)
    reader.defaults["HTTP_ACCEPT_LANGUAGE"] = language
    gather_reports(GATHERED)
    reader.post(url(campaign), {"deed": "conclude", "seen": "0", "text": "=海报 works"})
    sheet = reader.get(reverse("desk:campaign_report_xlsx", args=[campaign.pk, 1]))
    book = load_workbook(io.BytesIO(sheet.content))
    values = [[cell.value for cell in row] for one in book for row in one.iter_rows()]
    kinds = {cell.data_type for one in book for row in one.iter_rows() for cell in row}
    assert "f" not in kinds, "what people write is no formula"
    assert ["微博话题", "Weibo" if language == "en" else "微博", 1, 0, 0, 10, 10, None, 0] in values
    assert ["=海报 works"] in values
    file = reader.get(reverse("desk:campaign_report_pdf", args=[campaign.pk, 1])).content
    again = reader.get(reverse("desk:campaign_report_pdf", args=[campaign.pk, 1])).content
    assert file == again
    pages = PdfReader(io.BytesIO(file)).pages
    text = "".join(page.extract_text() for page in pages)
    assert "1,100" in text
    assert "2,000" in text
    assert ReportVersion.objects.get().content_hash in text


def test_only_those_who_may_and_nobody_elses(house, campaign, auditor):
    gather_reports(GATHERED)
    assert "Measure again" not in text_of(auditor.get(url(campaign)))
    for deed in ("measure", "conclude", "done"):
        auditor.post(url(campaign), {"deed": deed, "text": "x", "seen": "0"})
    assert ReportVersion.objects.count() == 1
    assert not ReportText.objects.exists()
    stranger = signed_in(an_actor(a_brand("other"), Role.BRAND_ADMIN))
    assert stranger.get(url(campaign)).status_code == 404
    paper = reverse("desk:campaign_report_pdf", args=[campaign.pk, 1])
    assert stranger.get(paper).status_code == 404
