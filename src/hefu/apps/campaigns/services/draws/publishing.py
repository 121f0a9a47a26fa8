"""Publishing a draw: a second person agrees, the commitment stands, from then on only in favour.

Every change of published terms is a new version with its own table, chain and commitment to the
same secret, so that nothing that was published ever has to be edited.
"""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.db.models import Count, F

from hefu.apps.accounts import services as accounts
from hefu.apps.accounts.errors import AlreadyDecided, SamePerson
from hefu.apps.accounts.models import Approval
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.draw_law import NO_CHANGE, in_force
from hefu.apps.campaigns.draw_rules import page_text
from hefu.apps.campaigns.errors.draws import DrawNotOpen, DrawNotWaiting, OnlyInFavour
from hefu.apps.campaigns.models.draws import (
    ENTERABLE,
    Draw,
    DrawKind,
    DrawPrize,
    DrawState,
    DrawTerms,
    PrizeSlot,
)
from hefu.apps.campaigns.selectors.draws import draw_by_id, pseudonym
from hefu.apps.campaigns.services.draws.planning import (
    APPROVAL,
    MOST_UNITS,
    campaign_of,
    check_worth,
    content_hash_of,
    rules_of,
)
from hefu.apps.members.models import Member
from hefu.core import draws as rules
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

_STOPPABLE = (*ENTERABLE, DrawState.CLOSED)


@service
def approve_draw(
    actor: Actor, *, draw: Draw, seen: str | None = None, note: str = "", now: datetime
) -> Draw:
    """Agree as the second person: rules, commitment and release times stand from now on.

    ``seen`` is the content hash of what was read; None: as it stands.

    Raises:
        NotFound: another brand's.
        NotAllowed, SamePerson, ContentChanged: see ``accounts.services.decide``.
        DrawNotWaiting: it is not waiting (any more).
        Invalid: its start has passed; a commitment stands before the start or means nothing.
    """
    draw = _decide(actor, draw, seen=seen, grant=True, note=note, now=now)
    if draw.starts_at <= now:
        raise Invalid(field="starts_at", rule="in_the_past")
    terms = _commit(draw, version=1, from_at=draw.starts_at, left=_all_of(draw))
    record(
        actor, "campaigns.draw_published", draw, now=now, slug=draw.slug,
        commitment=terms.commitment, page_hash=terms.page_hash,
    )  # fmt: skip
    return draw


@service
def refuse_draw(
    actor: Actor, *, draw: Draw, seen: str | None = None, note: str, now: datetime
) -> Draw:
    """Refuse as the second person; the draw is a draft again.

    Raises:
        Invalid: no reason given.
        As ``approve_draw``.
    """
    if not note.strip():
        raise Invalid(field="note", rule="required")
    draw = _decide(actor, draw, seen=seen, grant=False, note=note, now=now)
    record(actor, "campaigns.draw_refused", draw, now=now, slug=draw.slug)
    return draw


def _decide(
    actor: Actor, draw: Draw, *, seen: str | None, grant: bool, note: str, now: datetime
) -> Draw:
    """Move the draw out of the waiting state, once, and its approval with it."""
    actor.require(Permission.APPROVAL_DECIDE)
    mine = Draw.objects.filter(pk=draw.pk, brand_id=actor.own_brand())
    if grant:
        moved = {"state": DrawState.PUBLISHED, "version": 1, "published_at": now}
    else:
        moved = {"state": DrawState.DRAFT}
    won = mine.filter(state=DrawState.WAITING).update(**moved)
    fresh = mine.select_related("brand").first()
    if fresh is None:
        raise NotFound
    approval = approvals_for(actor).filter(
        kind=APPROVAL, subject_id=fresh.pk, decision=Approval.Decision.OPEN
    ).first()  # fmt: skip
    if actor.user_id is not None and fresh.created_by_id == actor.user_id:
        raise SamePerson  # also where somebody else asked for it
    if not won or approval is None:
        raise DrawNotWaiting(state=fresh.state)
    try:
        accounts.decide(
            actor, approval=approval, grant=grant, content_hash=content_hash_of(fresh), seen=seen,
            note=note, now=now,
        )  # fmt: skip
    except AlreadyDecided as error:
        raise DrawNotWaiting(state=fresh.state) from error
    return fresh


def _all_of(draw: Draw) -> dict[int, int]:
    return {prize.pk: prize.quantity for prize in draw.prizes.all()}


def _commit(draw: Draw, *, version: int, from_at: datetime, left: Mapping[int, int]) -> DrawTerms:
    """Write one version of the terms; ``left`` says how many units of each prize are in it."""
    said = rules_of(draw, version=version)
    page = page_text(said)
    page_hash = sha256(page.encode()).hexdigest()
    prizes = list(draw.prizes.order_by("rank"))
    secret = bytes.fromhex(draw.secret)
    table: Any
    if draw.kind == DrawKind.INSTANT:
        computed = _instant(draw, prizes, version=version, from_at=from_at, left=left)
        rules.check_table(computed)
        table, bound = asdict(computed), rules.table_hash(computed)
        _write_slots(secret, computed, prizes, version=version)
    else:
        units = [
            rules.Prize(id=prize.ident, value_fen=prize.value_fen, quantity=left[prize.pk])
            for prize in prizes
        ]
        if draw.substitutes:
            units.append(rules.Prize(id="substitute", value_fen=0, quantity=draw.substitutes))
        table, bound = [asdict(unit) for unit in units], rules.prizes_hash(units)
    return DrawTerms.objects.create(
        draw=draw, version=version, from_at=from_at, table=table, rules=said, page=page,
        page_hash=page_hash, commitment=rules.commitment(secret, page_hash, bound),
        head=rules.CHAIN_START,
    )  # fmt: skip


def _instant(
    draw: Draw, prizes: list[DrawPrize], *, version: int, from_at: datetime,
    left: Mapping[int, int],
) -> rules.PrizeTable:  # fmt: skip
    """The table of an instant draw; what is used up passes its weight on, never away from people.

    By the published fallback an entry that draws a prize of which none is left gets the next
    lower one (or nothing); so does the weight of a prize that a new version has none left of.
    """
    rows, carried = [], 0
    for prize in prizes:
        weight = prize.weight + carried
        if left[prize.pk]:
            rows.append(
                rules.Prize(
                    id=prize.ident, value_fen=prize.value_fen, quantity=left[prize.pk],
                    weight=weight,
                )
            )  # fmt: skip
            carried = 0
        else:
            carried = weight if draw.fallback == Draw.Fallback.NEXT else 0
    blanks = draw.blank_weight + sum(prize.weight for prize in prizes)
    insiders = Member.objects.filter(brand_id=draw.brand_id, is_insider=True)
    return rules.PrizeTable(
        campaign=campaign_of(draw, version), starts=int(from_at.timestamp()),
        ends=int(draw.ends_at.timestamp()), prizes=tuple(rows),
        blank_weight=blanks - sum(row.weight for row in rows),
        fallback="next" if draw.fallback == Draw.Fallback.NEXT else "none",
        cap_person=draw.cap_person, cap_device=draw.cap_device, cap_code=draw.cap_code,
        excluded=tuple(
            sorted(pseudonym(draw, "person", pk) for pk in insiders.values_list("pk", flat=True))
        ),
    )  # fmt: skip


def _write_slots(
    secret: bytes, table: rules.PrizeTable, prizes: list[DrawPrize], *, version: int
) -> None:
    by_ident = {prize.ident: prize for prize in prizes}
    PrizeSlot.objects.bulk_create(
        (
            PrizeSlot(
                prize=by_ident[row.id], version=version, unit=unit,
                release_at=datetime.fromtimestamp(at, UTC),
            )
            for row in table.prizes
            for unit, at in enumerate(rules.release_times(secret, table, row))
        ),
        batch_size=1000,
    )  # fmt: skip


@service
def improve_draw(
    actor: Actor, *, draw: Draw, more: Mapping[int, int] | None = None,
    ends_at: datetime | None = None, claim_days: int | None = None, now: datetime,
) -> Draw:  # fmt: skip
    """Change published terms in the consumer's favour: a new version of them.

    ``more`` are further units by the prize's rank. Entries and wins so far stay what they are.

    Raises:
        NotFound: another brand's.
        OnlyInFavour: fewer prizes, an earlier end, a shorter time to claim.
        DrawNotOpen: it has ended or was stopped, or somebody changed it at this moment.
        Invalid: nothing changes, or there is no prize of that rank.
        PrizesAddUp: one chance could win more than the law allows.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    draw = draw_by_id(actor, draw.pk)
    extra = {rank: count for rank, count in (more or {}).items() if count}
    _check_favour(draw, extra, ends_at, claim_days, now=now)
    end = (ends_at or draw.ends_at).replace(microsecond=0)
    moved: dict[str, Any] = {
        "ends_at": end,
        "draw_at": max(draw.draw_at, end),
        "claim_days": claim_days or draw.claim_days,
    }
    if not extra and all(getattr(draw, name) == value for name, value in moved.items()):
        raise Invalid(field="more", rule="required")
    won = Draw.objects.filter(
        pk=draw.pk, version=draw.version, state__in=ENTERABLE, ends_at__gt=now
    ).update(version=F("version") + 1, **moved)
    if not won:
        draw.refresh_from_db()
        raise DrawNotOpen(reason="ended", at=draw.ends_at.isoformat())
    left = _left(draw)  # nobody enters meanwhile: we hold the draw's row
    draw.refresh_from_db()
    for prize in draw.prizes.filter(rank__in=extra):
        DrawPrize.objects.filter(pk=prize.pk).update(quantity=F("quantity") + extra[prize.rank])
        left[prize.pk] += extra[prize.rank]
    check_worth(list(draw.prizes.all()), draw=draw, now=now)
    from_at = max(draw.starts_at, now.replace(microsecond=0))
    terms = _commit(draw, version=draw.version, from_at=from_at, left=left)
    record(
        actor, "campaigns.draw_improved", draw, now=now, slug=draw.slug, version=draw.version,
        more=sum(extra.values()), commitment=terms.commitment,
    )  # fmt: skip
    return draw


def _check_favour(
    draw: Draw, extra: Mapping[int, int], ends_at: datetime | None, claim_days: int | None, *,
    now: datetime,
) -> None:  # fmt: skip
    rule = in_force(NO_CHANGE, now=now).cited
    if any(count < 0 for count in extra.values()):
        raise OnlyInFavour(field="more", rule=rule)
    if ends_at is not None and ends_at < draw.ends_at:
        raise OnlyInFavour(field="ends_at", rule=rule)
    if claim_days is not None and claim_days < draw.claim_days:
        raise OnlyInFavour(field="claim_days", rule=rule)
    if claim_days is not None and claim_days > 365:
        raise Invalid(field="claim_days", rule="out_of_range", value=claim_days)
    known = dict(draw.prizes.values_list("rank", "quantity"))
    if not set(extra) <= set(known):
        raise Invalid(field="more", rule="not_a_choice")
    if sum(known.values()) + sum(extra.values()) > MOST_UNITS:
        raise Invalid(field="more", rule="too_large", value=MOST_UNITS)


def _left(draw: Draw) -> dict[int, int]:
    """Units of each prize that the version in force still has; of a list draw all."""
    if draw.kind != DrawKind.INSTANT:
        return _all_of(draw)
    free = PrizeSlot.objects.filter(prize__draw=draw, version=draw.version, entry=None)
    counted = dict(free.values_list("prize").annotate(Count("pk")))
    return {prize.pk: counted.get(prize.pk, 0) for prize in draw.prizes.all()}


@service
def kill_draw(actor: Actor, *, draw: Draw, reason: str, now: datetime) -> Draw:
    """Stop a draw at once, publicly and with the reason; what was won before stays won.

    Raises:
        NotFound: another brand's.
        Invalid: no reason given.
        DrawNotOpen: it was not published, or is drawn.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    reason = reason.strip()
    if not reason:
        raise Invalid(field="reason", rule="required")
    draw = draw_by_id(actor, draw.pk)
    won = Draw.objects.filter(pk=draw.pk, state__in=_STOPPABLE).update(
        state=DrawState.KILLED, killed_at=now, kill_reason=reason[:300]
    )
    draw.refresh_from_db()
    if not won:
        raise DrawNotOpen(reason="ended", at=draw.ends_at.isoformat())
    record(actor, "campaigns.draw_killed", draw, now=now, slug=draw.slug)
    return draw
