"""Time to answer somebody who asks for a right to their data (个人信息权利请求的答复期限).

Rules are dated rows. Working days are Monday to Friday: public holidays are not taken off, so that
an answer is never late by a calendar that nobody kept.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from hefu.core.clocks.calendar import add_months
from hefu.core.law import in_force
from hefu.core.personal import Words

_WEEKEND = 5  # Saturday


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """One rule: so many working days or months from the day after receipt; perhaps longer.

    ``verified`` is False where the article was not read in full.
    """

    id: str
    law: str  # the row of the law table
    source: Words
    valid_from: date
    working_days: int = 0
    months: int = 0
    more_months: int = 0  # by which it may be made longer, once, with a reason
    verified: bool = False


TERMS: tuple[Term, ...] = (
    Term(
        id="CN", law="L37", valid_from=date(2019, 11, 28), working_days=15,
        source=Words(
            zh="App违法违规收集使用个人信息行为认定方法第六条：十五个工作日内处理",
            en="Methods for Identifying Unlawful Collection by Apps, part 6: within 15 working "
            "days",
        ),
    ),
    Term(
        id="EU", law="L58", valid_from=date(2018, 5, 25), months=1, more_months=2,
        source=Words(
            zh="欧盟 2016/679 号条例第十二条第三款：一个月，必要时再延长两个月",
            en="Regulation (EU) 2016/679, art. 12(3): one month, two more where necessary",
        ),
    ),
)  # fmt: skip


def term_named(name: str, *, on: date) -> Term:
    """Return the row of a rule in force on a day; the oldest one before all of them.

    Raises:
        ValueError: there is no such rule.
    """
    rows = [term for term in TERMS if term.id == name]
    if not rows:
        raise ValueError(f"no term {name}")
    return in_force(rows, on=on)


def due_day(term: Term, *, received: date, extended: bool = False) -> date:
    """Return the last day on which an answer is in time; the day of receipt is not counted.

    Raises:
        ValueError: the term cannot be made longer.
    """
    if extended and not term.more_months:
        raise ValueError(f"{term.id} knows no longer term")
    if term.months:
        return add_months(received, term.months + (term.more_months if extended else 0))
    day, left = received, term.working_days
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < _WEEKEND
    return day
