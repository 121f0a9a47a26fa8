"""Marketing messages as they stand (营销消息): their words, their sender, and how a send went."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from hefu.apps.accounts.fields import lookup
from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models import (
    Campaign,
    Mailing,
    MailingCount,
    MailingRules,
    MailingSend,
    MarketingChoice,
)
from hefu.apps.members.models import Member
from hefu.apps.members.selectors import card_of, signed_in_member
from hefu.apps.notices.models import Message
from hefu.apps.notices.selectors import outcomes_of
from hefu.core.actor import Actor
from hefu.core.errors import NotFound
from hefu.core.mailings import Channel, QuietHours, Sender, Words
from hefu.core.permissions import Permission

State = MailingSend.State
#: What a test message has in the place of a member's own refusal link.
SAMPLE = "sample"
#: The channels in the order people think of them.
CHANNELS = (Channel.EMAIL, Channel.SMS, Channel.INBOX)


def mailings_for(actor: Actor) -> QuerySet[Mailing]:
    """The brand's mailings, the newest first; partners have none."""
    actor.require(Permission.CAMPAIGN_VIEW)
    rows = Mailing.objects.filter(brand_id=actor.own_brand()).order_by("-written_at", "-pk")
    return rows.none() if actor.is_partner else rows


def mailings_of(actor: Actor, campaign: Campaign) -> QuerySet[Mailing]:
    """The mailings of one campaign, the newest first."""
    return mailings_for(actor).filter(campaign=campaign)


def mailing_by_id(actor: Actor, pk: int, *, campaign: Campaign | None = None) -> Mailing:
    """Return one mailing.

    Raises:
        NotFound: there is none in that campaign, or not for this actor.
    """
    rows = mailings_for(actor).select_related("campaign", "brand").filter(pk=pk)
    found = (rows.filter(campaign=campaign) if campaign else rows).first()
    if found is None:
        raise NotFound
    return found


def texts_of(document: Mapping[str, Any]) -> dict[str, Words]:
    """Read the words of a mailing, by language."""
    return {language: Words(**said) for language, said in document["texts"].items()}


def sender_of(document: Mapping[str, Any], language: str) -> Sender:
    """Read the sender that was approved with the words."""
    return Sender(**document["senders"][language])


def rules_of(brand_id: int) -> MailingRules:
    """Return the brand's own measure, else the house's."""
    found = MailingRules.objects.filter(brand_id=brand_id).first()
    return found or MailingRules(brand_id=brand_id)


def quiet_of(rules: MailingRules) -> QuietHours:
    """Return when nobody is disturbed."""
    return QuietHours(since=rules.quiet_from, until=rules.quiet_until, zone=rules.zone)


def most_a_week(rules: MailingRules, channel: str) -> int:
    """Return how many one member may get by a channel in a week."""
    most: int = getattr(rules, f"{channel}_week")
    return most


def sender_now(brand: Brand, rules: MailingRules, language: str) -> Sender:
    """Return who a message would be from today; ``contact`` may be empty."""
    return Sender(
        brand=(brand.name_en or brand.name) if language == "en" else brand.name,
        trader=brand.trader_name,
        contact=rules.contact or brand.trader_contact or brand.trader_address,
    )


def token_of(*, brand_id: int, member_id: int, channel: str) -> str:
    """Return what stands in a member's refusal link: 96 bits that say nothing to others."""
    said = f"{member_id} {channel}"
    return lookup(said, purpose="marketing refusal", brand_id=brand_id)[:24]


def token_key(token: str) -> str:
    """Return what is kept of a refusal link."""
    return lookup(token, purpose="marketing refusal link", brand_id=0)


def refusal_address(brand: Brand, token: str) -> str:
    """Return the public address that refuses; on the brand's own host where it has one."""
    site = f"https://{brand.host}" if brand.host else settings.HEFU_ORIGIN
    return f"{site}/u/{token}/"


def choice_by_token(token: str) -> MarketingChoice:
    """Return the member and channel that a refusal link is for.

    Raises:
        NotFound: no message ever carried this link, or the account is closed.
    """
    row = MarketingChoice.objects.filter(token_key=token_key(token)).select_related("brand").first()
    if row is None:
        raise NotFound
    return row


def reached_by(choice: MarketingChoice) -> str:
    """Return whom a refusal link is about, masked: whoever holds the link may read it."""
    member = Member.objects.get(pk=choice.member_id)
    card = card_of(member)
    known = {Channel.EMAIL: card.masked_email, Channel.SMS: card.masked_phone}
    return known.get(Channel(choice.channel), "") or card.masked


def refusals_for(actor: Actor) -> dict[str, datetime]:
    """Since when the signed-in member wants no advertising by which channel."""
    member = signed_in_member(actor)
    rows = MarketingChoice.objects.filter(member_id=member.pk, refused_at__isnull=False)
    return {row.channel: row.refused_at for row in rows if row.refused_at}


@dataclass(frozen=True, kw_only=True, slots=True)
class MailingFigures:
    """How a mailing went, as numbers of members; never who refused.

    ``under_way`` was handed to a carrier that has not taken it yet; ``held`` waits for the end of
    the quiet hours; ``skipped`` is by reason.
    """

    audience: int
    waiting: int
    held: int
    sent: int
    under_way: int
    failed: int
    skipped: dict[str, int]


def figures_of(mailing: Mailing, *, now: datetime) -> MailingFigures:
    """Count how a mailing stands; four queries."""
    sends = MailingSend.objects.filter(mailing=mailing)
    waiting = sends.filter(state=State.WAITING).aggregate(
        all=Count("pk"), held=Count("pk", filter=Q(due_at__gt=now))
    )
    handed = outcomes_of(sends.filter(state=State.SENT).values("message_id"))
    rows = MailingCount.objects.filter(mailing=mailing, count__gt=0)
    skipped = dict(rows.order_by("-count", "reason").values_list("reason", "count"))
    sent, failed = handed.get(Message.State.SENT, 0), handed.get(Message.State.FAILED, 0)
    under_way = sum(handed.values()) - sent - failed
    return MailingFigures(
        audience=waiting["all"] + sum(handed.values()) + sum(skipped.values()),
        waiting=waiting["all"] - waiting["held"], held=waiting["held"], sent=sent,
        under_way=under_way, failed=failed, skipped=skipped,
    )  # fmt: skip


def sent_by(mailings: list[int]) -> dict[int, int]:
    """Count what was handed over, by mailing; for lists."""
    rows = MailingSend.objects.filter(mailing_id__in=mailings, state=State.SENT).order_by()
    return dict(rows.values_list("mailing_id").annotate(Count("pk")))
