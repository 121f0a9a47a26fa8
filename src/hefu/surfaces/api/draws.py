"""Draws over REST: what a brand's own app shows, and taking part for its members."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Query, Router, Schema

from hefu.apps.campaigns.models import Draw
from hefu.apps.campaigns.selectors import draws as selectors
from hefu.apps.campaigns.services.draws.entering import Outcome, enter_draw
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import Body, CodeText, RowId
from hefu.surfaces.api.idempotency import answer_once, deed_key
from hefu.surfaces.api.named import unit_named
from hefu.surfaces.api.paging import Page, PageQuery, page_of
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["draws"])
VIEW, TAKE_PART = Permission.CAMPAIGN_VIEW, Permission.CAMPAIGN_MANAGE


class DrawOut(Schema):
    """A draw; ``page_hash`` and ``commitment`` are those of the terms in force."""

    id: int = Field(alias="pk")
    slug: str
    title: str
    kind: Literal["instant", "at_instant"]
    entry_by: Literal["activation", "scan", "member"]
    state: str = Field(examples=["running"])
    starts_at: datetime
    ends_at: datetime
    draw_at: datetime
    entries: int = Field(alias="entered")


class PrizeOut(Schema):
    """One prize: how many pieces there are, were won and are left; money in fen."""

    name: str
    kind: str
    value_fen: int
    weight: int
    quantity: int
    won: int
    left: int


class DrawDetailOut(DrawOut):
    """A draw with its prizes and what was published."""

    prizes: list[PrizeOut]
    version: int
    page_hash: str
    commitment: str
    head: str
    root: str


class WinnerOut(Schema):
    """A win; the name is masked."""

    id: int = Field(alias="pk")
    prize: str | None = Field(None, alias="prize.name")
    winner: str = Field(alias="masked_name")
    state: str = Field(examples=["offered"])
    won_at: datetime
    claim_by: datetime | None


class EntryIn(Body):
    """A member takes part. ``adult`` says that they told you they are 18 or older."""

    member: RowId
    adult: Literal[True]
    code: CodeText | None = Field(
        None, description="where a scan or an activation gives the chance"
    )


class EntryOut(Schema):
    """The receipt of an entry; ``prize`` is null for none, and before a draw is held."""

    name: str = Field(description="its name in the published list")
    number: int
    at: datetime
    got: str = Field(examples=["blank"], description="empty before a draw is held")
    prize: str | None
    claim_by: datetime | None


@router.get("", response={200: Page[DrawOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_draws(request: HttpRequest, query: Annotated[PageQuery, Query()]) -> Any:
    """The brand's draws, newest first."""
    return page_of(selectors.draws_for(actor_of(request, VIEW)), query)


@router.get("{id}", response={200: DrawDetailOut, **REFUSALS}, openapi_extra=needs(VIEW))
def get_draw(request: HttpRequest, id: Path[RowId]) -> Any:  # noqa: A002  (as it is called)
    """One draw: its prizes, how many are left, and what was published."""
    return _detail(selectors.draw_by_id(actor_of(request, VIEW), id))


def _detail(draw: Draw) -> dict[str, Any]:
    terms = selectors.terms_of(draw)
    prizes = [
        {
            "name": row.prize.name, "kind": row.prize.kind, "value_fen": row.prize.value_fen,
            "weight": row.prize.weight, "quantity": row.prize.quantity, "won": row.won,
            "left": row.left,
        }
        for row in selectors.standing_of(draw)
    ]  # fmt: skip
    plain = ("pk", "slug", "title", "kind", "entry_by", "state", "starts_at", "ends_at", "draw_at")
    return {
        **{name: getattr(draw, name) for name in (*plain, "entered")},
        "prizes": prizes, "version": draw.version, "root": draw.root,
        "page_hash": terms.page_hash if terms else "",
        "commitment": terms.commitment if terms else "", "head": terms.head if terms else "",
    }  # fmt: skip


@router.get("{id}/winners", response={200: Page[WinnerOut], **REFUSALS}, openapi_extra=needs(VIEW))
def list_winners(
    request: HttpRequest,
    id: Path[RowId],  # noqa: A002  (as it is called)
    query: Annotated[PageQuery, Query()],
) -> Any:
    """Who won, masked, newest first; substitutes have no prize."""
    actor = actor_of(request, VIEW)
    draw = selectors.draw_by_id(actor, id)
    return page_of(selectors.wins_for(actor).filter(draw=draw), query)


@router.get("{id}/list", response={200: dict[str, Any], **REFUSALS}, openapi_extra=needs(VIEW))
def get_published_list(
    request: HttpRequest,
    id: Path[RowId],  # noqa: A002  (as it is called)
    version: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Any:
    """The published list with the seed, as the verifier reads it; after the end."""
    draw = selectors.draw_by_id(actor_of(request, VIEW), id)
    return selectors.published_list(draw, version)


@router.post(
    "{id}/entries", response={200: EntryOut, **REFUSALS}, openapi_extra=needs(TAKE_PART, VIEW)
)
def enter(request: HttpRequest, id: Path[RowId], data: EntryIn) -> HttpResponse:  # noqa: A002
    """Take one chance for a member; an instant draw answers at once what it brought."""
    actor = actor_of(request, TAKE_PART, VIEW)

    def take() -> object:
        draw = selectors.draw_by_id(actor, id)
        unit = unit_named(actor, data.code, field="code") if data.code else None
        outcome = enter_draw(
            actor, draw=draw, key=deed_key(request), adult=data.adult, unit=unit,
            member_id=data.member, now=timezone.now(),
        )  # fmt: skip
        return _entry(outcome)

    return answer_once(request, EntryOut, take)


def _entry(outcome: Outcome) -> dict[str, Any]:
    entry, win = outcome.entry, outcome.win
    return {
        "name": entry.name, "number": entry.seq, "at": entry.at, "got": entry.got,
        "prize": win.prize.name if win and win.prize else None,
        "claim_by": win.claim_by if win else None,
    }  # fmt: skip
