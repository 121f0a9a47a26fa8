"""Other numbers of units over REST (外部序列号): IMEI, maker's S/N, GTIN + S/N."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from hefu.apps.identity.models import ExternalSerial
from hefu.apps.identity.selectors.codes import code_text
from hefu.apps.identity.selectors.units import row_of
from hefu.apps.identity.services.links import Link, link_many, unlink
from hefu.core.actor import Actor
from hefu.core.codes import ExternalKind, read_external
from hefu.core.errors import NotFound
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, Body, CodeText
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.named import unit_named, units_named
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["units"])
MANAGE = Permission.UNIT_MANAGE
MOST = 200


class LinkIn(Body):
    """A number for a unit."""

    code: CodeText
    kind: Literal["imei", "serial_number", "gtin_serial"] = Field(examples=["imei"])
    value: str = Field(min_length=1, max_length=60, pattern=SOME_TEXT, examples=["490154203237518"])


class LinksIn(Body):
    """Numbers to link, all or none."""

    links: list[LinkIn] = Field(min_length=1, max_length=MOST)


class LinkOut(Schema):
    """A number as it is kept."""

    code: str
    kind: str
    value: str
    linked_at: datetime
    unlinked_at: datetime | None


class LinksOut(Schema):
    """The links, in the order asked."""

    links: list[LinkOut]


@router.post("serials", response={200: LinksOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def link_serials(request: HttpRequest, data: LinksIn) -> HttpResponse:
    """Link numbers to units; linking one again to the same unit changes nothing."""
    actor = actor_of(request, MANAGE)

    def link() -> object:
        units = units_named(actor, [one.code for one in data.links], field="links")
        wanted = [
            Link(unit=unit, kind=ExternalKind(one.kind), value=one.value)
            for unit, one in zip(units, data.links, strict=True)
        ]
        rows = link_many(actor, links=wanted, now=timezone.now())
        return {
            "links": [
                _told(code_text(unit.batch, unit.serial), row)
                for unit, row in zip(units, rows, strict=True)
            ]
        }

    return answer_once(request, LinksOut, link)


@router.post("serials/unlink", response={200: LinkOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def unlink_serial(request: HttpRequest, data: LinkIn) -> HttpResponse:
    """End a link; the number may then be linked to another unit."""
    actor = actor_of(request, MANAGE)

    def end() -> object:
        code, row = _linked(actor, data)
        unlink(actor, serial=row, now=timezone.now())
        row.refresh_from_db()
        return _told(code, row)

    return answer_once(request, LinkOut, end)


def _linked(actor: Actor, data: LinkIn) -> tuple[str, ExternalSerial]:
    unit = unit_named(actor, data.code, field="code")
    value = read_external(ExternalKind(data.kind), data.value)
    row = row_of(unit)
    live = row and row.external_serials.filter(kind=data.kind, value=value, unlinked_at=None)
    serial = live.first() if live else None
    if serial is None:
        raise NotFound(field="value")
    return code_text(unit.batch, unit.serial), serial


def _told(code: str, row: ExternalSerial) -> dict[str, Any]:
    return {
        "code": code, "kind": row.kind, "value": row.value, "linked_at": row.linked_at,
        "unlinked_at": row.unlinked_at,
    }  # fmt: skip
