"""What lies in what, over REST (包装): cartons, parts."""

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Field, Router, Schema

from hefu.apps.identity.selectors.codes import UnitRef, code_text
from hefu.apps.identity.selectors.contents import contents_of
from hefu.apps.identity.services import packing
from hefu.core.actor import Actor
from hefu.core.errors import Invalid
from hefu.core.permissions import Permission
from hefu.surfaces.api.auth import actor_of, needs
from hefu.surfaces.api.fields import SOME_TEXT, TEXT, Body, CodeText
from hefu.surfaces.api.idempotency import answer_once
from hefu.surfaces.api.named import unit_named, units_named
from hefu.surfaces.api.problems import REFUSALS

router = Router(tags=["units"])
MANAGE, VIEW = Permission.UNIT_MANAGE, Permission.CODE_VIEW
MOST = 200


class PackIn(Body):
    """Things to put into another."""

    parent: CodeText = Field(description="the carton, or the unit that takes parts")
    children: list[CodeText] = Field(min_length=1, max_length=MOST)
    reason: str = Field("", max_length=120, pattern=TEXT)


class UnpackIn(Body):
    """Things to take out of wherever they lie; or a package to empty."""

    children: list[CodeText] = Field([], max_length=MOST)
    parent: CodeText | None = Field(None, description="empty this one; without children")
    reason: str = Field("", max_length=120, pattern=TEXT)


class ReplaceIn(Body):
    """A part that takes another's place."""

    old: CodeText
    new: CodeText
    reason: str = Field(min_length=1, max_length=120, pattern=SOME_TEXT, examples=["motor burnt"])


class PackageOut(Schema):
    """A package and what lies in it now."""

    code: str
    contents: list[str]


class UnpackedOut(Schema):
    """How many things came out."""

    unpacked: int


@router.post("pack", response={200: PackageOut, **REFUSALS}, openapi_extra=needs(MANAGE, VIEW))
def pack_units(request: HttpRequest, data: PackIn) -> HttpResponse:
    """Put units into a carton, or parts into a unit; all or none. What lies there already stays."""
    actor = actor_of(request, MANAGE, VIEW)

    def put_in() -> object:
        parent = unit_named(actor, data.parent, field="parent")
        children = units_named(actor, data.children, field="children")
        packing.pack(
            actor, parent=parent, children=children, reason=data.reason, now=timezone.now()
        )
        return _package(actor, parent)

    return answer_once(request, PackageOut, put_in)


@router.post("unpack", response={200: UnpackedOut, **REFUSALS}, openapi_extra=needs(MANAGE))
def unpack_units(request: HttpRequest, data: UnpackIn) -> HttpResponse:
    """Take units out of wherever they lie, or empty one package; all or none."""
    actor = actor_of(request, MANAGE)
    if bool(data.children) == (data.parent is not None):
        raise Invalid(field="children", rule="either_children_or_parent")

    def take_out() -> object:
        now = timezone.now()
        if data.parent is not None:
            parent = unit_named(actor, data.parent, field="parent")
            out = packing.unpack_all(actor, parent=parent, reason=data.reason, now=now)
            return {"unpacked": out}
        children = units_named(actor, data.children, field="children")
        rows = packing.unpack(actor, children=children, reason=data.reason, now=now)
        return {"unpacked": len(rows)}

    return answer_once(request, UnpackedOut, take_out)


@router.post("replace", response={200: PackageOut, **REFUSALS}, openapi_extra=needs(MANAGE, VIEW))
def replace_part(request: HttpRequest, data: ReplaceIn) -> HttpResponse:
    """Put a new part where the old one is; both keep their histories."""
    actor = actor_of(request, MANAGE, VIEW)

    def swap() -> object:
        old = unit_named(actor, data.old, field="old")
        new = unit_named(actor, data.new, field="new")
        packing.replace_part(actor, old=old, new=new, reason=data.reason, now=timezone.now())
        return _package(actor, new)

    return answer_once(request, PackageOut, swap)


def _package(actor: Actor, unit: UnitRef) -> dict[str, object]:
    return {
        "code": code_text(unit.batch, unit.serial),
        "contents": [code_text(one.batch, one.serial) for one in contents_of(actor, unit)],
    }
