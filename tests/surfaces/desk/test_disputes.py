"""Payment disputes and the board of budgets, as people do them at the desk."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from hefu.apps.campaigns.models import PaymentDispute
from hefu.apps.campaigns.services import plans
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.orders.models import Order, OrderRefund
from hefu.core.permissions import Role
from tests.apps.campaigns.promoting import House
from tests.apps.campaigns.returns.test_returns import bought
from tests.apps.campaigns.test_disputes import PNG
from tests.apps.campaigns.test_plans import signed
from tests.apps.orders.shop import a_buyer, an_article, open_mall
from tests.factories import NOW, a_brand, a_partner, an_actor
from tests.surfaces.desk.codes.browsing import signed_in, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        yield


@pytest.fixture
def brand():
    brand = a_brand()
    open_mall(brand)
    an_article(brand, "BIG", 12000)
    an_article(brand, "SMALL", 9000)
    return brand


@pytest.fixture
def order(brand):
    return bought(brand, a_buyer(brand))


@pytest.fixture
def agent(brand):
    return signed_in(an_actor(brand, Role.SERVICE_AGENT))


def entered(agent, order, **about):
    said = {"reference": "PP-1", "kind": "not_received", "amount": "180.00",
            "due_on": str(timezone.localdate() + timedelta(days=7)), **about}  # fmt: skip
    return agent.post(reverse("desk:dispute_new", args=[order.pk]), said, follow=True)


def test_R227_a_dispute_is_entered_evidenced_answered_and_refunded(agent, order):
    assert (
        reverse("desk:dispute_new", args=[order.pk])
        in agent.get(reverse("desk:sale", args=[order.pk])).content.decode()
    )
    assert entered(agent, order, amount="180.01").status_code == 422
    assert "its clock runs" in text_of(entered(agent, order, note="left at the door"))
    assert entered(agent, order).status_code == 422  # the same reference again
    page = reverse("desk:dispute", args=[PaymentDispute.objects.get().pk])

    def do(deed, **said):
        return agent.post(page, {"deed": deed, **said}, follow=True)

    assert "PP-1" in text_of(agent.get(reverse("desk:disputes")))
    assert do("evidence", file=SimpleUploadedFile("a.png", b"<script>")).status_code == 422
    kept = do("evidence", file=SimpleUploadedFile("slip.png", PNG))
    assert "kept, sealed" in text_of(kept)
    link = reverse(
        "desk:dispute_evidence",
        args=[PaymentDispute.objects.get().pk, PaymentDispute.objects.get().files.get().pk],
    )
    file = agent.get(link)
    assert (file.content, file["X-Content-Type-Options"]) == (PNG, "nosniff")
    assert file["Content-Disposition"].startswith("attachment")
    assert "left at the door" in text_of(do("note", note="called the courier"))
    assert do("answer", note=" ").status_code == 422
    assert "clock stands still" in text_of(do("answer", note="sent the slip"))
    assert do("end", state="lost", refund="180.01").status_code == 422
    assert not OrderRefund.objects.exists()
    told = text_of(do("end", state="lost", refund="180.00"))
    assert "go back" in told
    assert Order.objects.get(pk=order.pk).refunded == 18_000
    assert do("end", state="won", refund="0").status_code == 422
    ended = agent.get(reverse("desk:disputes"), {"ended": "1", "export": "csv"})
    assert "PP-1" in b"".join(ended).decode()
    assert "payment dispute" in text_of(agent.get(reverse("desk:sale", args=[order.pk])))


def test_what_is_overdue_is_first_and_said(agent, order):
    entered(agent, order, reference="soon")
    entered(agent, order, reference="LATE-1", due_on=str(timezone.localdate() - timedelta(days=1)))
    told = text_of(agent.get(reverse("desk:disputes")))
    assert told.index("LATE-1") < told.index("soon")
    assert "1 answer is overdue" in told
    assert "overdue since" in told
    tile = text_of(agent.get(reverse("desk:home")))
    assert "Payment disputes to answer" in tile


def test_who_looks_may_not_touch_and_strangers_see_nothing(brand, agent, order):
    entered(agent, order, note="a secret of the buyer")
    case = PaymentDispute.objects.get()
    page = reverse("desk:dispute", args=[case.pk])
    analyst = signed_in(an_actor(brand, Role.ANALYST))
    shown = text_of(analyst.get(page))
    assert "PP-1" in shown
    assert "a secret of the buyer" not in shown
    assert analyst.post(page, {"deed": "end", "state": "won"}).status_code == 403
    stranger = signed_in(an_actor(a_brand(), Role.BRAND_ADMIN))
    assert stranger.get(page).status_code == 404
    assert entered(stranger, order, reference="x").status_code == 404
    partner = signed_in(an_actor(brand, Role.RETAILER, a_partner(brand, "retailer")))
    assert partner.get(page).status_code in (403, 404)
    case.refresh_from_db()
    assert case.state == "open"


def test_R227_all_budgets_stand_on_one_board(brand):
    house = House(
        brand, an_actor(brand, Role.CAMPAIGN_MANAGER), an_actor(brand, Role.APPROVER)
    )  # fmt: skip
    campaign = open_campaign(house.writer, slug="d12", title="双12", now=NOW)
    signed(house, campaign)  # 1,000.00 for television, 500.00 for gifts
    plans.spend(house.writer, campaign=campaign, line="tv", kind="commit", amount=60_000, key="o",
                now=NOW)  # fmt: skip
    browser = signed_in(house.writer)
    board = reverse("desk:campaign_budgets")

    told = text_of(browser.get(board))

    assert "双12" in told
    for amount in ("1,500.00", "600.00", "900.00"):
        assert amount in told
    exported = b"".join(browser.get(board, {"export": "csv"})).decode()
    assert "双12,1500.00,600.00,0.00,900.00" in exported
    assert "双12" not in text_of(signed_in(an_actor(a_brand(), Role.BRAND_ADMIN)).get(board))


def test_amounts_are_exported_in_the_currency_of_their_order(agent, order):
    entered(agent, order)
    Order.objects.filter(pk=order.pk).update(currency="JPY")  # a currency without cents
    answer = agent.get(reverse("desk:disputes"), {"export": "csv"})
    row = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()[1]
    assert ",18000," in row
