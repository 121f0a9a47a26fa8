"""A placement's link (追踪链接): counted, noted, led on to a page of the brand. Never a dead end.

Where it leads is made of our own addresses and of what the register names; nothing in the request
can change it. What is no longer there leads to the brand's front page instead.
"""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from hefu.apps.campaigns.models import Placement
from hefu.apps.campaigns.selectors.draws import draw_by_slug
from hefu.apps.campaigns.selectors.flash import flash_sale_by_code
from hefu.apps.campaigns.selectors.placements import ends_at, placement_by_code
from hefu.apps.campaigns.selectors.promotions import public_rules
from hefu.apps.campaigns.services.reaching import count_hit
from hefu.apps.catalog.selectors_public import product_of_page, with_page
from hefu.apps.orders.selectors.articles import article_by_sku, categories_for, mall_for
from hefu.core.errors import NotFound
from hefu.core.reach import Hit, Target, Touch, hit_of, is_robot
from hefu.surfaces.consumer.page_addresses import page_path, section_path
from hefu.surfaces.consumer.site import Visit, page
from hefu.surfaces.consumer.touches import note, seen
from hefu.surfaces.regions import region_of_address


@require_safe
@page
def go(visit: Visit, code: str) -> HttpResponse:
    """Count who comes by a placement's link and lead them on."""
    row = placement_by_code(code)
    if row is None:
        raise NotFound
    visit.turn_to(row.brand_id)
    hit = _hit(visit, row)
    count_hit(
        visit.actor, placement=row, hit=hit, region=region_of_address(visit.address), now=visit.now
    )
    if hit is not Hit.ROBOT and visit.host_brand_id is None:
        visit.remember_brand()  # the mall's addresses do not name the brand
    answer = redirect(_leads_to(visit, row))
    if hit in (Hit.VISIT, Hit.AGAIN) and visit.request.headers.get("Sec-GPC") != "1":
        note(visit, answer, Touch(placement_id=row.pk, at=visit.now))
    answer["Cache-Control"] = "no-store, private"
    answer["X-Robots-Tag"] = "noindex, nofollow"
    return answer


def _hit(visit: Visit, row: Placement) -> Hit:
    asked = visit.request.headers
    purpose = f"{asked.get('Sec-Purpose', '')} {asked.get('Purpose', '')}"
    last = seen(visit)
    return hit_of(
        robot=visit.request.method == "HEAD" or is_robot(asked.get("User-Agent", ""),
                                                         purpose=purpose),
        late=_is_over(row, visit.now), now=visit.now,
        last_at=last.at if last is not None and last.placement_id == row.pk else None,
    )  # fmt: skip


def _is_over(row: Placement, now: datetime) -> bool:
    end = ends_at(row.campaign)
    return row.closed_at is not None or (end is not None and now >= end)


def _leads_to(visit: Visit, row: Placement) -> str:
    try:
        return _address(visit, Target(row.target_kind), row.target)
    except NotFound:
        return section_path(visit.own_brand(), own_host=visit.host_brand_id is not None)


def _address(visit: Visit, kind: Target, target: str) -> str:
    """Return the path of a page that is there.

    Raises:
        NotFound: it is not, or not any more.
    """
    brand = visit.own_brand().slug
    if kind is Target.PRODUCT:
        return _product(visit, target)
    if kind is Target.PROMOTION:
        found = public_rules(visit.actor, target, language=visit.language)
        return reverse("consumer:promotion_of", args=[brand, found.code])
    if kind is Target.FLASH:
        return reverse("consumer:flash", args=[brand, flash_sale_by_code(visit.actor, target).code])
    if kind is Target.DRAW:
        return reverse("consumer:draw", args=[brand, draw_by_slug(visit.actor, target).slug])
    if kind in (Target.SHELF, Target.ARTICLE):
        return _mall(visit, kind, target)
    raise NotFound  # the front page itself


def _product(visit: Visit, item_no: str) -> str:
    product = product_of_page(visit.own_brand(), item_no)
    if product is None or not with_page([product.pk], now=visit.now):
        raise NotFound
    return page_path(product, own_host=visit.host_brand_id is not None)


def _mall(visit: Visit, kind: Target, target: str) -> str:
    if not mall_for(visit.actor).open:
        raise NotFound
    if not visit.brand_known:  # nobody remembers it for a robot, so its address says it
        return reverse("consumer:mall_entrance", args=[visit.own_brand().slug])
    if kind is Target.ARTICLE:
        return reverse("consumer:article", args=[article_by_sku(visit.actor, target).sku])
    shelf = reverse("consumer:mall")
    known = target and categories_for(visit.actor).filter(code=target).exists()
    return f"{shelf}?{urlencode({'in': target})}" if known else shelf
