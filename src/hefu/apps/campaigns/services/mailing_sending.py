"""Sending marketing messages (营销消息的发送): a resumable job that asks again before each one.

The audience becomes one row per member (a unique key), and a row is claimed by a conditional
UPDATE in the transaction that queues its message: after a kill -9 nobody gets it twice and nobody
is left out. Consent, refusal, silence, age and the weekly measure are read in that transaction,
after the member's ``MarketingChoice`` was touched: who refuses in the same moment comes before or
after it, never in between. In quiet hours all that waits is held to their end (R358).
"""

from collections import Counter
from dataclasses import asdict
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from django.db.models import F, Min
from django.utils import timezone

from hefu.apps.audit import jobs
from hefu.apps.audit.jobs import JobRun
from hefu.apps.audit.services import record, service
from hefu.apps.audit.windows import use_window
from hefu.apps.campaigns.models import (
    Mailing,
    MailingCount,
    MailingLimit,
    MailingRules,
    MailingSend,
    MarketingChoice,
)
from hefu.apps.campaigns.selectors.audiences import audience_of, members_of
from hefu.apps.campaigns.selectors.mailings import (
    most_a_week,
    quiet_of,
    refusal_address,
    rules_of,
    sender_of,
    texts_of,
    token_key,
    token_of,
)
from hefu.apps.members.models import Age, Consent, Member
from hefu.apps.members.purposes import Purpose
from hefu.apps.members.selectors import agreeing
from hefu.apps.notices.events import MessageExpired
from hefu.apps.notices.selectors import silent_members
from hefu.apps.notices.services import queue_message
from hefu.apps.notices.texts import MARKETING
from hefu.core.actor import Actor, system
from hefu.core.mailings import LANGUAGES, Channel, held_until, rests_at, week_clock, written
from hefu.core.permissions import Permission

JOB = "campaigns.send_mailing"
STEP = 100
WEEK = timedelta(days=7)
KEPT = 2 * WEEK  # counts of a week
ADULT_ENOUGH = 14  # below, no advertising, whatever a guardian agreed to (law L40)
State = MailingSend.State


class Skip(StrEnum):
    """Why a member of the audience got nothing; kept as numbers only."""

    CLOSED = "closed"
    SILENCED = "silenced"
    NO_CONSENT = "no_consent"
    UNDER_AGE = "under_age"
    UNSUBSCRIBED = "unsubscribed"
    NO_ADDRESS = "no_address"
    FREQUENCY = "frequency"
    STOPPED = "stopped"


def mind_mailings(now: datetime) -> int:
    """Clock: begin what is due, go on with what was held; says how many jobs were started."""
    states = (Mailing.State.APPROVED, Mailing.State.SENDING)
    due = Mailing.objects.filter(next_at__lte=now, state__in=states).order_by("next_at", "pk")
    started = sum(
        _start(system("clock", brand_id=row.brand_id), mailing=row, now=now) for row in due[:50]
    )
    MailingLimit.objects.filter(window__lt=now - KEPT).delete()
    return started


@service
def _start(actor: Actor, *, mailing: Mailing, now: datetime) -> int:
    # until it ended once, the audience is looked up again: unique rows make that harmless
    enlist = mailing.ended_at is None
    mine = Mailing.objects.filter(pk=mailing.pk, state=mailing.state, next_at=mailing.next_at)
    if not mine.update(state=Mailing.State.SENDING, next_at=None):
        return 0
    job = jobs.start(actor, kind=JOB, params={"mailing": mailing.pk, "enlist": enlist}, now=now)
    Mailing.objects.filter(pk=mailing.pk).update(job_id=job.pk)
    if mailing.state == Mailing.State.APPROVED:
        record(actor, "campaigns.mailing_started", mailing, now=now)
    return 1


def run_mailing(run: JobRun) -> dict[str, Any]:
    """Job: make the audience rows, once, then work them off in steps of one transaction each."""
    mailing = Mailing.objects.select_related("brand", "campaign").get(pk=run.params["mailing"])
    if run.params["enlist"] and not run.cursor.get("enlisted"):
        _enlist(run, mailing)
    waiting = MailingSend.objects.filter(mailing=mailing, state=State.WAITING)
    done = run.job.done
    run.advance(done=done, cursor={"enlisted": True}, total=done + waiting.count())
    while seen := send_step(run.actor, mailing=mailing, now=run.clock()):
        done += seen
        run.advance(done=done, cursor={"enlisted": True})
    left = end_or_wait(run.actor, mailing=mailing, now=run.clock())
    return {"done": done, "held": left}


def _enlist(run: JobRun, mailing: Mailing) -> None:
    audience, after = audience_of(mailing.document["audience"]), run.cursor.get("after", 0)
    while members := members_of(run.actor, audience, after=after):
        due_at = run.clock()
        MailingSend.objects.bulk_create(
            [MailingSend(mailing=mailing, member_id=one, due_at=due_at) for one in members],
            ignore_conflicts=True,
            batch_size=500,
        )
        after = members[-1]
        run.advance(done=0, cursor={"after": after})


@service
def send_step(actor: Actor, *, mailing: Mailing, now: datetime) -> int:
    """Work off the next members; 0 when nothing is due: all done, held, or the mailing stopped."""
    if not Mailing.objects.filter(pk=mailing.pk, state=Mailing.State.SENDING).exists():
        return 0
    rules = rules_of(mailing.brand_id)
    due = MailingSend.objects.filter(mailing=mailing, state=State.WAITING, due_at__lte=now)
    morning = held_until(now, quiet_of(rules))
    if morning is not None:
        due.update(due_at=morning)
        return 0
    rows = list(due.order_by("member_id")[:STEP])
    won = [
        row
        for row in rows
        if MailingSend.objects.filter(pk=row.pk, state=State.WAITING).update(
            state=State.SENT, at=now
        )
    ]
    _Step(actor, mailing, rules, now).work_off(won)
    return len(rows)


class _Step:
    """One transaction's members: who may be written to now, and the writing."""

    def __init__(self, actor: Actor, mailing: Mailing, rules: MailingRules, now: datetime) -> None:
        self.actor, self.mailing, self.rules, self.now = actor, mailing, rules, now
        self.brand_id, self.channel = mailing.brand_id, mailing.channel
        self.texts = texts_of(mailing.document)
        self.expires_at = rests_at(now, quiet_of(rules))
        self.members: dict[int, Member] = {}
        self.consents: dict[int, Consent] = {}

    def work_off(self, rows: list[MailingSend]) -> None:
        skipped: dict[int, Skip] = self._reasons([row.member_id for row in rows])
        open_ones = [row.member_id for row in rows if row.member_id not in skipped]
        skipped |= self._refused(open_ones)
        # once more: whoever answered between the first look and the touch is known now
        skipped |= self._reasons([one for one in open_ones if one not in skipped])
        for row in rows:
            if row.member_id not in skipped and not self._fits_week(row):
                skipped[row.member_id] = Skip.FREQUENCY
            if row.member_id not in skipped:
                self._write(row)
        gone = [row.pk for row in rows if row.member_id in skipped]
        MailingSend.objects.filter(pk__in=gone).update(state=State.SKIPPED)
        count_skipped(self.mailing, Counter(skipped.values()))

    def _reasons(self, ids: list[int]) -> dict[int, Skip]:
        self.members = Member.objects.filter(brand_id=self.brand_id).in_bulk(ids)
        silent = silent_members(brand_id=self.brand_id, member_ids=ids)
        self.consents |= (
            agreed := agreeing(brand_id=self.brand_id, member_ids=ids, purpose=Purpose.MARKETING)
        )
        young = self._under_age(ids)
        found: dict[int, Skip] = {}
        for one in ids:
            member = self.members.get(one)
            if member is None or member.closed_at is not None:
                found[one] = Skip.CLOSED
            elif one in silent or member.restricted_at is not None:
                found[one] = Skip.SILENCED
            elif one not in agreed:
                found[one] = Skip.NO_CONSENT
            elif one in young:
                found[one] = Skip.UNDER_AGE
            elif not self._address(member)[0] and self.channel != Channel.INBOX:
                found[one] = Skip.NO_ADDRESS
        return found

    def _under_age(self, ids: list[int]) -> set[int]:
        """Only the year of birth is kept: whoever may be too young is treated as such."""
        this_year = timezone.localdate(self.now).year
        rows = Age.objects.filter(member_id__in=ids)
        return {row.member_id for row in rows if this_year - int(row.year) - 1 < ADULT_ENOUGH}

    def _address(self, member: Member) -> tuple[str, str]:
        if self.channel == Channel.EMAIL:
            return member.email, member.email_key or ""
        return (member.phone, member.phone_key or "") if self.channel == Channel.SMS else ("", "")

    def _refused(self, ids: list[int]) -> dict[int, Skip]:
        """Touch each member's row for this channel, in one order; who refused is not touched."""
        MarketingChoice.objects.bulk_create(
            [
                MarketingChoice(
                    brand_id=self.brand_id, member_id=one, channel=self.channel,
                    token_key=token_key(self._token(one)), touched_at=self.now,
                )
                for one in ids
            ],
            ignore_conflicts=True,
        )  # fmt: skip
        rows = MarketingChoice.objects.filter(channel=self.channel, refused_at=None)
        return {
            one: Skip.UNSUBSCRIBED
            for one in ids
            if not rows.filter(member_id=one).update(touched_at=self.now)
        }

    def _token(self, member_id: int) -> str:
        return token_of(brand_id=self.brand_id, member_id=member_id, channel=self.channel)

    def _fits_week(self, row: MailingSend) -> bool:
        if row.counted:
            return True
        return not use_window(
            MailingLimit, scope=self.channel, key=str(row.member_id), window=WEEK,
            most=most_a_week(self.rules, self.channel),
            now=week_clock(self.now, self.rules.zone),
        )  # fmt: skip

    def _write(self, row: MailingSend) -> None:
        member = self.members[row.member_id]
        language = member.language if member.language in self.texts else LANGUAGES[0]
        address, key = self._address(member)
        link = refusal_address(self.mailing.brand, self._token(member.pk))
        said = written(
            self.texts[language], channel=Channel(self.channel), language=language,
            name=member.nickname, sender=sender_of(self.mailing.document, language), link=link,
        )  # fmt: skip
        message = queue_message(
            self.actor, channel=self.channel, address=address, address_key=key,
            template=MARKETING, language=language, now=self.now, member_id=member.pk,
            context={"subject": said.subject, "body": said.body}, refuse_url=link,
            expires_at=self.expires_at,
        )  # fmt: skip
        MailingSend.objects.filter(pk=row.pk).update(
            message_id=message.pk, consent_id=self.consents[member.pk].pk, counted=True,
            language=language, text_hash=self._text_hash(language),
        )  # fmt: skip

    def _text_hash(self, language: str) -> str:
        words = asdict(self.texts[language])
        sender = asdict(sender_of(self.mailing.document, language))
        parts = (*words.values(), *sender.values())
        return sha256("\0".join(parts).encode()).hexdigest()


def count_skipped(mailing: Mailing, reasons: Counter[Skip]) -> None:
    """Add to the counts of a mailing, in the transaction that skips."""
    for reason, count in sorted(reasons.items()):
        MailingCount.objects.bulk_create(
            [MailingCount(mailing=mailing, reason=reason)], ignore_conflicts=True
        )
        rows = MailingCount.objects.filter(mailing=mailing, reason=reason)
        rows.update(count=F("count") + count)


def drop_waiting(mailing: Mailing) -> int:
    """Take whoever still waits out of a stopped mailing; says how many."""
    count: int = MailingSend.objects.filter(mailing=mailing, state=State.WAITING).delete()[0]
    if count:
        count_skipped(mailing, Counter({Skip.STOPPED: count}))
    _forget_skipped(mailing)
    return count


def _forget_skipped(mailing: Mailing) -> None:
    MailingSend.objects.filter(mailing=mailing, state=State.SKIPPED).delete()


@service
def end_or_wait(actor: Actor, *, mailing: Mailing, now: datetime) -> int:
    """End a mailing of which nothing waits, or note when the held ones go; returns their number.

    Whom the job wrote down after somebody stopped the mailing is taken out of it again.
    """
    if Mailing.objects.filter(pk=mailing.pk, state=Mailing.State.STOPPED).exists():
        drop_waiting(mailing)
        return 0
    waiting = MailingSend.objects.filter(mailing=mailing, state=State.WAITING)
    left = waiting.count()
    mine = Mailing.objects.filter(pk=mailing.pk, state=Mailing.State.SENDING)
    if left:
        held = mine.update(next_at=waiting.aggregate(first=Min("due_at"))["first"])
        if held:
            record(actor, "campaigns.mailing_held", mailing, now=now, count=left)
    elif mine.update(state=Mailing.State.DONE, ended_at=now, next_at=None):
        _forget_skipped(mailing)
        sent = MailingSend.objects.filter(mailing=mailing, state=State.SENT).count()
        record(actor, "campaigns.mailing_ended", mailing, now=now, sent=sent)
    return left


@service
def go_on(actor: Actor, *, mailing: Mailing, now: datetime) -> None:
    """Begin again where a send broke off; nothing happens to one that is not being sent.

    Raises:
        NotAllowed: the role does not manage campaigns.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    mine = Mailing.objects.filter(
        pk=mailing.pk, brand_id=actor.own_brand(), state=Mailing.State.SENDING, next_at=None
    )
    if mine.update(next_at=now):
        record(actor, "campaigns.mailing_resumed", mailing, now=now)


@service
def _wait_again(actor: Actor, *, send: MailingSend, now: datetime) -> None:
    rules = rules_of(send.mailing.brand_id)
    morning = held_until(now, quiet_of(rules)) or now
    # the mailing's row first: who stops it in this moment comes before, or finds who waits here
    alive = Mailing.objects.filter(pk=send.mailing_id).exclude(state=Mailing.State.STOPPED)
    if not alive.update(state=Mailing.State.SENDING, next_at=morning):
        return
    mine = MailingSend.objects.filter(pk=send.pk, state=State.SENT, message_id=send.message_id)
    counted = send.at is not None and _week(send.at, rules) == _week(morning, rules)
    if mine.update(state=State.WAITING, due_at=morning, counted=counted):
        record(actor, "campaigns.mailing_held", send.mailing, now=now, count=1)


def _week(at: datetime, rules: MailingRules) -> int:
    """Number the week that an instant counts in."""
    return int(week_clock(at, rules.zone).timestamp() // WEEK.total_seconds())


def hold_again(event: MessageExpired, *, now: datetime) -> None:
    """Reaction: what no carrier took before the quiet hours began waits for their end, too."""
    send = (
        MailingSend.objects.filter(message_id=event.message_id, state=State.SENT)
        .select_related("mailing")
        .first()
    )
    if send is not None:
        _wait_again(system("mailings", brand_id=event.brand_id), send=send, now=now)
