"""A member's advertising (会员的营销消息): what was sent on which consent, and what was refused."""

from collections.abc import Iterator

from hefu.apps.campaigns.models import MailingLimit, MailingSend, MarketingChoice
from hefu.core.personal import Person, Table, Words, told


def mailings_held(person: Person) -> Iterator[Table]:
    """Give the sends and the refusals of one member."""
    sends = MailingSend.objects.filter(
        mailing__brand_id=person.brand_id, member_id=person.member_id,
        state=MailingSend.State.SENT,
    ).select_related("mailing")  # fmt: skip
    yield Table(
        name="marketing_messages",
        title=Words(zh="营销消息", en="Marketing messages"),
        columns={
            "campaign": "消息",
            "channel": "方式",
            "at": "时间",
            "consent": "所依据的同意记录",
            "text": "文案哈希",
        },
        rows=tuple(
            (row.mailing.title, row.mailing.channel, told(row.at), row.consent_id, row.text_hash)
            for row in sends.order_by("at", "pk")
        ),
    )
    choices = MarketingChoice.objects.filter(brand_id=person.brand_id, member_id=person.member_id)
    yield Table(
        name="marketing_refusals",
        title=Words(zh="营销消息的拒收", en="Advertising refused"),
        columns={"channel": "方式", "refused_at": "拒收时间", "allowed_at": "重新允许时间"},
        rows=tuple(
            (row.channel, told(row.refused_at), told(row.allowed_at))
            for row in choices.exclude(refused_at=None, allowed_at=None).order_by("pk")
        ),
    )


def forget_mailings(person: Person) -> None:
    """Delete links, refusals and counts; what still waits is skipped when its time comes."""
    choices = MarketingChoice.objects.filter(brand_id=person.brand_id, member_id=person.member_id)
    choices.delete()
    MailingLimit.objects.filter(key=str(person.member_id)).delete()
