"""Writing, approving and stopping marketing messages (营销消息).

All that a reader will see, whom it goes to and when is one document; a second person agrees to its
hash. Who is written to is decided when it is sent (``mailing_sending``), never when it is written.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from zoneinfo import available_timezones

from django.db.models import F

from hefu.apps.accounts import services as accounts
from hefu.apps.accounts.fields import lookup
from hefu.apps.accounts.models import Approval, Brand, User
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.mailings import MailingMoved
from hefu.apps.campaigns.models import Campaign, Mailing, MailingRules
from hefu.apps.campaigns.selectors.audiences import Audience, size_of
from hefu.apps.campaigns.selectors.mailings import (
    SAMPLE,
    mailing_by_id,
    refusal_address,
    rules_of,
    sender_now,
    sender_of,
    texts_of,
)
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.campaigns.services.mailing_sending import drop_waiting
from hefu.apps.notices.services import queue_message
from hefu.apps.notices.texts import MARKETING
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotAllowed, NotFound
from hefu.core.mailings import LANGUAGES, Channel, Words, absolute_words, check_words, written
from hefu.core.permissions import Permission

APPROVAL = "campaigns.mailing"
State = Mailing.State
_OPEN = (State.DRAFT, State.ASKED)
_TITLE, _WAIVER = 80, 200


@dataclass(frozen=True, kw_only=True, slots=True)
class MailingDraft:
    """A mailing as its writer states it.

    Args:
        title: for the desk; readers do not see it.
        texts: by language; ``zh-hans`` is needed, members who read English get ``en`` where given.
        planned_at: not before; None once it is approved.
        waiver: why words that advertising avoids may stand here (law L02).
    """

    title: str
    channel: Channel
    texts: Mapping[str, Words]
    audience: Audience
    planned_at: datetime | None = None
    waiver: str = ""


@service
def write_mailing(
    actor: Actor, *, campaign: Campaign, draft: MailingDraft, mailing: Mailing | None = None,
    revision: int = 0, now: datetime,
) -> Mailing:  # fmt: skip
    """Save a new mailing, or another wording of one that nobody approved yet.

    What waits for a second person is taken back by this: it says something else now.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: names the field: a text, a placeholder, the title.
        MailingMoved: somebody else saved or approved it meanwhile.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    _check(draft)
    document = _document(draft)
    said: dict[str, Any] = {
        "title": draft.title.strip(), "channel": draft.channel, "document": document,
        "content_hash": _hash(document), "state": State.DRAFT, "planned_at": draft.planned_at,
        "written_by": actor.label, "written_at": now,
    }  # fmt: skip
    if mailing is None:
        row = Mailing.objects.create(brand_id=campaign.brand_id, campaign=campaign, **said)
    else:
        row = mailing_by_id(actor, mailing.pk, campaign=campaign)
        # the approval's row first, as who decides takes them: so neither waits for the other
        accounts.withdraw_approval(actor, kind=APPROVAL, subject=row, now=now)
        mine = Mailing.objects.filter(pk=row.pk, revision=revision, state__in=_OPEN)
        if not mine.update(**said, revision=F("revision") + 1):
            raise MailingMoved
        row.refresh_from_db()
    record(actor, "campaigns.mailing_written", row, now=now, channel=row.channel)
    return row


def _check(draft: MailingDraft) -> None:
    if not draft.title.strip():
        raise Invalid(field="title", rule="required")
    for field, text, most in (("title", draft.title, _TITLE), ("waiver", draft.waiver, _WAIVER)):
        if len(text.strip()) > most:
            raise Invalid(field=field, rule="too_long", value=most)
    if LANGUAGES[0] not in draft.texts:
        raise Invalid(field="body_zh", rule="required")
    for language, words in draft.texts.items():
        if language not in LANGUAGES:
            raise Invalid(field="language", rule="not_a_choice", value=language[:10])
        check_words(words, channel=draft.channel, language=language)


def _document(draft: MailingDraft) -> dict[str, Any]:
    return {
        "title": draft.title.strip(), "channel": draft.channel.value,
        "texts": {language: asdict(words) for language, words in draft.texts.items()},
        "audience": draft.audience.document(),
        "planned_at": draft.planned_at.isoformat() if draft.planned_at else None,
        "waiver": draft.waiver.strip(),
    }  # fmt: skip


def _hash(document: Mapping[str, Any]) -> str:
    text = json.dumps(document, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


@service
def submit_mailing(
    actor: Actor, *, mailing: Mailing, audience: Audience, now: datetime
) -> Approval:
    """Ask a second person; the sender that every message will name is frozen with the words.

    ``audience`` is the mailing's own, read: its size today goes into what the second person sees.

    Raises:
        MailingMoved: it is no draft any more.
        Invalid: ``contact``: the law wants one in every message (L14); ``planned_at`` is over;
            ``waiver``: words that advertising avoids stand without a reason (L01).
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    mailing = mailing_by_id(actor, mailing.pk)
    rules, texts = rules_of(mailing.brand_id), texts_of(mailing.document)
    senders = {one: asdict(sender_now(mailing.brand, rules, one)) for one in texts}
    if any(not one["contact"].strip() for one in senders.values()):
        raise Invalid(field="contact", rule="no_contact")
    if mailing.planned_at is not None and mailing.planned_at <= now:
        raise Invalid(field="planned_at", rule="in_the_past", value=mailing.planned_at.isoformat())
    found = absolute_words(texts)
    if found and not mailing.document["waiver"]:
        raise Invalid(field="waiver", rule="absolute_words", value=", ".join(found)[:120])
    document = {**mailing.document, "senders": senders}
    content = _hash(document)
    mine = Mailing.objects.filter(pk=mailing.pk, state=State.DRAFT, revision=mailing.revision)
    if not mine.update(state=State.ASKED, document=document, content_hash=content):
        raise MailingMoved
    record(actor, "campaigns.mailing_submitted", mailing, now=now)
    planned = mailing.planned_at.isoformat() if mailing.planned_at else None
    return accounts.ask_approval(
        actor, kind=APPROVAL, subject=mailing, content_hash=content, now=now,
        summary={
            "number": mailing.campaign.slug, "title": mailing.title, "channel": mailing.channel,
            "audience": str(size_of(actor, audience)), "planned_at": planned,
        },
    )  # fmt: skip


@service
def approve_mailing(
    actor: Actor, *, mailing: Mailing, seen: str | None = None, note: str = "", now: datetime
) -> Mailing:
    """Agree as the second person; it goes out at its time, or at once.

    ``seen`` is the content hash of what was read; None: as it stands.

    Raises:
        NotFound: nothing waits.
        NotAllowed, SamePerson, ContentChanged, AlreadyDecided: see ``accounts.services.decide``.
    """
    mailing = _decide(actor, mailing, seen=seen, grant=True, note=note, now=now)
    starts = max(mailing.planned_at, now) if mailing.planned_at else now
    mine = Mailing.objects.filter(pk=mailing.pk, state=State.ASKED)
    if not mine.update(state=State.APPROVED, approved_at=now, next_at=starts):
        raise MailingMoved
    record(actor, "campaigns.mailing_approved", mailing, now=now, hash=mailing.content_hash)
    mailing.refresh_from_db()
    return mailing


@service
def refuse_mailing(
    actor: Actor, *, mailing: Mailing, seen: str | None = None, note: str, now: datetime
) -> Mailing:
    """Refuse as the second person, with a reason; it is a draft again.

    Raises:
        Invalid: no reason.
        See ``approve_mailing``.
    """
    if not note.strip():
        raise Invalid(field="note", rule="required")
    mailing = _decide(actor, mailing, seen=seen, grant=False, note=note, now=now)
    Mailing.objects.filter(pk=mailing.pk, state=State.ASKED).update(state=State.DRAFT)
    record(actor, "campaigns.mailing_refused", mailing, now=now)
    mailing.refresh_from_db()
    return mailing


def _decide(
    actor: Actor, mailing: Mailing, *, seen: str | None, grant: bool, note: str, now: datetime
) -> Mailing:
    mailing = mailing_by_id(actor, mailing.pk)
    approval = approvals_for(actor).filter(
        kind=APPROVAL, subject_id=mailing.pk, decision=Approval.Decision.OPEN
    ).first()  # fmt: skip
    if approval is None:
        raise NotFound
    accounts.decide(
        actor, approval=approval, grant=grant, content_hash=mailing.content_hash, seen=seen,
        note=note, now=now,
    )  # fmt: skip
    return mailing


@service
def stop_mailing(actor: Actor, *, mailing: Mailing, now: datetime) -> Mailing:
    """Stop a mailing for good, also in the middle; what was handed over is not called back.

    Raises:
        MailingMoved: it is over already.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    mailing = mailing_by_id(actor, mailing.pk)
    accounts.withdraw_approval(actor, kind=APPROVAL, subject=mailing, now=now)
    mine = Mailing.objects.filter(pk=mailing.pk).exclude(state__in=(State.DONE, State.STOPPED))
    if not mine.update(state=State.STOPPED, ended_at=now, next_at=None):
        raise MailingMoved
    left = drop_waiting(mailing)
    record(actor, "campaigns.mailing_stopped", mailing, now=now, left=left)
    mailing.refresh_from_db()
    return mailing


@service
def send_test(actor: Actor, *, mailing: Mailing, language: str, now: datetime) -> str:
    """Send the mailing to the one who asks, by e-mail whatever its channel; returns the address.

    Raises:
        NotAllowed: a system has no mailbox.
        NotFound: no words in that language.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    mailing = mailing_by_id(actor, mailing.pk)
    user = User.objects.filter(pk=actor.user_id or 0).first()
    if user is None:
        raise NotAllowed(permission=Permission.CAMPAIGN_MANAGE.value)
    said = sample_of(mailing, language, name=user.name)
    queue_message(
        actor, channel="email", address=user.email, template=MARKETING, language=language, now=now,
        address_key=lookup(user.email, purpose="email", brand_id=actor.own_brand()),
        context={"subject": said.subject or mailing.title, "body": said.body},
        refuse_url=refusal_address(mailing.brand, SAMPLE),
    )  # fmt: skip
    record(actor, "campaigns.mailing_tested", mailing, now=now, language=language)
    return user.email


def sample_of(mailing: Mailing, language: str, *, name: str) -> Words:
    """Return the message as a member of this name would read it, with a link that stops nobody.

    Raises:
        NotFound: no words in that language.
    """
    texts = texts_of(mailing.document)
    if language not in texts:
        raise NotFound(field="language")
    frozen = "senders" in mailing.document
    sender = (
        sender_of(mailing.document, language)
        if frozen
        else sender_now(mailing.brand, rules_of(mailing.brand_id), language)
    )
    return written(
        texts[language], channel=Channel(mailing.channel), language=language, name=name,
        sender=replace(sender, contact=sender.contact or "…"),
        link=refusal_address(mailing.brand, SAMPLE),
    )  # fmt: skip


@service
def set_rules(actor: Actor, *, rules: MailingRules, now: datetime) -> MailingRules:
    """Change how often, when not, and where the brand is reached; for what is sent from now on.

    Raises:
        Invalid: a number beyond 50, an unknown zone, too long a contact.
    """
    actor.require(Permission.BRAND_MANAGE)
    brand = Brand.objects.get(pk=actor.own_brand())
    for field in ("email_week", "sms_week", "inbox_week"):
        if not 0 <= getattr(rules, field) <= 50:
            raise Invalid(field=field, rule="out_of_range", value=getattr(rules, field))
    if rules.zone not in available_timezones():
        raise Invalid(field="zone", rule="unknown", value=rules.zone[:40])
    contact = rules.contact.strip()
    if len(contact) > 120:
        raise Invalid(field="contact", rule="too_long", value=120)
    if not contact.isprintable():
        raise Invalid(field="contact", rule="control_characters")
    row, _made = MailingRules.objects.update_or_create(
        brand=brand,
        defaults={
            "email_week": rules.email_week, "sms_week": rules.sms_week,
            "inbox_week": rules.inbox_week, "quiet_from": rules.quiet_from,
            "quiet_until": rules.quiet_until, "zone": rules.zone, "contact": contact,
        },
    )  # fmt: skip
    record(actor, "campaigns.mailing_rules_set", row, now=now)
    return row
