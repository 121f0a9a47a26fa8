"""What a member said in surveys (会员的调查回答): handed over, a nameless mark once they leave."""

from collections.abc import Iterator
from datetime import datetime

from hefu.apps.service.models import Ask, LastAsked
from hefu.core.personal import Fate, Holder, Kept, Person, Table, Words, told


def held(person: Person) -> Iterator[Table]:
    """Give what was asked and answered."""
    rows = Ask.objects.filter(brand_id=person.brand_id, member_id=person.member_id)
    yield Table(
        name="survey_answers", title=Words(zh="满意度调查", en="Satisfaction surveys"),
        columns={
            "asked_at": "询问时间", "answered_at": "回答时间", "mark": "评分", "word": "留言",
            "agreed_to": "同意内容",
        },
        rows=tuple(
            (told(row.shown_at), told(row.answered_at), row.mark, row.word, row.agreed_to)
            for row in rows.order_by("made_at", "pk")
        ),
    )  # fmt: skip


def forget(person: Person, now: datetime) -> Iterator[Kept]:  # noqa: ARG001  (a holder's shape)
    """Erase the words; a mark stays counted under nobody, its key opens nothing any more."""
    mine = Ask.objects.filter(brand_id=person.brand_id, member_id=person.member_id)
    for pk in mine.values_list("pk", flat=True):
        Ask.objects.filter(pk=pk).update(
            member_id=None, subject=f"gone:{pk}", key=f"gone {pk}", word=""
        )
    LastAsked.objects.filter(brand_id=person.brand_id, member_id=person.member_id).delete()
    return iter(())


HOLDER = Holder(
    app="service", held=held, forget=forget,
    covers={"service.ask": Fate.NAMELESS, "service.lastasked": Fate.ERASED},
)  # fmt: skip
