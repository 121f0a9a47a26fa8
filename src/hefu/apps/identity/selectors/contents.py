"""What lies in what right now (包装内容): scan a carton, see its units (R119)."""

from hefu.apps.identity.errors.life import CodeUnknown
from hefu.apps.identity.models import Containment
from hefu.apps.identity.selectors.codes import UnitRef
from hefu.apps.identity.selectors.units import is_visible, ref_of, refs_of
from hefu.core.actor import Actor


def contents_of(actor: Actor, parent: UnitRef) -> list[UnitRef]:
    """The things that lie in ``parent``, not what lies in them, in the order of their rows.

    Raises:
        CodeUnknown: not the actor's to see.
    """
    _check(actor, parent)
    stays = Containment.objects.filter(
        parent__batch_id=parent.batch_id, parent__serial=parent.serial, until=None
    ).select_related("child")
    children = [stay.child for stay in stays.order_by("child__batch_id", "child__serial")]
    refs = refs_of(children)
    return [refs[child.pk] for child in children]


def place_of(actor: Actor, child: UnitRef) -> UnitRef | None:
    """The thing that ``child`` lies in, or None.

    Raises:
        CodeUnknown: not the actor's to see.
    """
    _check(actor, child)
    stay = Containment.objects.filter(
        child__batch_id=child.batch_id, child__serial=child.serial, until=None
    ).select_related("parent")
    found = stay.first()
    return ref_of(found.parent) if found else None


def _check(actor: Actor, unit: UnitRef) -> None:
    if not is_visible(actor, unit):
        raise CodeUnknown(field="code")
