"""What lies in what (包装与配件关联): units in a carton, parts in a unit (R119).

A thing lies in one place at a time, decided by the unique key; where it lay before is kept.
"""

from collections.abc import Sequence
from datetime import datetime

from hefu.apps.audit.services import publish, record, service
from hefu.apps.catalog.models import Product
from hefu.apps.identity.errors.life import AlreadyPacked, CannotContain, NotPacked
from hefu.apps.identity.events import UnitsPacked, UnitsUnpacked
from hefu.apps.identity.models import Containment
from hefu.apps.identity.rows import execute, given, packed, stored
from hefu.apps.identity.selectors.codes import UnitRef
from hefu.apps.identity.services.units import touch
from hefu.core.actor import Actor
from hefu.core.errors import Invalid, NotFound
from hefu.core.permissions import Permission

_Kind = Product.Kind

#: Which kinds go into which.
FITS = {
    _Kind.PACKAGING: frozenset({_Kind.PACKAGING, _Kind.UNIT, _Kind.PART}),
    _Kind.UNIT: frozenset({_Kind.PART}),
    _Kind.PART: frozenset({_Kind.PART}),
}

DEEPEST = 16  # levels of packages in packages
REASON_CHARS = 120

_COLUMNS = {"child_id": "bigint"}


@service
def pack(
    actor: Actor, *, parent: UnitRef, children: Sequence[UnitRef], now: datetime, reason: str = ""
) -> list[Containment]:
    """Put things into another, all or none; what lies there already stays.

    Safe to race: of two that pack one thing into two parents, one succeeds.

    Raises:
        NotFound: a unit of another brand.
        CannotContain: the kinds do not fit, or a thing would lie in itself.
        AlreadyPacked: a child lies elsewhere.
    """
    _check(actor, [parent, *children])
    for child in children:
        if child.batch.kind not in FITS[_Kind(parent.batch.kind)]:
            raise CannotContain(parent=parent.batch.kind, child=child.batch.kind, rule="kind")
    units = touch([parent, *children])
    inside = {units[child.key] for child in children}
    if units[parent.key] in inside or inside & _above(units[parent.key]):
        raise CannotContain(parent=parent.batch.kind, rule="in_itself")
    return _put(actor, units[parent.key], sorted(inside), reason, now)


@service
def unpack(
    actor: Actor, *, children: Sequence[UnitRef], now: datetime, reason: str = ""
) -> list[Containment]:
    """Take things out of wherever they lie, all or none.

    Raises:
        NotFound: a unit of another brand.
        NotPacked: a thing lies nowhere.
    """
    _check(actor, children)
    units = touch(children)
    return _take_out(actor, sorted(set(units.values())), reason, now)


@service
def unpack_all(actor: Actor, *, parent: UnitRef, now: datetime, reason: str = "") -> int:
    """Empty a package; returns how many things came out, 0 for an empty one.

    Raises:
        NotFound: a unit of another brand.
    """
    _check(actor, [parent])
    (parent_id,) = touch([parent]).values()
    inside = Containment.objects.filter(parent_id=parent_id, until=None)
    children = sorted(inside.values_list("child_id", flat=True))
    return len(_take_out(actor, children, reason, now)) if children else 0


@service
def replace_part(
    actor: Actor, *, old: UnitRef, new: UnitRef, reason: str, now: datetime
) -> Containment:
    """Put ``new`` where ``old`` is; both keep their histories.

    Raises:
        NotFound: a unit of another brand.
        Invalid: no reason.
        CannotContain: they are not of one kind, or one and the same.
        NotPacked: ``old`` lies nowhere.
        AlreadyPacked: ``new`` lies elsewhere.
    """
    _check(actor, [old, new])
    if not reason.strip():
        raise Invalid(field="reason", rule="required")
    if old.key == new.key or old.batch.kind != new.batch.kind:
        raise CannotContain(parent=old.batch.kind, child=new.batch.kind, rule="not_a_replacement")
    units = touch([old, new])
    (left,) = _take_out(actor, [units[old.key]], reason, now)
    if units[new.key] in _above(left.parent_id):
        raise CannotContain(parent=old.batch.kind, rule="in_itself")
    return _put(actor, left.parent_id, [units[new.key]], reason, now)[0]


def _check(actor: Actor, units: Sequence[UnitRef]) -> None:
    actor.require(Permission.UNIT_MANAGE)
    if not units:
        raise Invalid(field="children", rule="required")
    if any(unit.brand_id != actor.own_brand() for unit in units):
        raise NotFound


def _above(unit_id: int) -> set[int]:
    """Everything a thing lies in, outwards."""
    found: set[int] = set()
    level = {unit_id}
    for _ in range(DEEPEST):
        rows = Containment.objects.filter(child_id__in=level, until=None)
        level = set(rows.values_list("parent_id", flat=True)) - found
        if not level:
            return found
        found |= level
    raise CannotContain(rule="too_deep")


def _put(
    actor: Actor, parent_id: int, children: Sequence[int], reason: str, now: datetime
) -> list[Containment]:
    made = execute(
        f"""
        INSERT INTO identity_containment
            (brand_id, parent_id, child_id, since, reason, left_because)
        SELECT %s, %s, child_id, %s, %s, '' FROM {given(_COLUMNS)} WHERE true
        ON CONFLICT DO NOTHING RETURNING child_id
        """,  # noqa: S608  (our own column names)
        [
            actor.own_brand(), parent_id, stored(now), reason.strip()[:REASON_CHARS],
            packed({"child_id": child} for child in children),
        ],
    )  # fmt: skip
    rows = list(Containment.objects.filter(child_id__in=children, until=None).order_by("child_id"))
    for row in rows:
        if row.parent_id != parent_id:
            raise AlreadyPacked(child=row.child_id, parent=row.parent_id)
    if made:
        inside = sorted(child for (child,) in made)
        record(
            actor, "identity.units_packed", f"identity.unit:{parent_id}", now=now, children=inside
        )  # fmt: skip
        publish(
            UnitsPacked(
                brand_id=actor.own_brand(), parent_id=parent_id, children=inside,
                at=now.isoformat(),
            ),
            now=now,
        )  # fmt: skip
    return rows


def _take_out(
    actor: Actor, children: Sequence[int], reason: str, now: datetime
) -> list[Containment]:
    rows = list(Containment.objects.filter(child_id__in=children, until=None).order_by("child_id"))
    missing = set(children) - {row.child_id for row in rows}
    if missing:
        raise NotPacked(child=min(missing))
    left = Containment.objects.filter(pk__in=[row.pk for row in rows], until=None)
    if left.update(until=now, left_because=reason.strip()[:REASON_CHARS]) != len(rows):
        raise NotPacked(child=children[0])  # somebody else took one out a moment ago
    for parent_id in sorted({row.parent_id for row in rows}):
        out = [row.child_id for row in rows if row.parent_id == parent_id]
        record(
            actor, "identity.units_unpacked", f"identity.unit:{parent_id}", now=now,
            children=out,
        )  # fmt: skip
        publish(
            UnitsUnpacked(
                brand_id=actor.own_brand(), parent_id=parent_id, children=out, at=now.isoformat()
            ),
            now=now,
        )  # fmt: skip
    return rows
