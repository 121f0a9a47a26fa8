"""Minors (未成年人): what the law keeps from whom, asked by one function where an age matters.

Only the year of birth is kept, so a year's children count as one year younger until it is over:
whoever may be under age is treated as such.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils import timezone

from hefu.apps.members.errors import GuardianNeeded, TooYoung
from hefu.apps.members.models import Age


class Matter(StrEnum):
    """For what an age is asked."""

    DRAW = "draw"  # a chance at a prize
    PURCHASE = "purchase"
    ACCOUNT = "account"  # anything else that needs an account


@dataclass(frozen=True, kw_only=True, slots=True)
class AgeRule:
    """Below ``age`` a matter is refused, or a guardian agrees first."""

    id: str
    source: str
    valid_from: date
    matters: frozenset[Matter]
    age: int
    guardian: bool = False  # a guardian's consent lifts it


RULES: tuple[AgeRule, ...] = (
    AgeRule(
        id="L40", valid_from=date(2021, 6, 1), age=18, matters=frozenset({Matter.DRAW}),
        source="未成年人保护法第七十二条、民法典第十九条",
    ),
    AgeRule(
        id="L40", valid_from=date(2021, 11, 1), age=14, guardian=True,
        matters=frozenset({Matter.PURCHASE, Matter.ACCOUNT}),
        source="个人信息保护法第三十一条",
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class AgeKnown:
    """What a member said, and whether a guardian agreed."""

    at_least: int
    guarded: bool


def age_of(member_id: int, *, now: datetime) -> AgeKnown | None:
    """Return the age that is certain; None where nothing was said."""
    row = Age.objects.filter(member_id=member_id).first()
    if row is None:
        return None
    return AgeKnown(
        at_least=timezone.localdate(now).year - int(row.year) - 1,
        guarded=row.guardian_at is not None,
    )


def check_age(member_id: int, matter: Matter, *, now: datetime) -> None:
    """Refuse a matter to whom the law keeps it from; who said no year has ticked a box elsewhere.

    Raises:
        TooYoung: no consent helps.
        GuardianNeeded: a guardian has not agreed yet.
    """
    known = age_of(member_id, now=now)
    today = timezone.localdate(now)
    for rule in RULES:
        if known is None or matter not in rule.matters or rule.valid_from > today:
            continue
        if known.at_least >= rule.age or (rule.guardian and known.guarded):
            continue
        cited = f"{rule.id} {rule.source}"
        if rule.guardian:
            raise GuardianNeeded(rule=cited, age=rule.age)
        raise TooYoung(rule=cited, age=rule.age)
