"""What offers may know about a member (会员资格): level, groups, birthday; read in two queries."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from hefu.apps.members.models import Belonging, Member
from hefu.core.errors import NotFound


@dataclass(frozen=True, kw_only=True, slots=True)
class StandingFacts:
    """A member as conditions may ask; ``birthday`` has no year: it is of the year 2000.

    ``segments`` are the brand's own groups, ``verified`` proved ones and until when.
    """

    member_id: int
    joined_at: datetime
    level: str = ""
    birthday: date | None = None
    segments: frozenset[str] = frozenset()
    verified: Mapping[str, datetime] = field(default_factory=dict)


def standing_of(*, brand_id: int, member_id: int) -> StandingFacts:
    """Return what is known of an open account; groups left, or proofs lapsed, tell themselves.

    Of a member whose data are restricted nothing is known but since when.

    Raises:
        NotFound: no such member of the brand, or the account is closed.
    """
    member = (
        Member.objects.select_related("standing")
        .filter(brand_id=brand_id, pk=member_id, closed_at=None)
        .first()
    )
    if member is None:
        raise NotFound(field="member")
    if member.restricted_at is not None:  # not profiled (law L37)
        return StandingFacts(member_id=member_id, joined_at=member.created_at)
    groups = list(Belonging.objects.filter(member_id=member_id, left_at=None))
    standing = getattr(member, "standing", None)
    return StandingFacts(
        member_id=member_id, joined_at=member.created_at,
        level=standing.level if standing else "",
        birthday=read_birthday(standing.birthday) if standing and standing.birthday else None,
        segments=frozenset(one.group for one in groups if not one.verified),
        verified={one.group: one.expires_at for one in groups if one.verified and one.expires_at},
    )  # fmt: skip


def read_birthday(text: str) -> date:
    """Read month and day, ``MM-DD``, as a day of the leap year 2000.

    Raises:
        ValueError: there is no such day.
    """
    return date.fromisoformat(f"2000-{text}")
