"""Refusing advertising (拒收营销消息): by the link in every message, or on the own account.

A refusal is about a member and a channel, not about one mailing: another name for the same
message reaches nobody who refused (law L14).
"""

from datetime import datetime

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.models import MarketingChoice
from hefu.apps.campaigns.selectors.mailings import choice_by_token, token_key, token_of
from hefu.apps.members.events import ConsentAnswered
from hefu.apps.members.purposes import Purpose
from hefu.apps.members.selectors import signed_in_member
from hefu.apps.notices.services import cancel_waiting
from hefu.apps.notices.texts import MARKETING
from hefu.core.actor import Actor, system
from hefu.core.errors import NotFound
from hefu.core.mailings import Channel


@service
def refuse_by_link(actor: Actor, *, token: str, one_click: bool, now: datetime) -> MarketingChoice:
    """Stop a member's advertising by one channel at once; whoever has the link may, and again.

    ``actor`` is anybody on the pages of the link's brand; ``one_click`` says that the mailbox did
    it for the reader (RFC 8058).

    Raises:
        NotFound: no such link.
    """
    choice = choice_by_token(token)
    if choice.brand_id != actor.own_brand():
        raise NotFound
    _refuse(actor, choice, by="one_click" if one_click else "link", now=now)
    choice.refresh_from_db()
    return choice


@service
def refuse_own(actor: Actor, *, channel: Channel, now: datetime) -> None:
    """Stop the signed-in member's advertising by one channel.

    Raises:
        NotFound: nobody is signed in.
    """
    member = signed_in_member(actor)
    token = token_of(brand_id=member.brand_id, member_id=member.pk, channel=channel)
    MarketingChoice.objects.bulk_create(
        [
            MarketingChoice(
                brand_id=member.brand_id, member_id=member.pk, channel=channel,
                token_key=token_key(token), touched_at=now,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    _refuse(actor, choice_by_token(token), by="account", now=now)


def _refuse(actor: Actor, choice: MarketingChoice, *, by: str, now: datetime) -> None:
    rows = MarketingChoice.objects.filter(pk=choice.pk, refused_at=None)
    if rows.update(refused_at=now, refused_by=by):
        record(
            actor, "campaigns.advertising_refused", choice, now=now, channel=choice.channel, by=by
        )
    cancel_waiting(
        actor, member_id=choice.member_id, template=MARKETING, channel=choice.channel, now=now
    )


@service
def allow_own(actor: Actor, *, channel: Channel, now: datetime) -> None:
    """Undo a refusal as the signed-in member; the consent itself is another answer.

    Raises:
        NotFound: nobody is signed in.
    """
    member = signed_in_member(actor)
    rows = MarketingChoice.objects.filter(
        member_id=member.pk, channel=channel, refused_at__isnull=False
    )
    choice = rows.first()
    if choice is not None and rows.update(refused_at=None, refused_by="", allowed_at=now):
        record(actor, "campaigns.advertising_allowed", choice, now=now, channel=channel.value)


def stop_waiting(event: ConsentAnswered, *, now: datetime) -> None:
    """Reaction: a consent taken back also takes back what waits to be handed over."""
    if event.purpose == Purpose.MARKETING and not event.given:
        _take_back(system("consents", brand_id=event.brand_id), member_id=event.member_id, now=now)


@service
def _take_back(actor: Actor, *, member_id: int, now: datetime) -> None:
    # whoever is being written to in this moment is waited for: then the message is there
    MarketingChoice.objects.filter(member_id=member_id).update(touched_at=now)
    cancel_waiting(actor, member_id=member_id, template=MARKETING, now=now)
