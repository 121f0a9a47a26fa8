"""The links of identified things (解析链接): entered, changed, withdrawn, and counted when used."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from django.db import IntegrityError, connection, transaction

from hefu.apps.audit.services import record, service
from hefu.apps.catalog.errors import KeyTaken, LinkTaken
from hefu.apps.catalog.models import Product, ResolverLink
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.gs1 import Gs1Error
from hefu.core.gs1.resolver import (
    LINK_TYPES,
    MEDIA_TYPES,
    Place,
    check_target,
    read_place,
    unknown_variables,
)
from hefu.core.permissions import Permission

_LANGUAGE = re.compile(r"[a-z]{2}(?:-[A-Z]{2})?")
_CONTEXT = re.compile(r"[A-Za-z0-9._-]{1,40}")
_PLAIN = re.compile(r"[^\x00-\x1f\x7f]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkRow:
    """A link as somebody states it; ``place`` is a pattern such as ``/01/{gtin}/21/{serial}``."""

    place: str
    link_type: str
    href: str
    title: str
    language: str = ""
    media_type: str = ""
    context: str = ""
    default: bool = False
    forward: bool = True


@service
def save_link(
    actor: Actor, *, row: LinkRow, now: datetime, link: ResolverLink | None = None
) -> ResolverLink:
    """Enter a link, or change one; a withdrawn one lives again.

    Raises:
        Invalid: names the field and the rule (see ``read_link_row``), or the GTIN is none of the
            brand's products.
        KeyTaken: another brand entered links for this key first.
        LinkTaken: the brand has this very link already.
        NotFound: the link is another brand's.
    """
    actor.require(Permission.PRODUCT_EDIT)
    brand_id = _own(actor, link)
    place = read_link_row(row)
    _may_claim(place, brand_id)
    saved = link or ResolverLink(brand_id=brand_id, created_at=now)
    stated = {key: value for key, value in asdict(row).items() if key != "place"} | asdict(place)
    for name, value in stated.items():
        setattr(saved, name, value)
    saved.updated_at, saved.withdrawn_at = now, None
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as error:
        raise LinkTaken(field="href") from error
    deed = "catalog.link_changed" if link else "catalog.link_created"
    record(actor, deed, saved, now=now, place=str(place), link_type=row.link_type)
    return saved


@service
def withdraw_link(actor: Actor, *, link: ResolverLink, now: datetime) -> None:
    """Take a link out of service; it may be entered again. Twice is once.

    Raises:
        NotFound: the link is another brand's.
    """
    actor.require(Permission.PRODUCT_EDIT)
    _own(actor, link)
    live = ResolverLink.objects.filter(pk=link.pk, withdrawn_at=None)
    if live.update(withdrawn_at=now, updated_at=now):
        record(
            actor, "catalog.link_withdrawn", link, now=now, place=str(link.place),
            link_type=link.link_type,
        )  # fmt: skip


def _own(actor: Actor, link: ResolverLink | None) -> int:
    brand_id = actor.own_brand()
    if actor.is_partner or (link is not None and link.brand_id != brand_id):
        raise NotFound
    return brand_id


def read_link_row(row: LinkRow) -> Place:
    """Check a link as stated; returns its place.

    Raises:
        Invalid: names the field and the rule; ``value`` says which variable, identifier or rule of
            GS1 it was.
    """
    try:
        place = read_place(row.place)
    except Gs1Error as error:
        ai = error.details.get("ai")
        raise Invalid(field="place", rule="not_a_place", value=f"({ai}) {error.rule}") from error
    if row.link_type not in LINK_TYPES or not LINK_TYPES[row.link_type].descriptive:
        raise Invalid(field="link_type", rule="not_a_choice", value=row.link_type[:40])
    if rule := check_target(row.href):
        raise Invalid(field="href", rule=rule)
    if len(row.href) > 500:
        raise Invalid(field="href", rule="too_long", value=500)
    if unknown := unknown_variables(row.href, place):
        raise Invalid(field="href", rule="unknown_variable", value=unknown[0][:40])
    _check_words(row)
    if row.default and place.key_ai == "01" and "/21/" in place.qualifiers:
        # a printed code is always answered with what the records show about the unit
        raise Invalid(field="default", rule="units_are_checked")
    return place


def _check_words(row: LinkRow) -> None:
    if not _PLAIN.fullmatch(row.title):
        raise Invalid(field="title", rule="required" if not row.title else "control_characters")
    if len(row.title) > 120:
        raise Invalid(field="title", rule="too_long", value=120)
    if row.language and not _LANGUAGE.fullmatch(row.language):
        raise Invalid(field="language", rule="not_a_language", value=row.language[:12])
    if row.media_type and row.media_type not in MEDIA_TYPES:
        raise Invalid(field="media_type", rule="not_a_choice", value=row.media_type[:60])
    if row.context and not _CONTEXT.fullmatch(row.context):
        raise Invalid(field="context", rule="letters_digits_hyphens")


def _may_claim(place: Place, brand_id: int) -> None:
    if not place.key_value:
        return
    if place.key_ai == "01":
        if not Product.objects.filter(brand_id=brand_id, gtin=place.key_value).exists():
            raise Invalid(field="place", rule="no_product_with_gtin", value=place.key_value)
        return
    others = ResolverLink.objects.filter(key_ai=place.key_ai, key_value=place.key_value)
    if others.exclude(brand_id=brand_id).exists():
        raise KeyTaken(field="place")


@dataclass(frozen=True, kw_only=True, slots=True)
class Use:
    """One request that was answered: for which key, with which link type, in vain or not."""

    brand_id: int
    key_ai: str
    key_value: str
    link_type: str
    found: bool


@service
def count_uses(actor: Actor, *, uses: Iterable[Use], day: date, now: datetime) -> None:  # noqa: ARG001
    """Add uses to the counters of a business day: one statement, however many.

    Safe to race: a counter is added to where it stands, never read and written back. No audit
    entry: nobody's deed.
    """
    cells: dict[tuple[int, str, str, str], Counter[bool]] = {}
    for use in uses:
        cell = use.brand_id, use.key_ai, use.key_value, use.link_type
        cells.setdefault(cell, Counter())[use.found] += 1
    if not cells:
        return
    # in one order everywhere, so that two writers cannot wait for each other
    rows = [(*cell, day, cells[cell][True], cells[cell][False]) for cell in sorted(cells)]
    marks = ", ".join(["(%s, %s, %s, %s, %s, %s, %s)"] * len(rows))
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catalog_linkcount"  # noqa: S608  (marks only)
            " (brand_id, key_ai, key_value, link_type, day, followed, missing)"
            f" VALUES {marks}"
            " ON CONFLICT (brand_id, day, key_ai, key_value, link_type) DO UPDATE SET"
            " followed = catalog_linkcount.followed + excluded.followed,"
            " missing = catalog_linkcount.missing + excluded.missing",
            [value for row in rows for value in row],
        )
