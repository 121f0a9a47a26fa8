"""What was sent to a member (发给会员的消息): shown while it is kept, emptied with the account."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q, QuerySet

from hefu.apps.notices.adapters import forget_files
from hefu.apps.notices.models import Message, Silence
from hefu.core.personal import Fate, Holder, Kept, Person, Table, Words, told

State = Message.State


def messages_of(person: Person) -> QuerySet[Message]:
    """Messages to a member, by name or by a proved address."""
    by_address = Q(member_id=None, address_key__in=person.address_keys) & ~Q(address_key="")
    mine = Q(member_id=person.member_id) | by_address
    return Message.objects.filter(mine, brand_id=person.brand_id)


def held(person: Person) -> Iterator[Table]:
    """Give every message; of old ones the text is gone."""
    yield Table(
        name="messages", title=Words(zh="收到的消息", en="Messages"),
        columns={
            "at": "时间", "by": "方式", "to": "发往", "about": "类别", "subject": "标题",
            "text": "内容", "state": "状态",
        },
        rows=tuple(
            (
                told(row.created_at), row.channel, row.address, row.template, row.subject,
                row.body, row.state,
            )
            for row in messages_of(person).order_by("created_at", "pk")
        ),
    )  # fmt: skip
    silences = Silence.objects.filter(brand_id=person.brand_id, member_id=person.member_id)
    yield Table(
        name="silences",
        title=Words(zh="停发消息", en="Not to be messaged"),
        columns={"since": "自", "reason": "原因"},
        rows=tuple((told(row.since), row.reason) for row in silences),
    )


def forget(person: Person, now: datetime) -> Iterator[Kept]:
    """Empty addresses and texts; what was still waiting is not sent."""
    mine = messages_of(person)
    forget_files(list(mine.values_list("pk", flat=True)))
    mine.filter(state__in=(State.QUEUED, State.SENDING)).update(
        state=State.FAILED, error="account_closed", claimed_at=now
    )
    mine.update(
        address="", subject="", body="", refuse_url="", address_key="", member_id=person.member_id
    )
    Silence.objects.filter(brand_id=person.brand_id, member_id=person.member_id).delete()
    return iter(())


HOLDER = Holder(
    app="notices", held=held, forget=forget,
    covers={"notices.message": Fate.ERASED, "notices.silence": Fate.ERASED},
    spared={
        "notices.dispatch": "what another system was told: numbers of things, emptied in days",
        "notices.endpoint": "a secret shared with another system",
        "notices.wechataccount": "a secret shared with another system",
    },
)  # fmt: skip
