"""Members who agreed to advertising, a mailing for them, and a worker for its jobs."""

from typing import Any

from hefu.apps.accounts.models import Brand
from hefu.apps.audit import jobs
from hefu.apps.audit.worker import drain
from hefu.apps.campaigns.models import Campaign, Mailing
from hefu.apps.campaigns.selectors.audiences import Audience, audience_of
from hefu.apps.campaigns.services import mailing_sending, mailings, refusals
from hefu.apps.campaigns.services.mailings import MailingDraft
from hefu.apps.members.events import ConsentAnswered
from hefu.apps.members.models import Member
from hefu.apps.members.purposes import Purpose
from hefu.apps.members.services import answer_consent, publish_consent_texts
from hefu.apps.members.services.vouching import vouch
from hefu.apps.notices import services as notices
from hefu.apps.notices.events import MessageExpired, MessageQueued
from hefu.core.actor import consumer
from hefu.core.mailings import Channel, Words
from tests.apps.campaigns.promoting import House
from tests.factories import NOW, operator

JOBS = {mailing_sending.JOB: mailing_sending.run_mailing}
REACTIONS: dict[Any, Any] = {
    ConsentAnswered: (refusals.stop_waiting,),
    MessageExpired: (mailing_sending.hold_again,),
    MessageQueued: (notices.deliver,),
}
TEXTS = {
    "zh-hans": Words(subject="双12新品", body="{name}，新锅上市，全场八折。"),
    "en": Words(subject="New at {brand}", body="Hello {name}, a new pot is here."),
}


def ready(brand: Brand) -> None:
    """Give a brand what the law wants before it may write: a contact, and texts to agree to."""
    Brand.objects.filter(pk=brand.pk).update(
        trader_name="上海奔腾企业（集团）有限公司", trader_contact="service@example.com"
    )
    publish_consent_texts(operator(brand), now=NOW)


def agree(member: Member, *, given: bool = True, now: Any = NOW) -> None:
    me = consumer(brand_id=member.brand_id, member_id=member.pk)
    answer_consent(
        me, purpose=Purpose.MARKETING, given=given, version=1, language="zh-hans", now=now
    )


def readers(brand: Brand, *names: str, language: str = "zh-hans", now: Any = NOW) -> list[Member]:
    """Members with an e-mail each, who said yes."""
    found = vouch(
        operator(brand), addresses=[f"{name}@example.com" for name in names], language=language,
        now=now,
    )  # fmt: skip
    for member in found:
        agree(member, now=now)
    return found


def a_draft(**about: Any) -> MailingDraft:
    said: dict[str, Any] = {
        "title": "双12预告", "channel": Channel.EMAIL, "texts": TEXTS, "audience": Audience(),
    }  # fmt: skip
    return MailingDraft(**{**said, **about})


def approved(house: House, campaign: Campaign, *, now: Any = NOW, **about: Any) -> Mailing:
    row = mailings.write_mailing(house.writer, campaign=campaign, draft=a_draft(**about), now=now)
    audience = audience_of(row.document["audience"])
    mailings.submit_mailing(house.writer, mailing=row, audience=audience, now=now)
    return mailings.approve_mailing(house.approver, mailing=row, now=now)


def work(now: Any) -> None:
    """What a worker does at an instant: minders, jobs, reactions."""
    mailing_sending.mind_mailings(now)
    while job := jobs.claim("w", now=now):
        jobs.run(job, worker="w", clock=lambda: now)
        job.refresh_from_db()
        assert job.state == job.State.DONE, job.error
    while drain(now=now):
        pass
