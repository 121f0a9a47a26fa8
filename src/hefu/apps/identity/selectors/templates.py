"""Makers' templates (编码模板): from their stored form to the engine's, and what a designer sees.

Stored form: a list of segments in the order printed, each with ``kind`` and what it needs::

    {"kind": "model", "width": 8}            or {"kind": "model", "models": ["PN587", ...]}
    {"kind": "date", "formats": ["YYMMDD"]}
    {"kind": "batch", "widths": [2], "alphabet": "0123456789"}
    {"kind": "channel", "width": 2, "names": {"jd": "京东"}}
    {"kind": "literal", "text": "-"}
    {"kind": "seal", "chars": 6, "alphabet": "0123456789ABC..."}
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import QuerySet

from hefu.apps.catalog.models import Product
from hefu.apps.identity.models import CodeTemplate
from hefu.apps.network.models import Channel
from hefu.core.actor import Actor
from hefu.core.codes import Alphabet, Seal, split_seal
from hefu.core.codes.errors import BadTemplate
from hefu.core.codes.segments import (
    BatchSegment,
    ChannelSegment,
    DateSegment,
    LiteralSegment,
    ModelSegment,
    SealSegment,
    Segment,
)
from hefu.core.codes.template import Parsed, Template
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission

#: Serials set aside for every one planned, so that over-issue finds room; odds do not depend on it.
ROOM = 2

_KINDS: dict[str, tuple[Callable[..., Segment], dict[str, Callable[[Any], Any]]]] = {
    "model": (ModelSegment, {"width": int, "models": tuple}),
    "date": (DateSegment, {"formats": tuple}),
    "batch": (BatchSegment, {"widths": tuple, "alphabet": lambda chars: Alphabet(chars=chars)}),
    "channel": (ChannelSegment, {"width": int, "names": dict}),
    "literal": (LiteralSegment, {"text": str}),
    "seal": (SealSegment, {"chars": int, "alphabet": lambda chars: Alphabet(chars=chars)}),
}


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


def build(segments: Sequence[Mapping[str, Any]], sample: str = "") -> Template:
    """Make the engine's template from the stored form.

    Raises:
        BadTemplate, AmbiguousTemplate: it cannot work; ``details`` say where and why.
    """
    return Template(segments=tuple(_segment(part) for part in segments), sample=sample)


def _segment(part: Mapping[str, Any]) -> Segment:
    kind = part.get("kind") if isinstance(part, Mapping) else None
    if kind not in _KINDS:
        raise BadTemplate(field="segments", reason="unknown kind", value=str(kind))
    make, known = _KINDS[kind]
    given = {key: value for key, value in part.items() if key != "kind"}
    for key in given:
        if key not in known:
            raise BadTemplate(field=kind, reason="unknown entry", value=key)
    try:
        return make(**{key: known[key](value) for key, value in given.items()})
    except (TypeError, ValueError) as error:
        raise BadTemplate(field=kind, reason=str(error)) from error


def template_of(row: CodeTemplate, *channels: Channel) -> Template:
    """Return the engine's template of a stored one, which also knows the given channels."""
    template = build(row.segments)
    if not channels:
        return template
    names = {channel.code: channel.name for channel in channels}
    return replace(
        template,
        segments=tuple(
            replace(part, names={**part.names, **names})
            if isinstance(part, ChannelSegment)
            else part
            for part in template.segments
        ),
    )


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
