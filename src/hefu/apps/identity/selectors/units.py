"""Units (单品) as an actor may see them: the brand all, a partner its own, an owner his.

A unit need not have a row to be seen: a code that was never touched has a history too.
"""

from django.db.models import BigIntegerField, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from hefu.apps.identity.errors.life import CodeMistyped, CodeUnknown
from hefu.apps.identity.models import Activation, Mark, SerialRange, Unit
from hefu.apps.identity.selectors.batches import BOOK
from hefu.apps.identity.selectors.channels import KEPT
from hefu.apps.identity.selectors.codes import (
    Missed,
    MissReason,
    Reading,
    UnitRef,
    resolve,
    resolve_any,
)
from hefu.core.actor import Actor, ActorKind
from hefu.core.permissions import Permission

_ID = BigIntegerField()


def units_for(actor: Actor) -> QuerySet[Unit]:
    """The units with a row: all of the brand, those last shipped to a partner, or one's own.

    Raises:
        NotAllowed: staff and partners who may not see codes.
    """
    rows = Unit.objects.filter(brand_id=actor.own_brand()).select_related("batch__product")
    rows = rows.order_by("-pk")
    if actor.kind is ActorKind.CONSUMER:
        own = Activation.objects.filter(member_id=actor.member_id or 0, ended_at=None)
        return rows.filter(pk__in=own.values("unit_id"))
    if actor.kind is ActorKind.ANONYMOUS:
        return rows.none()
    actor.require(Permission.CODE_VIEW)
    return _bound_to(rows, actor.organisation_id) if actor.organisation_id else rows


def _bound_to(rows: QuerySet[Unit], organisation_id: int) -> QuerySet[Unit]:
    """Whose newest shipment went to a partner; before any shipment, its order's channel counts."""
    covering = Q(batch=OuterRef("batch"), first__lte=OuterRef("serial")) & Q(
        first__gt=OuterRef("serial") - F("count")
    )
    shipped = Mark.objects.filter(covering, kind=Mark.Kind.SHIPPED, lifted_at=None)
    partner = Coalesce("organisation_id", 0, output_field=_ID)  # 0: shipped, to nobody special
    newest = shipped.order_by("-at", "-pk").values(to=partner)
    issued = SerialRange.objects.filter(covering).values("order__channel__organisation_id")
    # what was activated before its channel was put right stays with the partner it was sold by
    sold = Activation.objects.filter(KEPT, unit_id=OuterRef("pk"), ended_at=None).values(
        by=Coalesce("channel__organisation_id", 0, output_field=_ID)
    )
    planned = Coalesce(
        Subquery(sold[:1], output_field=_ID), Subquery(issued[:1]),
        F("batch__channel__organisation_id"), output_field=_ID,
    )  # fmt: skip
    bound = Coalesce(Subquery(newest[:1], output_field=_ID), planned, output_field=_ID)
    return rows.annotate(bound_to=bound).filter(bound_to=organisation_id)


def unit_by_text(actor: Actor, text: str) -> UnitRef:
    """Find the unit that a text names among those the actor may see, with a row or without.

    Raises:
        CodeMistyped: the check character does not fit.
        CodeUnknown: no such unit, or not for this actor: all alike.
        NotAllowed: staff and partners who may not see codes.
    """
    brand_id = actor.own_brand()
    if actor.kind in (ActorKind.CONSUMER, ActorKind.ANONYMOUS):
        found = resolve(text, brand_id=brand_id)
    else:
        actor.require(Permission.CODE_VIEW)
        found = resolve_any(text, brand_id=brand_id)
    if isinstance(found, Missed):
        if found.reason is MissReason.TYPING_ERROR:
            raise CodeMistyped(field="code", position=found.position)
        raise CodeUnknown(field="code")
    if not is_visible(actor, found):
        raise CodeUnknown(field="code")
    return found


def is_visible(actor: Actor, unit: UnitRef) -> bool:
    """Whether a unit, with a row or without, is the actor's to see."""
    if unit.brand_id != actor.brand_id or actor.kind is ActorKind.ANONYMOUS:
        return False
    if actor.kind is not ActorKind.CONSUMER and not actor.is_partner:
        return actor.may(Permission.CODE_VIEW)
    row = units_for(actor).filter(batch_id=unit.batch_id, serial=unit.serial)
    if row.exists():
        return True
    return actor.is_partner and row_of(unit) is None and _is_bound(unit, actor.organisation_id)


def _is_bound(unit: UnitRef, organisation_id: int | None) -> bool:
    """The same as ``_bound_to`` for a unit that has no row yet."""
    serial = unit.serial
    covering = Q(batch_id=unit.batch_id, first__lte=serial, first__gt=serial - F("count"))
    newest = Mark.objects.filter(covering, kind=Mark.Kind.SHIPPED, lifted_at=None)
    shipped = newest.order_by("-at", "-pk").first()
    if shipped is not None:
        return shipped.organisation_id == organisation_id
    planned = SerialRange.objects.filter(covering).annotate(
        to=Coalesce(
            F("order__channel__organisation_id"), F("batch__channel__organisation_id"),
            output_field=_ID,
        )
    )  # fmt: skip
    return planned.filter(to=organisation_id).exists()


def row_of(unit: UnitRef) -> Unit | None:
    """The row of a unit, if anything happened to it yet."""
    rows = Unit.objects.select_related("batch__product")
    return rows.filter(batch_id=unit.batch_id, serial=unit.serial).first()


def ref_of(unit: Unit) -> UnitRef:
    """A unit's row as a reference; it is known by its row, so no seal was opened."""
    batch = BOOK.by_id([unit.batch_id])[unit.batch_id]
    return UnitRef(batch=batch, serial=unit.serial, reading=Reading.EXTERNAL)


def refs_of(units: list[Unit]) -> dict[int, UnitRef]:
    """Several rows as references, by row; batches are read together."""
    batches = BOOK.by_id(unit.batch_id for unit in units)
    return {
        unit.pk: UnitRef(batch=batches[unit.batch_id], serial=unit.serial, reading=Reading.EXTERNAL)
        for unit in units
    }
