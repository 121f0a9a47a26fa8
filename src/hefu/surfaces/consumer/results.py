"""What a consumer is told about a code they checked (查验结果): a plain context for one template.

``templates/consumer/result.html`` is the page of every answer, whether the printed code was
scanned (the edge) or typed (``views.check``). It reads nothing but this context, so that whoever
answers may render it with or without a request:

    brand_name, brand_colour, trader   as ``design/consumer_base.html`` wants them
    told          design.parts.Verdict: sign, title, why, since
    more          further sentences, the reasons beside the deciding one
    facts         tuple of design.parts.Fact: product, model, item number, made on, code
    code          the code as it was read
    activate_url  where to activate, "" where that makes no sense
    page_url      where the product's public page is, with the manual for this unit, or ""
    mine_url      where the owner's product page is, "" for everybody else
    owner_url     where the owner of an activated product signs in to see its card, or ""
    appeal_url    where somebody who holds an activated product can say so, or ""
    check_url     where another code is typed
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Brand
from hefu.apps.identity.selectors.batches import BatchFacts
from hefu.apps.identity.services.scans import Seen
from hefu.core.codes import UnreadableCode, read_code
from hefu.core.codes.verdict import Reason, Verdict, VerdictKind
from hefu.core.regions import region_named
from hefu.surfaces.consumer.page_addresses import logo_path
from hefu.surfaces.design.parts import Fact, Trader
from hefu.surfaces.design.parts import Verdict as Told

#: Kinds under which a product may be activated; the others explain why not now.
ACTIVATABLE = frozenset(
    {VerdictKind.GENUINE_FIRST, VerdictKind.GENUINE_AGAIN, VerdictKind.SUSPICIOUS}
)


@dataclass(frozen=True, kw_only=True)
class Signs:
    """How a verdict of the judge is drawn: the look's name and, where it differs, the words."""

    look: str
    title: str = ""
    kicker: str = ""


def frame(brand: Brand | None) -> dict[str, Any]:
    """What ``design/consumer_base.html`` wants to know of the brand (law L50: who it is)."""
    if brand is None:
        return {}
    name = brand.name_en if get_language() == "en" and brand.name_en else brand.name
    trader = Trader(
        name=brand.trader_name or name, address=brand.trader_address, phone=brand.trader_contact
    )
    return {
        "brand_name": name, "brand_colour": brand.colour, "trader": trader,
        "brand_logo": logo_path(brand),
    }  # fmt: skip


def result_context(
    seen: Seen, *, brand: Brand, code: str, mine_url: str = "", has_page: bool = False
) -> dict[str, Any]:
    """Return the context of ``consumer/result.html`` for a code that was recognised.

    ``has_page``: the product has a public page.
    """
    verdict = seen.verdict
    first, *others = (sentence(reason) for reason in verdict.reasons)
    taken = seen.activated_at is not None and not mine_url
    kind = verdict.kind
    open_to_activation = kind in ACTIVATABLE and seen.activated_at is None
    return {
        **frame(brand),
        "told": told(verdict, why=first),
        "more": tuple(others),
        "facts": product_facts(seen.unit.batch, code=code),
        "code": code,
        "activate_url": reverse("consumer:activate", args=[code]) if open_to_activation else "",
        "mine_url": mine_url,
        "page_url": reverse("consumer:code_page", args=[code]) if has_page else "",
        "owner_url": reverse("consumer:activate", args=[code]) if taken else "",
        "appeal_url": reverse("consumer:appeal", args=[code]) if taken else "",
        "check_url": reverse("consumer:check"),
    }


def miss_context(*, brand: Brand | None, typing_error: bool) -> dict[str, Any]:
    """Return the context of ``consumer/result.html`` for a code that was not recognised.

    One character that is wrong is told apart; every other miss looks alike.
    """
    reason = Reason(code="typing_error" if typing_error else "unknown")
    kind = VerdictKind.TYPING_ERROR if typing_error else VerdictKind.UNKNOWN
    return {
        **frame(brand),
        "told": told(Verdict(kind=kind, reasons=(reason,)), why=sentence(reason)),
        "more": (), "facts": (), "code": "", "activate_url": "", "mine_url": "", "owner_url": "",
        "appeal_url": "", "page_url": "",
        "check_url": reverse("consumer:check"),
    }  # fmt: skip


def told(verdict: Verdict, *, why: str) -> Told:
    """Draw a verdict; kinds that the design has no look of their own for borrow one."""
    signs = {
        VerdictKind.ACTIVATED_BY_YOU: Signs(
            look="genuine_again", title=_("Yours"), kicker=_("Activated by you")
        ),
        VerdictKind.LOST: Signs(
            look="frozen", title=_("Reported lost"), kicker=_("Please tell the maker")
        ),
    }.get(verdict.kind, Signs(look=verdict.kind.value))
    return Told(kind=signs.look, title=signs.title, kicker=signs.kicker, why=why)


def product_facts(batch: BatchFacts, *, code: str) -> tuple[Fact, ...]:
    """The product as its label names it."""
    return (
        Fact(name=_("Product"), value=product_name(batch)),
        Fact(name=_("Model"), value=batch.model),
        Fact(name=_("Item number"), value=batch.item_no),
        Fact(name=_("Made on"), value=date_format(batch.produced_on, "DATE_FORMAT")),
        Fact(name=_("Code"), value=grouped_code(code), code=True),
    )


def product_name(batch: BatchFacts) -> str:
    """Name the product in the reader's language, where it has a name in it."""
    return batch.name_en if get_language() == "en" and batch.name_en else batch.name


def grouped_code(code: str) -> str:
    """Set a default code in groups of four, as labels print it; makers' codes as they are."""
    try:
        return read_code(code).grouped
    except UnreadableCode:
        return code


def sentence(reason: Reason) -> str:
    """Say a reason in the reader's language: what the records show, no more (law L46)."""
    make = _SENTENCES.get(reason.code)
    return make(reason) if make else ""


def day_text(day: date) -> str:
    """A day in the reader's way of writing."""
    return date_format(day, "DATE_FORMAT")


def moment(at: datetime | None) -> str:
    """An instant as the reader's day."""
    return date_format(timezone.localtime(at), "DATE_FORMAT") if at else ""


def place(region: str) -> str:
    """The province of a region code, or nothing."""
    found = region_named(region) if region.isdigit() else None
    if found is None:
        return ""
    return found.english if get_language() == "en" else found.short


def _first_check(reason: Reason) -> str:  # noqa: ARG001
    return _("The code belongs to this product, and our records show no earlier check of it.")


def _checked_before(reason: Reason) -> str:
    where = place(reason.place)
    values = {"count": reason.count or 0, "day": moment(reason.since), "place": where}
    if where:
        text = _(
            "The code belongs to this product. Checked %(count)s times before, "
            "first on %(day)s in %(place)s."
        )
    else:
        text = _(
            "The code belongs to this product. Checked %(count)s times before, first on %(day)s."
        )
    hint = _("If you bought it new and were not told, ask the seller.")
    return f"{text % values} {hint}"


def _many_devices(reason: Reason) -> str:
    return _(
        "This code was checked from %(count)s devices lately. Copies of the label may be in use."
    ) % {"count": reason.count}


def _many_regions(reason: Reason) -> str:
    return _(
        "This code was checked in %(count)s provinces lately. Copies of the label may be in use."
    ) % {"count": reason.count}


def _impossible_travel(reason: Reason) -> str:
    minutes = max(1, (reason.count or 0) // 60)
    first, _sep, second = reason.place.partition(">")
    return _(
        "This code was checked in %(first)s and, %(minutes)s minutes later, in %(second)s: "
        "no product travels so fast."
    ) % {"first": place(first), "second": place(second), "minutes": minutes}


_SENTENCES: dict[str, Callable[[Reason], str]] = {
    "typing_error": lambda _reason: _(
        "One character does not fit the others. Compare it with the label, one by one."
    ),
    "unknown": lambda _reason: _(
        "No code like this is in our records. Compare each character with the label; "
        "if they agree, the product may not be ours."
    ),
    "recalled": lambda reason: (
        _("The maker recalled this product on %(day)s. Please stop using it. %(notice)s")
        % {"day": moment(reason.since), "notice": reason.reference}
    ),
    "void": lambda reason: (
        _("The maker withdrew this code on %(day)s; it should not be on any product.")
        % {"day": moment(reason.since)}
    ),
    "frozen": lambda reason: (
        _(
            "The maker put this code on hold on %(day)s and is looking into it. "
            "Please check again later, or ask the maker."
        )
        % {"day": moment(reason.since)}
    ),
    "not_commissioned": lambda _reason: _(
        "By our records this code has not been put on a product yet. "
        "Please tell the maker where you found it."
    ),
    "lost": lambda reason: (
        _("This product was reported lost on %(day)s.") % {"day": moment(reason.since)}
    ),
    "checked_before_commissioning": lambda reason: (
        _("The code was already checked on %(day)s, before it was put on a product.")
        % {"day": moment(reason.since)}
    ),
    "many_devices": _many_devices,
    "many_regions": _many_regions,
    "impossible_travel": _impossible_travel,
    "activated_by_you": lambda reason: (
        _("You activated this product on %(day)s.") % {"day": moment(reason.since)}
    ),
    "first_check": _first_check,
    "checked_before": _checked_before,
    "activated": lambda reason: (
        _("Somebody activated this product on %(day)s.") % {"day": moment(reason.since)}
    ),
}
