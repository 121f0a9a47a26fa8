"""Co-op funds (合作基金): several pay in, approved costs are drawn, the rest goes back to the cent.

The fund's row is moved first, by a conditional UPDATE, and holds back everybody else until the
end of the transaction; so two draws can never have the same money, on either database.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from hefu.apps.accounts.selectors import organisations_for
from hefu.apps.audit.services import record, service
from hefu.apps.ledger.errors import FundClosed, FundMoved, FundShort, KeyReused
from hefu.apps.ledger.models import Fund, FundMovement, FundParty, FundPosting
from hefu.apps.ledger.values import LARGEST, RESERVED, Payment
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.funds import FundBook, FundDeed, dues, fund_lines, rests
from hefu.core.money import WHOLE_BP
from hefu.core.permissions import Permission


@service
def open_fund(
    actor: Actor, *, subject: str, name: str, target: int, shares: Sequence[tuple[int | None, int]],
    currency: str = "CNY", now: datetime,
) -> Fund:  # fmt: skip
    """Open a fund of ``target`` minor units; ``shares`` are (organisation ID, basis points).

    None among the organisations is the brand itself. What each is to pay in follows from its share.

    Raises:
        NotAllowed: the role manages no budgets.
        Invalid: no name or one that is taken, shares that are not the whole, an unknown partner.
    """
    actor.require(Permission.BUDGET_MANAGE)
    name = name.strip()
    if not name or len(name) > 80:
        raise Invalid(field="name", rule="too_long" if name else "required")
    _check_amount("target", target)
    _check_shares(actor, shares)
    try:
        with transaction.atomic():
            fund = Fund.objects.create(
                brand_id=actor.own_brand(), subject=subject, name=name, currency=currency,
                target=target, opened_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="name", rule="taken", value=name) from error
    owed = dues(target, [share for _organisation, share in shares])
    FundParty.objects.bulk_create(
        FundParty(fund=fund, organisation_id=organisation, share_bp=share, due=due)
        for (organisation, share), due in zip(shares, owed, strict=True)
    )
    record(actor, "ledger.fund_opened", fund, now=now, name=name, target=target)
    return fund


def _check_shares(actor: Actor, shares: Sequence[tuple[int | None, int]]) -> None:
    if any(share <= 0 for _organisation, share in shares):
        raise Invalid(field="shares", rule="positive")
    whole = sum(share for _organisation, share in shares)
    if whole != WHOLE_BP:
        raise Invalid(field="shares", rule="not_the_whole", value=whole)
    wanted = [organisation for organisation, _share in shares]
    partners = {one for one in wanted if one is not None}
    if len(set(wanted)) != len(wanted):
        raise Invalid(field="shares", rule="name_twice")
    if organisations_for(actor).filter(pk__in=partners).count() != len(partners):
        raise Invalid(field="shares", rule="unknown")


def _check_amount(field: str, amount: int) -> None:
    if not 0 < amount <= LARGEST:
        raise Invalid(field=field, rule="out_of_range", value=amount)


@service
def pay_in(actor: Actor, *, fund: Fund, payment: Payment, now: datetime) -> FundMovement:
    """Note that a party's money has come; once per key.

    Raises:
        NotAllowed: the role manages no budgets.
        NotFound: another brand's fund, or no party of it.
        Invalid: an amount of nothing.
        FundClosed: it was paid back already.
        KeyReused: the key names another movement.
    """
    actor.require(Permission.BUDGET_MANAGE)
    return _move(actor, fund, FundDeed.PAY, payment, now)


@service
def draw_cost(actor: Actor, *, fund: Fund, payment: Payment, now: datetime) -> FundMovement:
    """Pay an approved cost of a party out of a fund; whoever decides on costs does it.

    Safe to race: of several draws that want the last money, only as many succeed as it lasts for.

    Raises:
        NotAllowed: the role decides nothing.
        FundShort: less is there; nothing is drawn.
        See ``pay_in``.
    """
    actor.require(Permission.APPROVAL_DECIDE)
    return _move(actor, fund, FundDeed.DRAW, payment, now)


@service
def close_fund(actor: Actor, *, fund: Fund, balance: int, now: datetime) -> list[FundMovement]:
    """Pay what is left back by each party's part of what was paid in, and end the fund.

    ``balance`` is what the one who closes it was shown; sums are exact (``core.funds.rests``).

    Raises:
        NotAllowed, NotFound: see ``pay_in``.
        FundMoved: something was paid or drawn meanwhile, or it was closed.
    """
    actor.require(Permission.BUDGET_MANAGE)
    mine = _mine(actor, fund)
    if not mine.filter(closed_at=None, balance=balance).update(balance=0, closed_at=now):
        raise FundMoved(balance=mine.get().balance)
    parties = list(FundParty.objects.filter(fund=fund).order_by("pk"))
    back = rests(balance, [party.paid for party in parties])
    movements = [
        _write(
            actor, FundDeed.RETURN, party,
            Payment(
                organisation_id=party.organisation_id, amount=amount, key=f"{RESERVED}{party.pk}"
            ),
            now,
        )
        for party, amount in zip(parties, back, strict=True)
        if amount
    ]  # fmt: skip
    for movement in movements:
        FundParty.objects.filter(pk=movement.party_id).update(
            returned=F("returned") + movement.amount
        )
    record(actor, "ledger.fund_closed", fund, now=now, returned=balance)
    return movements


def _mine(actor: Actor, fund: Fund) -> QuerySet[Fund]:
    rows = Fund.objects.filter(pk=fund.pk, brand_id=actor.own_brand())
    if actor.is_partner or not rows.exists():
        raise NotFound
    return rows


def _move(
    actor: Actor, fund: Fund, deed: FundDeed, payment: Payment, now: datetime
) -> FundMovement:
    mine = _mine(actor, fund)
    _check_amount("amount", payment.amount)
    if payment.key.startswith(RESERVED):
        raise Invalid(field="key", rule="not_a_choice", value=payment.key)
    whose = payment.organisation_id
    parties = FundParty.objects.filter(fund=fund)
    if whose is None:
        party = parties.filter(organisation__isnull=True).first()
    else:
        party = parties.filter(organisation_id=whose).first()
    if party is None:
        raise NotFound(field="party")
    try:
        with transaction.atomic():
            movement = _write(actor, deed, party, payment, now)
    except IntegrityError:  # the key was used before, or in this moment
        known = FundMovement.objects.get(fund=fund, key=payment.key)
        if (known.deed, known.party_id, known.amount) != (deed.value, party.pk, payment.amount):
            raise KeyReused(key=payment.key) from None
        return known
    open_one = mine.filter(closed_at=None)
    if deed is FundDeed.PAY:
        moved = open_one.update(balance=F("balance") + payment.amount)
        sums = {"paid": F("paid") + payment.amount}
    else:
        enough = open_one.filter(balance__gte=payment.amount)
        moved = enough.update(balance=F("balance") - payment.amount)
        sums = {"drawn": F("drawn") + payment.amount}
    if not moved:
        raise _why_not(mine.get(), payment.amount)
    FundParty.objects.filter(pk=party.pk).update(**sums)
    record(
        actor, f"ledger.fund_{_SAID[deed]}", fund, now=now, amount=payment.amount, name=fund.name
    )
    return movement


_SAID = {FundDeed.PAY: "paid_in", FundDeed.DRAW: "drawn"}


def _why_not(fund: Fund, wanted: int) -> FundClosed | FundShort:
    if fund.closed_at is not None:
        return FundClosed(field="amount")
    return FundShort(field="amount", wanted=wanted, available=fund.balance)


def _write(
    actor: Actor, deed: FundDeed, party: FundParty, payment: Payment, now: datetime
) -> FundMovement:
    movement = FundMovement.objects.create(
        fund_id=party.fund_id, key=payment.key, deed=deed.value, party=party,
        amount=payment.amount, note=payment.note.strip()[:200],
        receipt=payment.receipt.strip()[:80], by=actor.label[:120], at=now,
    )  # fmt: skip
    FundPosting.objects.bulk_create(
        FundPosting(
            movement=movement, fund_id=party.fund_id, book=line.book.value, amount=line.amount,
            party=None if line.book is FundBook.FUND else party,
        )
        for line in fund_lines(deed, payment.amount)
    )  # fmt: skip
    return movement
