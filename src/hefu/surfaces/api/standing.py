"""Levels, groups and segments of members over REST: what your own systems know of them."""

from datetime import datetime
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Path, Router, Schema

from hefu.apps.members.services import standing as services
from hefu.apps.members.standing import StandingFacts, standing_of
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, Body, Instant, RowId
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["members"])
VOUCH = Permission.MEMBER_VOUCH
GroupName = Annotated[
    str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9][a-z0-9_-]*$", examples=["student"])
]


class VerifiedOut(Schema):
    """A verified group, and until when the proof holds."""

    group: str
    until: datetime


class StandingOut(Schema):
    """What offers may ask about a member; the birthday is the member's own and not told."""

    member: int
    level: str
    segments: list[str]
    verified: list[VerifiedOut]


class LevelIn(Body):
    """A level of your own; empty takes it away."""

    level: str = Field(max_length=20, pattern=r"^([a-z0-9][a-z0-9_-]*)?$", examples=["gold"])


class GroupIn(Body):
    """A group that somebody was proved to belong to."""

    group: GroupName
    proof: str = Field(
        min_length=1, max_length=120, pattern=SOME_TEXT, examples=["student card of 2026"],
        description="what was seen, never a number or a copy",
    )  # fmt: skip
    expires_at: Instant = Field(examples=["2027-09-01T00:00:00Z"])


class LeaveIn(Body):
    """A group or segment that a member does not belong to any more."""

    group: GroupName
    verified: bool = False


class SegmentIn(Body):
    """Members of a segment of your own; ids that are no open account are left out."""

    segment: GroupName
    members: list[RowId] = Field(min_length=1, max_length=10_000)


class SegmentOut(Schema):
    """How many members were not in it before."""

    added: int


@router.get(
    "{member}/standing", response={200: StandingOut, **REFUSALS}, openapi_extra=needs(VOUCH)
)
def get_standing(request: HttpRequest, member: Path[RowId]) -> Any:
    """A member's level, segments and verified groups."""
    actor = actor_of(request, VOUCH)
    return _told(standing_of(brand_id=actor.own_brand(), member_id=member))


@router.post("{member}/level", response={200: StandingOut, **REFUSALS}, openapi_extra=needs(VOUCH))
def set_member_level(request: HttpRequest, member: Path[RowId], data: LevelIn) -> HttpResponse:
    """Put a member on a level; offers read it at the next quote."""
    actor = actor_of(request, VOUCH)

    def put() -> StandingOut:
        services.set_level(actor, member_id=member, level=data.level, now=timezone.now())
        return _told(standing_of(brand_id=actor.own_brand(), member_id=member))

    return answer_once(request, StandingOut, put)


@router.post("{member}/groups", response={200: StandingOut, **REFUSALS}, openapi_extra=needs(VOUCH))
def verify_member(request: HttpRequest, member: Path[RowId], data: GroupIn) -> HttpResponse:
    """Note that a member was proved to belong to a group; proving again replaces the proof."""
    actor = actor_of(request, VOUCH)

    def verify() -> StandingOut:
        services.verify_group(
            actor, member_id=member, group=data.group, proof=data.proof,
            expires_at=data.expires_at, now=timezone.now(),
        )  # fmt: skip
        return _told(standing_of(brand_id=actor.own_brand(), member_id=member))

    return answer_once(request, StandingOut, verify)


@router.post(
    "{member}/groups/leave", response={200: StandingOut, **REFUSALS}, openapi_extra=needs(VOUCH)
)
def leave_member_group(request: HttpRequest, member: Path[RowId], data: LeaveIn) -> HttpResponse:
    """Take a member out of a segment, or end a verified group before its time; once is enough."""
    actor = actor_of(request, VOUCH)

    def leave() -> StandingOut:
        services.leave_group(
            actor, member_id=member, group=data.group, verified=data.verified, now=timezone.now()
        )
        return _told(standing_of(brand_id=actor.own_brand(), member_id=member))

    return answer_once(request, StandingOut, leave)


@router.post("segments", response={200: SegmentOut, **REFUSALS}, openapi_extra=needs(VOUCH))
def fill_segment(request: HttpRequest, data: SegmentIn) -> HttpResponse:
    """Put members into a segment; who is in it already stays."""
    actor = actor_of(request, VOUCH)

    def fill() -> dict[str, int]:
        added = services.put_in_segment(
            actor, segment=data.segment, members=data.members, now=timezone.now()
        )
        return {"added": added}

    return answer_once(request, SegmentOut, fill)


def _told(known: StandingFacts) -> StandingOut:
    return StandingOut(
        member=known.member_id, level=known.level, segments=sorted(known.segments),
        verified=[
            VerifiedOut(group=group, until=until) for group, until in sorted(known.verified.items())
        ],
    )  # fmt: skip
