"""A marketing message as the desk shows it (营销消息): state, preview, and how its send went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hefu.apps.audit.models import Job
from hefu.apps.audit.selectors import jobs_for
from hefu.apps.campaigns.models import Mailing
from hefu.apps.campaigns.selectors.audiences import Audience, audience_of, size_of
from hefu.apps.campaigns.selectors.mailings import figures_of, rules_of, sender_now, sender_of
from hefu.apps.campaigns.services.mailing_sending import Skip
from hefu.apps.campaigns.services.mailings import sample_of
from hefu.apps.catalog.selectors import products_for
from hefu.core.actor import Actor
from hefu.core.mailings import LANGUAGES, Channel, Sender
from hefu.surfaces.design.numbers import grouped
from hefu.surfaces.design.parts import Fact, Tone
from hefu.surfaces.desk.shown import when

STATES: Mapping[str, tuple[Promise, Tone]] = {
    Mailing.State.DRAFT: (gettext_lazy("being written"), "neutral"),
    Mailing.State.ASKED: (gettext_lazy("waits for a second person"), "notice"),
    Mailing.State.APPROVED: (gettext_lazy("approved"), "info"),
    Mailing.State.SENDING: (pgettext_lazy("message", "being sent"), "info"),
    Mailing.State.DONE: (pgettext_lazy("message", "sent"), "good"),
    Mailing.State.STOPPED: (pgettext_lazy("message", "stopped"), "bad"),
}
_SKIPS: Mapping[str, Promise] = {
    Skip.NO_CONSENT: gettext_lazy("did not agree to news and offers"),
    Skip.UNSUBSCRIBED: gettext_lazy("refused this channel"),
    Skip.FREQUENCY: gettext_lazy("had as many as one may get in a week"),
    Skip.NO_ADDRESS: gettext_lazy("have no address for this channel"),
    Skip.SILENCED: gettext_lazy("are to be left alone"),
    Skip.UNDER_AGE: gettext_lazy("are under 14"),
    Skip.CLOSED: gettext_lazy("closed their account"),
    Skip.STOPPED: gettext_lazy("were left when it was stopped"),
}
_NAMES = {"zh-hans": "李雷", "en": "Ann"}
_LANGUAGES: Mapping[str, Promise] = {
    "zh-hans": gettext_lazy("Chinese"), "en": gettext_lazy("English"),
}  # fmt: skip
_SMS_ALONE, _SMS_PART = 70, 67  # characters of a Chinese SMS, alone and as a part (UCS-2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Preview:
    """The message in one language, as a member would read it."""

    language: str
    title: str
    brand: str
    subject: str
    body: str
    size: str


def previews(mailing: Mailing) -> list[Preview]:
    """Show the message in every language it has."""
    return [
        Preview(
            language=language, title=str(_LANGUAGES[language]),
            brand=_brand(mailing, language), subject=said.subject,
            body=said.body, size=_size(mailing, said.body),
        )
        for language in mailing.document["texts"]
        if (said := sample_of(mailing, language, name=_NAMES[language]))
    ]  # fmt: skip


def _brand(mailing: Mailing, language: str) -> str:
    brand = mailing.brand
    return (brand.name_en or brand.name) if language == "en" else brand.name


def _size(mailing: Mailing, body: str) -> str:
    if mailing.channel != Channel.SMS:
        return ""
    parts = 1 if len(body) <= _SMS_ALONE else -(-len(body) // _SMS_PART)
    return _("%(chars)s characters, sent and paid as %(parts)s") % {
        "chars": grouped(len(body)), "parts": parts,
    }  # fmt: skip


def mailing_page(actor: Actor, mailing: Mailing, *, now: datetime) -> dict[str, Any]:
    """Everything the page shows but its forms."""
    word, tone = STATES[mailing.state]
    return {
        "mailing": mailing, "campaign": mailing.campaign, "state": word, "tone": tone,
        "previews": previews(mailing), "facts": _facts(actor, mailing),
        **progress_part(actor, mailing, now=now),
    }  # fmt: skip


def _facts(actor: Actor, mailing: Mailing) -> list[Fact]:
    sender = _sender(mailing)
    who = " · ".join(one for one in (sender.brand, sender.trader) if one)
    audience = audience_of(mailing.document["audience"])
    facts = [
        Fact(name=_("How it travels"), value=capfirst(mailing.get_channel_display())),
        Fact(name=_("For whom"), value=_whom(actor, audience)),
        Fact(name=_("Audience today"), value=grouped(size_of(actor, audience))),
        Fact(
            name=_("Not before"),
            value=when(mailing.planned_at) if mailing.planned_at else _("once it is approved"),
        ),
        Fact(name=_("Sender"), value=who),
        Fact(name=_("Contact"), value=sender.contact or _("missing: it cannot be submitted")),
        Fact(name=_("Written by"), value=mailing.written_by),
    ]  # fmt: skip
    if mailing.document["waiver"]:
        facts.append(Fact(name=_("Absolute words"), value=mailing.document["waiver"]))
    return facts


def _sender(mailing: Mailing) -> Sender:
    """Who stands in the messages: as it was submitted, in a draft as it is today."""
    if "senders" in mailing.document:
        return sender_of(mailing.document, LANGUAGES[0])
    return sender_now(mailing.brand, rules_of(mailing.brand_id), LANGUAGES[0])


def _whom(actor: Actor, audience: Audience) -> str:
    """The audience in the words of its form: a second person agrees to it, too."""
    if audience.products or audience.activated_since:
        rows = products_for(actor).filter(pk__in=audience.products).order_by("pk")
        names = [str(row) for row in rows]
        said = _("Members who activated one of these products")
        return f"{said}: {', '.join(names) or _('any product')}"
    if audience.joined_since:
        return _("Members who joined since %(at)s") % {"at": when(audience.joined_since)}
    return _("All members")


def progress_part(actor: Actor, mailing: Mailing, *, now: datetime) -> dict[str, Any]:
    """How a send goes: counts only."""
    figures = figures_of(mailing, now=now)
    job = jobs_for(actor).filter(pk=mailing.job_id or 0).first()
    broken = job is not None and job.state == Job.State.FAILED
    running = mailing.state == Mailing.State.SENDING and not broken
    begun = mailing.state in (Mailing.State.SENDING, Mailing.State.DONE, Mailing.State.STOPPED)
    return {
        "mailing": mailing, "begun": begun and mailing.approved_at is not None, "job": job,
        "broken": broken and mailing.state == Mailing.State.SENDING and mailing.next_at is None,
        "going": (running and (figures.waiting > 0 or not figures.audience))
        or (begun and figures.under_way > 0),
        "worked": figures.audience - figures.waiting - figures.held, "audience": figures.audience,
        "held": figures.held, "held_until": when(mailing.next_at) if figures.held else "",
        "tiles": [
            (_("Audience"), grouped(figures.audience)),
            (pgettext_lazy("number of messages", "Sent"), grouped(figures.sent)),
            (_("On their way"), grouped(figures.under_way)),
            (_("Held till morning"), grouped(figures.held)),
            (_("Not sent"), grouped(sum(figures.skipped.values()))),
            (_("Failed"), grouped(figures.failed)),
        ],
        "skipped": [
            (grouped(count), str(_SKIPS.get(reason, reason)))
            for reason, count in figures.skipped.items()
        ],
    }  # fmt: skip
