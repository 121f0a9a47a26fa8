"""Promotions as staff, integrators and buyers may see them (促销活动)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from hefu.apps.accounts.models import Brand
from hefu.apps.campaigns.models import (
    Campaign,
    CostShare,
    Promotion,
    PromotionState,
    PromotionVersion,
)
from hefu.apps.campaigns.values import Draft, offer_of
from hefu.apps.orders.models import Article, Category
from hefu.core.actor import Actor, ActorKind
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.core.promotions import AnyOf, Bundle, BuyGet, Condition, Gift, Scope
from hefu.core.promotions import Promotion as Rule
from hefu.core.promotions.favour import Offer
from hefu.core.promotions.rule_page import About, page_hash, page_text, rule_page
from hefu.core.promotions.rule_phrases import Names
from hefu.core.promotions.rule_words import LANGUAGES
from hefu.core.regions import REGIONS


def promotions_for(actor: Actor) -> QuerySet[Promotion]:
    """All of the brand's promotions for staff; approved ones for everybody else. By short name.

    Raises:
        NotAllowed: staff of a role that does not see campaigns.
    """
    rows = Promotion.objects.filter(brand_id=actor.own_brand()).order_by("code")
    rows = rows.select_related("campaign", "brand")
    if actor.is_partner or actor.kind in (ActorKind.CONSUMER, ActorKind.ANONYMOUS):
        return rows.filter(live_version__isnull=False)
    actor.require(Permission.CAMPAIGN_VIEW)
    return rows


def promotion_by_code(actor: Actor, code: str) -> Promotion:
    """Return one promotion.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    found = promotions_for(actor).filter(code=code).first()
    if found is None:
        raise NotFound(field="promotion")
    return found


def promotion_by_id(actor: Actor, pk: int) -> Promotion:
    """Return one promotion by its number.

    Raises:
        NotFound: there is none, or not for this actor.
    """
    found = promotions_for(actor).filter(pk=pk).first()
    if found is None:
        raise NotFound(field="promotion")
    return found


def blocked_promotions(actor: Actor, *, now: datetime) -> QuerySet[Promotion]:
    """Promotions that should run by now, to which nobody agreed; for staff.

    Raises:
        NotAllowed: the role does not see campaigns.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    waiting = PromotionVersion.objects.filter(
        approved_at=None, withdrawn_at=None, starts_at__lte=now
    )
    rows = promotions_for(actor).filter(state__in=(PromotionState.DRAFT, PromotionState.ASKED))
    return rows.filter(pk__in=waiting.values("promotion_id"))


def campaigns_for(actor: Actor) -> QuerySet[Campaign]:
    """The brand's campaigns, the newest first; for staff.

    Raises:
        NotAllowed: the role does not see campaigns.
    """
    actor.require(Permission.CAMPAIGN_VIEW)
    return Campaign.objects.filter(brand_id=actor.own_brand()).order_by("-created_at", "-pk")


def newest_version(promotion: Promotion) -> PromotionVersion:
    """Return the version that was written last, whether approved or not.

    Raises:
        NotFound: none was written.
    """
    found = promotion.versions.order_by("-number").first()
    if found is None:
        raise NotFound(field="version")
    return found


def live_version(promotion: Promotion) -> PromotionVersion | None:
    """Return the approved version; of a stopped promotion the one that was stopped."""
    if promotion.live_version is None:
        return None
    return promotion.versions.filter(number=promotion.live_version).first()


def draft_of(version: PromotionVersion) -> Draft:
    """Return a version as its author wrote it, the house's stacking filled in."""
    offer = offer_of(version)
    return Draft(
        promotion=offer.promotion, terms=offer.terms, budget=version.budget,
        shares=shares_of(version), goal=version.goal, publicity=version.publicity,
        compared_with=version.compared_with, override=version.override,
        backtest_id=version.backtest_id,
    )  # fmt: skip


def shares_of(version: PromotionVersion) -> dict[int, int]:
    """Return who bears which part of a version's discounts, in basis points."""
    rows = CostShare.objects.filter(version=version).order_by("organisation_id")
    return dict(rows.values_list("organisation_id", "share_bp"))


@dataclass(frozen=True, kw_only=True, slots=True)
class PublicRules:
    """A rule page as published: its text by language, and the hash kept when it started."""

    code: str
    title: str
    text: str
    hash: str
    version: int
    approved_at: datetime
    stopped_at: datetime | None
    stop_reason: str = ""


def public_rules(actor: Actor, code: str, *, language: str) -> PublicRules:
    """Return the published rules of an approved promotion, in a language we have, else Chinese.

    Raises:
        NotFound: there is none, or it was never approved.
    """
    promotion = promotion_by_code(actor, code)
    version = live_version(promotion)
    if version is None or version.approved_at is None:
        raise NotFound(field="promotion")
    stopped = promotion.stopped_at if promotion.state == PromotionState.STOPPED else None
    return PublicRules(
        code=promotion.code, title=promotion.title,
        text=version.page.get(language) or version.page[LANGUAGES[0]],
        hash=version.page_hash, version=version.number, approved_at=version.approved_at,
        stopped_at=stopped, stop_reason=promotion.stop_reason if stopped else "",
    )  # fmt: skip


def write_pages(brand: Brand, version: PromotionVersion) -> tuple[dict[str, str], str]:
    """Write a version's rule page in every language; returns texts and their hash."""
    offer = offer_of(version)
    texts = {
        language: page_text(
            offer.promotion.title,
            rule_page(offer, _about(brand, version, offer, language), language=language),
        )
        for language in LANGUAGES
    }
    return texts, page_hash(texts)


def _about(brand: Brand, version: PromotionVersion, offer: Offer, language: str) -> About:
    chinese = language == LANGUAGES[0]
    name = brand.name if chinese else brand.name_en or brand.name
    return About(
        organiser=brand.trader_name or name,
        contact=brand.trader_contact or brand.trader_address or "-",
        compared_with=version.compared_with,
        names=_names(brand.pk, offer.promotion, chinese=chinese),
        zone=timezone.get_default_timezone(),
    )


def _names(brand_id: int, rule: Rule, *, chinese: bool) -> Names:
    scopes = list(scopes_within(rule))
    skus = {sku for scope in scopes for sku in (*scope.skus, *scope.except_skus)}
    if isinstance(rule.benefit, Gift):
        skus |= {rule.benefit.sku, *rule.benefit.substitutes}
    categories = {
        code for scope in scopes for code in (*scope.categories, *scope.except_categories)
    }
    articles = Article.objects.filter(brand_id=brand_id, sku__in=skus)
    nodes = Category.objects.filter(brand_id=brand_id, code__in=categories)
    return Names(
        skus={row.sku: row.title if chinese else row.title_en or row.title for row in articles},
        categories={row.code: row.name if chinese else row.name_en or row.name for row in nodes},
        regions={one.code: one.name if chinese else one.english for one in REGIONS},
    )


def scopes_within(rule: Rule) -> Iterable[Scope]:
    """Yield every scope that a promotion names, in its benefit and its conditions."""
    benefit = rule.benefit
    if isinstance(benefit, Bundle):
        yield from (part.scope for part in benefit.parts)
    elif isinstance(benefit, BuyGet):
        yield from (benefit.buy.scope, benefit.get.scope)
    for one in (benefit, *_flat(rule.conditions)):
        if isinstance(scope := getattr(one, "scope", None), Scope):
            yield scope


def _flat(conditions: Iterable[Condition]) -> Iterable[Condition]:
    for one in conditions:
        yield from _flat(one.conditions) if isinstance(one, AnyOf) else (one,)
