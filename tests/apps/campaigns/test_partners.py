"""Partners of a campaign: scored apart, let in by a gate, and a fund they share (R161, R326)."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hefu.apps.accounts.errors import SamePerson
from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.campaigns.errors.partners import BelowGate, CostDecided, NotScored
from hefu.apps.campaigns.models import FundCost, PartnerInvitation, PartnerSheet, PartnerTerms
from hefu.apps.campaigns.selectors import partners as selectors
from hefu.apps.campaigns.services import funds, partners
from hefu.apps.campaigns.services.promotions import open_campaign
from hefu.apps.ledger.errors import FundShort
from hefu.apps.ledger.models import Fund
from hefu.apps.ledger.selectors import book_is_balanced
from hefu.apps.ledger.services import Payment
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.permissions import Role
from hefu.core.planning.scorecard import Criterion, Gate, Mark
from tests.apps.campaigns.promoting import a_house
from tests.factories import NOW, a_brand, a_partner, an_actor, operator

pytestmark = pytest.mark.django_db
WEIGHTS = dict(zip(Criterion, (3_000, 2_500, 2_000, 1_500, 1_000), strict=True))


def marks(*points, note="看过门店"):
    return {
        one: Mark(points=given, note=note) for one, given in zip(Criterion, points, strict=True)
    }


class Fair:
    """A campaign with one partner of the network."""

    def __init__(self):
        self.house = a_house()
        self.writer, self.approver = self.house.writer, self.house.approver
        self.other = an_actor(self.house.brand, Role.CAMPAIGN_MANAGER)
        self.campaign = open_campaign(self.writer, slug="double-12", title="双12", now=NOW)
        self.partner = a_partner(self.house.brand)

    def gate(self, threshold=320, **floors):
        gate = Gate(
            weights=WEIGHTS, threshold=threshold,
            floors={Criterion(name): floor for name, floor in floors.items()},
        )  # fmt: skip
        return partners.set_terms(
            self.writer, campaign=self.campaign, kind=PartnerTerms.Kind.JOINT, gate=gate, now=NOW
        )

    def score(self, actor, *points):
        return partners.score_partner(
            actor, campaign=self.campaign, organisation=self.partner, marks=marks(*points), now=NOW
        )

    def invite(self):
        return partners.invite_partner(
            self.writer, campaign=self.campaign, organisation=self.partner, now=NOW
        )

    def joined(self):
        self.score(self.writer, 5, 5, 5, 5, 5)
        self.invite()
        return partners.answer_invitation(
            self.writer, campaign=self.campaign, organisation=self.partner, joins=True, now=NOW
        )

    def fund(self, *shares):
        return funds.open_fund(
            self.writer, campaign=self.campaign, name="双12", target=100_001,
            shares=shares or [(None, 6_000), (self.partner.pk, 4_000)], now=NOW,
        )  # fmt: skip

    def pay(self, fund, amount, whose=None):
        payment = Payment(organisation_id=whose, amount=amount, key=f"{whose}:{amount}")
        return funds.pay_in(
            self.writer, campaign=self.campaign, fund=fund, payment=payment, now=NOW
        )

    def cost(self, fund, amount):
        party = fund.parties.get(organisation=self.partner)
        return funds.ask_cost(
            self.writer, campaign=self.campaign, party=party, amount=amount, note="展架",
            receipt="F-1", now=NOW,
        )  # fmt: skip


@pytest.fixture
def fair():
    return Fair()


def test_R161_a_partner_below_the_threshold_is_not_invited_and_both_figures_are_said(fair):
    fair.gate(321)
    with pytest.raises(NotScored):
        fair.invite()
    fair.score(fair.writer, 4, 3, 5, 2, 3)  # 3.55
    fair.score(fair.other, 2, 3, 4, 2, 4)  # 2.85: the mean is 3.20

    with pytest.raises(BelowGate) as refused:
        fair.invite()
    assert refused.value.details == {"criterion": "", "reached": 320, "needed": 321}
    assert not PartnerInvitation.objects.exists()

    fair.gate(320, terms=3)
    with pytest.raises(BelowGate) as refused:
        fair.invite()
    assert refused.value.details == {"criterion": "terms", "reached": 200, "needed": 300}

    fair.gate(320)
    invitation = fair.invite()
    assert (invitation.evidence["total"], invitation.evidence["spread"]) == (320, 70)
    with pytest.raises(Invalid):
        fair.invite()


def test_R161_a_sheet_stays_as_it_was_whatever_is_decided_afterwards(fair):
    fair.gate(320)
    first = fair.score(fair.writer, 4, 3, 5, 2, 3)
    assert first.total == 35_500
    fair.score(fair.writer, 1, 1, 1, 1, 1)
    even = Gate(weights=dict.fromkeys(Criterion, 2_000), threshold=100, floors={})
    partners.set_terms(
        fair.writer, campaign=fair.campaign, kind=PartnerTerms.Kind.THEME, gate=even, now=NOW
    )

    kept = PartnerSheet.objects.get(pk=first.pk)
    assert (kept.total, kept.weights["awareness"], kept.number) == (35_500, 3_000, 1)
    assert kept.marks["willingness"] == {"points": 5, "note": "看过门店"}
    [counts] = selectors.sheets_of(fair.campaign, fair.partner)
    assert (counts.number, counts.total) == (2, 10_000)


def test_R161_a_partner_sees_none_of_it_and_a_key_scores_nobody(fair):
    themselves = an_actor(fair.house.brand, Role.DISTRIBUTOR, fair.partner)
    for actor in (themselves, fair.approver, operator(fair.house.brand)):
        with pytest.raises(NotAllowed):
            fair.score(actor, 5, 5, 5, 5, 5)
    with pytest.raises(NotAllowed):
        selectors.partner_of(themselves, fair.partner.pk)
    with pytest.raises(NotFound):
        partners.score_partner(
            fair.writer, campaign=fair.campaign, organisation=a_partner(a_brand()),
            marks=marks(5, 5, 5, 5, 5), now=NOW,
        )  # fmt: skip


def test_the_list_of_candidates_names_no_partners_one_by_one(fair):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            network = organisations_for(fair.writer)
            selectors.candidates(fair.writer, fair.campaign, network)
        return [one["sql"] for one in queries]

    of_one = asked()
    for _ in range(2):
        a_partner(fair.house.brand)
    assert asked() == of_one


def test_R326_four_kinds_of_channel_campaigns(fair):
    assert set(PartnerTerms.Kind.values) == {"joint", "theme", "online", "offline"}
    with pytest.raises(Invalid):
        partners.set_terms(
            fair.writer, campaign=fair.campaign, kind="lottery",
            gate=Gate(weights=WEIGHTS, threshold=300, floors={}), now=NOW,
        )  # fmt: skip


def test_R326_a_cost_is_drawn_when_a_second_person_agrees_and_never_below_zero(fair):
    with pytest.raises(Invalid):
        fair.fund()  # nobody takes part yet
    fair.joined()
    fund = fair.fund()
    fair.pay(fund, 60_001)
    fair.pay(fund, 40_000, whose=fair.partner.pk)
    with pytest.raises(FundShort):
        fair.cost(fund, 100_002)
    first, second = fair.cost(fund, 66_668), fair.cost(fund, 66_668)

    admin = an_actor(fair.house.brand, Role.BRAND_ADMIN)
    with pytest.raises(NotAllowed):
        funds.decide_cost(fair.writer, cost=first, grant=True, now=NOW)
    funds.decide_cost(admin, cost=first, grant=True, now=NOW)
    with pytest.raises(CostDecided):
        funds.decide_cost(fair.approver, cost=first, grant=True, now=NOW)
    with pytest.raises(FundShort) as refused:
        funds.decide_cost(fair.approver, cost=second, grant=True, now=NOW)
    assert refused.value.details["available"] == 33_333
    assert Fund.objects.get().balance == 33_333
    assert FundCost.objects.get(pk=second.pk).state == FundCost.State.ASKED
    assert Approval.objects.filter(decision=Approval.Decision.OPEN).count() == 1

    with pytest.raises(Invalid):
        funds.decide_cost(fair.approver, cost=second, grant=False, now=NOW)
    funds.decide_cost(fair.approver, cost=second, grant=False, note="没有发票", now=NOW)
    back = funds.close_fund(fair.writer, campaign=fair.campaign, fund=fund, balance=33_333, now=NOW)
    assert [one.amount for one in back] == [20_000, 13_333]
    assert book_is_balanced()


def test_who_asked_for_a_cost_does_not_agree_to_it(fair):
    fair.joined()
    fund = fair.fund()
    fair.pay(fund, 1_000)
    admin = an_actor(fair.house.brand, Role.BRAND_ADMIN)
    party = fund.parties.get(organisation=None)
    cost = funds.ask_cost(
        admin, campaign=fair.campaign, party=party, amount=500, note="广告", receipt="F-2", now=NOW
    )
    with pytest.raises(SamePerson):
        funds.decide_cost(admin, cost=cost, grant=True, now=NOW)
    with pytest.raises(NotAllowed):  # sees campaigns, but nobody's money
        selectors.cost_by_id(an_actor(fair.house.brand, Role.SERVICE_AGENT), cost.pk)
    for changed in ({"note": " "}, {"receipt": ""}, {"amount": 0}):
        asked = {"amount": 1, "note": "x", "receipt": "y", **changed}
        with pytest.raises(Invalid):
            funds.ask_cost(admin, campaign=fair.campaign, party=party, now=NOW, **asked)


def test_another_campaign_s_fund_is_not_this_one_s(fair):
    fair.joined()
    fund = fair.fund()
    fair.campaign = open_campaign(fair.writer, slug="other", title="别的", now=NOW)
    with pytest.raises(NotFound):
        fair.pay(fund, 1)
    with pytest.raises(NotFound):
        fair.cost(fund, 1)
