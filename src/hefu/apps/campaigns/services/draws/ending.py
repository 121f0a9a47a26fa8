"""The end of a draw: the list is closed, the seed opened, the winners are told.

An instant draw opens its seed as soon as it has ended. A draw among entrants first publishes the
root of its list; at its time the seed is made of the committed secret, that root, and the value
from outside where the rules announced one.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import structlog
from django.utils import timezone

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.draws import (
    DrawNotEnded,
    InsiderExcluded,
    ListDiffers,
    OutsideValue,
    WinNotOpen,
)
from hefu.apps.campaigns.models.draws import (
    ENTERABLE,
    Draw,
    DrawEntry,
    DrawKind,
    DrawPrize,
    DrawState,
    DrawTerms,
    Win,
)
from hefu.apps.campaigns.selectors.draws import (
    as_file,
    chained_entries,
    compute_list,
    draw_by_id,
    entrants_of,
    list_file,
    table_of,
    versions_of,
)
from hefu.apps.campaigns.services.draws.entering import check_insider, masked_name
from hefu.apps.members.models import Member
from hefu.apps.notices.services import queue_message
from hefu.core import draws as rules
from hefu.core.actor import Actor, system
from hefu.core.errors import DomainError, NotFound
from hefu.core.permissions import Permission

log = structlog.get_logger(__name__)


@service
def close_draw(actor: Actor, *, draw: Draw, now: datetime) -> Draw:
    """Close the list at the end; of a draw among entrants its Merkle root stands from now on.

    Raises:
        NotFound: another brand's.
        DrawNotEnded: it is not yet time, or it was closed before.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    draw = draw_by_id(actor, draw.pk)
    won = Draw.objects.filter(pk=draw.pk, state__in=ENTERABLE, ends_at__lte=now).update(
        state=DrawState.CLOSED, closed_at=now
    )
    draw.refresh_from_db()
    if not won:
        raise DrawNotEnded(state=draw.state, until=draw.ends_at.isoformat())
    if draw.kind == DrawKind.AT_INSTANT:
        draw.root = rules.merkle_root(entrants_of(draw))
        draw.save(update_fields=["root"])
    record(
        actor, "campaigns.draw_closed", draw, now=now, slug=draw.slug, entries=draw.entered,
        root=draw.root,
    )  # fmt: skip
    return draw


@service
def hold_draw(actor: Actor, *, draw: Draw, outside: str = "", now: datetime) -> Draw:
    """Open the seed: an instant draw is checked by it, a draw among entrants has its winners.

    ``outside`` is the value that the rules announced, as the notary gives it.

    Raises:
        NotFound: another brand's.
        DrawNotEnded: the list is not closed, it is not yet time, or it is drawn.
        OutsideValue: the announced value is missing, or none was announced.
        ListDiffers: an instant draw's stored results are not what its seed gives.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    draw = draw_by_id(actor, draw.pk)
    outside = outside.strip()[:200]
    if bool(outside) != bool(draw.outside_source):
        raise OutsideValue(field="outside", rule="not_announced" if outside else "required")
    won = Draw.objects.filter(pk=draw.pk, state=DrawState.CLOSED, draw_at__lte=now).update(
        state=DrawState.DRAWN, drawn_at=now, outside=outside
    )
    draw.refresh_from_db()
    if not won:
        raise DrawNotEnded(state=draw.state, until=draw.draw_at.isoformat())
    if draw.kind == DrawKind.INSTANT:
        for terms in versions_of(draw):
            _check(draw, terms)
            _keep(draw, terms, compute_list(draw, terms))
    else:
        terms = versions_of(draw).get(version=draw.version)
        document = compute_list(draw, terms)
        _award(draw, document["winners"], now=now)
        _keep(draw, terms, document)
    record(
        actor, "campaigns.draw_drawn", draw, now=now, slug=draw.slug,
        winners=Win.objects.filter(draw=draw, prize__isnull=False).count(),
    )  # fmt: skip
    return draw


def _check(draw: Draw, terms: DrawTerms) -> None:
    """Recompute every entry before the list is shown: stored is what the seed gives."""
    chained = chained_entries(terms)
    got = rules.replay(bytes.fromhex(draw.secret), table_of(terms), [one for one, _ in chained])
    head = rules.CHAIN_START
    for entry, _ in chained:
        head = rules.chained(head, entry)
    if [stored for _, stored in chained] != got or head != terms.head:
        raise ListDiffers(version=terms.version)


def _keep(draw: Draw, terms: DrawTerms, document: dict[str, Any]) -> None:
    """Write the published list to its file; the same bytes every time."""
    path = list_file(draw, terms.version)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(as_file(document))
    fresh.replace(path)


def _award(draw: Draw, winners: list[list[str]], *, now: datetime) -> None:
    """Write the wins of a draw among entrants and tell the winners."""
    entries = {
        entry.name: entry
        for entry in DrawEntry.objects.filter(draw=draw, name__in=[name for _, name in winners])
    }
    people = Member.objects.in_bulk({entry.member_id for entry in entries.values()})
    prizes = {prize.ident: prize for prize in draw.prizes.all()}
    wins = []
    for rank, (ident, name) in enumerate(winners):
        member, prize = people[entries[name].member_id], prizes.get(ident)
        wins.append(
            Win(
                draw=draw, entry=entries[name], prize=prize, rank=rank, member_id=member.pk,
                state=Win.State.OFFERED if prize else Win.State.SUBSTITUTE,
                masked_name=masked_name(member), won_at=now,
                claim_by=now + timedelta(days=draw.claim_days) if prize else None,
            )
        )  # fmt: skip
    Win.objects.bulk_create(wins, batch_size=500)
    for win in wins:
        if win.prize is not None:
            entry = entries[win.entry.name]
            DrawEntry.objects.filter(pk=entry.pk).update(got=win.prize.ident)
            _tell(draw, people[win.member_id], win.prize, win.claim_by or now, now=now)


def _tell(
    draw: Draw, member: Member, prize: DrawPrize, claim_by: datetime, *, now: datetime
) -> None:
    """Queue the winner's message; who closed the account has no address and gets none."""
    channel = "sms" if member.phone else "email"
    address, key = (
        (member.phone, member.phone_key) if member.phone else (member.email, member.email_key)
    )
    if not address:
        return
    queue_message(
        system("draws", brand_id=draw.brand_id), channel=channel, address=address,
        address_key=key or "", template="prize_won", language=member.language,
        context={
            "draw": draw.title, "prize": prize.name,
            "until": f"{timezone.localtime(claim_by):%Y-%m-%d %H:%M}",
        },
        now=now, expires_at=claim_by, member_id=member.pk,
    )  # fmt: skip


@service
def forfeit_win(actor: Actor, *, win: Win, now: datetime) -> Win | None:
    """Let a prize lapse that nobody claimed in time; returns who gets it instead, if anybody.

    Raises:
        NotAllowed: nobody but the clock and whoever manages campaigns.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    if win.draw.brand_id != actor.own_brand():
        raise NotFound
    due = Win.objects.filter(pk=win.pk, state=Win.State.OFFERED, claim_by__lte=now)
    if not due.update(state=Win.State.FORFEITED, forfeited_at=now):
        win.refresh_from_db()
        raise WinNotOpen(state=win.state)
    record(actor, "campaigns.win_forfeited", win, now=now, draw=win.draw_id)
    return _pass_on(win, now=now)


def _pass_on(win: Win, *, now: datetime) -> Win | None:
    """Give the prize to the next substitute, in the order drawn; insiders are passed over."""
    draw = win.draw
    waiting = Win.objects.filter(draw=draw, state=Win.State.SUBSTITUTE)
    for substitute in waiting.select_related("entry").order_by("rank"):
        member = Member.objects.get(pk=substitute.member_id)
        try:
            check_insider(member, now=now)
        except InsiderExcluded:
            continue
        claim_by = now + timedelta(days=draw.claim_days)
        moved = waiting.filter(pk=substitute.pk).update(
            state=Win.State.OFFERED, prize=win.prize, instead_of=win, won_at=now, claim_by=claim_by
        )
        if moved and win.prize is not None:
            _tell(draw, member, win.prize, claim_by, now=now)
            substitute.refresh_from_db()
            return substitute
    return None


def mind_draws(now: datetime) -> int:
    """Clock: begin, close and hold the draws that are due, and let unclaimed prizes lapse."""
    begun = Draw.objects.filter(state=DrawState.PUBLISHED, starts_at__lte=now)
    done = sum(_begin(_clock(draw), draw=draw, now=now) for draw in begun)
    for draw in Draw.objects.filter(state__in=ENTERABLE, ends_at__lte=now):
        done += _tried(partial(close_draw, _clock(draw), draw=draw, now=now))
    due = Draw.objects.filter(state=DrawState.CLOSED, draw_at__lte=now, outside_source="")
    for draw in due:
        done += _tried(partial(hold_draw, _clock(draw), draw=draw, now=now))
    late = Win.objects.filter(state=Win.State.OFFERED, claim_by__lte=now)
    for win in late.select_related("draw__brand", "prize")[:500]:
        done += _tried(partial(forfeit_win, _clock(win.draw), win=win, now=now))
    return done


def _tried(deed: Callable[[], object]) -> int:
    """Do one thing that is due; a draw that is refused does not keep the others waiting."""
    try:
        deed()
    except (DrawNotEnded, WinNotOpen):  # another worker was first
        return 0
    except DomainError as refusal:
        log.exception("draw_refused", refusal=str(refusal))
        return 0
    return 1


@service
def _begin(actor: Actor, *, draw: Draw, now: datetime) -> int:
    won = Draw.objects.filter(pk=draw.pk, state=DrawState.PUBLISHED).update(state=DrawState.RUNNING)
    if won:
        record(actor, "campaigns.draw_began", draw, now=now, slug=draw.slug)
    return won


def _clock(draw: Draw) -> Actor:
    return system("draws", brand_id=draw.brand_id)
