"""Partners and a fund on the desk: scored apart, invited, paid, drawn, paid back (R161, R326)."""

import io
import re

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from hefu.apps.campaigns.models import FundCost, PartnerInvitation, PartnerSheet
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.ledger.models import Fund
from hefu.core.permissions import Role
from hefu.core.planning.scorecard import Criterion
from tests.factories import NOW, a_brand, a_partner, an_actor
from tests.surfaces.consumer.conftest import text_of
from tests.surfaces.desk.codes.browsing import signed_in
from tests.surfaces.world_partners import MARKS, partner_values

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(house):
    return open_campaign(house.writer, slug="double-12", title="双12", now=NOW)


@pytest.fixture
def partner(house):
    return a_partner(house.brand)


def press(browser, url, deed, **said):
    return browser.post(url, {"deed": deed, **said}, follow=True)


def score(browser, url, *points):
    said = {one.value: given for one, given in zip(Criterion, points, strict=True)}
    return press(browser, url, "score", **said, quality_note="返修率低")


def gate(browser, campaign, *, threshold, **floors):
    weights = zip(Criterion, (30, 25, 20, 15, 10), strict=True)
    return press(
        browser, reverse("desk:campaign_partners", args=[campaign.pk]), "terms", kind="joint",
        threshold=threshold, **{f"weight_{one.value}": share for one, share in weights},
        **{f"floor_{name}": points for name, points in floors.items()},
    )  # fmt: skip


def page_of(campaign, partner):
    return reverse("desk:campaign_partner", args=[campaign.pk, partner.pk])


def test_R161_the_gate_keeps_a_partner_out_and_says_both_figures(house, writer, campaign, partner):
    url = page_of(campaign, partner)
    other = signed_in(an_actor(house.brand, Role.CAMPAIGN_MANAGER))
    gate(writer, campaign, threshold="3.21")
    assert "Nobody has scored this partner yet" in text_of(press(writer, url, "invite"))
    assert "返修率低" in text_of(score(writer, url, 4, 3, 5, 2, 3))
    assert "返修率低" not in text_of(other.get(url))  # who has not scored yet scores apart
    score(other, url, 2, 3, 4, 2, 4)

    page = text_of(press(writer, url, "invite"))
    assert "In all, weighted: 3.20 points, and 3.21 are needed" in page
    assert "0.70" in page  # the spread

    refused = gate(writer, campaign, threshold="3.20", terms="3")
    assert refused.status_code == 200
    assert "Terms it offers: 2.00 points, and 3.00 are needed" in text_of(
        press(writer, url, "invite")
    )
    gate(writer, campaign, threshold="3.20")
    assert "is invited" in text_of(press(writer, url, "invite"))
    assert "takes part" in text_of(press(writer, url, "joins"))
    assert PartnerInvitation.objects.get().evidence["total"] == 320
    assert PartnerSheet.objects.count() == 2
    board = text_of(writer.get(reverse("desk:campaign_partners", args=[campaign.pk])))
    assert "takes part" in board
    assert "3.20" in board


def test_weights_that_are_not_the_whole_are_refused_at_their_field(writer, campaign):
    page = press(
        writer, reverse("desk:campaign_partners", args=[campaign.pk]), "terms", kind="joint",
        threshold="3", weight_quality="99",
    )  # fmt: skip
    assert page.status_code == 422
    assert "Must add up to 100 %" in text_of(page)


def test_R326_a_fund_from_opening_to_paying_back(house, writer, approver, campaign, partner):
    url = page_of(campaign, partner)
    score(writer, url, 5, 5, 5, 5, 5)
    press(writer, url, "invite")
    press(writer, url, "joins")
    board = reverse("desk:campaign_partners", args=[campaign.pk])
    refused = press(writer, board, "fund", name="双12", target="1,000.01", share_brand="50")
    assert "Must add up to 100 %" in text_of(refused)
    shares = {"share_brand": "60", f"share_{partner.pk}": "40"}
    press(writer, board, "fund", name="双12", target="1,000.01", **shares)
    fund = Fund.objects.get()
    page = reverse("desk:fund", args=[fund.pk])
    assert "¥600.01" in text_of(writer.get(page))

    for whose, amount in (("brand", "600.01"), (str(partner.pk), "400.00")):
        said = {"pay-party": whose, "pay-amount": amount, "key": whose}
        press(writer, page, "pay", **said)
        press(writer, page, "pay", **said)  # the same form sent twice is one payment
    asked = {"cost-party": str(partner.pk), "cost-note": "展架", "cost-receipt": "F-1"}
    assert "The fund holds less" in text_of(
        press(writer, page, "cost", **asked, **{"cost-amount": "1,000.02"})
    )
    press(writer, page, "cost", **asked, **{"cost-amount": "666.68"})

    cost = FundCost.objects.get()
    waiting = reverse("desk:fund_cost", args=[cost.pk])
    assert "You asked for this yourself" in text_of(writer.get(waiting))
    press(approver, waiting, "grant", note="")
    assert Fund.objects.get().balance == 33_333

    mine = signed_in(an_actor(house.brand, Role.DISTRIBUTOR, partner))
    statement = text_of(mine.get(page))
    assert "¥133.33" in statement  # its part of the rest
    assert "¥333.33" not in statement  # what the fund holds in all
    assert "¥600.01" not in statement
    assert house.writer.label not in statement  # who noted it is the brand's own business
    assert mine.get(board).status_code == 403
    assert press(mine, page, "close", balance=33_333).status_code == 403
    csv = b"".join(mine.get(f"{page}?export=csv").streaming_content).decode("utf-8-sig")
    assert [line.split(",")[3] for line in csv.splitlines()[1:]] == ["666.68", "400.00"]
    sheet = b"".join(writer.get(f"{page}?export=xlsx").streaming_content)
    assert load_workbook(io.BytesIO(sheet)).active.max_row == 4

    assert "¥333.33 went back" in text_of(press(writer, page, "close", balance=33_333))
    assert "¥133.33" in text_of(mine.get(page))
    assert "双12" in text_of(mine.get(reverse("desk:funds")))


def test_R326_a_stranger_s_statement_is_nowhere(house, writer, campaign, partner):
    url = page_of(campaign, partner)
    score(writer, url, 5, 5, 5, 5, 5)
    press(writer, url, "invite")
    press(writer, url, "joins")
    board = reverse("desk:campaign_partners", args=[campaign.pk])
    press(writer, board, "fund", name="双12", target="10",
          **{f"share_{partner.pk}": "100"})  # fmt: skip
    page = reverse("desk:fund", args=[Fund.objects.get().pk])

    rival = signed_in(an_actor(house.brand, Role.RETAILER, a_partner(house.brand)))
    assert rival.get(page).status_code == 404
    assert "双12" not in text_of(rival.get(reverse("desk:funds")))


def test_another_brand_finds_none_of_it(house):
    open_campaign(house.writer, slug="world", title="双12", now=NOW)
    values = partner_values(house.brand)
    theirs = signed_in(an_actor(a_brand(), Role.BRAND_ADMIN))
    for route in {route for route, _name in values}:
        url = "/" + re.sub(r"<int:(\w+)>", lambda found, at=route: str(values[at, found[1]]), route)
        assert theirs.get(url).status_code == 404, url
        assert theirs.post(url, {"deed": "close"}).status_code == 404, url
    for view in ("desk:funds", "desk:resources"):
        text = text_of(theirs.get(reverse(view)))
        assert not [mark for mark in MARKS if mark in text]
