"""A member's payment disputes (会员的支付纠纷): told, then emptied once the order's record ends."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db.models import QuerySet
from django.utils import timezone

from hefu.apps.campaigns.models import DisputeFile, DisputeNote, PaymentDispute
from hefu.core.personal import Kept, Person, Table, Words, kept_until, told

RULE = "L16"
DISPUTES = "disputes"


def disputes_held(person: Person) -> Iterator[Table]:
    """Give the cases about one member's orders, with what was written about them."""
    yield Table(
        name="payment_disputes",
        title=Words(zh="支付纠纷", en="Payment disputes"),
        columns={
            "order": "订单号", "kind": "事由", "amount": "金额（分）", "state": "状态",
            "opened_at": "提出时间", "ended_at": "结束时间", "notes": "记录",
        },
        rows=tuple(
            (
                row.order.number, row.kind, row.amount, row.state, told(row.opened_at),
                told(row.ended_at), _notes(row),
            )
            for row in _cases(person).select_related("order").order_by("pk")
        ),
    )  # fmt: skip


def keep_disputes(person: Person) -> Iterator[Kept]:
    """Say how many cases are kept, and until when."""
    by_day: dict[date, int] = {}
    for row in _cases(person):
        by_day[_until(row)] = by_day.get(_until(row), 0) + 1
    for until, count in sorted(by_day.items()):
        yield Kept(what=DISPUTES, rule=RULE, count=count, until=until)


def empty_disputes(person: Person, today: date) -> None:
    """Empty notes and delete evidence of cases whose time is over; what they came to stays."""
    for row in _cases(person):
        if _until(row) <= today:
            DisputeNote.objects.filter(dispute=row).update(text="")
            files = DisputeFile.objects.filter(dispute=row).exclude(path="")
            for path in files.values_list("path", flat=True):
                (Path(settings.HEFU_DATA) / path).unlink(missing_ok=True)
            files.update(path="", name="")


def _cases(person: Person) -> QuerySet[PaymentDispute]:
    return PaymentDispute.objects.filter(
        brand_id=person.brand_id, order__member_id=person.member_id
    )


def _notes(row: PaymentDispute) -> str:
    return "\n".join(row.notes.order_by("pk").values_list("text", flat=True))


def _until(row: PaymentDispute) -> date:
    return kept_until(RULE, since=timezone.localdate(row.ended_at or row.opened_at))
