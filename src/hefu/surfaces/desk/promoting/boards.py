"""What the boards of promotions share (促销看板): tabs, states as badges, amounts, addresses."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from hefu.apps.campaigns.selectors.standings import Standing
from hefu.surfaces.design.numbers import money
from hefu.surfaces.design.parts import Tab, Tone
from hefu.surfaces.design.templatetags.hefu_design import badge
from hefu.surfaces.desk.shown import NOTHING, when

#: Word, tone and sign of each standing.
STANDINGS: Mapping[str, tuple[Promise, Tone, str]] = {
    Standing.DRAFT: (pgettext_lazy("promotion", "Draft"), "neutral", "pencil"),
    Standing.WAITING: (gettext_lazy("Waiting for approval"), "notice", "clock"),
    Standing.SCHEDULED: (gettext_lazy("Scheduled"), "info", "calendar"),
    Standing.RUNNING: (pgettext_lazy("promotion", "Running"), "good", "play"),
    Standing.ENDED: (pgettext_lazy("promotion", "Ended"), "neutral", "flag"),
    Standing.STOPPED: (gettext_lazy("Stopped"), "bad", "hand-raised"),
}

_TABS: tuple[tuple[str, Promise], ...] = (
    ("promotions", gettext_lazy("Promotions")),
    ("promotion_calendar", gettext_lazy("Calendar")),
    ("promotion_stacking", gettext_lazy("Stacking")),
    ("promotion_monitor", gettext_lazy("Monitor")),
    ("campaigns", gettext_lazy("Campaigns")),
    ("campaign_budgets", gettext_lazy("Budgets")),
    ("price_book", gettext_lazy("Price book")),
    ("price_checks", gettext_lazy("Price checks")),
    ("partner_parts", gettext_lazy("Partners' parts")),
)


def tabs(current: str) -> list[Tab]:
    """The boards, the current one marked."""
    return [
        Tab(label=str(label), url=reverse(f"desk:{view}"), current=view == current)
        for view, label in _TABS
    ]


def standing_word(standing: str) -> str:
    """Say a standing."""
    return str(STANDINGS[standing][0])


def standing_badge(standing: str) -> Any:
    """A standing as a badge with its word and sign."""
    word, tone, icon = STANDINGS[standing]
    return badge(str(word), tone=tone, icon_name=icon)


def where(view: str, *arguments: object) -> str:
    """The address of a page of the desk, empty while there is none."""
    try:
        return reverse(f"desk:{view}", args=arguments)
    except NoReverseMatch:
        return ""


def amount(minor: int | None, currency: str) -> str:
    """Minor units as an amount; of no currency stated, yuan."""
    return NOTHING if minor is None else money(minor, currency or "CNY")


def window(starts_at: datetime | None, ends_at: datetime | None) -> str:
    """From when until when, in one line."""
    if starts_at is None and ends_at is None:
        return _("no end set")
    return _("%(start)s to %(end)s") % {
        "start": when(starts_at) if starts_at else _("at once"),
        "end": when(ends_at) if ends_at else _("no end set"),
    }


def percent(part: int, whole: int) -> int:
    """How much of something is gone, in whole per cent, rounded down; at most 100."""
    return min(100, part * 100 // whole) if whole > 0 else 100


def budget_bar(spent: int, budget: int, currency: str) -> Any:
    """A bar of what is gone of a budget, with both amounts in words."""
    text = _("%(spent)s of %(budget)s") % {
        "spent": amount(spent, currency), "budget": amount(budget, currency),
    }  # fmt: skip
    return format_html(
        '<progress max="100" value="{}" aria-label="{}"></progress>'
        '<span class="small muted num">{}</span>',
        percent(spent, budget), text, text,
    )  # fmt: skip


def share(bp: int) -> str:
    """Basis points in per cent: 1,250 is 12.5 %."""
    return f"{bp / 100:.2f}".rstrip("0").rstrip(".") + " %"
