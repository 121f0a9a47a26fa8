"""Rules of law for draws (有奖销售的法律规则), as dated rows: a change of law is a new row here."""

from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone

from hefu.core import law


@dataclass(frozen=True, kw_only=True, slots=True)
class Rule:
    """One rule of law in force from a day on, with its only parameter."""

    id: str
    source: str
    valid_from: date
    value: int = 0

    @property
    def cited(self) -> str:
        """How a refusal names it."""
        return f"{self.id} {self.source}"


#: Highest prize of a draw, in fen.
PRIZE_CAP = (
    Rule(
        id="L05", source="反不正当竞争法(2019)第十条第三项", valid_from=date(2019, 4, 23),
        value=5_000_000,
    ),
    Rule(
        id="L05", source="反不正当竞争法(2025)第十一条第四项", valid_from=date(2025, 10, 15),
        value=5_000_000,
    ),
)  # fmt: skip
#: Terms change in the consumer's favour only; no insiders.
NO_CHANGE = (Rule(id="L06", source="规范促销行为暂行规定第十三条", valid_from=date(2020, 12, 1)),)
NO_INSIDERS = (
    Rule(id="L06", source="反不正当竞争法(2025)第十一条", valid_from=date(2025, 10, 15)),
)
#: Years that the file of a draw is kept.
RETENTION = (
    Rule(id="L06b", source="规范促销行为暂行规定第十九条", valid_from=date(2020, 12, 1), value=2),
)
#: Chances are not sold.
NO_SALE = (Rule(id="24", source="彩票管理条例第三条", valid_from=date(2009, 7, 1)),)


def in_force(rules: tuple[Rule, ...], *, now: datetime) -> Rule:
    """Return the row that counts at ``now``; the oldest one before all of them."""
    return law.in_force(rules, on=timezone.localdate(now))
