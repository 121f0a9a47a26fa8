"""Makers' templates (编码模板): the brand's own, and what a designer is told before saving one."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import QuerySet

from hefu.apps.accounts.models import Brand
from hefu.apps.catalog.models import Product
from hefu.apps.identity.models import CodeTemplate
from hefu.apps.network.models import Channel
from hefu.core.actor import Actor
from hefu.core.codes import (
    BadTemplate,
    ChannelSegment,
    Design,
    LiteralSegment,
    Parsed,
    Seal,
    Template,
    design,
    split_seal,
    template_from_data,
)
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

#: Serials set aside for every one planned, so that over-issue finds room; odds do not depend on it.
ROOM = 2
#: What a URL carries unescaped (RFC 3986) and a spreadsheet does not take for a formula's start.
_LITERAL = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")
#: The GTIN of a sample that has no product yet.
_ANY_GTIN = "99999999999997"


def templates_for(actor: Actor) -> QuerySet[CodeTemplate]:
    """The templates of the actor's brand by name, newest version first; partners have none."""
    actor.require(Permission.ORDER_VIEW)
    rows = CodeTemplate.objects.filter(brand_id=actor.own_brand()).order_by("name", "-version")
    return rows.none() if actor.is_partner else rows


def template_by_id(actor: Actor, pk: int) -> CodeTemplate:
    """Return one template.

    Raises:
        NotFound: there is none, or it is another brand's.
    """
    row = templates_for(actor).filter(pk=pk).first()
    if row is None:
        raise NotFound
    return row


def checked_template(data: Mapping[str, Any]) -> Template:
    """Make a template of plain data (see ``core.codes.template_to_data``), fit for our exports.

    Raises:
        BadTemplate: it cannot work; ``details`` say where and why.
        AmbiguousTemplate: some text has two readings; ``details`` show it and both.
    """
    template = template_from_data(data)
    for place, part in enumerate(template.segments):
        if isinstance(part, LiteralSegment) and (
            not _LITERAL.issuperset(part.text) or (place == 0 and part.text[0] == "-")
        ):
            raise BadTemplate(field="literal", reason="letters, digits, - . _", value=part.text)
    return template


def build(segments: Sequence[Mapping[str, Any]]) -> Template:
    """Return the engine's template of stored segments.

    Raises:
        BadTemplate, AmbiguousTemplate: they were not stored by ``save_template``.
    """
    return template_from_data({"segments": segments})


def template_of(row: CodeTemplate, *channels: Channel) -> Template:
    """Return the engine's template of a stored one; it also knows the given channels."""
    template = build(row.segments)
    names = {channel.code: channel.name for channel in channels}
    if not names:
        return template
    segments = tuple(
        replace(part, names={**part.names, **names}) if isinstance(part, ChannelSegment) else part
        for part in template.segments
    )
    return replace(template, segments=segments)


def sealing_of(
    row: CodeTemplate, *, product: Product, produced_on: date, number: str,
    channel: Channel | None, planned: int,
) -> tuple[str, Seal]:  # fmt: skip
    """Return what seals a batch under a template: the key's context, and the split of the seal.

    Raises:
        BadTemplate: model, batch number or channel are not of this template.
        SealTooShort: the seal cannot tell that many units apart.
    """
    template = template_of(row, *([channel] if channel else []))
    printed = template.compose(
        seal=template.seal.alphabet.encode(0, template.seal.chars), model=product.model,
        made_on=produced_on, batch=number, channel=channel.code if channel else None,
    )  # fmt: skip
    parsed = template.parse(printed)
    _check_reads_back(parsed, number)
    return parsed.context, split_seal(template.seal.bits, planned * ROOM)


def _check_reads_back(parsed: Parsed, number: str) -> None:
    """A template that prints batches must print this one to the letter."""
    if parsed.batch is not None and parsed.batch != number.upper():
        raise BadTemplate(field="batch", reason="not of this template", value=number)


def template_design(
    actor: Actor, *, data: Mapping[str, Any], quantity: int, gtin: str = ""
) -> Design:
    """Judge a template for batches of ``quantity`` before it is saved: odds, length, QR, sample.

    Raises:
        BadTemplate, AmbiguousTemplate, SealTooShort: it cannot work.
        BadNumber: the GTIN is none.
    """
    actor.require(Permission.ORDER_VIEW)
    brand = Brand.objects.get(pk=actor.own_brand())
    return design(
        checked_template(data), quantity=quantity * ROOM, host=host_of(brand),
        gtin=gtin or _ANY_GTIN,
    )  # fmt: skip


def host_of(brand: Brand) -> str:
    """Return where a brand's printed codes point: its own host, else the installation's."""
    return brand.host or urlsplit(settings.HEFU_ORIGIN).netloc
