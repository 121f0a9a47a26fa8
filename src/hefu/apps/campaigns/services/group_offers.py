"""Group-buy offers (拼团活动): written, signed by a second person, bettered, stopped.

What is signed is the terms and the public rules written from them, under one hash. After the start
a new wording may only be better for the buyers; until it is signed, the old one is in force.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from hefu.apps.accounts import services as accounts
from hefu.apps.accounts.models import Approval, Brand
from hefu.apps.accounts.selectors import approvals_for
from hefu.apps.audit.services import record, service
from hefu.apps.campaigns.errors.flash import NotInFavour
from hefu.apps.campaigns.errors.groups import OfferMoved, OfferNotOpen
from hefu.apps.campaigns.errors.promotions import LegalGate
from hefu.apps.campaigns.models import Campaign, GroupOffer, OfferState, OfferVersion
from hefu.apps.campaigns.selectors.groups import offer_by_id, open_version, terms_of
from hefu.apps.campaigns.selectors.plans import campaign_by_id
from hefu.apps.orders.models import Article
from hefu.apps.orders.selectors.articles import article_by_sku
from hefu.core.actor import Actor
from hefu.core.advertising import absolute_terms
from hefu.core.errors import Invalid, NotFound
from hefu.core.group_buying import (
    GroupTerms,
    check_terms,
    read_terms,
    terms_document,
    terms_hash,
    worse_for_buyers,
)
from hefu.core.group_rules import LANGUAGES, About, rules_text
from hefu.core.permissions import Permission

#: Kind of the approval that puts an offer's terms in force.
APPROVAL = "campaigns.group_offer"
State = OfferVersion.State


@service
def create_offer(
    actor: Actor, *, campaign: Campaign, code: str, terms: GroupTerms, now: datetime
) -> GroupOffer:
    """Write the first wording of a campaign's new offer; nobody sees it before it is signed.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: a term makes no sense, or the short name is taken.
        LegalGate: see ``_check``.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    campaign = campaign_by_id(actor, campaign.pk)
    _check_code(code)
    _check(actor, terms)
    try:
        with transaction.atomic():
            offer = GroupOffer.objects.create(
                brand_id=campaign.brand_id, campaign=campaign, code=code, state=OfferState.DRAFT,
                created_at=now, **_columns(terms),
            )  # fmt: skip
    except IntegrityError as error:
        raise Invalid(field="code", rule="taken", value=code) from error
    version = OfferVersion(offer=offer, number=1, state=State.DRAFT)
    _say(version, actor, terms, now=now)
    version.save(force_insert=True)
    record(actor, "campaigns.group_offer_written", offer, now=now, code=code, version=1)
    return offer


@service
def write_offer(
    actor: Actor, *, offer: GroupOffer, terms: GroupTerms, seen: str, now: datetime
) -> OfferVersion:
    """Save another wording; ``seen`` is the content hash of the one that was read.

    What waits for a second person is taken back by this: it says something else now.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid, LegalGate: see ``create_offer``.
        NotInFavour: it has begun, and a term would be worse or another.
        OfferNotOpen: it was stopped.
        OfferMoved: somebody else saved meanwhile; look again.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    offer = offer_by_id(actor, offer.pk)
    _check(actor, terms)
    _insist_on_favour(offer, terms, now)
    newest = OfferVersion.objects.filter(offer=offer).order_by("-number").first()
    if newest is None or newest.content_hash != seen:
        raise OfferMoved(field="seen")
    version = open_version(offer)
    if version is None:
        version = OfferVersion(offer=offer, number=newest.number + 1, state=State.DRAFT)
        _say(version, actor, terms, now=now)
        _insert(version)
    else:
        _say(version, actor, terms, now=now)
        _overwrite(version, seen)
        accounts.withdraw_approval(actor, kind=APPROVAL, subject=offer, now=now)
    if not offer.version:
        GroupOffer.objects.filter(pk=offer.pk, version=0).update(**_columns(terms))
    record(
        actor, "campaigns.group_offer_written", offer, now=now, code=offer.code,
        version=version.number,
    )  # fmt: skip
    return version


def _insert(version: OfferVersion) -> None:
    try:
        with transaction.atomic():
            version.save(force_insert=True)
    except IntegrityError as error:
        raise OfferMoved(field="seen") from error


def _overwrite(version: OfferVersion, seen: str) -> None:
    mine = OfferVersion.objects.filter(
        pk=version.pk, content_hash=seen, state__in=(State.DRAFT, State.ASKED)
    )
    said = ("document", "page", "content_hash", "written_by", "written_at")
    if not mine.update(state=State.DRAFT, **{name: getattr(version, name) for name in said}):
        raise OfferMoved(field="seen")


@service
def submit_offer(actor: Actor, *, offer: GroupOffer, now: datetime) -> Approval:
    """Ask a second person to sign the open wording; its rules page is written anew for it.

    Raises:
        NotFound: nothing is written.
        Invalid: its end has passed, or the article's own price is not above the group's any more.
        NotInFavour, OfferNotOpen: see ``write_offer``.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    offer = offer_by_id(actor, offer.pk)
    version = open_version(offer)
    if version is None:
        raise NotFound
    terms = read_terms(version.document)
    _check(actor, terms)
    _insist_on_favour(offer, terms, now)
    if terms.ends_at <= now:
        raise Invalid(field="ends_at", rule="past")
    seen = version.content_hash
    _say(version, actor, terms, now=now)
    _overwrite(version, seen)
    OfferVersion.objects.filter(pk=version.pk).update(state=State.ASKED)
    record(
        actor, "campaigns.group_offer_submitted", offer, now=now, code=offer.code,
        version=version.number,
    )  # fmt: skip
    return accounts.ask_approval(
        actor, kind=APPROVAL, subject=offer, content_hash=version.content_hash,
        summary={
            "number": offer.code, "title": terms.title, "version": version.number,
            "price": terms.price, "people": terms.size, "pieces": terms.pieces,
        },
        now=now,
    )  # fmt: skip


@service
def approve_offer(
    actor: Actor, *, offer: GroupOffer, seen: str | None = None, note: str = "", now: datetime
) -> GroupOffer:
    """Agree as the second person: the terms are in force, and groups can be opened in their time.

    ``seen`` is the content hash of the wording that a person read; None: whatever waits.

    Raises:
        NotFound: nothing waits.
        NotAllowed, SamePerson, ContentChanged, AlreadyDecided: see ``accounts.services.decide``.
        NotInFavour, OfferNotOpen: it began, or was stopped, since it was asked for.
        OfferMoved: more is in groups by now than the new terms would have, or it was written and
            asked for anew since it was read.
    """
    offer, version = _decide(actor, offer, grant=True, seen=seen, note=note, now=now)
    terms = read_terms(version.document)
    _insist_on_favour(offer, terms, now)
    OfferVersion.objects.filter(offer=offer, state=State.SIGNED).update(state=State.REPLACED)
    OfferVersion.objects.filter(pk=version.pk).update(state=State.SIGNED, approved_at=now)
    more = terms.pieces - offer.pieces
    in_time = GroupOffer.objects.filter(
        pk=offer.pk, version=offer.version, pieces=offer.pieces, left__gte=max(0, -more)
    ).exclude(state=OfferState.STOPPED)
    if not in_time.update(
        **_columns(terms), pieces=terms.pieces, left=F("left") + more, state=OfferState.LIVE,
        version=version.number,
    ):  # fmt: skip
        raise OfferMoved(field="pieces")
    record(
        actor, "campaigns.group_offer_approved", offer, now=now, code=offer.code,
        version=version.number, hash=version.content_hash,
    )  # fmt: skip
    offer.refresh_from_db()
    return offer


@service
def refuse_offer(
    actor: Actor, *, offer: GroupOffer, seen: str | None = None, note: str, now: datetime
) -> OfferVersion:
    """Refuse as the second person, with a reason; the wording is a draft again.

    Raises:
        Invalid: no reason.
        See ``approve_offer``.
    """
    if not note.strip():
        raise Invalid(field="note", rule="required")
    offer, version = _decide(actor, offer, grant=False, seen=seen, note=note, now=now)
    OfferVersion.objects.filter(pk=version.pk).update(state=State.DRAFT)
    record(
        actor, "campaigns.group_offer_refused", offer, now=now, code=offer.code,
        version=version.number,
    )  # fmt: skip
    return version


def _decide(
    actor: Actor, offer: GroupOffer, *, grant: bool, seen: str | None, note: str, now: datetime
) -> tuple[GroupOffer, OfferVersion]:
    offer = offer_by_id(actor, offer.pk)
    version = open_version(offer)
    approval = approvals_for(actor).filter(
        kind=APPROVAL, subject_id=offer.pk, decision=Approval.Decision.OPEN
    ).first()  # fmt: skip
    if approval is None or version is None:
        raise NotFound
    if seen is not None and version.content_hash != seen:
        raise OfferMoved(field="seen")
    accounts.decide(
        actor, approval=approval, grant=grant, note=note, now=now,
        content_hash=terms_hash(version.document, version.page),
    )  # fmt: skip
    return offer, version


@service
def stop_offer(actor: Actor, *, offer: GroupOffer, why: str, now: datetime) -> GroupOffer:
    """Let no more groups be opened; those that are open go on. Repeated, nothing changes.

    Raises:
        NotAllowed, NotFound: the role does not manage campaigns, or another brand's.
        Invalid: the reason is missing or too long.
    """
    actor.require(Permission.CAMPAIGN_MANAGE)
    why = why.strip()
    if not 0 < len(why) <= 200:
        raise Invalid(field="why", rule="too_long" if why else "required", value=200)
    offer = offer_by_id(actor, offer.pk)
    running = GroupOffer.objects.filter(pk=offer.pk).exclude(state=OfferState.STOPPED)
    if running.update(state=OfferState.STOPPED, stopped_at=now, stop_reason=why):
        accounts.withdraw_approval(actor, kind=APPROVAL, subject=offer, now=now)
        record(actor, "campaigns.group_offer_stopped", offer, now=now, code=offer.code, reason=why)
    offer.refresh_from_db()
    return offer


def _insist_on_favour(offer: GroupOffer, terms: GroupTerms, now: datetime) -> None:
    if offer.state == OfferState.STOPPED:
        stopped_at = offer.stopped_at or now
        raise OfferNotOpen(reason="stopped", at=stopped_at.isoformat())
    if offer.version and offer.starts_at <= now and (worse := worse_for_buyers(
        terms_of(offer), terms
    )):  # fmt: skip
        raise NotInFavour(field=worse)


def _check_code(code: str) -> None:
    try:
        validate_slug(code)
    except ValidationError as error:
        raise Invalid(field="code", rule="slug") from error
    if len(code) > 40:
        raise Invalid(field="code", rule="too_long", value=40)


def _check(actor: Actor, terms: GroupTerms) -> Article:
    """Check the terms by themselves, by the law's words (L01), and against the article.

    Raises:
        NotFound: the brand has no such article.
        LegalGate: an absolute word in the title.
        Invalid: the group's price is not below the article's own, or in another currency.
    """
    check_terms(terms)
    for field in ("title", "title_en"):
        if found := absolute_terms(getattr(terms, field)):
            raise LegalGate(field=field, rule="L01", evidence=", ".join(found))
    try:
        article = article_by_sku(actor, terms.sku)
    except NotFound as error:
        raise Invalid(field="sku", rule="unknown", value=terms.sku) from error
    if article.currency != terms.currency:
        raise Invalid(field="currency", rule="not_a_choice", value=terms.currency)
    if terms.price >= article.unit:
        raise Invalid(field="price", rule="not_below", value=article.unit)
    return article


def _columns(terms: GroupTerms) -> dict[str, Any]:
    return {
        "title": terms.title.strip(), "sku": terms.sku, "per_person": terms.per_person,
        "starts_at": terms.starts_at, "ends_at": terms.ends_at,
        "document": terms_document(terms),
    }  # fmt: skip


def _say(version: OfferVersion, actor: Actor, terms: GroupTerms, *, now: datetime) -> None:
    """Fill a wording: the terms, the public rules in every language, and the hash of both."""
    version.document = terms_document(terms)
    version.page = _pages(actor, terms)
    version.content_hash = terms_hash(version.document, version.page)
    version.written_by, version.written_at = actor.label[:120], now


def _pages(actor: Actor, terms: GroupTerms) -> Mapping[str, str]:
    brand = Brand.objects.get(pk=actor.own_brand())
    article = article_by_sku(actor, terms.sku)
    pages: dict[str, str] = {}
    for language in LANGUAGES:
        english = language != LANGUAGES[0]
        name = (brand.name_en or brand.name) if english else brand.name
        about = About(
            article=(article.title_en or article.title) if english else article.title,
            organiser=brand.trader_name or name, alone=article.unit,
            contact=brand.trader_contact or brand.trader_address or "-",
            zone=timezone.get_default_timezone(),
        )  # fmt: skip
        pages[language] = rules_text(terms, about, language=language)
    return pages
