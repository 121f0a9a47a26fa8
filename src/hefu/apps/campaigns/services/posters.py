"""A campaign's poster (海报): made from its own words, made again when they change (R175)."""

from datetime import datetime

from django.db import IntegrityError, transaction

from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.materials import MaterialMoved, PosterIncomplete
from hefu.apps.campaigns.models import Campaign, Poster, PosterBrief
from hefu.apps.campaigns.selectors.materials import poster_facts, poster_of
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.materials import (
    changed,
    document,
    missing,
    poster_hash,
    read_facts,
)
from hefu.core.materials.posters import LONGEST_STEP, MOST_STEPS
from hefu.core.permissions import Permission


@service
def write_poster(actor: Actor, *, campaign: Campaign, how: str, link: str, now: datetime) -> Poster:
    """Say how to take part, a step a line, and where the QR leads; makes the poster.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: too many or too long steps, or no address of a page.
        PosterIncomplete: the campaign's theme, dates or steps are missing; nothing is written.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    steps = [" ".join(step.split()) for step in how.splitlines() if step.strip()]
    if len(steps) > MOST_STEPS:
        raise Invalid(field="how", rule="too_many", value=MOST_STEPS)
    if any(len(step) > LONGEST_STEP for step in steps):
        raise Invalid(field="how", rule="too_long", value=LONGEST_STEP)
    if not link.startswith(("https://", "http://")) or len(link) > 300:
        raise Invalid(field="link", rule="not_a_choice")
    PosterBrief.objects.update_or_create(
        campaign=campaign,
        defaults={"how": "\n".join(steps), "link": link, "by": actor.label, "at": now},
    )
    if gaps := missing(poster_facts(campaign)):
        raise PosterIncomplete(missing=", ".join(gaps))
    poster = follow_poster(actor, campaign=campaign, begin=True, now=now)
    if poster is None:
        raise MaterialMoved(field="how")
    return poster


@service
def follow_poster(
    actor: Actor, *, campaign: Campaign, begin: bool = False, now: datetime
) -> Poster | None:
    """Make the poster say what the campaign says now; returns the one that holds.

    A campaign that has had no poster gets none unless ``begin``. Where the words became
    incomplete, the old poster is obsolete and there is no new one.

    Raises:
        MaterialMoved: somebody else made it in this moment.
    """
    newest = Poster.objects.filter(campaign=campaign).order_by("-number").first()
    if newest is None and not begin:
        return None
    facts = poster_facts(campaign)
    told, current = poster_hash(facts), poster_of(campaign)
    if current is not None and current.content_hash == told:
        return current
    if newest is not None and current is not None:
        because = list(changed(read_facts(current.facts), facts))
        Poster.objects.filter(pk=current.pk, obsolete_at=None).update(
            obsolete_at=now, because=because
        )
        record(actor, "campaigns.poster_obsolete", campaign, now=now, version=current.number)
    if missing(facts):
        return None
    try:
        with transaction.atomic():
            poster = Poster.objects.create(
                brand_id=campaign.brand_id, campaign=campaign,
                number=newest.number + 1 if newest else 1, facts=document(facts),
                content_hash=told, made_by=actor.label, made_at=now,
            )  # fmt: skip
    except IntegrityError as error:
        raise MaterialMoved(field="how") from error
    record(actor, "campaigns.poster_made", campaign, now=now, version=poster.number)
    return poster
