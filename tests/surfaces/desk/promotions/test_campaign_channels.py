"""Channels at the desk: entered, their links copied and printed, their figures read."""

import io
from datetime import timedelta

import numpy as np
import pytest
import zxingcpp
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from PIL import Image

from hefu.apps.accounts.models import Brand
from hefu.apps.audit.models import Entry
from hefu.apps.campaigns.models import Placement, PlanLine
from hefu.apps.campaigns.services import plans
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.campaigns.services.reaching import count_hit
from hefu.core.permissions import Role
from hefu.core.planning import Goal, GoalKind, Line, LineKind, Metric, extended, template
from hefu.core.reach import Hit
from tests.apps.orders.shop import open_mall
from tests.factories import NOW, a_brand, a_partner, an_actor
from tests.surfaces.consumer.conftest import text_of
from tests.surfaces.desk.codes.browsing import signed_in

pytestmark = pytest.mark.django_db
AGENT = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Mobile Safari/537.36"


@pytest.fixture
def campaign(house):
    open_mall(house.brand)
    return open_campaign(house.writer, slug="double-12", title="双12", now=NOW)


def planned(house, campaign):
    """Sign a plan with a budget line of which 1,000.01 yuan are used."""
    line = Line(id="web", kind=LineKind.INTERNET, name="网络推广", planned=500_000)
    goal = Goal(kind=GoalKind.SHARE, metric=Metric.ORDERS, target=5)
    plan = extended(extended(template(NOW.date()), "duties"), "deliver")
    plan = type(plan)(starts_on=plan.starts_on, days=plan.days, tasks=plan.tasks, goals=(goal,),
                      lines=(line,))  # fmt: skip
    plans.write_plan(house.writer, campaign=campaign, plan=plan, revision=0, now=NOW)
    plans.submit_plan(house.writer, campaign=campaign, now=NOW)
    plans.sign_plan(house.approver, campaign=campaign, now=NOW)
    PlanLine.objects.filter(line="web").update(spent=60_000, committed=40_001)


def entered(browser, campaign, **said):
    url = reverse("desk:campaign_channel_new", args=[campaign.pk])
    about = {"kind": "wechat", "name": "公众号", "target_kind": "article", "target": "mug",
             "organisation": "", "cost": "500", "line": ""}  # fmt: skip
    return browser.post(url, {**about, **said}, follow=True)


def read_back(drawn):
    """What a scanner reads in a PNG of one bit a pixel."""

    return zxingcpp.read_barcode(np.asarray(Image.open(io.BytesIO(drawn)).convert("L"))).text


def test_a_robot_a_year_later_does_not_stretch_the_days(house, writer, campaign):
    row = entered(writer, campaign, target_kind="section", target="").context["row"]
    for hit, days in ((Hit.ROBOT, -9), (Hit.VISIT, 0), (Hit.VISIT, 2), (Hit.LATE, 400)):
        at = NOW + timedelta(days=days)
        count_hit(house.system, placement=row, hit=hit, region="", now=at)
    page = writer.get(reverse("desk:campaign_channel", args=[campaign.pk, row.pk]))
    assert len(page.context["chart"].table.rows) == 3


def test_R167_a_channel_has_its_link_its_symbol_and_its_figures(house, writer, campaign):
    page = entered(writer, campaign, kind="poster", name="海报", cost="1,200.50",
                   organisation=str(a_partner(house.brand).pk))  # fmt: skip
    row = Placement.objects.get()
    link = page.context["link"]
    assert link.endswith(f"/go/{row.code}/")
    assert link in text_of(page)
    assert (row.cost, len(row.code)) == (120_050, 10)

    symbol = reverse("desk:campaign_symbol", args=[campaign.pk, row.pk])
    for kind, head in (("svg", b"<svg"), ("png", b"\x89PNG"), ("pdf", b"%PDF")):
        file = writer.get(symbol, {"format": kind, "level": "M", "size": "20"})
        assert file.content.startswith(head)
        if kind == "png":
            assert read_back(file.content) == link
    assert writer.get(symbol, {"format": "exe"}).status_code == 404

    for _visitor in range(3):
        Client(headers={"User-Agent": AGENT}).get(f"/go/{row.code}/")
    table = writer.get(reverse("desk:campaign_channels", args=[campaign.pk]))
    words = text_of(table)
    assert "海报 Poster 3 0" in words
    assert "¥400.17" in words, "1,200.50 over three visits, half up"
    assert "Visits and orders by channel" in words
    day = text_of(writer.get(reverse("desk:campaign_channel", args=[campaign.pk, row.pk])))
    assert "Visits and orders by day" in day
    assert Entry.objects.filter(action="campaigns.placement_added").count() == 1


def test_R167_the_list_is_exported_with_links_and_what_was_counted_apart(writer, campaign):
    entered(writer, campaign)
    row = Placement.objects.get()
    Client(headers={"User-Agent": "Baiduspider"}).get(f"/go/{row.code}/")
    url = reverse("desk:campaign_channels", args=[campaign.pk])
    sheet = b"".join(writer.get(url, {"export": "csv"})).decode()
    assert f"/go/{row.code}/" in sheet
    book = load_workbook(io.BytesIO(b"".join(writer.get(url, {"export": "xlsx"}))))
    heads, line = list(book.active.iter_rows(values_only=True))
    told = dict(zip(heads, line, strict=True))
    assert (told["Visits"], told["Robots"], told["Cost"]) == (0, 1, 500)


def test_R167_cost_comes_from_the_budget_line_where_it_is_not_given(house, writer, campaign):
    planned(house, campaign)
    for name, cost in (("甲", "100.00"), ("乙", ""), ("丙", "")):
        entered(writer, campaign, name=name, cost=cost, line="web")
    page = writer.get(reverse("desk:campaign_channels", args=[campaign.pk]))
    costs = {one.placement.name: one.cost for one in page.context["table"].data.data}
    assert costs == {"甲": 10_000, "乙": 45_001, "丙": 45_000}
    assert sum(costs.values()) == 100_001


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"target": "nothing"}, "target"),
        ({"target": "https://evil.example/"}, "target"),
        ({"target_kind": "product", "target": ""}, "target"),
        ({"name": " "}, "name"),
        ({"cost": ""}, "cost"),
        ({"cost": "-1"}, "cost"),
        ({"line": "gone"}, "line"),
        ({"organisation": "999"}, "organisation"),
        ({"kind": "pigeon"}, "kind"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(writer, campaign, said, field):
    page = entered(writer, campaign, **said)
    assert page.status_code == 422
    assert field in page.context["form"].errors
    assert not Placement.objects.exists()


def test_a_channel_is_put_right_and_closed_and_keeps_its_link(writer, campaign):
    entered(writer, campaign)
    entered(writer, campaign, name="b", target_kind="shelf", target="")
    row = Placement.objects.get(name="公众号")
    url = reverse("desk:campaign_channel", args=[campaign.pk, row.pk])
    said = {"deed": "save", "kind": "weibo", "name": "微博", "target_kind": "shelf", "target": "",
            "cost": "0", "line": "", "organisation": ""}  # fmt: skip
    assert writer.post(url, {**said, "name": "b"}).status_code == 422, "that name is taken"
    writer.post(url, said)
    changed = Placement.objects.get(pk=row.pk)
    assert (changed.kind, changed.code) == ("weibo", row.code)
    for deed, closed in (("close", True), ("close", True), ("open", False)):
        writer.post(url, {"deed": deed})
        assert (Placement.objects.get(pk=row.pk).closed_at is not None) is closed


def test_only_those_who_may_and_nobody_elses(house, writer, auditor, campaign):
    entered(writer, campaign)
    row = Placement.objects.get()
    url = reverse("desk:campaign_channel", args=[campaign.pk, row.pk])
    assert "Put it right" not in text_of(auditor.get(url))
    assert auditor.post(url, {"deed": "close"}).status_code in (403, 404, 422)
    assert Placement.objects.get().closed_at is None
    stranger = signed_in(an_actor(a_brand("other"), Role.BRAND_ADMIN))
    partner = signed_in(an_actor(house.brand, Role.RETAILER, a_partner(house.brand, "retailer")))
    for page in ("campaign_channel", "campaign_symbol"):
        address = reverse(f"desk:{page}", args=[campaign.pk, row.pk])
        assert stranger.get(address).status_code == 404
        assert partner.get(address).status_code in (403, 404)
    assert stranger.get(reverse("desk:campaign_channels", args=[campaign.pk])).status_code == 404
    other = open_campaign(house.writer, slug="other", title="x", now=NOW)
    wrong = reverse("desk:campaign_channel", args=[other.pk, row.pk])
    assert writer.get(wrong).status_code == 404
    assert Brand.objects.count() == 2


@pytest.mark.parametrize("number", [1, 3])
def test_the_list_takes_the_same_queries_however_many(
    writer, campaign, number, django_assert_max_num_queries
):
    for place in range(number):
        entered(writer, campaign, name=f"p{place}")
    with django_assert_max_num_queries(24):
        writer.get(reverse("desk:campaign_channels", args=[campaign.pk]))
