"""Pages by their names (页面查找): the navigation's, the pages under them, and what one can begin.

A name is known in Chinese and in English whatever the reader's language, by any part of it, by the
first letters of its English words (``po`` is Production orders) and by some of its characters in
their order (``生单`` is 生产订单). What a page needs is asked of the page itself.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.urls import resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from hefu.core.actor import Actor
from hefu.core.permissions import Permission
from hefu.surfaces.desk.find import Hit
from hefu.surfaces.desk.navigation import places

_BEGIN = "plus"
#: Pages that have no entry of their own in the navigation: name, view, icon.
MORE: tuple[tuple[Promise, str, str], ...] = (
    (_("New order"), "desk:order_new", _BEGIN),
    (_("New product"), "desk:product_new", _BEGIN),
    (_("Import products"), "desk:import", "arrow-up-tray"),
    (_("New template"), "desk:template_new", _BEGIN),
    (_("New link"), "desk:link_new", _BEGIN),
    (_("Budgets"), "desk:budgets", "banknotes"),
    (_("New budget"), "desk:budget_new", _BEGIN),
    (_("New promotion"), "desk:promotion_new", _BEGIN),
    (_("Calendar of promotions"), "desk:promotion_calendar", "calendar-days"),
    (_("Stacking matrix"), "desk:promotion_stacking", "squares-2x2"),
    (_("Live monitor"), "desk:promotion_monitor", "presentation-chart-line"),
    (_("Campaigns"), "desk:campaigns", "flag"),
    (_("New campaign"), "desk:campaign_new", _BEGIN),
    (_("Price book"), "desk:price_book", "book-open"),
    (_("New price"), "desk:price_new", _BEGIN),
    (_("New backtest"), "desk:backtest_new", _BEGIN),
    (_("Issue coupons"), "desk:coupon_issue", _BEGIN),
    (_("New draw"), "desk:draw_new", _BEGIN),
    (_("New flash sale"), "desk:flash_sale_new", _BEGIN),
    (_("New reward"), "desk:reward_new", _BEGIN),
    (_("Redemptions"), "desk:redemptions", "gift"),
    (_("Import orders"), "desk:sales_import", "arrow-up-tray"),
    (_("New article"), "desk:article_new", _BEGIN),
    (_("Import articles"), "desk:article_import", "arrow-up-tray"),
    (_("Categories of articles"), "desk:categories", "folder"),
    (_("Terms of the mall"), "desk:mall", "building-storefront"),
    (_("Partners"), "desk:partners", "building-storefront"),
    (_("New channel"), "desk:channel_new", _BEGIN),
    (_("New partner"), "desk:partner_new", _BEGIN),
    (_("Invite a person"), "desk:invite", _BEGIN),
    (_("New API key"), "desk:api_key_new", _BEGIN),
    (_("Second factor"), "desk:begin_second_factor", "shield-check"),
)


@dataclass(frozen=True, kw_only=True)
class Page:
    """One page that may be opened."""

    label: str
    url: str
    icon: str
    names: tuple[str, ...]  # folded, in both languages


def pages_of(actor: Actor) -> Iterator[Page]:
    """Every page of the actor's by name, those of the navigation first."""
    known = set()
    for label, view, icon in (*places(actor), *MORE):
        needs = _needs(view)
        if view in known or not (needs is None or actor.may(needs)):
            continue
        known.add(view)
        yield Page(label=str(label), url=reverse(view), icon=icon, names=_names(label))


def pages(actor: Actor, words: str) -> Iterator[Hit]:
    """The pages these words name, the best first."""
    wanted = _folded(words)
    ranked = [
        (rank, place, page)
        for place, page in enumerate(pages_of(actor))
        if (rank := _rank(wanted, page.names)) is not None
    ]
    for *_order, page in sorted(ranked, key=lambda each: each[:2]):
        yield Hit(title=page.label, url=page.url, icon=page.icon)


@cache
def _needs(view: str) -> Permission | None:
    return getattr(resolve(reverse(view)).func, "permission", None)


def _names(label: Promise | str) -> tuple[str, ...]:
    names = []
    for language in ("en", "zh-hans"):
        with override(language):
            names.append(_folded(str(label)))
    return tuple(names)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _rank(wanted: str, names: tuple[str, ...]) -> int | None:
    """How well the words name it, 0 the best; None if not at all."""
    ranks = [rank for name in names if (rank := _fit(wanted, name)) is not None]
    return min(ranks, default=None)


def _fit(wanted: str, name: str) -> int | None:
    words = re.findall(r"[a-z0-9]+", name)
    letters = "".join(word[0] for word in words)
    tests = (
        wanted == name or (len(wanted) > 1 and wanted == letters),
        name.startswith(wanted),
        len(wanted) > 1 and letters.startswith(wanted),
        any(word.startswith(wanted) for word in words),
        wanted in name,
        len(wanted) > 1 and not wanted.isascii() and _in_order(wanted, name),
    )
    return next((rank for rank, fits in enumerate(tests) if fits), None)


def _in_order(wanted: str, name: str) -> bool:
    rest = iter(name)
    return all(sign in rest for sign in wanted)
