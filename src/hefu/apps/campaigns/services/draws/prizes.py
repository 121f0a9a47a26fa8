"""What becomes of a prize: claimed by its winner in time, delivered, its receipt on file."""

from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.draws import WinNotOpen
from hefu.apps.campaigns.models.draws import DrawPrize, Win
from hefu.apps.campaigns.selectors.draws import win_by_id
from hefu.apps.campaigns.services.draws.entering import check_insider
from hefu.apps.ledger.services import Grant, GrantStatus, grant_many
from hefu.apps.members.selectors import signed_in_member
from hefu.core.actor import Actor, system
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission

MOST_CHARS = 500


@service
def claim_win(actor: Actor, *, win: Win, deliver_to: str = "", now: datetime) -> Win:
    """Claim one's prize in time; C-coins arrive at once, anything else at ``deliver_to``.

    Raises:
        NotFound: not the signed-in member's.
        InsiderExcluded: found out to be an employee or family since.
        Invalid: goods need name, phone and address.
        WinNotOpen: claimed before, or the time is over.
    """
    member = signed_in_member(actor)
    win = win_by_id(actor, win.pk)
    check_insider(member, now=now)
    at_once = win.prize is not None and win.prize.kind == DrawPrize.Kind.COINS
    deliver_to = deliver_to.strip()
    if not at_once and not deliver_to:
        raise Invalid(field="deliver_to", rule="required")
    if len(deliver_to) > MOST_CHARS or "\0" in deliver_to:
        raise Invalid(field="deliver_to", rule="too_long", longest=MOST_CHARS)
    won = Win.objects.filter(pk=win.pk, state=Win.State.OFFERED, claim_by__gt=now).update(
        state=Win.State.DELIVERED if at_once else Win.State.CLAIMED, claimed_at=now,
        delivered_at=now if at_once else None, deliver_to="" if at_once else deliver_to,
    )  # fmt: skip
    win.refresh_from_db()
    if not won:
        raise WinNotOpen(state=win.state)
    if at_once and win.prize is not None:
        _pay_coins(win, win.prize, now=now)
    record(actor, "campaigns.win_claimed", win, now=now, draw=win.draw_id)
    return win


def _pay_coins(win: Win, prize: DrawPrize, *, now: datetime) -> None:
    grant = Grant(
        key=f"draw-win:{win.pk}", member_id=win.member_id, amount=prize.coins, reason="prize",
        subject=f"campaigns.win:{win.pk}",
    )  # fmt: skip
    who = system("draws", brand_id=win.draw.brand_id)
    (answer,) = grant_many(who, grants=[grant], now=now)
    if answer.status is GrantStatus.REFUSED:  # no budget is named, so nothing can refuse
        raise ValueError(f"coins of win {win.pk} were refused: {answer.code}")


@service
def deliver_win(actor: Actor, *, win: Win, proof: str, now: datetime) -> Win:
    """Note that a claimed prize was delivered, with what proves it; the address is forgotten.

    Raises:
        NotFound: another brand's.
        Invalid: without proof.
        WinNotOpen: not claimed, or delivered before.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    win = win_by_id(actor, win.pk)
    proof = proof.strip()
    if not proof:
        raise Invalid(field="proof", rule="required")
    won = Win.objects.filter(pk=win.pk, state=Win.State.CLAIMED).update(
        state=Win.State.DELIVERED, delivered_at=now, proof=proof[:200], deliver_to=""
    )
    win.refresh_from_db()
    if not won:
        raise WinNotOpen(state=win.state)
    record(actor, "campaigns.win_delivered", win, now=now, draw=win.draw_id)
    return win
