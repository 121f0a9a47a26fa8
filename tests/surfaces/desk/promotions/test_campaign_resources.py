"""What campaigns need, on the desk: conflicts on both, missing goods, Today (R317, R337)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hefu.apps.campaigns.services import plans
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.orders.models import Article
from hefu.core.planning import Goal, GoalKind, Metric, Phase, template
from tests.factories import NOW
from tests.surfaces.consumer.conftest import text_of

pytestmark = pytest.mark.django_db


def opened(house, slug, title):
    campaign = open_campaign(house.writer, slug=slug, title=title, now=NOW)
    plan = template(timezone.localdate() + timedelta(days=60))
    plan = replace(
        plan, days=dict.fromkeys(Phase, 30),
        goals=(Goal(kind=GoalKind.SHARE, metric=Metric.ORDERS, target=5),),
    )  # fmt: skip
    plans.write_plan(house.writer, campaign=campaign, plan=plan, revision=0, now=NOW)
    return campaign


@pytest.fixture
def campaigns(house):
    Article.objects.filter(brand=house.brand, sku="mug").update(available=100)
    return opened(house, "double-12", "双12"), opened(house, "new-year", "元旦")


def page_of(campaign):
    return reverse("desk:campaign_resources", args=[campaign.pk])


def press(browser, campaign, deed, **said):
    return browser.post(page_of(campaign), {"deed": deed, **said}, follow=True)


def test_R317_two_campaigns_book_the_same_display_stock_and_both_see_it(writer, campaigns):
    mine, theirs = campaigns
    page = writer.post(
        reverse("desk:resources"),
        {"name": "样机", "kind": "display", "place": "南京路店", "capacity": "2"}, follow=True,
    )  # fmt: skip
    assert "南京路店" in text_of(page)
    thing = writer.get(page_of(mine)).context["forms"]["book"].fields["resource"].choices[0][0]
    year = timezone.localdate().year + 1
    for campaign, first, last in ((mine, "03-01", "03-20"), (theirs, "03-16", "03-31")):
        press(
            writer, campaign, "book", resource=thing, quantity="2",
            starts_at=f"{year}-{first}T09:00", ends_at=f"{year}-{last}T18:00",
        )  # fmt: skip

    for campaign, other in ((mine, "元旦"), (theirs, "双12")):
        text = text_of(writer.get(page_of(campaign)))
        assert f"2 too many from {year}-03-16 09:00 to {year}-03-20 18:00" in text
        assert f"Also booked by: {other}" in text
    plan = reverse("desk:campaign", args=[theirs.pk])
    said = text_of(writer.post(plan, {"deed": "submit"}, follow=True))
    assert "样机 is booked beyond what there is: 2 too many" in said

    [booking] = writer.get(page_of(theirs)).context["bookings"]
    text = text_of(press(writer, theirs, "unbook", row=booking["pk"]))
    assert "too many" not in text
    wrong = press(writer, mine, "book", resource=thing, quantity="1",
                  starts_at=f"{year}-03-02T09:00", ends_at=f"{year}-03-01T09:00")  # fmt: skip
    assert "Must lie after the start" in text_of(wrong)


def test_R337_gift_stock_below_what_is_expected_is_said_on_the_campaign_and_today(
    writer, campaigns
):
    mine, _theirs = campaigns
    text = text_of(press(writer, mine, "goods", kind="gift", sku="mug", orders="60", each="2"))
    assert "20 pieces are missing before the start (120 needed, 100 in stock" in text
    today = text_of(writer.get(reverse("desk:home")))
    assert "Missing when a campaign begins" in today
    assert "20 missing" in today

    [need] = writer.get(page_of(mine)).context["goods"]
    press(writer, mine, "goods_drop", row=need["pk"])
    assert "Missing when a campaign begins" not in text_of(writer.get(reverse("desk:home")))
    unknown = press(writer, mine, "goods", kind="gift", sku="nothing", pieces="1")
    assert unknown.status_code == 422


def test_R337_people_and_systems_stand_on_the_page(writer, approver, campaigns):
    mine, _theirs = campaigns
    press(writer, mine, "staff", role="service", phase="run", people="4", hours="320")
    refused = press(writer, mine, "system", name="收银", ready="on", proof="")
    assert refused.status_code == 422
    text = text_of(press(writer, mine, "system", name="收银", ready="on", proof="压测报告"))
    assert "压测报告" in text
    assert "320" in text
    [system] = approver.get(page_of(mine)).context["systems"]
    refused = press(approver, mine, "system_drop", row=system.pk)
    assert "Your role does not include this" in text_of(refused)
    press(writer, mine, "system_drop", row=system.pk)
    assert "压测报告" not in text_of(writer.get(page_of(mine)))
