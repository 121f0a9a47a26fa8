"""What campaigns have planned, promised and spent; nothing goes beyond by a cent."""

from dataclasses import replace

import pytest

from hefu.apps.campaigns.errors.plans import LineOverspent
from hefu.apps.campaigns.errors.promotions import BudgetSpent
from hefu.apps.campaigns.models import Counter
from hefu.apps.campaigns.selectors.commitments import commitments
from hefu.apps.campaigns.services import plans
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.campaigns.services.reserving import reserve
from hefu.core.errors import NotAllowed
from hefu.core.permissions import Role
from hefu.core.planning import Line, LineKind
from tests.apps.campaigns.promoting import a_house, launched
from tests.apps.campaigns.test_plans import PLAN, signed
from tests.apps.campaigns.test_reserving import OFF, held, quoted
from tests.factories import NOW, a_brand, a_partner, an_actor

pytestmark = pytest.mark.django_db
YUAN = 100
BUDGET = 10_000 * YUAN


def board(actor):
    return {row.title: (row.planned, row.committed, row.spent, row.free)
            for row in commitments(actor)}  # fmt: skip


def test_R227_of_a_line_of_10000_the_next_cent_is_refused():
    house = a_house()
    campaign = open_campaign(house.writer, slug="d12", title="双12", now=NOW)
    line = Line(id="tv", kind=LineKind.TELEVISION, name="地方台", planned=BUDGET)
    signed(house, campaign, replace(PLAN, lines=(line,)))
    about = {"campaign": campaign, "line": "tv", "now": NOW}

    for kind in ("commit", "spend"):
        with pytest.raises(LineOverspent):
            plans.spend(house.writer, **about, kind=kind, amount=BUDGET + 1, key=f"{kind}-more")
    assert board(house.writer) == {"双12": (BUDGET, 0, 0, BUDGET)}
    plans.spend(house.writer, **about, kind="commit", amount=BUDGET, key="all")
    assert board(house.writer) == {"双12": (BUDGET, BUDGET, 0, 0)}
    with pytest.raises(LineOverspent):
        plans.spend(house.writer, **about, kind="spend", amount=1, key="a-cent")
    plans.spend(house.writer, **about, kind="spend", amount=BUDGET, paid_from=BUDGET, key="bill")
    assert board(house.writer) == {"双12": (BUDGET, 0, BUDGET, 0)}


def test_R227_a_promotions_budget_of_10000_is_on_the_board_and_stops_there():
    house = a_house()
    campaign = open_campaign(house.writer, slug="d12", title="双12", now=NOW)
    row = launched(house, OFF, campaign=campaign, budget=BUDGET)
    Counter.objects.filter(promotion=row).update(spent=BUDGET - 300)
    late = quoted(house)
    held(house, key="one")
    assert board(house.writer) == {"双12": (BUDGET, 300, BUDGET - 300, 0)}

    with pytest.raises(BudgetSpent):
        reserve(house.system, order_key="late", quoted=late, expires_at=None, now=NOW)
    assert board(house.writer) == {"双12": (BUDGET, 300, BUDGET - 300, 0)}


def test_all_campaigns_stand_on_one_board_the_least_free_first(django_assert_num_queries):
    house = a_house()
    for name, planned in (("rich", 500), ("poor", 100)):
        campaign = open_campaign(house.writer, slug=name, title=name, now=NOW)
        line = Line(id="tv", kind=LineKind.PRESS, name="报", planned=planned)
        signed(house, campaign, replace(PLAN, lines=(line,)))
        plans.spend(house.writer, campaign=campaign, line="tv", kind="commit", amount=90, key="k",
                    now=NOW)  # fmt: skip
    launched(house, OFF, budget=700)

    with django_assert_num_queries(5):
        rows = commitments(house.writer)

    assert [(row.title, row.free) for row in rows] == [("poor", 10), ("rich", 410), ("", 700)]
    assert not commitments(an_actor(a_brand(), Role.CAMPAIGN_MANAGER))
    shop = an_actor(house.brand, Role.RETAILER, a_partner(house.brand, "retailer"))
    with pytest.raises(NotAllowed):
        commitments(shop)
