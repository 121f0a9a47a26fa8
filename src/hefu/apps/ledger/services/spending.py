"""Spending coins, at once or by way of a hold (冻结)."""

from datetime import datetime

from django.db.models import F

from hefu.apps.audit.services import record, service
from hefu.apps.ledger import sql
from hefu.apps.ledger.errors import HoldEnded, KeyReused
from hefu.apps.ledger.models import COINS, Account, Hold, Shortfall, Transfer
from hefu.apps.ledger.services import book
from hefu.apps.ledger.values import RESERVED, MoveOutcome, check_move
from hefu.core import ledger as rules
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import Invalid, NotFound
from hefu.core.ledger import Deed, Take
from hefu.core.permissions import Permission


@service
def spend(
    actor: Actor,
    *,
    key: str,
    member_id: int,
    amount: int,
    reason: str,
    subject: str = "",
    now: datetime,
    currency: str = COINS,
) -> MoveOutcome:
    """Spend a member's coins, those that expire first before the others; once per key.

    Raises:
        InsufficientBalance: there are fewer that have not expired; nothing moved.
        KeyReused: the key names another movement.
        NotFound: a consumer reaches for another member's coins.
        NotAllowed: the role may not move coins.
        Invalid: an empty key, an amount that is not positive, a text too long.
    """
    check_move(key=key, amount=amount, reason=reason, subject=subject)
    wanted = book.Claim(
        key=key, deed=Deed.SPEND, currency=currency, member_id=member_id, amount=amount,
        reason=reason, subject=subject,
    )  # fmt: skip
    transfer_id, _ = _take_out(actor, wanted, now=now)
    if transfer_id is None:
        return MoveOutcome(key=key, amount=amount, repeated=True)
    record(
        actor, "ledger.coins_spent", f"ledger.transfer:{transfer_id}", now=now,
        member=member_id, amount=amount, currency=currency, reason=reason,
    )  # fmt: skip
    return MoveOutcome(key=key, amount=amount)


@service
def hold(
    actor: Actor,
    *,
    key: str,
    member_id: int,
    amount: int,
    reason: str,
    subject: str = "",
    expires_at: datetime,
    now: datetime,
    currency: str = COINS,
) -> MoveOutcome:
    """Set coins aside until ``expires_at``; ``key`` names the hold from then on.

    Coins in a hold do not expire; released ones have the expiry they had.

    Raises:
        See ``spend``; also Invalid for a hold that would be over already.
    """
    if expires_at <= now:
        raise Invalid(field="expires_at", rule="in_the_past", value=expires_at.isoformat())
    check_move(key=key, amount=amount, reason=reason, subject=subject)
    wanted = book.Claim(
        key=key, deed=Deed.HOLD, currency=currency, member_id=member_id, amount=amount,
        reason=reason, subject=subject,
    )  # fmt: skip
    transfer_id, account_id = _take_out(actor, wanted, now=now)
    if transfer_id is None:
        return MoveOutcome(key=key, amount=amount, repeated=True)
    Hold.objects.create(
        brand_id=actor.own_brand(), account_id=account_id, transfer_id=transfer_id, amount=amount,
        expires_at=expires_at,
    )  # fmt: skip
    record(
        actor, "ledger.coins_held", f"ledger.transfer:{transfer_id}", now=now,
        member=member_id, amount=amount, currency=currency, reason=reason,
    )  # fmt: skip
    return MoveOutcome(key=key, amount=amount)


@service
def capture(actor: Actor, *, key: str, amount: int | None = None, now: datetime) -> MoveOutcome:
    """Spend a hold, or ``amount`` of it; the rest goes back to the member.

    Raises:
        NotFound: no hold of this key, or not yours.
        NotAllowed: the role may not move coins.
        HoldEnded: it was released, or its time is up.
        Invalid: the amount is not positive or more than is held.
    """
    held, before = _hold_of(actor, key)
    part = held.amount if amount is None else amount
    if not 0 < part <= held.amount:
        raise Invalid(field="amount", rule="out_of_range", value=held.amount)
    if not _end(held, Hold.State.CAPTURED, captured=part, not_after=now, now=now):
        return _ended_before(held, key, Hold.State.CAPTURED)
    _leave_held(held.account_id, part)
    claim = _follow_up(Deed.CAPTURE, before, part)
    transfer_id = book.claim([claim], brand_id=held.brand_id, by=actor.label, now=now)[claim.key]
    move = book.Move(
        transfer_id=transfer_id, account_id=held.account_id, deed=Deed.CAPTURE, amount=part
    )
    book.post([move], brand_id=held.brand_id, currency=before.currency, now=now)
    if part < held.amount:
        _set_free(actor, held, before, held.amount - part, now=now)
    record(
        actor, "ledger.hold_captured", f"ledger.transfer:{before.pk}", now=now,
        member=before.member_id, amount=part, currency=before.currency,
    )  # fmt: skip
    return MoveOutcome(key=key, amount=part)


@service
def release(actor: Actor, *, key: str, now: datetime) -> MoveOutcome:
    """Give a hold's coins back to the member; once, whoever asks how often.

    Raises:
        NotFound: no hold of this key, or not yours.
        NotAllowed: the role may not move coins.
        HoldEnded: it was captured.
    """
    held, before = _hold_of(actor, key)
    if not _end(held, Hold.State.RELEASED, captured=0, not_after=None, now=now):
        return _ended_before(held, key, Hold.State.RELEASED)
    _set_free(actor, held, before, held.amount, now=now)
    record(
        actor, "ledger.hold_released", f"ledger.transfer:{before.pk}", now=now,
        member=before.member_id, amount=held.amount, currency=before.currency,
    )  # fmt: skip
    return MoveOutcome(key=key, amount=held.amount)


def _insist_on_mover(actor: Actor, member_id: int) -> None:
    """Let the member himself, the system and whoever manages budgets move his coins.

    Raises:
        NotFound: a consumer reaches for another member's coins.
        NotAllowed: the role may not.
    """
    if actor.kind is ActorKind.CONSUMER:
        if actor.member_id != member_id:
            raise NotFound
        return
    actor.require(Permission.BUDGET_MANAGE)


def _take_out(actor: Actor, wanted: book.Claim, *, now: datetime) -> tuple[int | None, int]:
    """Claim, debit, draw and post; returns (None, 0) where the key was used for the same."""
    _insist_on_mover(actor, wanted.member_id)
    brand_id = actor.own_brand()
    ids = book.claim([wanted], brand_id=brand_id, by=actor.label, now=now)
    if not ids:
        _insist_on_same(book.claimed_before(brand_id, wanted.key), wanted)
        return None, 0
    transfer_id = ids[wanted.key]
    account_id = book.debit(
        brand_id=brand_id, currency=wanted.currency, member_id=wanted.member_id,
        amount=wanted.amount, to_held=wanted.deed is Deed.HOLD,
    )  # fmt: skip
    book.draw(transfer_id, rules.consume(book.lots_of(account_id), wanted.amount, now=now))
    move = book.Move(
        transfer_id=transfer_id, account_id=account_id, deed=wanted.deed, amount=wanted.amount
    )
    book.post([move], brand_id=brand_id, currency=wanted.currency, now=now)
    return transfer_id, account_id


def _insist_on_same(before: Transfer, wanted: book.Claim) -> None:
    same = (before.deed, before.member_id, before.amount, before.currency)
    if same != (wanted.deed.value, wanted.member_id, wanted.amount, wanted.currency):
        raise KeyReused(key=wanted.key)


def _hold_of(actor: Actor, key: str) -> tuple[Hold, Transfer]:
    held = (
        Hold.objects.select_related("transfer")
        .filter(brand_id=actor.own_brand(), transfer__key=key)
        .first()
    )
    if held is None:
        raise NotFound
    _insist_on_mover(actor, held.transfer.member_id)
    return held, held.transfer


def _end(
    held: Hold, state: Hold.State, *, captured: int, not_after: datetime | None, now: datetime
) -> bool:
    """Close an open hold; of capture, release and the clock exactly one succeeds."""
    still_open = Hold.objects.filter(pk=held.pk, state=Hold.State.OPEN)
    if not_after is not None:
        still_open = still_open.filter(expires_at__gt=not_after)
    return bool(still_open.update(state=state, captured=captured, ended_at=now))


def _ended_before(held: Hold, key: str, same: Hold.State) -> MoveOutcome:
    held.refresh_from_db()
    if held.state != same:
        state = "expired" if held.state == Hold.State.OPEN else held.state
        raise HoldEnded(key=key, state=state)
    amount = held.captured if same is Hold.State.CAPTURED else held.amount
    return MoveOutcome(key=key, amount=amount, repeated=True)


def _follow_up(deed: Deed, before: Transfer, amount: int) -> book.Claim:
    return book.Claim(
        key=f"{RESERVED}{deed.value}:{before.key}", deed=deed, currency=before.currency,
        member_id=before.member_id, amount=amount, origin_id=before.pk, reason=before.reason,
        subject=before.subject,
    )  # fmt: skip


def _leave_held(account_id: int, amount: int) -> None:
    """Take captured coins out of what an account holds; takes the account's row."""
    held, owed = _take_account(account_id)
    left = held - amount
    Account.objects.filter(pk=account_id).update(held=left, owed_from_held=min(owed, left))


def _take_account(account_id: int) -> tuple[int, int]:
    """Take a member's row, so that rivals wait; returns what he holds and owes out of it."""
    rows = sql.fetch(
        "UPDATE ledger_account SET held = held WHERE id = %s RETURNING held, owed_from_held",
        [account_id],
    )
    held, owed = rows[0]
    return held, owed


def _set_free(actor: Actor, held: Hold, before: Transfer, amount: int, *, now: datetime) -> None:
    """Return held coins to their lots; what an earlier claw-back missed of them is settled."""
    account_id = held.account_id
    in_holds, owed = _take_account(account_id)
    settled = min(owed, amount)
    Account.objects.filter(pk=account_id).update(
        held=in_holds - amount,
        owed_from_held=owed - settled,
        balance=F("balance") + amount - settled,
    )
    drawn = before.draws.filter(amount__gt=0).order_by("pk").values_list("lot_id", "amount")
    back = rules.give_back([Take(lot_id=lot, amount=part) for lot, part in drawn], amount)
    claims = [_follow_up(Deed.RELEASE, before, amount)]
    if settled:
        claims.append(_follow_up(Deed.REVERSE, before, settled))
    ids = book.claim(claims, brand_id=held.brand_id, by=actor.label, now=now)
    moves = [
        book.Move(transfer_id=ids[c.key], account_id=account_id, deed=c.deed, amount=c.amount)
        for c in claims
    ]
    book.post(moves, brand_id=held.brand_id, currency=before.currency, now=now)
    book.put_back(moves[0].transfer_id, back)
    if settled:
        book.draw(moves[1].transfer_id, rules.give_back(back, settled))
        _settle(account_id, settled)


def _settle(account_id: int, amount: int) -> None:
    """Note on the oldest open shortfalls that ``amount`` of them came in after all."""
    open_ones = Shortfall.objects.filter(account_id=account_id, settled__lt=F("amount"))
    for shortfall in open_ones.order_by("pk"):
        part = min(amount, shortfall.amount - shortfall.settled)
        amount -= part
        if part:
            Shortfall.objects.filter(pk=shortfall.pk).update(settled=F("settled") + part)
