"""Draws as an actor may see them: anybody what is published, the brand's staff the rest."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import TruncHour

from hefu.apps.accounts.fields import lookup
from hefu.apps.campaigns.errors.draws import DrawNotEnded
from hefu.apps.campaigns.models.draws import (
    ENTERABLE,
    REVEALED,
    Chance,
    Draw,
    DrawEntry,
    DrawKind,
    DrawPrize,
    DrawState,
    DrawTerms,
    EntryBy,
    Win,
)
from hefu.apps.identity.models import Activation
from hefu.apps.identity.selectors.activations import activations_for
from hefu.apps.members.purposes import Purpose
from hefu.apps.members.selectors import consenting_members
from hefu.core import draws as rules
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

_HIDDEN = (DrawState.DRAFT, DrawState.WAITING)


def draws_for(actor: Actor) -> QuerySet[Draw]:
    """The brand's draws, newest first: staff all, consumers and visitors those published.

    Raises:
        NotAllowed: staff or partners who may not see campaigns.
    """
    rows = Draw.objects.filter(brand_id=actor.own_brand()).select_related("brand")
    rows = rows.order_by("-starts_at", "-pk")
    if actor.kind in (ActorKind.CONSUMER, ActorKind.ANONYMOUS):
        return rows.exclude(state__in=_HIDDEN)
    if actor.is_partner:
        return rows.none()
    actor.require(Permission.CAMPAIGN_VIEW)
    return rows


def draw_by_id(actor: Actor, pk: int) -> Draw:
    """Return one draw.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    return _one(draws_for(actor).filter(pk=pk))


def draw_by_slug(actor: Actor, slug: str) -> Draw:
    """Return one draw by its short name.

    Raises:
        NotFound: as ``draw_by_id``.
    """
    return _one(draws_for(actor).filter(slug=slug))


def _one(rows: QuerySet[Draw]) -> Draw:
    draw = rows.first()
    if draw is None:
        raise NotFound
    return draw


def terms_of(draw: Draw) -> DrawTerms | None:
    """The terms in force; None before anything was published."""
    return DrawTerms.objects.filter(draw=draw, version=draw.version).first()


def versions_of(draw: Draw) -> QuerySet[DrawTerms]:
    """Every version of the published terms, the first one first."""
    return DrawTerms.objects.filter(draw=draw).order_by("version")


def pseudonym(draw: Draw, what: str, value: object) -> str:
    """Return the keyed name of a person, device or code in this draw only: 32 hex characters.

    Keyed, not hashed: from a plain hash of few-bit codes one could find valid ones by trying.
    """
    return lookup(f"{draw.pk}:{value}", purpose=f"draw {what}", brand_id=draw.brand_id)


def table_of(terms: DrawTerms) -> rules.PrizeTable:
    """The published table of an instant draw, as the engine wants it."""
    table = dict(terms.table)
    table["prizes"] = tuple(rules.Prize(**prize) for prize in table["prizes"])
    table["excluded"] = tuple(table["excluded"])
    return rules.PrizeTable(**table)


def chained_entries(terms: DrawTerms) -> list[tuple[rules.Entry, str]]:
    """The entries of one version in the order of their chain, each with what it got."""
    rows = DrawEntry.objects.filter(draw_id=terms.draw_id, terms=terms).order_by("seq")
    return [
        (
            rules.Entry(
                id=row.name, at=int(row.at.timestamp()), person=row.person, device=row.device,
                code=row.code,
            ),
            row.got,
        )
        for row in rows.iterator(chunk_size=2000)
    ]  # fmt: skip


def entrants_of(draw: Draw) -> list[str]:
    """The names on the list of a draw among entrants."""
    return list(DrawEntry.objects.filter(draw=draw).values_list("name", flat=True))


def is_revealed(draw: Draw) -> bool:
    """Whether seed and list are open: after the end; of a stopped instant draw at once."""
    stopped = draw.killed_at is not None
    return (draw.state in REVEALED and not stopped) or (stopped and draw.kind == DrawKind.INSTANT)


def published_list(draw: Draw, version: int) -> dict[str, Any]:
    """Compute the document from which anybody recomputes the draw (``scripts/verify_draw.py``).

    Raises:
        DrawNotEnded: the seed is still sealed.
        NotFound: there is no such version, or of a draw among entrants not the last.
    """
    if not is_revealed(draw):
        raise DrawNotEnded(state=draw.state, until=draw.draw_at.isoformat())
    terms = DrawTerms.objects.filter(draw=draw, version=version).first()
    if terms is None or (draw.kind != DrawKind.INSTANT and version != draw.version):
        raise NotFound
    return compute_list(draw, terms)


def compute_list(draw: Draw, terms: DrawTerms) -> dict[str, Any]:
    """The document of one version; holds the seed, so it is for those who may reveal it."""
    secret = bytes.fromhex(draw.secret)
    if draw.kind == DrawKind.INSTANT:
        entries = [entry for entry, _ in chained_entries(terms)]
        return rules.publish_instant(secret, table_of(terms), terms.page_hash, entries)
    prizes = [rules.Prize(**prize) for prize in terms.table]
    campaign = terms.rules["campaign"]
    return rules.publish_sealed(
        secret, campaign, terms.page_hash, entrants_of(draw), prizes, outside=draw.outside
    )


def list_file(draw: Draw, version: int) -> Path:
    """Where a published list is kept, below the data folder."""
    folder = Path(settings.HEFU_DATA) / "draws" / str(draw.brand_id) / str(draw.pk)
    return folder / f"published-{version}.json"


def archive_file(draw: Draw) -> Path:
    """Where the archive of a draw is kept."""
    return list_file(draw, 1).with_name("archive.zip")


def published_bytes(draw: Draw, version: int) -> bytes:
    """The published list as a file's bytes: the one kept, else computed anew (the same ones).

    Raises:
        As ``published_list``.
    """
    path = list_file(draw, version)
    if is_revealed(draw) and path.exists():
        return path.read_bytes()
    return as_file(published_list(draw, version))


def as_file(document: dict[str, Any]) -> bytes:
    """Write a document as people and programs read it."""
    return json.dumps(document, ensure_ascii=False, indent=1).encode() + b"\n"


@dataclass(frozen=True, kw_only=True, slots=True)
class PrizeStanding:
    """One prize now; money in fen."""

    prize: DrawPrize
    won: int
    left: int
    cost_fen: int
    worst_fen: int


def standing_of(draw: Draw) -> list[PrizeStanding]:
    """How many units of each prize are won and left, and what they cost; the highest first."""
    counts = {
        pk: (won, kept)
        for pk, won, kept in Win.objects.filter(draw=draw, prize__isnull=False)
        .values_list("prize")
        .annotate(
            won=Count("pk", filter=Q(instead_of=None)),
            kept=Count("pk", filter=~Q(state=Win.State.FORFEITED)),
        )
    }
    standings = []
    for prize in draw.prizes.order_by("rank"):
        won, kept = counts.get(prize.pk, (0, 0))
        standings.append(
            PrizeStanding(
                prize=prize, won=won, left=prize.quantity - won, cost_fen=kept * prize.value_fen,
                worst_fen=prize.quantity * prize.value_fen,
            )
        )  # fmt: skip
    return standings


@dataclass(frozen=True, kw_only=True, slots=True)
class Hour:
    """Entries of one hour."""

    at: datetime
    entries: int


def entries_by_hour(actor: Actor, draw: Draw) -> list[Hour]:
    """Entries per hour, for the monitor.

    Raises:
        NotAllowed: nobody but those who see campaigns.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    rows = DrawEntry.objects.filter(draw=draw_by_id(actor, draw.pk))
    counted = rows.annotate(hour=TruncHour("at")).values_list("hour").annotate(Count("pk"))
    return [Hour(at=at, entries=count) for at, count in counted.order_by("hour")]


def wins_for(actor: Actor) -> QuerySet[Win]:
    """Wins, newest first: a consumer's own; the brand's for staff who see campaigns.

    Raises:
        NotAllowed: staff who may not see campaigns.
    """
    rows = Win.objects.filter(draw__brand_id=actor.own_brand()).order_by("-won_at", "-pk")
    rows = rows.select_related("draw__brand", "prize")
    if actor.kind is ActorKind.CONSUMER:
        own = rows.filter(member_id=actor.member_id or 0)
        return own.exclude(state=Win.State.SUBSTITUTE)
    if actor.is_partner or actor.kind is ActorKind.ANONYMOUS:
        return rows.none()
    actor.require(Permission.CAMPAIGN_VIEW)
    return rows if actor.may(Permission.CAMPAIGN_MANAGE) else rows.defer("deliver_to")


def win_by_id(actor: Actor, pk: int) -> Win:
    """Return one win.

    Raises:
        NotFound: there is none, or it is not the actor's to see.
    """
    win = wins_for(actor).filter(pk=pk).first()
    if win is None:
        raise NotFound
    return win


def entries_of(actor: Actor, draw: Draw) -> QuerySet[DrawEntry]:
    """The signed-in member's own entries in a draw, newest first."""
    mine = DrawEntry.objects.filter(draw=draw, member_id=actor.member_id or 0)
    return mine.select_related("win__prize", "draw").order_by("-seq")


def activations_with_a_chance(actor: Actor, draw: Draw) -> QuerySet[Activation]:
    """Activations of the signed-in member whose chance in this draw is not taken, newest first."""
    if draw.entry_by != EntryBy.ACTIVATION or actor.kind is not ActorKind.CONSUMER:
        return Activation.objects.none()
    rows = activations_for(actor).filter(ended_at=None, at__gte=draw.starts_at, at__lt=draw.ends_at)
    if draw.products:
        rows = rows.filter(product_id__in=draw.products)
    taken = DrawEntry.objects.filter(draw=draw, unit_id__isnull=False)
    return rows.exclude(unit_id__in=taken.values("unit_id"))


def draws_open_to(actor: Actor, activation: Activation, *, now: datetime) -> list[Draw]:
    """Draws in which an activation of the signed-in member gives a chance now."""
    running = draws_for(actor).filter(
        entry_by=EntryBy.ACTIVATION, state__in=ENTERABLE, starts_at__lte=now, ends_at__gt=now
    )
    return [
        draw
        for draw in running
        if activations_with_a_chance(actor, draw).filter(pk=activation.pk).exists()
    ]


def chances_of(actor: Actor, draw: Draw) -> tuple[int, int]:
    """How many chances activations gave, and how many of them were taken.

    Raises:
        NotAllowed: nobody but those who see campaigns.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    rows = Chance.objects.filter(draw=draw_by_id(actor, draw.pk))
    return rows.count(), rows.exclude(used_at=None).count()


@dataclass(frozen=True, kw_only=True, slots=True)
class Winner:
    """One line of the public list: masked unless the winner agreed to be named (law L36)."""

    name: str
    prize: str
    won_at: datetime
    entry: str


def winners_of(draw: Draw, *, first: int = 0, count: int = 50) -> list[Winner]:
    """A page of the public list of winners, the highest prize first; substitutes are left out."""
    rows = public_wins(draw).select_related("prize", "entry")[first : first + count]
    wins = list(rows)
    named = consenting_members(
        brand_id=draw.brand_id, member_ids=[win.member_id for win in wins], purpose=Purpose.PUBLISH
    )
    return [
        Winner(
            name=(named.get(win.member_id) or win.masked_name),
            prize=win.prize.name if win.prize else "", won_at=win.won_at, entry=win.entry.name,
        )
        for win in wins
    ]  # fmt: skip


def public_wins(draw: Draw) -> QuerySet[Win]:
    """The wins of the public list in its order; a prize passed on shows who has it now."""
    rows = Win.objects.filter(draw=draw, prize__isnull=False, passed_to=None)
    return rows.order_by("prize__rank", "won_at", "pk")


def receipt_of(draw: Draw, entry: DrawEntry) -> Sequence[tuple[str, str]]:
    """The path from an entrant to the published root; empty for an instant draw."""
    if draw.kind == DrawKind.INSTANT or not draw.root:
        return ()
    return rules.merkle_path(entrants_of(draw), entry.name)
