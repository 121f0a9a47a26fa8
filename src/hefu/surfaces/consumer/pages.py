"""A product's page as its template draws it (产品网页): one context for readers and for previews.

The page has its own frame: short, without a session, the same for every browser. Whatever comes
from an author is text or a file of the brand; nothing of it can act.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Product
from hefu.apps.catalog.page_values import ShownPage
from hefu.apps.catalog.selectors_pages import media_of
from hefu.core.pages import PageText, choose_language, media_named
from hefu.surfaces.consumer.page_addresses import (
    home_of,
    page_path,
    passport_path,
    section_path,
)
from hefu.surfaces.consumer.page_attributes import groups_of
from hefu.surfaces.consumer.page_languages import wanted_languages
from hefu.surfaces.consumer.page_machines import Card, product_data
from hefu.surfaces.consumer.page_manuals import UnitOf, shelves, told_apart
from hefu.surfaces.consumer.page_media import Part, Picture, Words, parts_of
from hefu.surfaces.consumer.questions import questions_on
from hefu.surfaces.consumer.results import day_text, frame
from hefu.surfaces.design.middleware import PARAMETER

_DESCRIPTION = 160  # characters that a list of search results shows
_TAGS = re.compile(r"<[^>]+>")


@dataclass(frozen=True, kw_only=True)
class Reading:
    """One reader before one page."""

    request: HttpRequest
    shown: ShownPage
    own_host: bool = False  # this is the brand's own host
    unit: UnitOf | None = None
    preview: bool = False

    @property
    def product(self) -> Product:
        """The product it is about."""
        return self.shown.product

    @property
    def brand(self) -> Brand:
        """Whose page it is."""
        return self.product.brand


def page_context(reading: Reading) -> dict[str, Any]:
    """Return what ``consumer/page.html`` draws."""
    shown, product, brand = reading.shown, reading.product, reading.brand
    content = shown.content
    wanted = wanted_languages(reading.request)
    language = choose_language(content.texts, wanted) or ""
    text = content.texts.get(language, PageText())
    files = media_of(brand.pk, sorted(media_named(content)))
    parts = parts_of(text, brand, files)
    gallery, body = _apart(parts)
    found = shelves(content, brand, files, languages=wanted, unit=reading.unit)
    card = _card(reading, text, language, parts)
    home = home_of(brand, reading.request)
    return {
        "product": product, "title": text.title or product.name, "summary": text.summary,
        "text_language": _other_language(language), "gallery": gallery, "body": body,
        "keywords": text.keywords,
        "shelves": found, "manual": found[0] if found else None, "unit": _unit(reading.unit),
        "unit_given": reading.unit.batch if reading.unit else "",
        "asks_batch": told_apart(content), "attributes": groups_of(content, wanted),
        "warranty": _warranty(product), "card": card,
        "passport_url": home + passport_path(product, own_host=bool(brand.host)),
        "alternates": [
            (one, _in_language(_canonical(reading), one)) for one in content.texts
        ] if len(content.texts) > 1 else [],
        "plain_url": _canonical(reading),
        "data": product_data(
            shown, card, images=_images(parts, home),
            manuals=[(one.first.title, one.first.language, home + one.first.url) for one in found],
        ),
        "questions": "" if reading.preview else questions_on(reading.request, product),
        "preview": reading.preview, "published": _published(shown),
        **places(brand, own_host=reading.own_host),
    }  # fmt: skip


def places(brand: Brand, *, own_host: bool) -> dict[str, str]:
    """Where the pages of a brand lead: its section, checking a code, the reader's products."""
    mine = (
        reverse("consumer:mine") if own_host else reverse("consumer:page_mine", args=[brand.slug])
    )
    section = section_path(brand, own_host=own_host)
    return {"section_url": section, "brand_url": section, "mine_url": mine}


def preview_page(request: HttpRequest, shown: ShownPage) -> HttpResponse:
    """Answer with a page as its reader would see it, marked as a preview, for nobody's cache."""
    context = page_context(Reading(request=request, shown=shown, preview=True))
    answer = render(
        request, "consumer/page.html", {**frame(shown.product.brand), **context, "preview": True}
    )
    answer["Cache-Control"] = "no-store, private"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _apart(parts: Sequence[Part]) -> tuple[list[Picture], list[Part]]:
    """The pictures that a page begins with, and the rest."""
    gallery: list[Picture] = []
    for part in parts:
        if not isinstance(part, Picture):
            break
        gallery.append(part)
    return gallery, list(parts[len(gallery) :])


def _other_language(language: str) -> str:
    """The text's language where it is another than that of the words around it, else ""."""
    around = (get_language() or "").partition("-")[0]
    return "" if language.partition("-")[0] == around else language


def _unit(unit: UnitOf | None) -> str:
    if unit is None:
        return ""
    if unit.made_on is None:
        return _("batch %(batch)s") % {"batch": unit.batch}
    return _("batch %(batch)s, made on %(day)s") % {
        "batch": unit.batch, "day": day_text(unit.made_on),
    }  # fmt: skip


def _warranty(product: Product) -> list[str]:
    lines = []
    if months := product.warranty_months:
        lines.append(_months(months))
    if more := product.extra_months:
        lines.append(
            ngettext(
                "Activating it adds %(count)s month.", "Activating it adds %(count)s months.", more
            )
            % {"count": more}
        )
    return lines


def _months(months: int) -> str:
    if months % 12 == 0:
        text = ngettext("The maker promises %(count)s year.", "The maker promises %(count)s years.",
                        months // 12)  # fmt: skip
        return text % {"count": months // 12}
    return _("The maker promises %(amount)s months.") % {"amount": months}


def _published(shown: ShownPage) -> str:
    return day_text(timezone.localdate(shown.published_at)) if shown.published_at else ""


def _canonical(reading: Reading) -> str:
    own = bool(reading.brand.host)
    return home_of(reading.brand, reading.request) + page_path(reading.product, own_host=own)


def _in_language(url: str, language: str) -> str:
    return f"{url}?{PARAMETER}={language}"


def _card(reading: Reading, text: PageText, language: str, parts: Sequence[Part]) -> Card:
    """What is said of the page where it is linked to.

    Asked for in a language, that language's own address is the canonical one; without, the plain.
    """
    url = _canonical(reading)
    if language and reading.request.GET.get(PARAMETER) and len(reading.shown.content.texts) > 1:
        url = _in_language(url, language)
    first = next((part for part in parts if isinstance(part, Picture)), None)
    about: dict[str, Any] = {}
    if first is not None:
        image = home_of(reading.brand, reading.request) + first.original
        about = {"image": image, "image_width": first.width, "image_height": first.height,
                 "image_alt": first.alt}  # fmt: skip
    return Card(
        title=text.title or reading.product.name, url=url, language=language,
        description=text.summary or _beginning(parts), **about,
    )  # fmt: skip


def _beginning(parts: Sequence[Part]) -> str:
    words = next((part for part in parts if isinstance(part, Words)), None)
    plain = " ".join(unescape(_TAGS.sub(" ", words.html)).split()) if words else ""
    return plain if len(plain) <= _DESCRIPTION else plain[: _DESCRIPTION - 1] + "…"


def _images(parts: Sequence[Part], home: str) -> list[str]:
    return [home + part.original for part in parts if isinstance(part, Picture)][:5]
