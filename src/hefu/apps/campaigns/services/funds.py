"""The co-op fund of a campaign (合作基金): who takes part pays in, a second person lets costs out.

The money is the ledger's; here stands which campaign it belongs to and who agreed to a cost.
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from hefu.apps.accounts import services as accounts
from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.partners import CostDecided
from hefu.apps.campaigns.models import Campaign, FundCost
from hefu.apps.campaigns.selectors.partners import (
    cost_by_id,
    fund_of,
    joined_partners,
    subject_of_fund,
)
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.ledger import services as ledger
from hefu.apps.ledger.errors import FundClosed, FundShort
from hefu.apps.ledger.models import Fund, FundMovement, FundParty
from hefu.apps.ledger.services import Payment
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.money import format_amount
from hefu.core.permissions import Permission

APPROVAL = "campaigns.fund_cost"
State = FundCost.State


@service
def open_fund(
    actor: Actor, *, campaign: Campaign, name: str, target: int,
    shares: Sequence[tuple[int | None, int]], now: datetime,
) -> Fund:  # fmt: skip
    """Open a fund of those who take part; several of one campaign differ by name.

    Args:
        actor: manages budgets.
        campaign: whose fund it is.
        name: "双12", or the partner's where each has a fund of its own.
        target: what is to be paid in, in fen.
        shares: (organisation ID, basis points); None is the brand itself.
        now: when.

    Raises:
        Invalid: a partner that does not take part; else see ``ledger.services.open_fund``.
    """
    campaign = campaign_by_id(actor, campaign.pk)
    joined = {row.pk for row in joined_partners(campaign)}
    if not joined.issuperset(one for one, _share in shares if one is not None):
        raise Invalid(field="shares", rule="not_in_use")
    return ledger.open_fund(
        actor, subject=subject_of_fund(campaign), name=name, target=target, shares=shares, now=now
    )


@service
def pay_in(
    actor: Actor, *, campaign: Campaign, fund: Fund, payment: Payment, now: datetime
) -> FundMovement:
    """Note what a party paid in; see ``ledger.services.pay_in``."""
    fund = fund_of(actor, campaign_by_id(actor, campaign.pk), fund.pk)
    return ledger.pay_in(actor, fund=fund, payment=payment, now=now)


@service
def ask_cost(
    actor: Actor, *, campaign: Campaign, party: FundParty, amount: int, note: str, receipt: str,
    now: datetime,
) -> FundCost:  # fmt: skip
    """Ask a second person to let a cost of a party be paid out of the fund.

    Raises:
        NotAllowed, NotFound: the role manages no budgets, or it is no party of the campaign's fund.
        Invalid: no amount, no word of what for, or no receipt's number.
        FundShort, FundClosed: it could not be paid now.
    """
    actor.require(Permission.BUDGET_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    fund = fund_of(actor, campaign, party.fund_id)
    texts = {"note": (note.strip(), 200), "receipt": (receipt.strip(), 80)}
    for field, (text, longest) in texts.items():
        if not text or len(text) > longest:
            raise Invalid(field=field, rule="too_long" if text else "required", value=longest)
    if amount <= 0:
        raise Invalid(field="amount", rule="positive")
    if fund.closed_at is not None:
        raise FundClosed(field="amount")
    if amount > fund.balance:
        raise FundShort(field="amount", wanted=amount, available=fund.balance)
    cost = FundCost.objects.create(
        brand_id=campaign.brand_id, campaign=campaign, party=party, amount=amount,
        note=note.strip(), receipt=receipt.strip(), state=State.ASKED, asked_by=actor.label,
        asked_at=now,
    )  # fmt: skip
    record(actor, "campaigns.fund_cost_asked", cost, now=now, amount=amount, name=fund.name)
    accounts.ask_approval(
        actor, kind=APPROVAL, subject=cost, content_hash=_hash(cost),
        summary={
            "title": f"{campaign.title} · {fund.name}", "note": cost.note,
            "receipt": cost.receipt,
            "amount": f"{format_amount(amount, fund.currency)} {fund.currency}",
        },
        now=now,
    )  # fmt: skip
    return cost


def _hash(cost: FundCost) -> str:
    said = [cost.pk, cost.party_id, cost.amount, cost.note, cost.receipt]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


@service
def decide_cost(
    actor: Actor, *, cost: FundCost, grant: bool, note: str = "", now: datetime
) -> FundCost:
    """Agree as the second person, and the money is drawn; or refuse, with a reason.

    Raises:
        NotFound: another brand's, or nothing waits.
        NotAllowed, SamePerson: see ``accounts.services.decide``.
        Invalid: refused without a reason.
        CostDecided: somebody was first.
        FundShort, FundClosed: the money is gone; the cost waits on, nothing is drawn.
    """
    cost = cost_by_id(actor, cost.pk)
    if not grant and not note.strip():
        raise Invalid(field="note", rule="required")
    if cost.state != State.ASKED:
        raise CostDecided(state=cost.state)
    approval = approvals_for(actor).filter(
        kind=APPROVAL, subject_id=cost.pk, decision=Approval.Decision.OPEN
    ).first()  # fmt: skip
    if approval is None:
        raise NotFound
    accounts.decide(
        actor, approval=approval, grant=grant, content_hash=_hash(cost), note=note, now=now
    )
    state = State.DRAWN if grant else State.REFUSED
    FundCost.objects.filter(pk=cost.pk, state=State.ASKED).update(
        state=state, decided_by=actor.label, decided_at=now
    )
    if grant:
        payment = Payment(
            organisation_id=cost.party.organisation_id, amount=cost.amount, key=f"cost:{cost.pk}",
            note=cost.note, receipt=cost.receipt,
        )  # fmt: skip
        ledger.draw_cost(actor, fund=cost.party.fund, payment=payment, now=now)
    else:
        record(actor, "campaigns.fund_cost_refused", cost, now=now, amount=cost.amount)
    cost.refresh_from_db()
    return cost


@service
def close_fund(
    actor: Actor, *, campaign: Campaign, fund: Fund, balance: int, now: datetime
) -> list[FundMovement]:
    """Pay the rest back and end the fund; see ``ledger.services.close_fund``."""
    fund = fund_of(actor, campaign_by_id(actor, campaign.pk), fund.pk)
    return ledger.close_fund(actor, fund=fund, balance=balance, now=now)
